"""The organisation's time: what has been caused is waited for, and looked for where time costs nothing."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from contracts.checks.ricloud.calls import Calls
from contracts.errors import NotRun
from contracts.receiver import Inbox
from contracts.record import Arrival
from contracts.verdicts import TimeLevel

Resource = Mapping[str, Any]
"""A resource of the API as an answer shows it."""

CONTROLLED_SECONDS = 2.0
"""How long, in real time, an effect may take to show once a controlled clock has said that nothing due is left."""

FIRST_SECONDS = 5.0
"""The same at most, before the search for a late one begins where time can be moved."""

STORED_SECONDS = 0.25
"""The same after a step of the search, which is made of many."""

QUIET_SECONDS = 1.0
"""How long nothing may arrive, in real time, where no clock says that nothing due is left."""

DAY_SECONDS = 86400.0

SEARCH_SECONDS = (5.0, 55.0, 540.0, 3000.0, 18000.0, 64800.0)
"""In which steps a day of the target's time is searched: tests may be delayed, and sent again (TST-021, TST-025)."""


class Waiting(Calls):
    """The requests of one organisation, and what they cause in time."""

    _is_late = False
    """Whether something was found by a search: then the next one begins sooner."""

    def once(self, ask: Callable[[], Resource], holds: Callable[[Resource], object]) -> Resource:
        """What `ask` says once something holds of it, or at last when it has had its time and that does not hold.

        It has its time when nothing due is left on a controlled clock, and after the trial's patience elsewhere.
        """
        return self._once(ask, holds, self.patience_seconds)

    def eventually(self, ask: Callable[[], Resource], holds: Callable[[Resource], object]) -> Resource:
        """The same; where the target's time can be moved, the next day of it is searched, too."""
        seen = self._once(ask, holds, self._first_seconds)
        for seconds in SEARCH_SECONDS if self.can_move_time else ():
            if holds(seen):
                break
            self.workspace.clock.pass_time(seconds)
            seen = self._once(ask, holds, STORED_SECONDS)
            self._is_late = self._is_late or bool(holds(seen))
        return seen

    def arrived(self, inbox: Inbox, count: int) -> Sequence[Arrival]:
        """What has come to the inbox once everything due has happened; waits for `count` at most."""
        return self._arrived(inbox, count, self.patience_seconds)

    def came(self, inbox: Inbox, count: int) -> Sequence[Arrival]:
        """The same; where the target's time can be moved, the next day of it is searched, too."""
        arrivals = self._arrived(inbox, count, self._first_seconds)
        for seconds in SEARCH_SECONDS if self.can_move_time else ():
            if len(arrivals) >= count:
                break
            self.workspace.clock.pass_time(seconds)
            arrivals = self._arrived(inbox, count, STORED_SECONDS)
            self._is_late = self._is_late or len(arrivals) >= count
        return arrivals

    def nothing_more(self, inbox: Inbox, count: int) -> bool:
        """Whether no more than `count` requests have come to the inbox, once everything due has happened."""
        self.workspace.clock.settle()
        seconds = 0.0 if self._is_controlled else QUIET_SECONDS
        return len(inbox.wait_or_count(count + 1, seconds)) <= count

    @property
    def patience_seconds(self) -> float:
        """How long, in real time, an effect may take to show."""
        return CONTROLLED_SECONDS if self._is_controlled else self.trial.patience_seconds

    @property
    def _first_seconds(self) -> float:
        """The same, where a search follows."""
        if not self.can_move_time:
            return self.patience_seconds
        return STORED_SECONDS if self._is_late else min(FIRST_SECONDS, self.patience_seconds)

    @property
    def can_move_time(self) -> bool:
        """Whether a long span of the target's time costs nothing."""
        return self.workspace.clock.level in {TimeLevel.CONTROL, TimeLevel.STEPPED}

    def _arrived(self, inbox: Inbox, count: int, within_seconds: float) -> Sequence[Arrival]:
        self.workspace.clock.settle()
        left_seconds = self.trial.budget.remaining_seconds
        arrivals = inbox.wait_or_count(count, min(within_seconds, left_seconds))
        if len(arrivals) < count and left_seconds < within_seconds:
            raise NotRun("the time budget ended before a delivery had its time to come")
        return arrivals

    def _once(
        self, ask: Callable[[], Resource], holds: Callable[[Resource], object], within_seconds: float
    ) -> Resource:
        self.workspace.clock.settle()
        deadline = time.monotonic() + within_seconds
        while not holds(seen := ask()) and time.monotonic() < deadline:
            if not self.trial.budget.remaining_seconds:
                raise NotRun("the time budget ended in the middle of the check")
            time.sleep(self.trial.poll_seconds)
        return seen

    @property
    def _is_controlled(self) -> bool:
        return self.workspace.clock.level is TimeLevel.CONTROL
