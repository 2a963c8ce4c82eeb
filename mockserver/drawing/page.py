"""Pages: read from documents, and checked as far as they can be before anything is drawn."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from mockserver.drawing.colours import Colour, colour_in
from mockserver.drawing.errors import PageError, UnusableTweakError
from mockserver.drawing.expressions import ExpressionSyntaxError, template
from mockserver.drawing.layers import Gradient, ImageLayer, Layer, TextLayer
from mockserver.drawing.variables import Value, VariableType, coerced

LEAST_SIDE, LARGEST_SIDE = 16, 4096

Side = Annotated[int, Meta(ge=LEAST_SIDE, le=LARGEST_SIDE)]
Identifier = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}\Z")]
VariableName = Annotated[str, Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}\Z")]


class Variable(Struct, frozen=True, forbid_unknown_fields=True):
    """A value that layers name and that a render may replace; `value` is the default."""

    id: Identifier
    name: VariableName
    type: VariableType
    value: Value


class Page(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A picture as a declarative document; lengths are pixels, the first layer is the lowest."""

    id: Identifier
    name: Annotated[str, Meta(min_length=1, max_length=200)]
    width: Side
    height: Side
    layers: Annotated[tuple[Layer, ...], Meta(max_length=100)]
    background_color: Annotated[str, Meta(max_length=64)] = "#ffffff"
    variables: Annotated[tuple[Variable, ...], Meta(max_length=100)] = ()

    @property
    def background(self) -> Colour:
        """The colour below all layers."""
        found = colour_in(self.background_color)
        if found is None:
            raise PageError("backgroundColor", f"{self.background_color[:64]!r} is no colour")
        return found

    def itself(self) -> Mapping[str, Any]:
        """What `$_page` is in expressions."""
        return {
            "id": self.id,
            "name": self.name,
            "width": self.width,
            "height": self.height,
            "backgroundColor": self.background_color,
        }


def page_from(document: Mapping[str, Any]) -> Page:
    """The page that a JSON document states; raises `PageError`, which names the place."""
    try:
        page = msgspec.convert(document, Page)
    except msgspec.ValidationError as error:
        what, _, place = str(error).partition(" - at ")
        raise PageError(place.strip("`").removeprefix("$.").removeprefix("$") or "page", what) from None
    _refuse_null(document, "page")
    _ = page.background
    _check_variables(page)
    for field in fields_of(page):
        field.check()
    return page


def _refuse_null(value: Any, place: str) -> None:
    """What is not there is left out of a document; nothing in it may be null."""
    if value is None:
        raise PageError(place, "Expected a value, got `null`")
    if isinstance(value, Mapping):
        for key, each in value.items():
            _refuse_null(each, str(key) if place == "page" else f"{place}.{key}")
    elif isinstance(value, list | tuple):
        for index, each in enumerate(value):
            _refuse_null(each, f"{place}[{index}]")


def layer_name(index: int, layer: Layer) -> str:
    """What messages call a layer."""
    return f"layer {layer.id}" if layer.id else f"layer {index + 1}"


@dataclass(frozen=True, slots=True)
class Field:
    """A string of a layer, with what it is for."""

    layer: str
    name: str
    text: str
    meaning: Literal["text", "number", "colour", "condition", "source"]

    def check(self) -> None:
        """Raise `PageError` if it cannot be read, or, having no expression, has no meaning."""
        place = f"{self.layer}: {self.name}"
        try:
            parts = template(self.text).parts
        except ExpressionSyntaxError as error:
            raise PageError(place, str(error)) from None
        constant = all(isinstance(part, str) for part in parts)
        if self.meaning == "number" and (constant or len(parts) != 1):
            raise PageError(place, "a number, or a single expression, is wanted")
        if self.meaning == "colour" and constant and colour_in(self.text) is None:
            raise PageError(place, f"{self.text[:64]!r} is no colour")
        if self.meaning == "source" and constant:
            _checked(place, "image", self.text)


def fields_of(page: Page) -> Iterator[Field]:
    """Every string of every layer that may hold expressions."""
    for index, layer in enumerate(page.layers):
        name = layer_name(index, layer)
        for key in _NUMBERS:
            if isinstance(text := getattr(layer, key, None), str):
                yield Field(name, key, text, "number")
        if isinstance(layer.visible, str):
            yield Field(name, "visible", layer.visible, "condition")
        if isinstance(layer, TextLayer):
            yield Field(name, "content", layer.content, "text")
            yield Field(name, "color", layer.color, "colour")
        elif isinstance(layer, ImageLayer):
            yield Field(name, "src", layer.src, "source")
        else:
            yield from _paints(name, layer)


_NUMBERS = ("opacity", "x", "y", "width", "height", "center_x", "center_y", "radius", "corner_radius", "size")


def _paints(name: str, layer: Any) -> Iterator[Field]:
    if isinstance(layer.fill, Gradient):
        for stop in layer.fill.stops:
            yield Field(name, "fill", stop.color, "colour")
    elif layer.fill is not None:
        yield Field(name, "fill", layer.fill, "colour")
    if layer.border is not None:
        yield Field(name, "border", layer.border.color, "colour")


def _check_variables(page: Page) -> None:
    keys: set[str] = set()
    for variable in page.variables:
        place = f"variable {variable.name}"
        own = {variable.id, variable.name}
        if own & keys:
            raise PageError(place, "its name or its id is another variable's")
        keys |= own
        _checked(place, variable.type, variable.value)
        if _JSON_TYPES.get(variable.type, "text") != _json_type(variable.value):
            raise PageError(place, f"its value is {_json_type(variable.value)}, its type {variable.type}")


_JSON_TYPES = {"number": "a number", "boolean": "a boolean"}


def _json_type(value: Value) -> str:
    if isinstance(value, bool):
        return "a boolean"
    return "text" if isinstance(value, str) else "a number"


def _checked(place: str, kind: VariableType, value: Value) -> None:
    try:
        coerced(place, kind, value)
    except UnusableTweakError as error:
        raise PageError(place, error.message) from None
