"""What is drawn, in pixels: the one layout that every image format is made from."""

from dataclasses import dataclass
from math import ceil, floor
from typing import Literal, NamedTuple

from mockserver.drawing.colours import Colour


class Box(NamedTuple):
    """A rectangle, in pixels from the upper left corner of the page."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of the lower edge."""
        return self.y + self.height

    @property
    def is_empty(self) -> bool:
        """Whether nothing fits in."""
        return self.width <= 0 or self.height <= 0

    def within(self, other: "Box") -> "Box":
        """The part of this that lies in the other; perhaps an empty one."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        return Box(x, y, max(0, min(self.right, other.right) - x), max(0, min(self.bottom, other.bottom) - y))

    def is_inside(self, other: "Box") -> bool:
        """Whether no part lies outside the other."""
        return other.x <= self.x and other.y <= self.y and self.right <= other.right and self.bottom <= other.bottom

    def in_whole_pixels(self) -> "Box":
        """The least box of whole pixels around this."""
        x, y = floor(self.x), floor(self.y)
        return Box(x, y, ceil(self.right) - x, ceil(self.bottom) - y)

    def shrunk(self, by: float) -> "Box":
        """The box with each edge moved inwards."""
        return Box(self.x + by, self.y + by, max(0, self.width - 2 * by), max(0, self.height - 2 * by))


class Stop(NamedTuple):
    """A colour at a place of a gradient, from 0 to 1."""

    offset: float
    colour: Colour


class LinearGradient(NamedTuple):
    """Colours along a line; degrees clockwise, 0 upwards. The corners that it runs between have its end colours."""

    angle: float
    stops: tuple[Stop, ...]


Fill = Colour | LinearGradient


@dataclass(frozen=True, slots=True)
class Edge:
    """A line along the inner side of a shape's edge."""

    colour: Colour
    width: float


@dataclass(frozen=True, slots=True)
class Shape:
    """A rectangle with corners of a radius; a circle is one whose radius is half its side."""

    box: Box
    radius: float
    fill: Fill | None
    edge: Edge | None


class FontKey(NamedTuple):
    """One of the bundled fonts."""

    family: Literal["sans", "serif"]
    weight: int


class Glyph(NamedTuple):
    """A glyph of a font, with its place on a line in units of the font; y points upwards."""

    number: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class GlyphLine:
    """The glyphs of a line, and where its baseline starts."""

    x: float
    y: float
    glyphs: tuple[Glyph, ...]


@dataclass(frozen=True, slots=True)
class Lettering:
    """Lines of glyphs in one font, size (pixels) and colour.

    `ink` is around all that is drawn. Where the glyphs reach beyond it, they are clipped to it.
    """

    font: FontKey
    size: float
    colour: Colour
    lines: tuple[GlyphLine, ...]
    ink: Box
    is_clipped: bool
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in a box of whole pixels; the layer is its name in messages."""

    layer: str
    box: Box
    radius: float
    source: str
    fit: Literal["cover", "contain"]
    opacity: float


Item = Shape | Lettering | Picture


@dataclass(frozen=True, slots=True)
class Scene:
    """A page, laid out: its size in pixels, and what is drawn from the bottom to the top."""

    title: str
    width: int
    height: int
    background: Colour
    items: tuple[Item, ...]

    @property
    def box(self) -> Box:
        """The whole page."""
        return Box(0, 0, self.width, self.height)
