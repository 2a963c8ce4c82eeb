"""What is wrong with a value is said in few and short words, however large the value is."""

from typing import Any

import pytest

from mockserver.errors import LONGEST_QUOTE
from mockserver.schemas import MOST_SEARCHED, MOST_VIOLATIONS, Schema

HUGE = 100_000
CLOSED = {"type": "object", "properties": {"a": {}}, "additionalProperties": False}
NAMES = {"type": "object", "propertyNames": {"pattern": "^in_[a-z]+$"}}
NUMBERS = {"type": "array", "items": {"type": "number"}}
TEXTS = {"type": "array", "items": {"type": "string", "pattern": "^[a-z]+$"}}


def violations(schema: dict[str, Any], value: Any) -> list[str]:
    """The messages of what is wrong."""
    return [it.message for it in Schema(schema, {}).violations(value)]


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (NUMBERS, ["x"] * MOST_SEARCHED),
        (TEXTS, ["7"] * MOST_SEARCHED),
        (NAMES, {f"undeclared-{number}": 0 for number in range(MOST_SEARCHED)}),
    ],
    ids=["types", "patterns", "names"],
)
def test_violations_are_not_more_than_a_few(schema: dict[str, Any], value: Any) -> None:
    assert len(violations(schema, value)) == MOST_VIOLATIONS


@pytest.mark.parametrize("value", [["x"] * HUGE, [["x"] * (MOST_SEARCHED // 2)] * 3], ids=["wide", "deep"])
def test_value_with_many_parts_is_searched_up_to_the_first_violation(value: Any) -> None:
    assert violations(NUMBERS, value) == ["must be a number"]


def test_value_with_many_parts_that_conforms_has_no_violations() -> None:
    assert violations(NUMBERS, [1] * HUGE) == []


def test_violations_below_the_limit_are_all_there() -> None:
    assert len(violations(NUMBERS, ["x"] * 7)) == 7


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (CLOSED, {f"undeclared-{number}": 0 for number in range(5_000)}),
        ({"type": "string", "maxLength": 9}, "x" * HUGE),
        ({"type": "string", "pattern": "^[a-z]+$"}, "7" * HUGE),
        ({"type": "string", "format": "uri"}, " " * HUGE),
        ({"enum": ["a", "b"]}, "x" * HUGE),
        ({"const": 1}, list(range(10_000))),
        ({"maxProperties": 2}, {str(number): 0 for number in range(10_000)}),
        ({"not": {}}, "x" * HUGE),
        ({"anyOf": [{"type": "integer"}, {"type": "boolean"}]}, "x" * HUGE),
        ({"type": ["string", "null"]}, list(range(10_000))),
        (NAMES, {"x" * HUGE: 0}),
    ],
    ids=lambda case: next(iter(case)) if isinstance(case, dict) and len(case) < 5 else "",
)
def test_violation_does_not_repeat_a_huge_value(schema: dict[str, Any], value: Any) -> None:
    found = violations(schema, value)
    assert [len(message) <= LONGEST_QUOTE + len(" … ") for message in found] == [True] * max(1, len(found))


def test_violation_of_a_small_value_is_told_in_full() -> None:
    assert violations({"type": "string", "maxLength": 2}, "abcdef") == ['"abcdef" is longer than 2 characters']
