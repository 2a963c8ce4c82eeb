"""Pictures are decoded by their bytes, whatever is wrong with them is said, and differences are shares of pixels."""

import io
import subprocess
import sys
import zlib
from collections.abc import Mapping
from struct import pack
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from contracts.errors import NoImageError
from contracts.images import CHANNELS, MOST_PIXELS, Kind, Picture, decoded, difference, kind_of

LOSSLESS: Mapping[str, Mapping[str, Any]] = {"PNG": {}, "WEBP": {"lossless": True}}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="12" height="9">{}</svg>'


def saved(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """The image as a file."""
    file = io.BytesIO()
    image.save(file, kind, **{**LOSSLESS.get(kind, {}), **options})
    return file.getvalue()


def svg(content: str = "", **attributes: str) -> bytes:
    """An SVG with these attributes of its root; 12 by 9 pixels where there are none."""
    attributes = attributes or {"width": "12", "height": "9"}
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<svg xmlns="http://www.w3.org/2000/svg"{written}>{content}</svg>'.encode()


@st.composite
def rasters(draw: st.DrawFn) -> Image.Image:
    """Any small RGB image."""
    width, height = draw(st.integers(1, 7)), draw(st.integers(1, 7))
    return Image.frombytes(
        "RGB", (width, height), draw(st.binary(min_size=3 * width * height, max_size=3 * width * height))
    )


def png_header(width: int, height: int) -> bytes:
    """The beginning of a PNG of this size, which ends as its pixels begin."""
    content = b"IHDR" + pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + pack(">I", 13) + content + pack(">I", zlib.crc32(content)) + b"\0\0\0\x01IDAT"


@given(image=rasters(), kind=st.sampled_from(["PNG", "WEBP"]))
def test_any_rgb_image_comes_back_as_it_was(image: Image.Image, kind: str) -> None:
    picture = decoded(saved(image, kind))
    assert (picture.kind, picture.size) == (Kind(kind.lower()), image.size)
    assert Image.frombytes("RGBA", picture.size, picture.content).convert("RGB").tobytes() == image.tobytes()


@given(image=rasters())
def test_kinds_do_not_count_in_a_difference(image: Image.Image) -> None:
    assert difference(decoded(saved(image)), decoded(saved(image, "WEBP"))) == 0.0


@given(image=rasters(), at=st.integers(0, 48), by=st.integers(0, 255))
def test_a_difference_is_the_share_of_pixels_beyond_the_tolerance(image: Image.Image, at: int, by: int) -> None:
    place = at % image.width, at // image.width % image.height
    red, green, blue = image.getpixel(place)  # type: ignore[misc] # an RGB image has three
    changed = image.copy()
    changed.putpixel(place, ((red + by) % 256, green, blue))
    moved = abs((red + by) % 256 - red)
    one, other = decoded(saved(image)), decoded(saved(changed))
    expected = 1 / (image.width * image.height)
    assert difference(one, other, tolerance=20) == (expected if moved > 20 else 0.0)
    assert difference(one, other) == difference(other, one)


def test_pictures_of_different_sizes_differ_everywhere() -> None:
    one, other = (decoded(saved(Image.new("RGB", size))) for size in ((3, 4), (4, 3)))
    assert difference(one, other) == 1.0


def test_the_colour_of_what_is_transparent_is_no_difference() -> None:
    one, other = (decoded(saved(Image.new("RGBA", (2, 2), (*colour, 0)))) for colour in ((255, 0, 0), (0, 0, 255)))
    assert one.content == other.content == bytes(2 * 2 * CHANNELS)


@given(image=rasters(), quality=st.sampled_from([None, 40]))
def test_any_webp_has_its_size(image: Image.Image, quality: int | None) -> None:
    options = {} if quality is None else {"lossless": False, "quality": quality}
    assert decoded(saved(image, "WEBP", **options)).size == image.size
    assert decoded(saved(image, "WEBP", **options, exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0")).size == image.size


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_every_mode_of_png_is_decoded(mode: str) -> None:
    assert decoded(saved(Image.new(mode, (5, 3)))).size == (5, 3)


@pytest.mark.parametrize(
    ("beginning", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", Kind.PNG),
        (b"RIFF\x10\0\0\0WEBPVP8L", Kind.WEBP),
        (b"<svg xmlns='x'>", Kind.SVG),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a > b -->\n<!DOCTYPE svg PUBLIC 'a' 'b'>\n<s:svg>", Kind.SVG),
        (b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>", Kind.SVG),
        (b"<!doctype html><html><svg>", None),
        (b"\xff\xd8\xff\xe0 JFIF", None),
        (b"RIFF\x10\0\0\0WAVE", None),
        (b"<svgx>", None),
        (b'{"file": 1}', None),
        (b"", None),
        (b"<??>" * 1500, None),
    ],
)
def test_the_kind_is_known_by_the_first_bytes(beginning: bytes, kind: Kind | None) -> None:
    assert kind_of(beginning) is kind


@pytest.mark.parametrize(
    ("kind", "media_type"), [("png", "image/png"), ("webp", "image/webp"), ("svg", "image/svg+xml")]
)
def test_a_kind_has_its_media_type(kind: str, media_type: str) -> None:
    assert Kind(kind).media_type == media_type


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b'{"error": true}', "first bytes"),
        (b"\xff\xd8\xff\xe0 JFIF", "first bytes"),
        (saved(Image.new("RGB", (40, 40)))[:-30], "broken png"),
        (saved(Image.new("RGB", (40, 40)), "WEBP")[:-8], "broken webp"),
        (b"\x89PNG\r\n\x1a\n", "broken png"),
        (b"RIFF\x10\0\0\0WEBPVP8L", "broken webp"),
        (png_header(30_000, 30_000), "too many pixels"),
        (png_header(0, 5), "broken png"),
        (b"RIFF\x10\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\xff\x3f\0" * 2, "16384x16384 are too many pixels"),
        (b"RIFF\x10\0\0\0WEBPVP8L\x0a\0\0\0\x2f\xff\xff\xff\x0f", "16384x16384 are too many pixels"),
        (b"RIFF\x10\0\0\0WEBPVP8 " + bytes(7) + b"\x9d\x01\x2a" + b"\xff\x3f" * 2, "16383x16383 are too many pixels"),
        (bytes(17 * 1024 * 1024), "too many"),
        (b"<svg", "first bytes"),
        (b"<svg >", "no well-formed SVG"),
        (b'<svg width="1" height="1"/>', "its root is svg, not svg in the namespace"),
        (svg(width="100%", height="100%"), "neither in pixels nor by a viewBox"),
        (svg(width="0", height="4"), "0x4 pixels"),
        (svg(viewBox="0 0 1e99 1"), "pixels large"),
        (svg(width="1"), "neither in pixels"),
        (b"<!DOCTYPE svg [<!ENTITY a 'b'>]>" + svg("&a;"), "EntitiesForbidden"),
        (svg("<g>" * 20_000 + "</g>" * 20_000), "SVG"),
        (b"<?xml version='1.0' encoding='nothing'?>" + svg(), "no well-formed SVG"),
    ],
)
def test_what_is_no_image_says_what_is_wrong(body: bytes, words: str) -> None:
    with pytest.raises(NoImageError) as caught:
        decoded(body)
    assert words in str(caught.value)


@given(st.binary(max_size=60), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"RIFF\x10\0\0\0WEBPVP8L", b"<svg "]))
def test_no_bytes_break_it(body: bytes, beginning: bytes) -> None:
    try:
        picture = decoded(beginning + body)
    except NoImageError as error:
        assert str(error)  # noqa: PT017 - either of the two is right
    else:
        assert picture.width * picture.height <= MOST_PIXELS


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ({"width": "1200", "height": "630"}, (1200, 630)),
        ({"width": "1200px", "height": " 630.2 px "}, (1200, 630)),
        ({"viewBox": "0 0 1080 1920"}, (1080, 1920)),
        ({"width": "100%", "height": "100%", "viewBox": "0,0,10,20"}, (10, 20)),
        ({"width": "30", "viewBox": "0 0 10 20"}, (30, 20)),
        ({"width": "1in", "height": "72pt"}, (96, 96)),
    ],
)
def test_the_size_of_an_svg_is_in_pixels(attributes: dict[str, str], size: tuple[int, int]) -> None:
    assert decoded(svg(**attributes)).size == size


def test_svgs_are_the_same_by_what_they_say() -> None:
    one = svg('<rect x="1" y="2"/><text fill="#fff">Hi</text>')
    other = b"<?xml version='1.0'?><!-- no word --> " + svg("<rect y='2' x='1'></rect><text fill='#fff'>Hi</text>")
    assert difference(decoded(one), decoded(other)) == 0.0
    assert difference(decoded(one), decoded(svg('<rect x="1" y="2"/><text fill="#fff">Ho</text>'))) == 1.0


def test_names_of_gradients_are_no_difference_and_their_places_are() -> None:
    def drawn(first: str, second: str, used: str) -> Picture:
        gradients = f'<g id="{first}"/><g id="{second}"/><style>a {{fill: url(#{used})}}</style>'
        return decoded(svg(f'{gradients}<rect fill="url(#{used})"/><use href="#{used}"/>'))

    assert difference(drawn("a1", "b1", "a1"), drawn("a2", "b2", "a2")) == 0.0
    assert difference(drawn("a1", "b1", "a1"), drawn("a2", "b2", "b2")) == 1.0


def test_an_svg_and_pixels_cannot_be_compared() -> None:
    one, other = decoded(svg()), decoded(saved(Image.new("RGB", (12, 9))))
    with pytest.raises(ValueError, match="cannot be compared"):
        difference(one, other)


def test_what_decodes_is_imported_by_nobody_who_has_no_picture() -> None:
    code = "import sys, contracts.run, contracts.reports.write; print({'PIL', 'defusedxml'} & set(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert ended.stdout.strip() == "set()", ended.stderr
