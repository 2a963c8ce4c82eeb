"""The pages that can be rendered: a ground, blocks, photos and lines of text, with variables in them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Type = Literal["string", "number", "boolean", "color", "image"]
Value = str | int | float | bool
Box = tuple[int, int, int, int]

_NAME = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Variable:
    """Something that a tweak may change; `value` is what it is without one."""

    id: str
    name: str
    type: Type
    value: Value


@dataclass(frozen=True)
class Block:
    """A filled rectangle; its box is left, top, right and bottom, in pixels."""

    box: Box
    fill: str


@dataclass(frozen=True)
class Photo:
    """A picture from a data URI, stretched to its box."""

    box: Box
    source: str


@dataclass(frozen=True)
class Line:
    """A line of text whose upper left corner is at `x`, `y`; all in pixels."""

    x: int
    y: int
    size: int
    colour: str
    text: str


Part = Block | Photo | Line


@dataclass(frozen=True)
class Page:
    """What is drawn, from the bottom to the top; `{name}` stands for the variable with this name."""

    id: str
    width: int
    height: int
    ground: str
    parts: tuple[Part, ...]
    variables: tuple[Variable, ...] = ()
    is_published: bool = True

    def variable(self, key: str) -> Variable | None:
        """The variable with this name or id."""
        return next((each for each in self.variables if key in {each.name, each.id}), None)


def filled(text: str, shown: Mapping[str, str]) -> str:
    """A text with what the variables show in the place of their names."""
    return _NAME.sub(lambda found: shown[found[1]], text)


INK, PAPER = "#1f2937", "#fdf6e3"

PAGES = (
    Page(
        "k2vRz0Xq7JmWb9TfYc4Ls",
        640,
        336,
        PAPER,
        (
            Block((0, 0, 16, 336), "{accent}"),
            Photo((520, 40, 600, 120), "{portrait}"),
            Line(48, 48, 44, INK, "{headline}"),
            Line(48, 128, 24, "{accent}", "by {author}"),
            Line(48, 240, 28, INK, "{copies} copies, signed: {signed}"),
        ),
        (
            Variable("q0", "internal_note", "string", ""),
            Variable("q1", "headline", "string", "A quiet week"),
            Variable("q2", "author", "string", "nobody"),
            Variable("q3", "copies", "number", 12),
            Variable("q4", "signed", "boolean", False),
            Variable("q5", "accent", "color", "#0e7490"),
            Variable("q6", "portrait", "image", ""),
        ),
    ),
    Page(
        "badge é+1",
        203,
        97,
        "white",
        (Block((4, 4, 199, 93), "{fußfarbe}"), Line(16, 34, 24, "white", "{name}")),
        (Variable("7", "name", "string", "Visitor"), Variable("8", "fußfarbe", "color", "navy")),
    ),
    Page("plain_paper", 64, 90, "#eeeeee", (Line(4, 10, 16, INK, "Nothing"), Line(4, 40, 16, INK, "to do"))),
    Page("sketch", 240, 240, PAPER, (Line(10, 10, 16, INK, "Not yet"),), is_published=False),
)
