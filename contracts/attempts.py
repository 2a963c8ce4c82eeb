"""Follows one message from attempt to attempt, whatever its schedule really is, and measures the waits between them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from contracts.clock import Clock, Tolerance
from contracts.errors import NotObservable
from contracts.receiver import Inbox
from contracts.record import Arrival
from contracts.verdicts import TimeLevel

LEAST_SEARCH_SECONDS = 60.0
"""How long beyond its moment a missing attempt is looked for, at least, where time costs nothing."""

QUIET_SECONDS = 0.5
"""How long nothing may arrive, in real time, where a clock does not say by itself that nothing due is left."""


@dataclass(frozen=True, slots=True)
class Wait:
    """What came after one failed attempt: an attempt after `seconds` of the target's time, or None in all that time.

    `searched_seconds` is for how long it was looked for.
    """

    seconds: float | None
    searched_seconds: float
    arrival: Arrival | None

    def fits(self, documented_seconds: float, tolerance: Tolerance) -> bool:
        """Whether it is the documented wait, as exactly as can be judged."""
        return self.seconds is not None and (
            documented_seconds - tolerance.early_seconds <= self.seconds <= documented_seconds + tolerance.late_seconds
        )

    def __str__(self) -> str:
        if self.seconds is None:
            return f"none came within {span(self.searched_seconds)}"
        return f"it came after {span(self.seconds)}"


def span(seconds: float) -> str:
    """A span for people: `27 h 35 min 5 s`."""
    whole, rest = divmod(round(seconds, 3), 1)
    hours, remainder = divmod(int(whole), 3600)
    minutes, plain = divmod(remainder, 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes)
    if plain or rest or not parts:
        parts.append(f"{plain + rest:g} s" if rest < 1 else f"{plain} s")
    return " ".join(parts)


class Pursuit:
    """One message at one inbox. `attempts` are its arrivals in order; those about other subjects do not count."""

    def __init__(self, clock: Clock, inbox: Inbox, subject: str) -> None:
        self.clock = clock
        self.inbox = inbox
        self.subject = subject

    @property
    def attempts(self) -> Sequence[Arrival]:
        """Every attempt that has arrived."""
        inbox = self.inbox
        return tuple(arrival for arrival in inbox.arrivals if inbox.subject_of(arrival.body) in {self.subject, None})

    def next_attempt(self, documented_seconds: float, *, since_seconds: float = 0.0) -> Wait:
        """Let time pass until just before the documented moment, then to it, then beyond; the wait as it really was.

        The wait counts from `since_seconds` after the start of the last attempt. Raises `NotObservable` where the
        target has not said what time it was when an attempt came, although time is measured by its clock.
        """
        known = len(self.attempts)
        last = self._timed(self.attempts[-1])
        tolerance = self.clock.tolerance
        stops = [documented_seconds - tolerance.early_seconds, documented_seconds + tolerance.late_seconds]
        if self.clock.level in {TimeLevel.CONTROL, TimeLevel.STEPPED}:
            search = max(documented_seconds, LEAST_SEARCH_SECONDS)
            stops += [documented_seconds + search / 8, documented_seconds + search]
        for stop in stops:
            if self._came(known):
                break
            self._pass_until(last, since_seconds + stop)
        if not self._came(known):
            return Wait(None, self._elapsed(last) - since_seconds, None)
        arrival = self._timed(self.attempts[known])
        return Wait(between(last, arrival) - since_seconds, self._elapsed(last) - since_seconds, arrival)

    def _timed(self, arrival: Arrival) -> Arrival:
        if arrival.target_at is None and self.clock.level is TimeLevel.CONTROL:
            raise NotObservable("the target did not say what time it was on its clock when an attempt came")
        return arrival

    def quiet_for(self, seconds: float) -> bool:
        """Whether no further attempt comes in so much more of the target's time."""
        known = len(self.attempts)
        self.clock.pass_time(seconds)
        return not self._came(known)

    def _came(self, known: int) -> bool:
        self.clock.settle()
        if len(self.attempts) > known:
            return True
        if self.clock.level in {TimeLevel.NONE, TimeLevel.DECLARED}:
            self.inbox.wait_or_count(len(self.inbox.arrivals) + 1, QUIET_SECONDS)
        return len(self.attempts) > known

    def _pass_until(self, last: Arrival, seconds: float) -> None:
        left = seconds - self._elapsed(last)
        if left > 0:
            self.clock.pass_time(left)

    def _elapsed(self, last: Arrival) -> float:
        if last.target_at is not None:
            return (self.clock.now() - last.target_at).total_seconds()
        return time.monotonic() - last.monotonic


def between(first: Arrival, second: Arrival) -> float:
    """Seconds of the target's time between two arrivals; of real time where the target's is not known."""
    if first.target_at is not None and second.target_at is not None:
        return (second.target_at - first.target_at).total_seconds()
    return second.monotonic - first.monotonic
