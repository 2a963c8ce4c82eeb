"""Shows JSON values, with colours for those who see them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.http.reference.html import Html, element, joined

WIDEST_LINE = 76


def json_view(value: Any) -> Html:
    """The value, pretty-printed: what fits on a line stands on one."""
    return element("pre", element("code", _value(value, 0)), class_="json")


def compact(value: Any) -> str:
    """The value on one line, as text."""
    return json.dumps(value, ensure_ascii=False, default=str)


def _value(value: Any, indent: int) -> Html:
    match value:
        case Mapping() if value and not _fits(value, indent):
            members = [joined([_key(key), ": ", _value(member, indent + 2)]) for key, member in value.items()]
            return _spread("{", members, "}", indent)
        case Mapping():
            return joined(["{", joined([joined([_key(key), ": ", _value(value[key], 0)]) for key in value], ", "), "}"])
        case list() | tuple() if value and not _fits(value, indent):
            return _spread("[", [_value(item, indent + 2) for item in value], "]", indent)
        case list() | tuple():
            return joined(["[", joined([_value(item, 0) for item in value], ", "), "]"])
        case str():
            return element("span", compact(value), class_="s")
        case _:
            return element("span", compact(value), class_="n")


def _spread(opening: str, members: Sequence[Html], closing: str, indent: int) -> Html:
    inner = " " * (indent + 2)
    return joined([opening, "\n", inner, joined(members, f",\n{inner}"), "\n", " " * indent, closing])


def _fits(value: Any, indent: int) -> bool:
    nested = value.values() if isinstance(value, Mapping) else value
    if any(isinstance(member, (Mapping, list)) and member for member in nested) and indent == 0:
        return False
    return len(compact(value)) + indent <= WIDEST_LINE


def _key(key: Any) -> Html:
    return element("span", compact(str(key)), class_="k")
