"""A message that is followed from attempt to attempt by a clock that does not always answer."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from contracts.attempts import Pursuit
from contracts.checks.renderio.subjects import command_id
from contracts.clock import Tolerance
from contracts.errors import NotObservable
from contracts.receiver.inbox import Inbox, Keeping
from contracts.receiver.request import Request
from contracts.record import Record
from contracts.verdicts import TimeLevel

START = datetime(2026, 1, 1, tzinfo=UTC)


class Controlled:
    """A clock that is moved by hand; what is to happen then happens."""

    level = TimeLevel.CONTROL
    tolerance = Tolerance(1.0, 1.0)

    def __init__(self) -> None:
        self.moment = START
        self.then: Callable[[], None] = lambda: None

    def now(self) -> datetime:
        return self.moment

    def stamp(self) -> datetime | None:
        return self.moment

    def reaches(self, seconds: float) -> bool:  # noqa: ARG002 - as for every clock
        return True

    def pass_time(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)
        self.then()

    def settle(self) -> None:
        """Nothing is under way."""


def attempt(inbox: Inbox) -> None:
    inbox.take(Request("POST", "/", (), b'{"data": {"command_id": "one"}}', START, 0.0))


def pursuit(clock: Controlled, stamp: Callable[[], datetime | None]) -> Pursuit:
    inbox = Inbox("hook", "http://127.0.0.1/", Keeping(Record(), stamp, lambda _: False, command_id))
    attempt(inbox)
    return Pursuit(clock, inbox, "one")


def test_wait_is_measured_by_the_controlled_clock() -> None:
    clock = Controlled()
    followed = pursuit(clock, clock.stamp)
    clock.then = lambda: attempt(followed.inbox)
    assert followed.next_attempt(300).seconds == 299  # the first stop, just before the documented moment


def test_attempt_at_an_unknown_moment_is_never_measured_in_real_time() -> None:
    with pytest.raises(NotObservable, match="did not say what time it was"):
        pursuit(Controlled(), lambda: None).next_attempt(300)


def test_next_attempt_at_an_unknown_moment_is_never_measured_in_real_time() -> None:
    clock = Controlled()
    stamps = iter([START])
    followed = pursuit(clock, lambda: next(stamps, None))
    clock.then = lambda: attempt(followed.inbox)
    with pytest.raises(NotObservable, match="did not say what time it was"):
        followed.next_attempt(300)
