"""The layers of a page, as a document states them; lengths are pixels, and strings may hold expressions."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

LARGEST_COORDINATE = 8192

Expression = Annotated[str, Meta(max_length=500)]
Position = Annotated[float, Meta(ge=-LARGEST_COORDINATE, le=LARGEST_COORDINATE)] | Expression
Extent = Annotated[float, Meta(ge=0, le=LARGEST_COORDINATE)] | Expression
Share = Annotated[float, Meta(ge=0, le=1)] | Expression
FontSize = Annotated[float, Meta(ge=4, le=1000)]
Source = Annotated[str, Meta(max_length=2_000_000)]
LayerName = Annotated[str, Meta(min_length=1, max_length=64)]


class GradientStop(Struct, frozen=True, forbid_unknown_fields=True):
    """A colour at a place of a gradient's line, from 0 for its start to 1 for its end."""

    offset: Annotated[float, Meta(ge=0, le=1)]
    color: Expression


class Gradient(Struct, frozen=True, forbid_unknown_fields=True):
    """Colours along a line; the angle is in degrees, clockwise, and 0 points upwards."""

    stops: Annotated[tuple[GradientStop, ...], Meta(min_length=2, max_length=8)]
    angle: Annotated[float, Meta(ge=-360, le=360)] = 180


Paint = Expression | Gradient


class Border(Struct, frozen=True, forbid_unknown_fields=True):
    """A line along the inner side of an edge."""

    color: Expression
    width: Annotated[float, Meta(ge=0, le=512)]


class _Layer(Struct, frozen=True, forbid_unknown_fields=True, rename="camel", tag_field="type", kw_only=True):
    """What all layers have."""

    kind: ClassVar[str]

    id: LayerName | None = None
    visible: bool | Expression = True
    opacity: Share = 1


class _Box(_Layer, frozen=True, forbid_unknown_fields=True, rename="camel", tag_field="type", kw_only=True):
    """A layer with a place and a size."""

    x: Position
    y: Position
    width: Extent
    height: Extent


class RectangleLayer(_Box, frozen=True, tag="rectangle", kw_only=True):
    """A rectangle, with round corners if it shall."""

    corner_radius: Extent = 0
    fill: Paint | None = None
    border: Border | None = None


class CircleLayer(_Layer, frozen=True, tag="circle", kw_only=True):
    """A circle about its centre."""

    center_x: Position
    center_y: Position
    radius: Extent
    fill: Paint | None = None
    border: Border | None = None


class TextLayer(_Box, frozen=True, tag="text", kw_only=True):
    """Text within a box; line height and letter spacing count in sizes of the font."""

    content: Annotated[str, Meta(max_length=20_000)]
    font: Literal["sans", "serif"] = "sans"
    weight: Literal[400, 600, 700] = 400
    size: FontSize | Expression = 16
    minimum_size: FontSize | None = None
    line_height: Annotated[float, Meta(ge=0.5, le=4)] = 1.25
    letter_spacing: Annotated[float, Meta(ge=-0.2, le=2)] = 0
    color: Expression = "#000000"
    align: Literal["left", "center", "right"] = "left"
    vertical_align: Literal["top", "middle", "bottom"] = "top"
    maximum_lines: Annotated[int, Meta(ge=1, le=1000)] | None = None


class ImageLayer(_Box, frozen=True, tag="image", kw_only=True):
    """A picture within a box: cut to it, or whole in its middle."""

    src: Source
    fit: Literal["cover", "contain"] = "cover"
    corner_radius: Extent = 0


Layer = RectangleLayer | CircleLayer | TextLayer | ImageLayer
