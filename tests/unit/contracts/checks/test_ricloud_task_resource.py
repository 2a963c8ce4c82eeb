from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.checks.ricloud.task_resource import (
    ALWAYS,
    ENDED,
    OF_OTHER_TASKS,
    STATES,
    filled_in,
    is_without_error,
    lacking,
    reading_of_error,
    reading_of_results,
    reading_of_target,
    says_why,
    step_back,
    wrong_moments,
)

MOMENT = "2026-01-01T00:00:00.500000Z"
EMPTY: st.SearchStrategy[Any] = st.sampled_from([None, "", [], {}])
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds have none


def task(**changed: Any) -> dict[str, Any]:
    return {
        "id": "t1",
        "resource": "task",
        "organisation": 1,
        "key": 1,
        "type": "webhook_config.test",
        "state": "succeeded",
        "date_created": MOMENT,
        **changed,
    }


def written(moment: datetime, form: str) -> str:
    text = moment.isoformat(timespec="seconds" if form == "whole seconds" else "microseconds")
    return text if form == "offset" else text.replace("+00:00", "z" if form == "small z" else "Z")


@given(st.sets(st.sampled_from(ALWAYS)), st.sampled_from([None, "", "left out"]))
def test_what_is_lacking_is_exactly_what_is_absent_or_empty(names: set[str], value: str | None) -> None:
    shown = {name: given for name, given in task(**dict.fromkeys(names, value)).items() if given != "left out"}
    assert set(lacking(shown)) == names


@pytest.mark.parametrize("resource", ["tasks", 7, ["task"]])
def test_another_resource_is_not_a_task(resource: object) -> None:
    assert lacking(task(resource=resource)) == ["the resource task"]


@given(st.dictionaries(st.sampled_from(OF_OTHER_TASKS), EMPTY | st.just({"id": 1})))
def test_what_other_tasks_have_may_be_there_and_empty(fields: dict[str, Any]) -> None:
    assert filled_in(task(**fields)) == {name: value for name, value in fields.items() if value}


@given(st.text() | EMPTY | st.just({"code": "x"}))
def test_an_error_says_why_or_is_none(error: object) -> None:
    shown = task(error=error)
    assert says_why(shown) == bool(error.strip() if isinstance(error, str) else error)
    assert not (is_without_error(shown) and says_why(shown))


@given(st.sampled_from(["receiver-refused", "refused", "", None]), st.sampled_from(["It answered 500.", " ", None]))
def test_only_code_and_message_together_are_the_first_reading(error: str | None, message: str | None) -> None:
    expected = "a" if error == "receiver-refused" and message == "It answered 500." else "b"
    assert reading_of_error(task(error=error, message=message), "receiver-refused") == expected


@pytest.mark.parametrize(
    ("target", "config", "reading"),
    [
        ("3", 3, "a"),
        ("wc_3", "wc_3", "a"),
        (3, 3, "b"),
        ({"id": 3, "resource": "webhook_config"}, 3, "b"),
        ({"id": "wc_3"}, "wc_3", "b"),
        ("4", 3, "c"),
        (None, 3, "c"),
        ({}, None, "c"),
        ([3], 3, "c"),
    ],
)
def test_a_target_is_read_as_one_of_its_readings(target: object, config: object, reading: str) -> None:
    assert reading_of_target(task(target=target), {"id": config}) == reading


@pytest.mark.parametrize(
    ("results", "reading"),
    [
        ({"resource": "list", "data": [], "has_more": False}, "a"),
        ({"resource": "list", "data": [1], "has_more": False}, None),
        ({"data": []}, None),
        ([], "b"),
        (None, "b"),
        ([1], None),
    ],
)
def test_results_are_an_empty_list_or_left_out(results: object, reading: str | None) -> None:
    assert reading_of_results(task(results=results)) == reading


@given(
    moments,
    st.lists(st.integers(0, 10**9), min_size=2, max_size=2),
    st.sampled_from(["microseconds", "whole seconds", "small z", "offset"]),
)
def test_moments_in_order_are_right_in_every_form(begin: datetime, waits: list[int], form: str) -> None:
    started = begin + timedelta(microseconds=waits[0])
    completed = started + timedelta(microseconds=waits[1])
    shown = task(
        date_created=written(begin, form), date_started=written(started, form), date_completed=written(completed, form)
    )
    assert wrong_moments(shown) is None
    assert wrong_moments(task(date_created=written(begin, form), date_started=None, date_completed=None)) is None


@given(moments, st.integers(1_000_000, 10**12), st.sampled_from(["date_started", "date_completed"]))
def test_a_moment_before_the_creation_is_wrong(begin: datetime, microseconds: int, name: str) -> None:
    early = written(begin - timedelta(microseconds=microseconds), "microseconds")
    shown = task(date_created=written(begin, "microseconds"), **{name: early})
    assert name in str(wrong_moments(shown))


@given(moments)
def test_a_whole_second_may_have_been_cut_off(begin: datetime) -> None:
    cut = written(begin, "whole seconds")
    assert wrong_moments(task(date_created=written(begin, "microseconds"), date_started=cut)) is None


@pytest.mark.parametrize("name", ["date_created", "date_started", "date_completed"])
@pytest.mark.parametrize("value", ["yesterday", 1767225600, ["2026"], ""])
def test_what_is_no_datetime_is_wrong(name: str, value: object) -> None:
    assert name in str(wrong_moments(task(**{name: value})))


@pytest.mark.parametrize("state", [state for state in STATES if state not in ENDED])
def test_a_task_that_is_not_over_was_not_completed(state: str) -> None:
    assert "null until the end" in str(wrong_moments(task(state=state, date_completed=MOMENT)))
    assert wrong_moments(task(state=state, date_completed=None)) is None


@given(st.integers(0, 3), st.integers(0, 3), st.sampled_from(ENDED))
def test_a_task_that_goes_forward_never_steps_back(pending: int, processing: int, end: str) -> None:
    states = ["pending"] * pending + ["processing"] * processing + [end] * 2
    assert step_back(states) is None


@given(st.sampled_from(ENDED), st.sampled_from(STATES))
def test_an_end_is_kept(end: str, later: str) -> None:
    back = step_back(["pending", end, later])
    assert (back is None) == (end == later)


def test_a_task_does_not_go_back_to_pending() -> None:
    assert step_back(["pending", "processing", "pending"]) == "a task that was processing was pending later"
    assert step_back(["suspended", "pending", "processing", "suspended", "processing"]) is None
