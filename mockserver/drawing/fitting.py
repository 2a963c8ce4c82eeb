"""Text fitted into a box: the largest size at which all of it has room, or else as much as the smallest size has."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from mockserver.drawing.fonts import Font
from mockserver.drawing.shaping import Cluster, paragraphs, shaped
from mockserver.drawing.wrapping import Line, shortened, wrapped

STEP = 0.96


@dataclass(frozen=True, slots=True)
class Manner:
    """How text is to be set: sizes and room in pixels, spacing and line height in sizes of the font."""

    width: float
    height: float
    size: float
    minimum_size: float
    line_height: float
    letter_spacing: float
    maximum_lines: int | None


@dataclass(frozen=True, slots=True)
class Setting:
    """Text that has been set: the size in pixels, and its lines."""

    size: float
    lines: tuple[Line, ...]


def fitted(font: Font, text: str, manner: Manner) -> Setting:
    """The text, set so that it fits; a word is broken only if it would not fit a line in the smallest size."""
    return _Fitting(font, text, manner).best()


class _Fitting:
    def __init__(self, font: Font, text: str, manner: Manner) -> None:
        self._font = font
        self._manner = manner
        spacing = manner.letter_spacing * font.units_per_em
        self._paragraphs = [shaped(font, each, spacing=spacing) for each in paragraphs(text)]
        self._hyphen = _joined(shaped(font, "-", spacing=spacing))
        self._ellipsis = _joined(shaped(font, "…", spacing=spacing))

    def best(self) -> Setting:
        sizes = list(_sizes(self._manner.size, self._manner.minimum_size))
        for may_break in (False, True):
            # The sizes fall, so that the first that fits is the largest.
            index = bisect_left(sizes, True, key=lambda size: self._fits(size, may_break=may_break))
            if index < len(sizes):
                return Setting(sizes[index], tuple(self._lines(sizes[index])))
        return self._cut(sizes[-1])

    def _fits(self, size: float, *, may_break: bool) -> bool:
        capacity = self._capacity(size)
        lines: Sequence[Line] = list(islice(self._lines(size), capacity + 1))
        if len(lines) > capacity or self._font_height(size) > self._manner.height:
            return False
        return may_break or not any(line.broken for line in lines)

    def _cut(self, size: float) -> Setting:
        capacity = self._capacity(size)
        lines = list(islice(self._lines(size), capacity + 1))
        if len(lines) > capacity:
            width = self._units(self._manner.width, size)
            lines = [*lines[: capacity - 1], shortened(lines[capacity - 1], width, self._ellipsis)]
        return Setting(size, tuple(lines))

    def _lines(self, size: float) -> Iterator[Line]:
        width = self._units(self._manner.width, size)
        for each in self._paragraphs:
            yield from wrapped(each, width, self._hyphen)

    def _capacity(self, size: float) -> int:
        """How many lines there is room for; one at least."""
        room = self._manner.height - self._font_height(size)
        by_height = int(room / (self._manner.line_height * size) + 1e-9) + 1 if room > 0 else 1
        return min(by_height, self._manner.maximum_lines or by_height)

    def _font_height(self, size: float) -> float:
        return (self._font.ascent + self._font.descent) * size / self._font.units_per_em

    def _units(self, pixels: float, size: float) -> float:
        return pixels / size * self._font.units_per_em


def _sizes(largest: float, least: float) -> Iterator[float]:
    size = largest
    while size > least:
        yield round(size, 2)
        size *= STEP
    yield min(largest, least)


def _joined(clusters: Sequence[Cluster]) -> Cluster:
    """The only cluster of a sign."""
    (cluster,) = clusters
    return cluster
