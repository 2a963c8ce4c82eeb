"""Simple conditions mean what Arazzo says, and what cannot be read is refused with its place."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.scenarios.condition_text import ConditionError, parse
from contracts.scenarios.conditions import compare, holds
from contracts.scenarios.expressions import Exchange, Message, Scope, UnresolvedError

BODY = {
    "pets": [{"name": "Rex", "age": 3}, {"name": "Tom", "age": 2.5}],
    "count": 2,
    "ready": True,
    "none": None,
    "empty": "",
    "list": [],
}
SCOPE = Scope(
    inputs={"limit": 2, "word": "rex"},
    exchange=Exchange("GET", "http://x/", Message(), 200, Message({"retry-after": "30", "x": "a"}, BODY)),
)
PLAIN_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\"'"), max_size=8)
NUMBERS = st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6).map(lambda value: round(value, 3))


def evaluated(text: str) -> Any:
    return parse(text).value(SCOPE)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("$statusCode == 200", True),
        ("$statusCode==200", True),
        ("$statusCode != 200", False),
        ("$statusCode >= 200 && $statusCode < 300", True),
        ("$statusCode == 404 || $statusCode == 200", True),
        ("$statusCode == 404 || $statusCode == 500", False),
        ("$statusCode == 200 && $statusCode == 404 || true", True),
        ("$statusCode == 200 && ($statusCode == 404 || false)", False),
        ("!($statusCode == 404)", True),
        ("!$response.body#/ready", False),
        ("!!$response.body#/ready", True),
        ("$response.body#/ready", True),
        ("$response.body#/ready == true", True),
        ("$response.body#/ready == 1", False),
        ("$response.body#/none == null", True),
        ("$response.body#/count == null", False),
        ("$response.body#/none == false", False),
        ("$response.body#/pets/0/name == 'rex'", True),
        ('$response.body#/pets/0/name == "REX"', True),
        ("$response.body#/pets/0/name == 'tom'", False),
        ("$response.body#/pets/0/name < 'tom'", True),
        ("$response.body#/pets/0/name == $inputs.word", True),
        ("$response.body#/pets/1/age == 2.5", True),
        ("$response.body#/pets/1/age > -1e3", True),
        ("$response.body#/pets[1].name == 'Tom'", True),
        ("$response.header.Retry-After == 30", True),
        ("$response.header.Retry-After > 9", True),
        ("$response.header.X > 9", False),
        ("$response.header.X <= 9", False),
        ("$inputs.limit <= $response.body#/count", True),
        ("'it''s' == \"it's\"", True),
        ("'a && b' == 'A && B'", True),
        ("$response.body#/empty", False),
        ("$response.body#/list", True),
    ],
)
def test_condition_is_evaluated(condition: str, expected: object) -> None:
    assert holds(evaluated(condition)) is expected


@pytest.mark.parametrize(
    "condition",
    ["", "  ", "==", "$statusCode ==", "== 200", "($statusCode == 200", "$statusCode == 200)", "$statusCode = 200",
     "$statusCode == 200 and true", "a == b", "'open", "$statusCode == 200 == 200", "&& true", "true ||",
     "$response.body[x]",
     "$response.body#/pets[1]['name'] == 'Tom'", "1 2", "!"],
)  # fmt: skip
def test_condition_that_cannot_be_read_is_refused(condition: str) -> None:
    with pytest.raises(ConditionError):
        parse(condition)


def test_refusal_quotes_the_condition_and_the_place() -> None:
    with pytest.raises(ConditionError, match=r"'\$statusCode = 200' cannot be read from '= 200' on"):
        parse("$statusCode = 200")


@pytest.mark.parametrize(
    "condition", ["$response.body#/nothing == 1", "$inputs.other == 1", "$response.body#/pets[9] == 1"]
)
def test_expression_that_names_nothing_raises(condition: str) -> None:
    with pytest.raises(UnresolvedError):
        evaluated(condition)


@pytest.mark.parametrize(
    ("condition", "expected"), [("false && $inputs.other", False), ("true || $inputs.other", True)]
)
def test_what_is_decided_is_not_looked_at_further(condition: str, expected: object) -> None:
    assert evaluated(condition) is expected


@given(PLAIN_TEXT, PLAIN_TEXT)
def test_texts_are_equal_without_regard_to_case(left: str, right: str) -> None:
    assert evaluated(f"'{left}' == '{left.upper()}'") is (left.casefold() == left.upper().casefold())
    assert evaluated(f"'{left}' == '{right}'") is (left.casefold() == right.casefold())


@given(NUMBERS, NUMBERS)
def test_numbers_compare_as_numbers(left: float, right: float) -> None:
    expected = [left < right, left <= right, left == right, left != right, left >= right, left > right]
    assert [compare(left, sign, right) for sign in ("<", "<=", "==", "!=", ">=", ">")] == expected
    assert evaluated(f"{left!r} < {right!r}") is (left < right)


ANYTHING = st.none() | st.booleans() | NUMBERS | st.text(max_size=4) | st.lists(st.integers(), max_size=2)


@given(ANYTHING, ANYTHING)
def test_unequal_is_the_contrary_of_equal(left: Any, right: Any) -> None:
    assert compare(left, "!=", right) is not compare(left, "==", right)


@given(ANYTHING)
def test_everything_equals_itself_and_precedes_nothing_of_another_kind(value: Any) -> None:
    assert compare(value, "==", value)
    assert not compare(value, "<", {})


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ConditionError):
        assert callable(parse(text).value)
