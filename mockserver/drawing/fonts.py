"""The bundled fonts, each loaded once in a process."""

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import uharfbuzz

from mockserver.drawing.scene import FontKey

FOLDER = Path(__file__).parent / "fonts"

FILES = {
    FontKey("sans", 400): "Inter-Regular.ttf",
    FontKey("sans", 600): "Inter-SemiBold.ttf",
    FontKey("sans", 700): "Inter-Bold.ttf",
    FontKey("serif", 400): "ProofreelSerif-Regular.ttf",
    FontKey("serif", 600): "ProofreelSerif-SemiBold.ttf",
}


class Ink(NamedTuple):
    """The bounds of what is drawn, in units of the font about the origin of a glyph; y points upwards."""

    left: float
    bottom: float
    right: float
    top: float


class Font:
    """A font: its measures in its own units, and the ink of its glyphs."""

    def __init__(self, path: Path) -> None:
        face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))
        self.handle: Any = uharfbuzz.Font(face)
        self.units_per_em: int = face.upem
        extents = self.handle.get_font_extents("ltr")
        self.ascent: int = extents.ascender
        self.descent: int = -extents.descender
        self._inks: dict[int, Ink | None] = {}

    def ink(self, glyph: int) -> Ink | None:
        """The bounds of a glyph; None where it leaves no ink, such as a space."""
        if glyph not in self._inks:
            extents = self.handle.get_glyph_extents(glyph)
            self._inks[glyph] = _ink(extents) if extents is not None and extents.width else None
        return self._inks[glyph]


def _ink(extents: Any) -> Ink:
    left, top = extents.x_bearing, extents.y_bearing
    return Ink(left, top + extents.height, left + extents.width, top)


@cache
def font(key: FontKey) -> Font:
    """The font of a key from `available`."""
    return Font(FOLDER / FILES[key])


def available(family: str, weight: int) -> FontKey:
    """The font of a family whose weight is nearest, the bolder of two."""
    return min(
        (key for key in FILES if key.family == family),
        key=lambda key: (abs(key.weight - weight), -key.weight),
    )
