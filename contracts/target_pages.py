"""The pages of a target file: what its schema cannot say of them, and values made of them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from contracts.errors import SetUpError
from contracts.pages import Page, Variable, VariableType


def read_target_pages(listed: Sequence[Mapping[str, Any]]) -> tuple[Page, ...]:
    """The pages of a file that keeps to the schema; `SetUpError` says which of them is wrong, and why."""
    _unique((page["id"] for page in listed), "two pages have the id")
    return tuple(map(_page, listed))


def place_of_page(place: Sequence[str | int], content: Mapping[str, Any]) -> str:
    """Where in a file something is that lies within a page, such as `[[pages]] social-card, variables 2 type`."""
    _, *within = place
    if not within:
        return "[[pages]]"
    number, *rest = within
    page = content["pages"][int(number)]
    named = page.get("id") if isinstance(page, Mapping) else None
    words = [str(part + 1) if isinstance(part, int) else part for part in rest]
    which = f"[[pages]] {named if isinstance(named, str) and named else f'number {int(number) + 1}'}"
    return f"{which}, {' '.join(words)}" if words else which


def _page(content: Mapping[str, Any]) -> Page:
    place, listed = f"[[pages]] {content['id']}", content.get("variables", ())
    for name in ("id", "name"):
        _unique((variable[name] for variable in listed), f"{place}: two variables have the {name}")
    for variable in listed:
        others = [other["name"] for other in listed if other is not variable]
        if variable["id"] in others:
            message = f"{place}: {variable['id']!r} is the id of one variable and the name of another"
            raise SetUpError(message)
    return Page(
        id=content["id"],
        width=content["width"],
        height=content["height"],
        name=content.get("name", ""),
        is_published=content.get("published", True),
        variables=tuple(_variable(variable, place) for variable in listed),
    )


def _variable(content: Mapping[str, Any], place: str) -> Variable:
    kind, value = VariableType(content["type"]), content.get("value")
    if value is not None and not kind.takes(value):
        message = f"{place}: the value of the variable {content['name']} is {value!r}, which is no {kind}"
        raise SetUpError(message)
    return Variable(
        id=content["id"], name=content["name"], type=kind, change=value, is_shown=content.get("shown", True)
    )


def _unique(values: Iterable[str], words: str) -> None:
    for value, count in Counter(values).items():
        if count > 1:
            message = f"{words} {value!r}"
            raise SetUpError(message)
