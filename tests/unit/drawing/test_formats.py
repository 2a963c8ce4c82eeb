"""The formats of one scene: sizes, places and pixels agree, and the SVG is a well-behaved document."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from mockserver.drawing.drawing import draw
from mockserver.drawing.drawn import IMAGE_FORMATS
from mockserver.drawing.fonts import FILES, font
from mockserver.drawing.gallery import builtin_pages
from mockserver.drawing.layout import laid_out
from mockserver.drawing.outlines import outline
from mockserver.drawing.page import Page, page_from
from mockserver.drawing.scene import FontKey, Lettering
from mockserver.drawing.shaping import shaped
from mockserver.drawing.values import tweaked

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
PLACE = re.compile(r"translate\((\S+) (\S+)\) scale\((\S+) (\S+)\)")
IDENTIFIERS = tuple(builtin_pages())


def built_in(identifier: str) -> tuple[Page, Any]:
    page = builtin_pages()[identifier].page
    return page, tweaked(page, {})


def drawn_glyphs(svg: bytes) -> Iterator[tuple[float, float]]:
    """Where the glyphs of an SVG stand, in pixels."""
    for group in fromstring(svg).iter(f"{SVG}g"):
        if found := PLACE.fullmatch(group.get("transform", "")):
            x, y, across, down = map(float, found.groups())
            assert across == -down > 0  # outlines have y upwards, and the picture downwards
            for use in group.iter(f"{SVG}use"):
                yield x + float(use.get("x", 0)) * across, y + float(use.get("y", 0)) * down


def laid_glyphs(page: Page, values: Any) -> Iterator[tuple[float, float]]:
    """Where the layout puts the glyphs that leave ink, in pixels."""
    for item in laid_out(page, values).items:
        if isinstance(item, Lettering):
            face = font(item.font)
            scale = item.size / face.units_per_em
            for line in item.lines:
                for glyph in line.glyphs:
                    if face.ink(glyph.number):
                        yield line.x + glyph.x * scale, line.y - glyph.y * scale


@pytest.mark.parametrize("identifier", IDENTIFIERS)
@pytest.mark.parametrize("image_format", IMAGE_FORMATS)
def test_image_has_the_size_of_its_page(identifier: str, image_format: Any) -> None:
    page, values = built_in(identifier)
    drawn = draw(page, values, image_format, {})
    if image_format == "svg":
        root = fromstring(drawn.content)
        size = (int(root.get("width")), int(root.get("height")))
    else:
        with Image.open(BytesIO(drawn.content)) as image:
            assert image.format == image_format.upper()
            size = image.size
    assert (drawn.width, drawn.height) == size == (page.width, page.height)


@pytest.mark.parametrize("identifier", IDENTIFIERS)
def test_glyphs_stand_at_the_same_places_in_every_format(identifier: str) -> None:
    page, values = built_in(identifier)
    drawn = list(drawn_glyphs(draw(page, values, "svg", {}).content))
    laid = list(laid_glyphs(page, values))
    assert len(drawn) == len(laid) > 0
    for one, other in zip(drawn, laid, strict=True):
        assert one == pytest.approx(other, abs=0.01)


def test_letters_have_the_size_of_the_layout_in_svg() -> None:
    page, values = built_in("certificate")
    groups = fromstring(draw(page, values, "svg", {}).content).iter(f"{SVG}g")
    scales = [float(found[3]) for group in groups if (found := PLACE.fullmatch(group.get("transform", "")))]
    laid = [item for item in laid_out(page, values).items if isinstance(item, Lettering)]
    sizes = [item.size / font(item.font).units_per_em for item in laid for _ in item.lines]
    assert scales == pytest.approx(sizes, rel=1e-6)


@pytest.mark.parametrize("key", FILES)
def test_outline_of_a_glyph_is_where_its_ink_is(key: FontKey) -> None:
    ((cluster,), face) = shaped(font(key), "H"), font(key)
    path = outline(key, cluster.glyphs[0].number)
    numbers = [int(number) for number in re.findall(r"-?\d+", path)]
    ink = (min(numbers[::2]), min(numbers[1::2]), max(numbers[::2]), max(numbers[1::2]))
    assert ink == face.ink(cluster.glyphs[0].number)


@pytest.mark.parametrize("identifier", IDENTIFIERS)
def test_webp_looks_like_the_png(identifier: str) -> None:
    page, values = built_in(identifier)
    png, webp = (Image.open(BytesIO(draw(page, values, each, {}).content)).convert("RGB") for each in ("png", "webp"))
    assert max(ImageStat.Stat(ImageChops.difference(png, webp)).mean) < 2


@pytest.mark.parametrize("identifier", IDENTIFIERS)
def test_svg_loads_and_runs_nothing(identifier: str) -> None:
    page, values = built_in(identifier)
    root = fromstring(draw(page, values, "svg", {}).content)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "defs", "path", "linearGradient", "stop", "clipPath", "rect", "g", "use"}
    links = [element.get(LINK) for element in root.iter() if element.get(LINK)]
    names = {element.get("id") for element in root.iter() if element.get("id")}
    assert {link[1:] for link in links} <= names
    assert root.find(f"{SVG}title").text == page.name


@settings(max_examples=60)
@given(st.text(max_size=80))
def test_svg_is_well_formed_whatever_its_text(text: str) -> None:
    layer = {"type": "text", "x": 0, "y": 0, "width": 90, "height": 20, "content": "{{ it }}", "opacity": 0.5}
    variable = {"id": "v", "name": "it", "type": "string", "value": ""}
    fields = {"width": 100, "height": 100, "variables": [variable], "layers": [layer]}
    page = page_from({"id": "p", "name": "<P> & co", **fields})
    root = fromstring(draw(page, {"it": text}, "svg", {}).content)
    assert root.find(f"{SVG}title").text == "<P> & co"
    if text.strip() and text.isprintable() and root.find(f"{SVG}desc") is not None:
        assert root.find(f"{SVG}desc").text == text


def test_text_that_is_clipped_is_clipped_in_svg_too() -> None:
    piled = "a" + "\u0301" * 12
    layer = {"type": "text", "x": 10, "y": 40, "width": 80, "height": 30, "content": piled, "size": 20}
    page = page_from({"id": "p", "name": "P", "width": 100, "height": 100, "layers": [layer]})
    (item,) = laid_out(page, {}).items
    assert isinstance(item, Lettering)
    assert item.is_clipped
    assert item.ink.is_inside(item.ink.within(laid_out(page, {}).box))
    (clip,) = fromstring(draw(page, {}, "svg", {}).content).iter(f"{SVG}clipPath")
    assert float(clip[0].get("y")) >= 40
