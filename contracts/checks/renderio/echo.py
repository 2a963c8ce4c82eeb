"""Whether a JSON value came back as it was sent."""

from collections.abc import Mapping, Sequence
from typing import Any


def difference(sent: Any, came: Any, place: str = "") -> str | None:
    """Where two JSON values differ first, in words; None where they are the same.

    Numbers are compared as numbers, for 1 and 1.0 are the same to JSON; but true is not 1. The order of keys says
    nothing.
    """
    where = place or "the value"
    if isinstance(sent, Mapping) and isinstance(came, Mapping):
        return _in_mappings(sent, came, place)
    if _is_list(sent) and _is_list(came) and len(sent) == len(came):
        found = (difference(one, other, f"{place}[{i}]") for i, (one, other) in enumerate(zip(sent, came, strict=True)))
        return next((each for each in found if each is not None), None)
    if _is_list(sent) or isinstance(sent, Mapping) or _kind(sent) != _kind(came) or sent != came:
        return f"{where} was sent as {sent!r} and came back as {came!r}"
    return None


def _in_mappings(sent: Mapping[str, Any], came: Mapping[str, Any], place: str) -> str | None:
    def below(key: str) -> str:
        return f"{place}.{key}" if place else key

    for key, value in sent.items():
        if key not in came:
            return f"{below(key)} was sent, and did not come back"
        if (found := difference(value, came[key], below(key))) is not None:
            return found
    more = [key for key in came if key not in sent]
    return f"{below(more[0])} was not sent, and came back" if more else None


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else type(value).__name__
