"""The timeline reads the clock and the inboxes out of the answers, and writes spans for people."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.scenarios.description import Step
from contracts.scenarios.expressions import Exchange, Message
from contracts.scenarios.runs import StepRun
from contracts.scenarios.timeline import Timeline, in_words


def answered(operation: str, body: Any, step: str = "step") -> StepRun:
    exchange = Exchange("GET", "http://x/", Message(), 200, Message({}, body))
    made = Step(step, "", operation, (), None, (), None, None, {})
    return StepRun("workflow", made, operation, 1, exchange, (), {})


def inbox(*times: str) -> dict[str, Any]:
    requests = [{"at": time, "answered": 503, "signed_with": "key"} for time in times]
    return {"id": "one", "requests": requests}


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [
        (0, "0 s"),
        (1, "0.001 s"),
        (4_999, "4.999 s"),
        (5_000, "5 s"),
        (300_000, "5 min"),
        (2_105_000, "35 min 5 s"),
        (99_305_000, "1 d 3 h 35 min 5 s"),
        (86_400_000, "1 d"),
    ],
)
def test_span_is_written_in_words(milliseconds: int, words: str) -> None:
    assert in_words(timedelta(milliseconds=milliseconds)) == words


@given(st.integers(0, 10**11))
def test_span_in_words_adds_up(milliseconds: int) -> None:
    sizes = {"d": 86_400_000, "h": 3_600_000, "min": 60_000, "s": 1000}
    words = in_words(timedelta(milliseconds=milliseconds)).split()
    total = sum(float(count) * sizes[unit] for count, unit in zip(words[::2], words[1::2], strict=True))
    assert round(total) == milliseconds


def test_time_counts_from_the_first_sight_of_the_clock() -> None:
    timeline = Timeline()
    seen = [
        timeline.hear(answered("resetWorkspace", {})),
        timeline.hear(answered("advanceClock", {"now": "2026-01-01T00:00:00.000Z"})),
        timeline.hear(answered("getCommand", {"now": "1999-01-01T00:00:00.000Z"})),
        timeline.hear(answered("getClock", {"now": "2026-01-01T00:00:05.500Z"})),
    ]
    assert seen == [None, timedelta(0), timedelta(0), timedelta(seconds=5.5)]


def test_inbox_is_shown_as_it_was_last_seen_under_the_step_that_opened_it() -> None:
    timeline = Timeline()
    timeline.hear(answered("createInbox", inbox(), "open"))
    timeline.hear(answered("getInbox", inbox("2026-01-01T00:00:00.000Z"), "look"))
    timeline.hear(answered("getInbox", inbox("2026-01-01T00:00:00.000Z", "2026-01-01T00:00:05.000Z"), "look"))
    (history,) = timeline.histories
    assert (history.name, history.gaps()) == ("open", (None, timedelta(seconds=5)))


@pytest.mark.parametrize("body", [None, [], "text", {"now": 5}, {"now": "soon"}, {"id": 1, "requests": 2}])
def test_answer_of_another_form_is_passed_over(body: Any) -> None:
    timeline = Timeline()
    assert [timeline.hear(answered(it, body)) for it in ("getClock", "getInbox")] == [None, None]
    assert timeline.histories == []
