"""Pictures in image layers: where they come from, how they fit, and which are refused."""

import base64
import struct
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mockserver.drawing.drawing import draw
from mockserver.drawing.drawn import pictures_of
from mockserver.drawing.errors import PictureError
from mockserver.drawing.layout import laid_out
from mockserver.drawing.page import Page, page_from
from mockserver.drawing.raster import painted

URL = "https://pictures.example/a.png"
RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)
LINK = "{http://www.w3.org/1999/xlink}href"


def two_halves(image_format: str = "PNG", size: tuple[int, int] = (80, 40)) -> bytes:
    """A picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    buffer = BytesIO()
    image.save(buffer, image_format, lossless=True, quality=100, subsampling=0)
    return buffer.getvalue()


def data_uri(content: bytes, media_type: str = "image/png") -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def page_of(source: str, **fields: Any) -> Page:
    layer = {"type": "image", "id": "photo", "x": 20, "y": 10, "width": 40, "height": 40, "src": source, **fields}
    variables = [{"id": "v", "name": "photo", "type": "image", "value": ""}]
    document = {"id": "p", "name": "P", "width": 80, "height": 60, "variables": variables, "layers": [layer]}
    return page_from(document)


def shown(page: Page, pictures: Mapping[str, bytes]) -> Image.Image:
    return painted(laid_out(page, {}), pictures)


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP", "GIF"])
def test_picture_of_every_format_is_shown(image_format: str) -> None:
    image = shown(page_of(URL), {URL: two_halves(image_format)})
    assert image.getpixel((25, 30)) == pytest.approx(RED, abs=3)
    assert image.getpixel((55, 30)) == pytest.approx(BLUE, abs=3)


def test_data_uri_needs_nothing_to_be_fetched() -> None:
    page = page_of(data_uri(two_halves()))
    assert pictures_of(page, {}) == set()
    assert shown(page, {}).getpixel((25, 30)) == RED


def test_covering_picture_fills_its_box() -> None:
    image = shown(page_of(URL), {URL: two_halves()})
    assert [image.getpixel((30, y)) for y in (9, 10, 49, 50)] == [WHITE, RED, RED, WHITE]
    assert image.getpixel((59, 30)) == BLUE


def test_contained_picture_keeps_its_shape() -> None:
    image = shown(page_of(URL, fit="contain"), {URL: two_halves()})
    assert [image.getpixel((30, y)) for y in (19, 20, 39, 40)] == [WHITE, RED, RED, WHITE]


def test_round_corners_cut_the_picture() -> None:
    image = shown(page_of(URL, cornerRadius=20), {URL: two_halves()})
    assert image.getpixel((21, 11)) == WHITE
    assert image.getpixel((30, 30)) == RED


def test_transparent_picture_lets_the_ground_shine_through() -> None:
    buffer = BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 128)).save(buffer, "PNG")
    assert shown(page_of(URL), {URL: buffer.getvalue()}).getpixel((40, 30)) == pytest.approx((255, 127, 127), abs=1)


def test_picture_is_turned_as_its_camera_was() -> None:
    image, buffer = Image.open(BytesIO(two_halves())), BytesIO()
    turned = Image.Exif()
    turned[0x0112] = 3  # upside down
    image.save(buffer, "JPEG", exif=turned, quality=100, subsampling=0)
    assert shown(page_of(URL), {URL: buffer.getvalue()}).getpixel((25, 30)) == pytest.approx(BLUE, abs=3)


def test_layer_without_a_source_shows_nothing() -> None:
    page = page_of("{{ photo }}")
    assert pictures_of(page, {"photo": ""}) == set()
    assert len(shown(page, {}).getcolors() or []) == 1


def test_what_must_be_fetched_is_what_is_visible() -> None:
    assert pictures_of(page_of("{{ photo }}"), {"photo": URL}) == {URL}
    assert pictures_of(page_of("{{ photo }}", visible="{{ false }}"), {"photo": URL}) == set()


def test_svg_has_the_picture_in_itself() -> None:
    root = fromstring(draw(page_of(URL), {}, "svg", {URL: two_halves()}).content)
    (image,) = root.iter("{http://www.w3.org/2000/svg}image")
    kind, _, content = image.get(LINK).partition(";base64,")
    assert kind == "data:image/jpeg"
    with Image.open(BytesIO(base64.b64decode(content))) as inner:
        assert inner.size == (40, 40)


def bomb(width: int, height: int) -> bytes:
    """A PNG that says how large it is, and then has no pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", len(header)) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 1000) + b"IDAT"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no PNG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no PNG"),
        (two_halves()[:60], "broken"),
        (bomb(100, 100), "broken"),
        (bomb(20_000, 20_000), "20000 x 20000"),
        (bomb(8_000, 5_001), "more than 40 million"),
    ],
)
def test_unusable_picture_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(PictureError, match=why) as caught:
        shown(page_of(URL), {URL: content})
    assert caught.value.layer == "layer photo"


def test_picture_that_was_not_fetched_is_refused() -> None:
    with pytest.raises(PictureError, match="not fetched"):
        shown(page_of(URL), {})


@settings(max_examples=100)
@given(st.sampled_from(["PNG", "JPEG", "WEBP", "GIF"]), st.data())
def test_damaged_picture_is_shown_or_refused(image_format: str, data: st.DataObject) -> None:
    content = bytearray(two_halves(image_format, (16, 8)))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        shown(page_of(URL), {URL: bytes(content[: data.draw(st.integers(1, len(content)))])})
    except PictureError as error:
        assert error.layer == "layer photo"  # noqa: PT017 - a damaged picture may still be readable
