"""The functions and operators of expressions: total, so what has no sense gives the empty text."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from mockserver.drawing.colours import BLACK, WHITE, Colour, colour_in

LARGEST = 1e15  # above this, whole numbers are no longer exact
LONGEST_TEXT = 20_000
LONGEST_NUMBER = 500


def text_of(value: Any) -> str:
    """A value as a text shows it: whole numbers without a point, others with at most ten digits."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) <= LARGEST else f"{value:.10g}"
    return str(value)


def number_of(value: Any) -> float | None:
    """A value as a finite number; text that is one counts, and booleans are 1 and 0."""
    if isinstance(value, str) and len(value) > LONGEST_NUMBER:
        return None  # a page has room for thousands of expressions, and reading long digits takes its time
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def is_defined(value: Any) -> bool:
    """Whether there is something: anything but the empty text."""
    return value != "" and value is not None


def holds(value: Any) -> bool:
    """Whether a condition holds: not `false` (also as text), 0 or the empty text."""
    return bool(value) and value not in {"false", "0"}


def _of_numbers(function: Callable[..., float]) -> Callable[..., Any]:
    def total(*values: Any) -> Any:
        numbers = [number_of(value) for value in values]
        try:
            result = function(*numbers)
            return result if math.isfinite(result) else ""
        except (TypeError, ValueError, ZeroDivisionError, OverflowError):
            return ""

    return total


def _plus(left: Any, right: Any) -> Any:
    numbers = _of_numbers(lambda a, b: a + b)(left, right)
    return numbers if is_defined(numbers) else (text_of(left) + text_of(right))[:LONGEST_TEXT]


def _round(number: float, digits: float = 0) -> float:
    """Half goes up, as people expect; Python's own rounding goes to the even neighbour."""
    scale = 10.0 ** min(max(int(digits), 0), 10)
    return math.floor(number * scale + 0.5) / scale


def _clamp(number: float, least: float, most: float) -> float:
    return max(least, min(number, most))


def _colour(value: Any) -> Colour | None:
    return colour_in(value) if isinstance(value, str) else None


def _towards(goal: Colour) -> Callable[..., Any]:
    def changed(value: Any = "", share: Any = 0.1) -> Any:
        colour, amount = _colour(value), number_of(share)
        if colour is None or amount is None:
            return ""
        return str(colour.mixed(goal._replace(alpha=colour.alpha), _clamp(amount, 0, 1)))

    return changed


def _mix(first: Any = "", second: Any = "", share: Any = 0.5, *_rest: Any) -> Any:
    one, other, amount = _colour(first), _colour(second), number_of(share)
    if one is None or other is None or amount is None:
        return ""
    return str(one.mixed(other, _clamp(amount, 0, 1)))


def _use(*values: Any) -> Any:
    return next((value for value in values if is_defined(value)), "")


def _equal(left: Any, right: Any) -> bool:
    return bool(left == right) or text_of(left) == text_of(right)


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "abs": _of_numbers(abs),
    "ceil": _of_numbers(math.ceil),
    "clamp": _of_numbers(_clamp),
    "darken": _towards(BLACK),
    "floor": _of_numbers(math.floor),
    "isDefined": lambda *values: bool(values) and all(map(is_defined, values)),
    "lighten": _towards(WHITE),
    "max": _of_numbers(lambda *numbers: max(numbers)),
    "min": _of_numbers(lambda *numbers: min(numbers)),
    "mix": _mix,
    "round": _of_numbers(_round),
    "use": _use,
}

OPERATORS = (
    ("||",),
    ("&&",),
    ("==", "!="),
    ("<", "<=", ">", ">="),
    ("+", "-"),
    ("*", "/"),
)
"""The operators with two sides, from the loosest to the tightest."""

BINARY: Mapping[str, Callable[..., Any]] = {
    "||": lambda left, right: left if holds(left) else right,
    "&&": lambda left, right: right if holds(left) else left,
    "==": _equal,
    "!=": lambda left, right: not _equal(left, right),
    "<": _of_numbers(lambda left, right: left < right),
    "<=": _of_numbers(lambda left, right: left <= right),
    ">": _of_numbers(lambda left, right: left > right),
    ">=": _of_numbers(lambda left, right: left >= right),
    "+": _plus,
    "-": _of_numbers(lambda left, right: left - right),
    "*": _of_numbers(lambda left, right: left * right),
    "/": _of_numbers(lambda left, right: left / right),
}

UNARY: Mapping[str, Callable[..., Any]] = {
    "-": _of_numbers(lambda number: -number),
    "!": lambda value: not holds(value),
}
