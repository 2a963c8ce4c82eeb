"""Shapes and colours as pixels: how much is covered, and by what."""

from collections.abc import Mapping
from math import pi
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageStat

from mockserver.drawing.layout import laid_out
from mockserver.drawing.masks import mask
from mockserver.drawing.page import page_from
from mockserver.drawing.raster import painted
from mockserver.drawing.scene import Box

PLACES = st.floats(1, 20)
SIDES = st.floats(0.5, 60)


def picture(*layers: Mapping[str, Any], background: str = "#ffffff") -> Image.Image:
    fields = {"width": 100, "height": 50, "backgroundColor": background}
    return painted(laid_out(page_from({"id": "p", "name": "P", "layers": layers, **fields}), {}), {})


def rectangle(**fields: Any) -> Mapping[str, Any]:
    return {"type": "rectangle", "x": 0, "y": 0, "width": 100, "height": 50, **fields}


def covered(image: Image.Image) -> float:
    """The area that a mask covers, in pixels."""
    return ImageStat.Stat(image).sum[0] / 255


@given(PLACES, PLACES, SIDES, SIDES)
def test_mask_covers_the_area_of_a_rectangle(x: float, y: float, width: float, height: float) -> None:
    # Heights count in eighths of a pixel.
    tolerance = (width + height) / 8 + 0.5
    assert covered(mask(Box(x, y, width, height), 0, 90, 90)) == pytest.approx(width * height, abs=tolerance)


@given(PLACES, PLACES, st.floats(2, 30))
def test_mask_covers_the_area_of_a_circle(x: float, y: float, radius: float) -> None:
    area = covered(mask(Box(x, y, 2 * radius, 2 * radius), radius, 90, 90))
    assert area == pytest.approx(pi * radius * radius, abs=0.5 + radius / 2)


@given(st.integers(0, 20), st.integers(0, 20), st.integers(1, 30), st.floats(0, 15))
def test_mask_is_symmetrical(x: int, y: int, half: int, radius: float) -> None:
    side = 2 * half
    image = mask(Box(x, y, side, side), min(radius, half), 90, 90).crop((x, y, x + side, y + side))
    assert image.tobytes() == image.transpose(Image.Transpose.FLIP_LEFT_RIGHT).tobytes()
    assert image.tobytes() == image.transpose(Image.Transpose.FLIP_TOP_BOTTOM).tobytes()


@pytest.mark.parametrize(
    ("angle", "start", "end"),
    [
        (90, (0, 25), (99, 25)),
        (270, (99, 25), (0, 25)),
        (180, (50, 0), (50, 49)),
        (0, (50, 49), (50, 0)),
        (135, (0, 0), (99, 49)),
    ],
)
def test_gradient_runs_along_its_angle(angle: float, start: tuple[int, int], end: tuple[int, int]) -> None:
    stops = [{"offset": 0, "color": "#c80000"}, {"offset": 1, "color": "#0000c8"}]
    image = picture(rectangle(fill={"angle": angle, "stops": stops}))
    assert image.getpixel(start) == pytest.approx((200, 0, 0), abs=3)
    assert image.getpixel(end) == pytest.approx((0, 0, 200), abs=3)
    assert image.getpixel((50, 25)) == pytest.approx((100, 0, 100), abs=4)


def test_colours_fade_out_without_turning_dark() -> None:
    stops = [{"offset": 0, "color": "#ff0000"}, {"offset": 1, "color": "transparent"}]
    image = picture(rectangle(fill={"angle": 90, "stops": stops}))
    assert image.getpixel((50, 25)) == pytest.approx((255, 127, 127), abs=4)


def test_opacity_lets_the_ground_shine_through() -> None:
    assert picture(rectangle(fill="black", opacity=0.5)).getpixel((50, 25)) == pytest.approx((127, 127, 127), abs=1)


def test_layers_are_drawn_from_the_bottom_to_the_top() -> None:
    assert picture(rectangle(fill="red"), rectangle(fill="blue")).getpixel((50, 25)) == (0, 0, 255)


def test_border_lies_inside_the_edge() -> None:
    image = picture(rectangle(x=10, y=10, width=30, height=30, fill="red", border={"color": "blue", "width": 2}))
    places = [(9, 20), (10, 20), (11, 20), (12, 20), (39, 20), (40, 20)]
    white, blue, red = (255, 255, 255), (0, 0, 255), (255, 0, 0)
    assert [image.getpixel(place) for place in places] == [white, blue, blue, red, blue, white]


def test_transparent_ground_stays_transparent() -> None:
    layers = [rectangle(width=50, fill="red", opacity=0.5), rectangle(x=25, width=25, fill="blue")]
    image = picture(*layers, background="transparent")
    assert image.mode == "RGBA"
    assert [image.getpixel((x, 25)) for x in (10, 30, 80)] == [(255, 0, 0, 128), (0, 0, 255, 255), (0, 0, 0, 0)]


@pytest.mark.parametrize("visible", [False, "{{ false }}", "{{ unknown }}", "{{ 0 }}", "{{ 1 > 2 }}"])
def test_invisible_layer_is_left_out(visible: bool | str) -> None:  # noqa: FBT001 - a value of a document
    assert picture(rectangle(fill="red", visible=visible)).getcolors() == [(5000, (255, 255, 255))]


@pytest.mark.parametrize("width", ["{{ unknown }}", "{{ 'wide' }}", "{{ -5 }}"])
def test_length_that_is_no_number_leaves_nothing(width: str) -> None:
    assert picture(rectangle(fill="red", width=width)).getcolors() == [(5000, (255, 255, 255))]


@settings(max_examples=50)
@given(st.floats(-9000, 9000), st.floats(-9000, 9000), st.floats(0, 9000))
def test_huge_circle_far_away_is_clipped_to_the_page(x: float, y: float, radius: float) -> None:
    layer = {"type": "circle", "centerX": f"{{{{ {x:.3f} }}}}", "centerY": f"{{{{ {y:.3f} }}}}", "fill": "red"}
    image = picture({**layer, "radius": min(radius, 8192), "border": {"color": "blue", "width": 3}})
    assert image.size == (100, 50)
