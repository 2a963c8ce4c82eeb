"""Colours: read from text, changed, and written."""

import re
from typing import NamedTuple

OPAQUE = 255

_BASIC = {
    "aqua": 0x00FFFF,
    "black": 0x000000,
    "blue": 0x0000FF,
    "cyan": 0x00FFFF,
    "fuchsia": 0xFF00FF,
    "gray": 0x808080,
    "green": 0x008000,
    "grey": 0x808080,
    "lime": 0x00FF00,
    "magenta": 0xFF00FF,
    "maroon": 0x800000,
    "navy": 0x000080,
    "olive": 0x808000,
    "orange": 0xFFA500,
    "pink": 0xFFC0CB,
    "purple": 0x800080,
    "red": 0xFF0000,
    "silver": 0xC0C0C0,
    "teal": 0x008080,
    "white": 0xFFFFFF,
    "yellow": 0xFFFF00,
}
_HEX = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", re.ASCII)
_NUMBER = r"\s*(\d{1,3}(?:\.\d{1,10})?%?)\s*"
_FUNCTION = re.compile(rf"rgba?\({_NUMBER},{_NUMBER},{_NUMBER}(?:,\s*(\d?\.?\d{{1,10}})\s*)?\)", re.ASCII)


class Colour(NamedTuple):
    """Red, green, blue and alpha, each 0 to 255."""

    red: int
    green: int
    blue: int
    alpha: int = OPAQUE

    def faded(self, opacity: float) -> "Colour":
        """The colour with its alpha times an opacity from 0 to 1."""
        return self._replace(alpha=round(self.alpha * opacity))

    def mixed(self, other: "Colour", share: float) -> "Colour":
        """The colour between this (share 0) and the other (share 1)."""
        return Colour(*(round(mine + (theirs - mine) * share) for mine, theirs in zip(self, other, strict=True)))

    @property
    def rgb(self) -> tuple[int, int, int]:
        """The colour without its alpha."""
        return self[:3]

    def __str__(self) -> str:
        """`#rrggbb`, and two more digits if it is not opaque."""
        text = "#{:02x}{:02x}{:02x}".format(*self.rgb)
        return text if self.alpha == OPAQUE else f"{text}{self.alpha:02x}"


TRANSPARENT = Colour(0, 0, 0, 0)
BLACK = Colour(0, 0, 0)
WHITE = Colour(255, 255, 255)


def colour_in(text: str) -> Colour | None:
    """The colour that a text names, or None."""
    text = text.strip().lower()
    if text == "transparent":
        return TRANSPARENT
    if text in _BASIC:
        value = _BASIC[text]
        return Colour(value >> 16, value >> 8 & 255, value & 255)
    if _HEX.fullmatch(text):
        digits = text[1:]
        pairs = [digit * 2 for digit in digits] if len(digits) <= len("rgba") else re.findall("..", digits)
        return Colour(*(int(pair, 16) for pair in pairs))
    if found := _FUNCTION.fullmatch(text):
        *channels, alpha = found.groups()
        red, green, blue = map(_channel, channels)
        return Colour(red, green, blue, round(min(float(alpha or 1), 1) * OPAQUE))
    return None


def _channel(text: str) -> int:
    value = float(text[:-1]) * OPAQUE / 100 if text.endswith("%") else float(text)
    return min(round(value), OPAQUE)
