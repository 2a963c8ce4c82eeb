"""What a simple condition is made of, and what it means."""

import re
from dataclasses import dataclass
from typing import Any, Protocol

from contracts.scenarios.expressions import Scope, UnresolvedError, evaluate

_ORDERS = {"<", "<=", ">", ">="}


class Condition(Protocol):
    """A node of a condition's tree."""

    def value(self, scope: Scope) -> Any:
        """Its value; raises `UnresolvedError` where an expression names nothing."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a text, true, false or null."""

    literal: Any

    def value(self, _: Scope) -> Any:
        """The literal."""
        return self.literal


@dataclass(frozen=True, slots=True)
class Reference:
    """A runtime expression, and a way of indexes and names into its value."""

    expression: str
    way: tuple[str | int, ...] = ()

    def value(self, scope: Scope) -> Any:
        """What it names."""
        value = evaluate(self.expression, scope)
        for part in self.way:
            try:
                value = value[part]
            except (KeyError, IndexError, TypeError) as error:
                message = f"{self.expression}: there is no {part!r}"
                raise UnresolvedError(message) from error
        return value


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary."""

    inner: Condition

    def value(self, scope: Scope) -> bool:
        """Whether the inner one does not hold."""
        return not holds(self.inner.value(scope))


@dataclass(frozen=True, slots=True)
class Junction:
    """Several conditions of which all, or any, must hold; looked at only as far as need be."""

    parts: tuple[Condition, ...]
    needs_all: bool

    def value(self, scope: Scope) -> bool:
        """Whether they do."""
        decided = (holds(part.value(scope)) for part in self.parts)
        return all(decided) if self.needs_all else any(decided)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two values and how they should stand to each other."""

    left: Condition
    operator: str
    right: Condition

    def value(self, scope: Scope) -> bool:
        """Whether they do."""
        return compare(self.left.value(scope), self.operator, self.right.value(scope))


def holds(value: Any) -> bool:
    """Whether a value counts as true: all but false, null, zero and the empty text."""
    return bool(value) or isinstance(value, list | dict)


def compare(left: Any, operator: str, right: Any) -> bool:
    """Compare as Arazzo does: texts without regard to case, and a number with a text that is one.

    Values of different kinds are not equal, and neither comes first.
    """
    left, right = _comparable(left, right)
    if operator in _ORDERS:
        return _in_order(left, operator, right)
    same = isinstance(left, bool) == isinstance(right, bool) and left == right
    return same if operator == "==" else not same


def _in_order(left: Any, operator: str, right: Any) -> bool:
    numbers = _is_number(left) and _is_number(right)
    if not numbers and not (isinstance(left, str) and isinstance(right, str)):
        return False
    match operator:
        case "<":
            return bool(left < right)
        case "<=":
            return bool(left <= right)
        case ">":
            return bool(left > right)
        case _:
            return bool(left >= right)


def _comparable(left: Any, right: Any) -> tuple[Any, Any]:
    if isinstance(left, str) and isinstance(right, str):
        return left.casefold(), right.casefold()
    if _is_number(left) and isinstance(right, str):
        return left, _number(right)
    if isinstance(left, str) and _is_number(right):
        return _number(left), right
    return left, right


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(text: str) -> Any:
    """The number that a text is, such as a header's value; the text where it is none."""
    return float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else text
