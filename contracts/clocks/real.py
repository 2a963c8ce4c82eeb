"""Real time: what the target does is waited for."""

import time
from datetime import UTC, datetime

from contracts.attempts import span
from contracts.budget import Budget
from contracts.client import Client
from contracts.clock import Tolerance
from contracts.clocks.timekeeper import tolerance
from contracts.errors import NotRun
from contracts.target import Timing
from contracts.verdicts import TimeLevel

LONGEST_SPAN_SECONDS = 60.0
"""What a check may wait for where the run was given no time budget."""

TOLERANCE = Tolerance(early_seconds=1.0, late_seconds=3.0)
WAYS_OUT = "offer the control protocol, or let the kit start the target (--run)"


class RealClock:
    """The kit's own time, taken for the target's."""

    level = TimeLevel.NONE

    def __init__(self, keeper: "RealTime") -> None:
        self._keeper = keeper

    @property
    def tolerance(self) -> Tolerance:
        """How exact a moment can be judged."""
        return self._keeper.tolerance

    def now(self) -> datetime:
        """The kit's wall time."""
        return datetime.now(UTC)

    def stamp(self) -> datetime | None:
        """Nothing: the target's own time is not known."""
        return None

    def reaches(self, seconds: float) -> bool:
        """Whether it can be waited so long."""
        return self._keeper.beyond(seconds) is None and self._keeper.budget.reaches(seconds)

    def pass_time(self, seconds: float) -> None:
        """Wait. Raises `NotRun` where the time budget does not reach."""
        if not self._keeper.budget.reaches(seconds):
            left = self._keeper.budget.remaining_seconds
            message = f"{span(seconds)} had to pass, and {left:.1f} s of the time budget are left"
            raise NotRun(message)
        time.sleep(seconds)

    def settle(self) -> None:
        """Nothing: what is due happens by itself, and has to be waited for where it shows."""


class RealTime:
    """Real time for all accounts; `why_not_stepped` says why the clock of a target that the kit started stays."""

    level = TimeLevel.NONE
    exclusive = False
    polls_per_second = 1.0

    def __init__(self, budget: Budget, timing: Timing, *, why_not_stepped: str | None = None) -> None:
        self.budget = budget
        self.tolerance = tolerance(timing, TOLERANCE)
        self.why_not_stepped = why_not_stepped

    def clock(self, client: Client) -> RealClock:  # noqa: ARG002 - all accounts have the same time
        """The same for every account."""
        return RealClock(self)

    def beyond(self, span_seconds: float) -> str | None:
        """A minute is waited for without further ado; with a time budget, as long as that."""
        limit = LONGEST_SPAN_SECONDS if self.budget.seconds is None else self.budget.seconds
        if span_seconds <= limit:
            return None
        takes = f"it takes {span(span_seconds)} of the target's time"
        if self.why_not_stepped is not None:
            return f"{takes}, and its clock cannot be stepped: {self.why_not_stepped}"
        return f"{takes}: {WAYS_OUT}, or allow for it (--time-budget)"

    def real_seconds(self, span_seconds: float) -> float:
        """Just as long."""
        return span_seconds
