"""The layout: from a page and the values of its variables to a scene."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mockserver.drawing.colours import TRANSPARENT, Colour, colour_in
from mockserver.drawing.errors import PageError
from mockserver.drawing.evaluation import Evaluation
from mockserver.drawing.layers import Border, CircleLayer, Gradient, ImageLayer, Layer, Paint, RectangleLayer, TextLayer
from mockserver.drawing.page import Page, layer_name
from mockserver.drawing.scene import (
    Box,
    Edge,
    Fill,
    Item,
    Lettering,
    LinearGradient,
    Picture,
    Scene,
    Shape,
    Stop,
)
from mockserver.drawing.setting import lettering

MEGA = 1_000_000
MOST_PAINTED_PIXELS = 128 * MEGA
PIXELS_OF_A_CURVED_ROW = 700
"""How many pixels can be painted while the coverage of one row of a round corner is found."""


def laid_out(page: Page, values: Mapping[str, Any]) -> Scene:
    """The scene of a page; the values are those of `tweaked`. What is invisible or empty is left out.

    Raises `PageError` where the layers cover so much together that drawing them would take too long.
    """
    evaluation = Evaluation(page, values)
    items = (_item(evaluation, layer_name(index, layer), layer) for index, layer in enumerate(page.layers))
    scene = Scene(page.name, page.width, page.height, page.background, tuple(item for item in items if item))
    if sum(_area(item, scene.box) for item in scene.items) > MOST_PAINTED_PIXELS:
        raise PageError("layers", f"they cover more than {MOST_PAINTED_PIXELS // MEGA} million pixels together")
    return scene


def _area(item: Item, page: Box) -> float:
    """How many pixels an item touches, or what takes as long; a picture is scaled whole, wherever the page ends."""
    if isinstance(item, Picture):
        return item.box.width * item.box.height
    if isinstance(item, Lettering):
        ink = item.ink.within(page)
        return ink.width * ink.height
    seen = item.box.within(page)
    curved = min(seen.height, 2 * item.radius) if seen.width else 0
    # A border is painted like one more shape.
    return (seen.width * seen.height + curved * PIXELS_OF_A_CURVED_ROW) * (1 if item.edge is None else 2)


def _item(evaluation: Evaluation, name: str, layer: Layer) -> Item | None:
    opacity = evaluation.number(layer.opacity, 0, 1)
    if not opacity or not evaluation.holds(layer.visible):
        return None
    paint = _painter(evaluation, opacity)
    match layer:
        case RectangleLayer():
            box = evaluation.box(layer)
            return _shape(box, evaluation.extent(layer.corner_radius), paint(layer.fill), _edge(paint, layer.border))
        case CircleLayer():
            radius = evaluation.extent(layer.radius)
            x, y = evaluation.position(layer.center_x), evaluation.position(layer.center_y)
            box = Box(x - radius, y - radius, 2 * radius, 2 * radius)
            return _shape(box, radius, paint(layer.fill), _edge(paint, layer.border))
        case TextLayer():
            return lettering(evaluation, layer, opacity)
        case ImageLayer():
            return _picture(evaluation, name, layer, opacity)


def _painter(evaluation: Evaluation, opacity: float) -> Callable[[Paint | None], Fill | None]:
    def colour(text: str) -> Colour:
        return (colour_in(evaluation.text(text)) or TRANSPARENT).faded(opacity)

    def paint(fill: Paint | None) -> Fill | None:
        if isinstance(fill, Gradient):
            stops = sorted((Stop(stop.offset, colour(stop.color)) for stop in fill.stops), key=lambda stop: stop.offset)
            return LinearGradient(fill.angle, _tinted(stops))
        found = colour(fill) if fill is not None else TRANSPARENT
        return found if found.alpha else None

    return paint


def _tinted(stops: Sequence[Stop]) -> tuple[Stop, ...]:
    """The stops; transparent ones have the tint of a neighbour, so that colours fade out and do not turn dark."""
    seen = [stop.colour for stop in stops if stop.colour.alpha]
    tinted = []
    tint = seen[0] if seen else TRANSPARENT
    for stop in stops:
        if stop.colour.alpha:
            tint = stop.colour
        tinted.append(stop if stop.colour.alpha else Stop(stop.offset, tint._replace(alpha=0)))
    return tuple(tinted)


def _edge(paint: Callable[[Paint | None], Fill | None], border: Border | None) -> Edge | None:
    colour = paint(border.color) if border and border.width else None
    return Edge(colour, border.width) if border and isinstance(colour, Colour) else None


def _shape(box: Box, radius: float, fill: Fill | None, edge: Edge | None) -> Shape | None:
    if box.is_empty or (fill is None and edge is None):
        return None
    return Shape(box, min(radius, box.width / 2, box.height / 2), fill, edge)


def _picture(evaluation: Evaluation, name: str, layer: ImageLayer, opacity: float) -> Picture | None:
    source = evaluation.source(layer)
    box = evaluation.box(layer)
    x, y = round(box.x), round(box.y)
    whole = Box(x, y, round(box.right) - x, round(box.bottom) - y)
    if whole.is_empty or not source:
        return None
    radius = min(evaluation.extent(layer.corner_radius), whole.width / 2, whole.height / 2)
    return Picture(name, whole, radius, source, layer.fit, opacity)
