"""Linear gradients as pixels."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from math import cos, radians, sin

from PIL import Image

from mockserver.drawing.colours import Colour
from mockserver.drawing.scene import Box, LinearGradient, Stop

RESOLUTION = 2048  # steps from end to end: more than a byte tells apart, so that the nearest one will do
MARGIN = 4  # for corners that rounding puts beyond the ends


def direction(angle: float) -> tuple[float, float]:
    """The unit vector of an angle in degrees, clockwise from upwards; y points down."""
    turn = radians(angle)
    return (round(sin(turn), 9), round(-cos(turn), 9))


def length(angle: float, box: Box) -> float:
    """The length of a gradient's line in a box: its ends lie level with the corners."""
    x, y = direction(angle)
    return abs(x) * box.width + abs(y) * box.height


def gradient(filling: LinearGradient, box: Box, width: int, height: int) -> Image.Image:
    """The gradient of a box over a picture (mode RGBA) whose corner is the box's origin."""
    x, y = direction(filling.angle)
    scale = RESOLUTION / length(filling.angle, box)
    middle_x, middle_y = box.x + box.width / 2, box.y + box.height / 2
    shift = MARGIN + RESOLUTION / 2 - scale * (x * middle_x + y * middle_y)
    ramp = _ramp(filling.stops)
    return ramp.transform(
        (width, height),
        Image.Transform.AFFINE,
        (scale * x, scale * y, shift, 0, 0, 0.5),
        Image.Resampling.NEAREST,
    )


@lru_cache(maxsize=32)
def _ramp(stops: tuple[Stop, ...]) -> Image.Image:
    pixels = bytearray()
    for index in range(-MARGIN, RESOLUTION + MARGIN):
        pixels += bytes(_colour_at(stops, (index + 0.5) / RESOLUTION))
    return Image.frombytes("RGBA", (RESOLUTION + 2 * MARGIN, 1), bytes(pixels))


def _colour_at(stops: Sequence[Stop], offset: float) -> Colour:
    if offset <= stops[0].offset:
        return stops[0].colour
    for before, after in pairwise(stops):
        if offset < after.offset:
            share = (offset - before.offset) / (after.offset - before.offset)
            return before.colour.mixed(after.colour, share)
    return stops[-1].colour
