"""The types of variables, and what each makes of a value."""

import re
from typing import Any, Literal

from mockserver.drawing.colours import colour_in
from mockserver.drawing.errors import UnusableTweakError
from mockserver.drawing.functions import number_of, text_of

VariableType = Literal["string", "number", "boolean", "color", "image"]
Value = str | int | float | bool

LARGEST_NUMBER = 1e15
LONGEST_SOURCE = 2_000_000
LONGEST_SHOWN = 60

_BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_SOURCE = re.compile(r"(?:https?://[^\s/?#]\S*|data:[^\s,]*,[^,]*)", re.IGNORECASE)


def coerced(key: str, kind: VariableType, value: Any) -> Value:
    """A value as a variable of a type has it; text is read. Raises `UnusableTweakError` with the key."""
    result: Value | None
    match kind:
        case "string":
            result = value if isinstance(value, str) else _text(value)
        case "number":
            result = _number(value)
        case "boolean":
            result = value if isinstance(value, bool) else _BOOLEANS.get(str(value).strip().lower())
        case "color":
            result = value if isinstance(value, str) and colour_in(value) else None
        case "image":
            result = value if isinstance(value, str) and _is_source(value) else None
    if result is None:
        raise UnusableTweakError(key, f"{_shown(value)} is no {kind}{_HINTS[kind]}")
    return result


_HINTS = {
    "string": "",
    "number": f", or is beyond {LARGEST_NUMBER:.0e}",
    "boolean": ": true or false",
    "color": ": #rgb, #rrggbb, #rrggbbaa, rgb(), rgba() or a basic name",
    "image": ": a data: URI, an http or https URL, or empty",
}


def _text(value: Any) -> str | None:
    return text_of(value) if isinstance(value, bool) or _number(value) is not None else None


def _number(value: Any) -> int | float | None:
    number = number_of(value)
    if number is None or isinstance(value, bool) or abs(number) > LARGEST_NUMBER:
        return None
    if isinstance(value, int | float):
        return value
    return int(number) if number.is_integer() else number


def _is_source(text: str) -> bool:
    return not text or (len(text) <= LONGEST_SOURCE and _SOURCE.fullmatch(text) is not None)


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return repr(value) if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]!r}…"
    return _KINDS.get(type(value), "this")


_KINDS = {
    bool: "a boolean",
    int: "this number",
    float: "this number",
    type(None): "null",
    dict: "an object",
    list: "a list",
}
