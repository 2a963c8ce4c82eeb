from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.checks.ricloud.creation_moments import (
    COMPARISONS,
    Created,
    contradictions,
    moment_of,
    written_like,
    wrongly_filtered,
)

MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
SECOND = timedelta(seconds=1)


@given(moment=MOMENTS, decimals=st.sampled_from([0, 3, 6]), zone=st.sampled_from(["Z", "+00:00", ""]))
def test_a_moment_is_written_like_a_sample_and_read_again(moment: datetime, decimals: int, zone: str) -> None:
    sample = f"2026-01-01T00:00:00{'.' + '0' * decimals if decimals else ''}{zone}"
    text = written_like(sample, moment)
    assert len(text) == len(sample)
    read = moment_of(text)
    assert read is not None
    assert timedelta(0) <= moment - read < timedelta(seconds=10**-decimals)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-01T00:00:00Z", datetime(2026, 1, 1, tzinfo=UTC)),
        ("2026-01-01t00:00:00.5z", datetime(2026, 1, 1, 0, 0, 0, 500000, tzinfo=UTC)),
        ("2026-01-01T02:00:00+02:00", datetime(2026, 1, 1, tzinfo=UTC)),
        ("2026-01-01 00:00:00", datetime(2026, 1, 1, tzinfo=UTC)),
        ("2026-13-01T00:00:00Z", None),
        ("yesterday", None),
        (None, None),
        (1767225600, None),
    ],
)
def test_texts_are_read_as_moments(text: object, expected: datetime | None) -> None:
    assert moment_of(text) == expected


def test_a_moment_in_another_zone_is_written_in_utc() -> None:
    moment = datetime(2026, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))
    assert written_like("2025-05-05T05:05:05Z", moment) == "2026-01-01T00:00:00Z"


@given(moments=st.lists(MOMENTS, max_size=8), bound=MOMENTS, name=st.sampled_from(sorted(COMPARISONS)))
def test_a_list_that_is_filtered_by_the_comparison_is_right(
    moments: list[datetime], bound: datetime, name: str
) -> None:
    created = [Created(str(number), moment.isoformat(), moment) for number, moment in enumerate(moments)]
    listed = frozenset(one.id for one in created if COMPARISONS[name](one.moment, bound))
    assert not wrongly_filtered(created, name, bound, listed, by=SECOND)


@given(moments=st.lists(MOMENTS, min_size=1, max_size=8), bound=MOMENTS, data=st.data())
def test_one_item_too_many_or_too_few_is_seen_unless_it_is_near(
    moments: list[datetime], bound: datetime, data: st.DataObject
) -> None:
    created = [Created(str(number), moment.isoformat(), moment) for number, moment in enumerate(moments)]
    listed = frozenset(one.id for one in created if one.moment > bound)
    odd = data.draw(st.sampled_from(created))
    near = abs(odd.moment - bound) < SECOND
    assert wrongly_filtered(created, "gt", bound, listed ^ {odd.id}, by=SECOND) == ([] if near else [odd.id])


@given(stored=st.integers(-2, 2))
def test_whatever_finer_moment_is_stored_is_no_contradiction(stored: int) -> None:
    bound = datetime(2026, 1, 1, tzinfo=UTC)
    moment = bound + timedelta(microseconds=stored)
    answers = {name: compare(moment, bound) for name, compare in COMPARISONS.items()}
    assert not contradictions(answers)


@pytest.mark.parametrize(
    "answers",
    [
        {"gt": True, "gte": True, "lt": False, "lte": True},
        {"gt": False, "gte": False, "lt": False, "lte": True},
        {"gt": False, "gte": True, "lt": True, "lte": True},
        {"gt": False, "gte": True, "lt": False, "lte": False},
        {"gt": True, "gte": False},
    ],
)
def test_operators_that_contradict_each_other_are_seen(answers: Mapping[str, bool]) -> None:
    assert contradictions(answers)


@pytest.mark.parametrize("answers", [{}, {"gt": True}, {"gt": False, "lt": False}, {"gte": True, "lte": True}])
def test_operators_that_may_both_be_right_are_no_contradiction(answers: Mapping[str, bool]) -> None:
    assert not contradictions(answers)
