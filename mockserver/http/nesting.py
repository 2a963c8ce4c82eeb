"""How deeply the JSON of a request may be nested: what is taken must also be stored, shown again and sent."""

from collections.abc import Iterable
from typing import Any

MOST_LEVELS = 250
"""About as many as a schema looks into; all that write JSON later, from deeper within the program, can go as deep."""


def is_too_deep(text: bytes, value: Any) -> bool:
    """Whether a value, read from `text`, has more levels of arrays and objects within each other."""
    if text.count(b"[") + text.count(b"{") <= MOST_LEVELS:
        return False  # the usual case, and a quick one
    level = _containers([value])
    for _ in range(MOST_LEVELS):
        level = _containers(inner for outer in level for inner in (outer.values() if type(outer) is dict else outer))
    return bool(level)


def _containers(values: Iterable[Any]) -> list[Any]:
    return [value for value in values if type(value) in {dict, list}]
