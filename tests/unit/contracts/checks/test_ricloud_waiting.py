from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.budget import Budget
from contracts.checks.ricloud import waiting
from contracts.checks.ricloud.waiting import SEARCH_SECONDS, Waiting
from contracts.trial import Trial
from contracts.verdicts import TimeLevel

DAY_SECONDS = 86400.0


class FakeClock:
    """A clock of a level; it notes how much has passed."""

    def __init__(self, level: TimeLevel) -> None:
        self.level = level
        self.passed_seconds = 0.0

    def settle(self) -> None:
        """Nothing is ever due."""

    def pass_time(self, seconds: float) -> None:
        """Let it pass."""
        self.passed_seconds += seconds


def made(level: TimeLevel) -> tuple[Waiting, FakeClock]:
    clock = FakeClock(level)
    trial = SimpleNamespace(
        workspace=SimpleNamespace(clock=clock), budget=Budget(None), patience_seconds=0.0, poll_seconds=0.0
    )
    return Waiting(cast("Trial", trial)), clock


@pytest.fixture(autouse=True)
def no_real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONTROLLED_SECONDS", "STORED_SECONDS", "FIRST_SECONDS"):
        monkeypatch.setattr(waiting, name, 0.0)


@given(st.floats(0, DAY_SECONDS), st.sampled_from([TimeLevel.CONTROL, TimeLevel.STEPPED]))
def test_whatever_shows_within_a_day_is_found_where_time_can_be_moved(after_seconds: float, level: TimeLevel) -> None:
    account, clock = made(level)

    def ask() -> Mapping[str, Any]:
        return {"state": "valid" if clock.passed_seconds >= after_seconds else "new"}

    found = account.eventually(ask, lambda shown: shown["state"] == "valid")
    assert found == {"state": "valid"}
    assert not after_seconds or after_seconds <= clock.passed_seconds


def test_no_more_than_a_day_is_searched() -> None:
    account, clock = made(TimeLevel.CONTROL)
    assert account.eventually(lambda: {"state": "new"}, lambda shown: shown["state"] == "valid") == {"state": "new"}
    assert clock.passed_seconds == sum(SEARCH_SECONDS) >= DAY_SECONDS


def test_what_is_there_already_costs_no_time() -> None:
    account, clock = made(TimeLevel.CONTROL)
    account.eventually(lambda: {"state": "valid"}, lambda shown: shown["state"] == "valid")
    assert clock.passed_seconds == 0


@pytest.mark.parametrize("level", [TimeLevel.NONE, TimeLevel.DECLARED])
def test_real_time_is_not_made_to_pass(level: TimeLevel) -> None:
    account, clock = made(level)
    account.eventually(lambda: {"state": "new"}, lambda shown: shown["state"] == "valid")
    assert clock.passed_seconds == 0


def test_once_never_makes_time_pass() -> None:
    account, clock = made(TimeLevel.CONTROL)
    account.once(lambda: {"state": "new"}, lambda shown: shown["state"] == "valid")
    assert clock.passed_seconds == 0
