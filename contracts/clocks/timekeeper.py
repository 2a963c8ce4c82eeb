"""What makes the clock of each account, and knows what can be seen by it."""

from dataclasses import replace
from typing import Protocol

from contracts.client import Client
from contracts.clock import Clock, Tolerance
from contracts.record import Record
from contracts.target import Timing
from contracts.verdicts import TimeLevel

STAMP_SECONDS = 5.0


class Timekeeper(Protocol):
    """One way in which the target's time passes."""

    @property
    def level(self) -> TimeLevel:
        """By which means time passes."""

    @property
    def exclusive(self) -> bool:
        """Whether all accounts share one clock that is moved, so that only one trial may run at a time."""

    @property
    def polls_per_second(self) -> float:
        """How often the target may be asked for something that is awaited."""

    def clock(self, client: Client) -> Clock:
        """The clock of this client's account."""

    def beyond(self, span_seconds: float) -> str | None:
        """Why a check that lets so much of the target's time pass can see nothing; None if it can."""

    def real_seconds(self, span_seconds: float) -> float:
        """How much real time it takes, about, to let so much of the target's time pass."""


def tolerance(timing: Timing, usual: Tolerance) -> Tolerance:
    """What is usual for a time level, unless the target's timing says otherwise."""
    return Tolerance(
        usual.early_seconds if timing.early_seconds is None else timing.early_seconds,
        usual.late_seconds if timing.late_seconds is None else timing.late_seconds,
    )


def aside(client: Client) -> Client:
    """The same account with a record of its own, for questions that are no part of a check's evidence."""
    address = replace(client.address, timeout_seconds=min(STAMP_SECONDS, client.address.timeout_seconds))
    return Client(address, Record(), credential=client.credential, secret=client.secret)
