import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.checks.renderio.payload import differences, equal, moment_problem, read

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-5, 5) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=8,
)
SENT = datetime(2026, 1, 1, tzinfo=UTC)
SENT_MS = int(SENT.timestamp() * 1000)


@given(value=JSON)
def test_a_value_is_equal_to_itself_after_a_journey_through_json(value: Any) -> None:
    assert equal(value, json.loads(json.dumps(value)))


@given(one=JSON, other=JSON)
def test_order_does_not_matter_for_whether_two_values_are_equal(one: Any, other: Any) -> None:
    assert equal(one, other) is equal(other, one)


@pytest.mark.parametrize(
    ("polled", "delivered"),
    [(True, 1), (0, False), (None, {}), ({"a": None}, {}), ([1], [1, 2]), ("1", 1), ({"a": {"b": 1}}, {"a": {"b": 2}})],
)
def test_values_of_other_type_or_size_differ(polled: Any, delivered: Any) -> None:
    assert not equal(polled, delivered)


def test_numbers_are_compared_by_value() -> None:
    assert equal({"a": [1, 2.0]}, {"a": [1.0, 2]})


def test_differences_name_the_way_to_each_value() -> None:
    found = list(differences({"a": {"b": [1, 2]}, "c": 1}, {"a": {"b": [1, 3]}, "d": None}))
    assert [difference.path for difference in found] == [("a", "b", 1), ("c",), ("d",)]
    assert str(found[1]) == "c: polled 1, delivered left out"


@pytest.mark.parametrize(
    ("polled", "delivered", "expected"),
    [
        ("https://s.example/f/a.png?sig=1", "https://s.example/f/a.png?sig=2", True),
        ("https://s.example/f/a.png", "https://s.example/f/a.png?sig=2", True),
        ("https://s.example/f/a.png?sig=1", "https://s.example/f/b.png?sig=1", False),
        ("https://s.example/f/a.png", None, False),
    ],
)
def test_a_storage_url_may_differ_in_its_query_alone(polled: Any, delivered: Any, *, expected: bool) -> None:
    [difference] = differences({"storage_url": polled}, {"storage_url": delivered})
    assert difference.is_in_query is expected


def test_no_other_url_may_differ_in_its_query() -> None:
    [difference] = differences({"url": "https://s.example/?a"}, {"url": "https://s.example/?b"})
    assert not difference.is_in_query


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b'"text"',
        b"{}",
        b'{"data": []}',
        b'{"data": {}}',
        b'{"data": {}, "timestamp": "1"}',
        b'{"data": {}, "timestamp": true}',
        b'{"data": {}, "timestamp": NaN}',
        b'{"data": {}, "timestamp": 1e400}',
    ],
)
def test_a_body_of_another_form_is_a_problem(body: bytes) -> None:
    assert read(body).problem


def test_a_body_of_the_documented_form_is_read() -> None:
    payload = read(b'{"data": {"status": "SUCCESS"}, "timestamp": 1700000000000, "more": 1}')
    assert (payload.data, payload.timestamp, payload.problem) == ({"status": "SUCCESS"}, 1700000000000, None)


@pytest.mark.parametrize("timestamp", [SENT_MS, SENT_MS - 1000, SENT_MS + 1000, float(SENT_MS)])
def test_a_timestamp_within_the_tolerance_has_no_problem(timestamp: float) -> None:
    assert moment_problem(timestamp, SENT, early_seconds=1, late_seconds=1) is None


@pytest.mark.parametrize(
    ("timestamp", "words"),
    [
        (SENT_MS / 1000, "seconds and no milliseconds"),
        (SENT_MS * 1000, "microseconds"),
        (SENT_MS + 0.5, "no whole number"),
        (SENT_MS - 1001, "before the moment"),
        (SENT_MS + 1001, "after the moment"),
        (1e300, "after the moment"),
        (0, "before the moment"),
    ],
)
def test_a_wrong_timestamp_is_explained(timestamp: float, words: str) -> None:
    assert words in str(moment_problem(timestamp, SENT, early_seconds=1, late_seconds=1))
