"""The target's time, as far as the kit can know and move it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from contracts.verdicts import TimeLevel


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far a moment may be off the documented one, in seconds, before it counts as wrong.

    A server that keeps whole seconds is up to one second early or late; in real time, transport and a queue's polling
    add to it.
    """

    early_seconds: float
    late_seconds: float


class Clock(Protocol):
    """One workspace's time. Spans are seconds of the target's time."""

    @property
    def level(self) -> TimeLevel:
        """By which means time passes."""

    @property
    def tolerance(self) -> Tolerance:
        """How exact a moment can be judged."""

    def now(self) -> datetime:
        """The target's time (UTC), as well as it is known."""

    def stamp(self) -> datetime | None:
        """The target's time while it waits for an answer of ours; None where that cannot be known exactly."""

    def reaches(self, seconds: float) -> bool:
        """Whether so long a span can be made to pass at all."""

    def pass_time(self, seconds: float) -> None:
        """Let time pass. Raises `NotRun` where the budget does not reach, `NotObservable` where nothing can."""

    def settle(self) -> None:
        """Return when everything that is due now has happened, as far as that can be known."""
