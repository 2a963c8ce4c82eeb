"""The fields of layers with their expressions evaluated, bounded as the fields are."""

from collections.abc import Mapping
from typing import Any

from mockserver.drawing.expressions import template
from mockserver.drawing.functions import LONGEST_TEXT, holds, number_of
from mockserver.drawing.layers import LARGEST_COORDINATE, ImageLayer, RectangleLayer, TextLayer
from mockserver.drawing.page import Page
from mockserver.drawing.scene import Box
from mockserver.drawing.variables import LONGEST_SOURCE


class Evaluation:
    """Evaluates fields of a page against the values of its variables."""

    def __init__(self, page: Page, values: Mapping[str, Any]) -> None:
        self._names = {**values, "$_page": page.itself()}
        self._left = LONGEST_TEXT

    def text(self, field: str) -> str:
        """The text that a field gives, of at most 20,000 characters."""
        return template(field).text(self._names) if "{{" in field else field

    def content(self, field: str) -> str:
        """The text that a layer sets: all contents together, in their order, have at most 20,000 characters."""
        text = self.text(field)[: self._left]
        self._left -= len(text)
        return text

    def holds(self, field: bool | str) -> bool:  # noqa: FBT001 - a field may be a boolean
        """Whether a condition holds."""
        return holds(template(field).value(self._names)) if isinstance(field, str) else field

    def number(self, field: float | str, least: float, most: float) -> float:
        """The number that a field gives, within bounds; the least where it gives none."""
        value = template(field).value(self._names) if isinstance(field, str) else field
        number = number_of(value)
        return least if number is None else max(least, min(number, most))

    def position(self, field: float | str) -> float:
        """A coordinate; 0 where an expression gives no number."""
        value = template(field).value(self._names) if isinstance(field, str) else field
        number = number_of(value) or 0
        return max(-LARGEST_COORDINATE, min(number, LARGEST_COORDINATE))

    def extent(self, field: float | str) -> float:
        """A length; 0 where an expression gives no number."""
        return self.number(field, 0, LARGEST_COORDINATE)

    def box(self, layer: RectangleLayer | TextLayer | ImageLayer) -> Box:
        """The place of a layer."""
        return Box(self.position(layer.x), self.position(layer.y), self.extent(layer.width), self.extent(layer.height))

    def source(self, layer: ImageLayer) -> str:
        """The URL of a picture, or the empty text."""
        if "{{" not in layer.src:
            return layer.src
        return template(layer.src).text(self._names, longest=LONGEST_SOURCE).strip()
