"""Pages that a target has, and what of them a render may change; values."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from contracts.json_object import JsonObject

Value = str | int | float | bool
"""What a variable is set to: a text for a string, a colour and an image."""

PICTURE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVR42mO8I2JjsUCOQSPg2a8TDAAiIgVEn/Qd1AAAAABJ"
    "RU5ErkJggg=="
)
OTHER_PICTURE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVR42mNkqPjPwMDA8v8RIwMDAwAbNQNf0GDOWwAAAABJ"
    "RU5ErkJggg=="
)
"""Two pictures of two by two pixels, as values of variables that are images."""


class VariableType(StrEnum):
    """What a variable's values are."""

    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    COLOR = "color"
    IMAGE = "image"

    def takes(self, value: object) -> bool:
        """Whether a value is of this type; of colours and images, whether it is a text."""
        if self is VariableType.BOOLEAN:
            return isinstance(value, bool)
        if self is VariableType.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool)
        return isinstance(value, str)


_EXAMPLES: Mapping[VariableType, tuple[Value, ...]] = {
    VariableType.STRING: ("Proofreel", "Another word", "A third one"),
    VariableType.NUMBER: (7, 3, 5),
    VariableType.BOOLEAN: (True, False),
    VariableType.COLOR: ("#e11d48", "#16a34a", "#2563eb"),
    VariableType.IMAGE: (PICTURE, OTHER_PICTURE),
}


@dataclass(frozen=True, slots=True)
class Variable:
    """What a render may change; tweaks name it by its name or its id.

    `default` is what it is without a tweak, None where that is not known. `change` is something to set it to that
    changes the picture, None where the target's owner has named nothing. `is_shown` is whether its value shows in the
    picture at all.
    """

    id: str
    name: str
    type: VariableType
    default: Value | None = None
    change: Value | None = None
    is_shown: bool = True

    @property
    def settings(self) -> tuple[Value, Value]:
        """Two different values of its type: the first is none that it has without a tweak, as far as that is known.

        Where it is shown, the two make two different pictures, unless its page hides the one or the other.
        """
        named, usual = ([] if value is None else [value] for value in (self.change, self.default))
        others = [each for each in _EXAMPLES[self.type] if each not in {*named, *usual}]
        first, second, *_ = [*named, *others, *usual]
        return first, second


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the target; width and height are pixels. One that is not published exists all the same."""

    id: str
    width: int
    height: int
    name: str = ""
    is_published: bool = True
    variables: tuple[Variable, ...] = ()

    @property
    def shown(self) -> Sequence[Variable]:
        """The variables whose values show in the picture."""
        return [variable for variable in self.variables if variable.is_shown]

    def of_type(self, *types: VariableType) -> Variable | None:
        """The first variable of one of these types whose value shows in the picture; None where there is none."""
        return next((variable for variable in self.shown if variable.type in types), None)


def as_text(value: Value) -> str:
    """A value as it is written in a query."""
    return value if isinstance(value, str) else json.dumps(value)


def in_order(pages: Iterable[Page]) -> tuple[Page, ...]:
    """The published ones first, else as they come."""
    return tuple(sorted(pages, key=lambda page: not page.is_published))


def read_pages(content: Mapping[str, Any]) -> tuple[Page, ...]:
    """The pages from a reply, the published ones first; `ValueError` says what is wrong with it."""
    return in_order(map(_page, JsonObject(content, "the reply").objects("pages", "page")))


def _page(entry: JsonObject) -> Page:
    return Page(
        id=entry.text("id"),
        width=entry.count("width", least=1),
        height=entry.count("height", least=1),
        name=str(entry.content.get("name") or ""),
        is_published=entry.flag("published", default=True),
        variables=tuple(map(_variable, entry.objects("variables", "variable") if "variables" in entry.content else ())),
    )


def _variable(entry: JsonObject) -> Variable:
    kind, default = entry.text("type"), entry.content.get("value")
    if kind not in set(VariableType):
        entry.refuse("type", f"one of {', '.join(VariableType)}")
    chosen = VariableType(kind)
    if default is not None and not chosen.takes(default):
        entry.refuse("value", str(chosen))
    is_shown = entry.flag("shown", default=True)
    return Variable(entry.text("id"), entry.text("name"), chosen, default=default, is_shown=is_shown)
