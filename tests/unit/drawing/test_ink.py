"""What is drawn where: ink stays inside its box, and a tweak changes no more than what names it."""

from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from mockserver.drawing.drawing import draw
from mockserver.drawing.layout import laid_out
from mockserver.drawing.page import Page, page_from
from mockserver.drawing.raster import painted
from mockserver.drawing.scene import Box, Lettering

WIDTH, HEIGHT = 160, 120

# Letters, marks that pile up, breaks, and anything else that Unicode has.
TEXTS = st.text(max_size=60) | st.text(alphabet="jfÅgÇ \u0301\u0323\u00ad-\n\tWй", max_size=60)
COORDINATES = st.integers(-40, 140) | st.floats(-40, 140)
EXTENTS = st.integers(0, 200) | st.floats(0, 200)
TEXT_LAYERS = st.fixed_dictionaries(
    {
        "type": st.just("text"),
        "x": COORDINATES,
        "y": COORDINATES,
        "width": EXTENTS,
        "height": EXTENTS,
        "content": TEXTS,
        "size": st.floats(4, 200),
        "color": st.just("black"),
    },
    optional={
        "font": st.sampled_from(["sans", "serif"]),
        "weight": st.sampled_from([400, 600, 700]),
        "minimumSize": st.floats(4, 40),
        "lineHeight": st.floats(0.5, 2),
        "letterSpacing": st.floats(-0.2, 1),
        "align": st.sampled_from(["left", "center", "right"]),
        "verticalAlign": st.sampled_from(["top", "middle", "bottom"]),
        "maximumLines": st.integers(1, 4),
    },
)


def page_of(*layers: Any, **fields: Any) -> Page:
    return page_from({"id": "page", "name": "Page", "width": WIDTH, "height": HEIGHT, "layers": layers, **fields})


def touched(page: Page) -> tuple[int, int, int, int] | None:
    """The bounds of what is not white."""
    image = painted(laid_out(page, {}), {})
    return ImageChops.difference(image, Image.new("RGB", image.size, "white")).getbbox()


@settings(max_examples=150)
@given(TEXT_LAYERS)
def test_text_stays_in_its_box(layer: Any) -> None:
    content = layer["content"].replace("{{", "")
    bounds = touched(page_of({**layer, "content": content}))
    if bounds is not None:
        left, top, right, bottom = bounds
        assert left >= layer["x"] - 1
        assert top >= layer["y"] - 1
        assert right <= layer["x"] + layer["width"] + 1
        assert bottom <= layer["y"] + layer["height"] + 1


@settings(max_examples=60)
@given(TEXT_LAYERS)
def test_ink_of_text_is_where_the_layout_says(layer: Any) -> None:
    page = page_of({**layer, "content": layer["content"].replace("{{", "")})
    items = laid_out(page, {}).items
    bounds = touched(page)
    if bounds is not None:
        (item,) = items
        assert isinstance(item, Lettering)
        ink = item.ink.in_whole_pixels()
        assert (ink.x, ink.y) <= bounds[:2]
        assert bounds[2] <= ink.right
        assert bounds[3] <= ink.bottom


@settings(max_examples=60)
@given(COORDINATES, COORDINATES, EXTENTS, EXTENTS, EXTENTS)
def test_rectangle_stays_in_its_box(x: float, y: float, width: float, height: float, radius: float) -> None:
    layer = {"type": "rectangle", "x": x, "y": y, "width": width, "height": height, "cornerRadius": radius}
    border = {"color": "red", "width": 3}
    bounds = touched(page_of({**layer, "fill": {"stops": STOPS}, "border": border}))
    if bounds is not None:
        assert bounds[0] > x - 1
        assert bounds[1] > y - 1
        assert bounds[2] < x + width + 1
        assert bounds[3] < y + height + 1


STOPS = [{"offset": 0, "color": "black"}, {"offset": 1, "color": "blue"}]


@pytest.mark.parametrize(("content", "align"), [("A\u030a\u0301\u0301", "top"), ("g\u0323\u0331\u0331", "bottom")])
def test_tall_marks_move_the_text_before_they_are_clipped(content: str, align: str) -> None:
    layer = {"type": "text", "x": 20, "y": 20, "width": 100, "height": 80, "content": content, "size": 40}
    (item,) = laid_out(page_of({**layer, "verticalAlign": align}), {}).items
    assert isinstance(item, Lettering)
    assert not item.is_clipped
    assert item.ink.is_inside(Box(20, 20, 100, 80))
    edge = item.ink.y - 20 if align == "top" else 100 - item.ink.bottom
    assert edge < 0.02


@pytest.mark.parametrize("align", ["left", "right"])
@pytest.mark.parametrize("font", ["sans", "serif"])
def test_letters_that_lean_out_are_moved_in(font: str, align: str) -> None:
    layer = {"type": "text", "x": 20, "y": 20, "width": 120, "height": 90, "size": 60, "font": font, "align": align}
    (item,) = laid_out(page_of({**layer, "content": "j\u012d j\u012d"}), {}).items
    assert isinstance(item, Lettering)
    assert not item.is_clipped
    assert item.ink.shrunk(0.01).is_inside(Box(20, 20, 120, 90))


def test_text_is_drawn_at_all() -> None:
    layer = {"type": "text", "x": 10, "y": 10, "width": 140, "height": 50, "content": "Hello", "size": 40}
    (item,) = laid_out(page_of(layer), {}).items
    assert isinstance(item, Lettering)
    assert touched(page_of(layer)) == pytest.approx((item.ink.x, item.ink.y, item.ink.right, item.ink.bottom), abs=1)
    assert item.ink.width > 80
    assert 25 < item.ink.height < 40


@settings(max_examples=40)
@given(TEXTS.map(lambda text: text.replace("{{", "")), TEXTS)
def test_tweak_changes_only_what_names_the_variable(before: str, after: str) -> None:
    page = page_of(
        {"type": "text", "x": 10, "y": 10, "width": 60, "height": 50, "content": "{{ it }}", "size": 20},
        {"type": "text", "x": 90, "y": 10, "width": 60, "height": 50, "content": "other", "size": 20},
        variables=[{"id": "v", "name": "it", "type": "string", "value": "Hello"}],
    )
    one, other = (Image.open(BytesIO(draw(page, {"it": it}, "png", {}).content)) for it in (before, after))
    changed = ImageChops.difference(one, other).getbbox()
    assert changed is None or (changed[0] >= 9 and changed[1] >= 9 and changed[2] <= 71 and changed[3] <= 61)


@settings(max_examples=40)
@given(TEXTS)
def test_equal_input_gives_equal_bytes(text: str) -> None:
    layer = {"type": "text", "x": 10, "y": 10, "width": 140, "height": 80, "content": "{{ it }}", "size": 30}
    variable = {"id": "v", "name": "it", "type": "string", "value": ""}
    page, twin = (page_of(layer, variables=[variable]) for _ in range(2))
    for image_format in ("png", "svg"):
        assert draw(page, {"it": text}, image_format, {}) == draw(twin, {"it": text}, image_format, {})
