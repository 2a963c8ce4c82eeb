"""From text to glyphs, with HarfBuzz: kerning, ligatures and marks, the same on every machine.

Text runs from the left to the right; there are no bidirectional paragraphs, and what the fonts lack is drawn as their
sign for a missing glyph. Language and direction are fixed, since HarfBuzz would take the language of the process.
"""

import re
import unicodedata
from enum import Enum, auto
from typing import NamedTuple

import uharfbuzz

from mockserver.drawing.fonts import Font
from mockserver.drawing.scene import Glyph

_NEWLINES = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_SPACES = frozenset(" \u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u200b\u205f\u3000")
_HYPHENS = frozenset("-\u2010\u2013\u2014")
_SOFT_HYPHEN = "\u00ad"


class Break(Enum):
    """What a cluster means for the end of a line."""

    NEVER = auto()
    SPACE = auto()  # a line may end here, and the space may hang over its end
    AFTER = auto()
    HYPHENATED = auto()  # a line may end here, if it gets a hyphen


class Cluster(NamedTuple):
    """The least that a line may be broken into, in units of the font: its text, glyphs, and width.

    `before` and `after` say how far its ink goes beyond its left edge and its width.
    """

    text: str
    glyphs: tuple[Glyph, ...]
    advance: float
    before: float
    after: float
    kind: Break


def paragraphs(text: str) -> list[str]:
    """The text between newlines, without what no font could show."""
    text = _SURROGATES.sub("\ufffd", text)
    return [_visible(each.replace("\t", " ")) for each in _NEWLINES.split(text)]


def shaped(font: Font, text: str, *, spacing: float = 0) -> tuple[Cluster, ...]:
    """The clusters of a paragraph, with so many units of the font more after each."""
    if not text:
        return ()
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.direction = "ltr"
    buffer.language = "en"
    buffer.guess_segment_properties()
    # Letters that are set apart do not join.
    uharfbuzz.shape(font.handle, buffer, {"liga": not spacing, "clig": not spacing, "calt": not spacing})
    infos, positions = buffer.glyph_infos, buffer.glyph_positions
    starts = [info.cluster for info in infos]
    clusters: list[Cluster] = []
    first = 0
    for index in range(1, len(starts) + 1):
        if index < len(starts) and starts[index] == starts[first]:
            continue
        end = starts[index] if index < len(starts) else len(text)
        pen = 0.0
        glyphs = []
        for info, position in zip(infos[first:index], positions[first:index], strict=True):
            glyphs.append(Glyph(info.codepoint, pen + position.x_offset, position.y_offset))
            pen += position.x_advance
        clusters.append(_cluster(font, glyphs, pen + spacing, (text, starts[first], end)))
        first = index
    return tuple(clusters)


def _cluster(font: Font, glyphs: list[Glyph], advance: float, place: tuple[str, int, int]) -> Cluster:
    text, start, end = place
    before = after = 0.0
    for glyph in glyphs:
        if ink := font.ink(glyph.number):
            before = max(before, -(glyph.x + ink.left))
            after = max(after, glyph.x + ink.right - advance)
    return Cluster(text[start:end], tuple(glyphs), advance, before, after, _break(text, start, end))


def _break(text: str, start: int, end: int) -> Break:
    last = text[end - 1]
    if last in _SPACES and end - start == 1:
        return Break.SPACE
    if last == _SOFT_HYPHEN:
        return Break.HYPHENATED
    if last in _HYPHENS and start > 0 and text[start - 1].isalnum() and text[end : end + 1].isalpha():
        return Break.AFTER
    return Break.NEVER


def _visible(text: str) -> str:
    return text if text.isprintable() else "".join(each for each in text if unicodedata.category(each) != "Cc")
