"""Stepped time: the clock of a target that the kit has started jumps while nothing is in flight."""

import math
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

from contracts.attempts import span
from contracts.budget import Budget
from contracts.client import Client
from contracts.clock import Tolerance
from contracts.clocks.timekeeper import tolerance
from contracts.errors import NotObservable, NotRun
from contracts.receiver import Receiver
from contracts.target import Timing
from contracts.verdicts import TimeLevel

TOLERANCE = Tolerance(early_seconds=3.0, late_seconds=8.0)
POLLS_PER_SECOND = 20.0
ARMING_SECONDS = 0.3
"""How long a target has, after an answer, to set the timer of what follows; only then its clock may jump."""

SETTLING_SECONDS = 0.3
"""How long nothing may arrive after a jump until everything that fell due is taken to have happened."""

LONGEST_SETTLING_SECONDS = 10.0
LONGEST_FLIGHT_SECONDS = 120.0
STEPPING_SECONDS = 20.0
TICK_SECONDS = 0.02
WAKING_SECONDS = 0.5
"""How often the target is woken while real time passes."""


class Steps(Protocol):
    """What moves the clock of the target's processes."""

    @property
    def offset_seconds(self) -> int:
        """How far their clock is ahead of the kit's."""

    def jump(self, seconds: int) -> None:
        """Move it ahead at once, and wake the target, so that it looks at its timers."""

    def wake(self) -> None:
        """Wake the target alone."""


class SteppedTime:
    """One clock for all processes of the target, and so for all its accounts."""

    level = TimeLevel.STEPPED
    exclusive = True
    polls_per_second = POLLS_PER_SECOND

    def __init__(self, steps: Steps, receiver: Receiver, budget: Budget, timing: Timing) -> None:
        self.tolerance = tolerance(timing, TOLERANCE)
        self._steps = steps
        self._receiver = receiver
        self._budget = budget
        self._turn = threading.RLock()

    def clock(self, client: Client) -> "SteppedClock":  # noqa: ARG002 - all accounts have the same time
        """The same for every account."""
        return SteppedClock(self)

    def beyond(self, span_seconds: float) -> str | None:  # noqa: ARG002 - as for every timekeeper
        """Nothing is."""
        return None

    def real_seconds(self, span_seconds: float) -> float:
        """A jump takes no time, what it sets going does."""
        return min(span_seconds, STEPPING_SECONDS)

    def now(self) -> datetime:
        """The target's time."""
        return datetime.now(UTC) + timedelta(seconds=self._steps.offset_seconds)

    def pass_time(self, seconds: float) -> None:
        """One jump of whole seconds; in real time passes what is less, and what it takes until nothing is in flight.

        Raises `NotRun` where the budget ends before that, `NotObservable` where it does not come.
        """
        with self._turn:
            goal = self.now() + timedelta(seconds=seconds)
            self._receiver.quiet(ARMING_SECONDS, min(LONGEST_SETTLING_SECONDS, seconds))
            self._land(goal)
            whole = math.floor((goal - self.now()).total_seconds())
            if whole > 0:
                self._steps.jump(whole)
            self._pass_real((goal - self.now()).total_seconds())
            self.settle()

    def settle(self) -> None:
        """Wait until nothing has arrived for a while."""
        began = time.monotonic()
        self._receiver.quiet(SETTLING_SECONDS, LONGEST_SETTLING_SECONDS, since=began)

    def _land(self, goal: datetime) -> None:
        """Let real time pass while a request is in flight: its time-out would not be one if the clock jumped."""
        began = woken = time.monotonic()
        while self._receiver.in_flight and self.now() < goal:
            if time.monotonic() - began > LONGEST_FLIGHT_SECONDS:
                message = (
                    f"the target's clock may not jump while a request is held, and it has held on to one for "
                    f"{span(LONGEST_FLIGHT_SECONDS)}"
                )
                raise NotObservable(message)
            if not self._budget.reaches(TICK_SECONDS):
                raise NotRun("the time budget has ended while the target was waiting for an answer")
            time.sleep(TICK_SECONDS)
            if time.monotonic() - woken >= WAKING_SECONDS:
                self._steps.wake()
                woken = time.monotonic()
            if not self._receiver.in_flight:
                self._receiver.quiet(ARMING_SECONDS, LONGEST_SETTLING_SECONDS)

    def _pass_real(self, seconds: float) -> None:
        """Sleep, and wake the target then: a timer that was set before a jump may sleep on through its time."""
        if seconds > 0:
            time.sleep(seconds)
            self._steps.wake()


class SteppedClock:
    """The one clock of the target, as one account sees it."""

    level = TimeLevel.STEPPED

    def __init__(self, keeper: SteppedTime) -> None:
        self._keeper = keeper

    @property
    def tolerance(self) -> Tolerance:
        """How exact a moment can be judged."""
        return self._keeper.tolerance

    def now(self) -> datetime:
        """The target's time: it runs on as the kit's does, ahead by all jumps."""
        return self._keeper.now()

    def stamp(self) -> datetime | None:
        """The same: the clock never jumps while a request is held."""
        return self._keeper.now()

    def reaches(self, seconds: float) -> bool:  # noqa: ARG002 - as for every clock
        """Always."""
        return True

    def pass_time(self, seconds: float) -> None:
        """Jump; see `SteppedTime.pass_time`."""
        self._keeper.pass_time(seconds)

    def settle(self) -> None:
        """Wait until nothing has arrived for a while."""
        self._keeper.settle()
