"""A clock, what is scheduled on it, and the work that has to end before it may move on."""

import heapq
import itertools
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.miniature_parts.moments import EPOCH

LAST_MS = (datetime(9999, 12, 31, tzinfo=UTC) - EPOCH) // timedelta(milliseconds=1)
"""The last moment that a clock can be moved to, as RFC 3339 has four digits for the year."""

HEARING_OUT_SECONDS = 0.25
"""How long an advance first listens, in real time, for answers that were sent just before it was asked for."""


def wall_clock_ms() -> int:
    """The machine's time in milliseconds since 1970."""
    return int(time.time() * 1000)  # noqa: TID251 - this server is not the one that mockserver.clock is for


@dataclass(order=True)
class Entry:
    """Something to be done at a moment; cancel it by its flag."""

    due_ms: int
    number: int
    action: Callable[[], None] = field(compare=False)
    is_cancelled: bool = field(default=False, compare=False)


@dataclass(eq=False)
class Work:
    """Something that is being carried out. A clock waits for it until `patience_ends`, a time of `time.monotonic`."""

    patience_ends: float


class Timeline:
    """What virtual and real time have in common. Any method may be called while `pulse`, a reentrant lock, is held."""

    mode: str

    def __init__(self, pulse: threading.Condition) -> None:
        self._pulse = pulse
        self._entries: list[Entry] = []
        self._numbers = itertools.count()
        self._work: set[Work] = set()

    def now_ms(self) -> int:
        """The moment, in milliseconds since 1970."""
        raise NotImplementedError

    def at(self, due_ms: int, action: Callable[[], None]) -> Entry:
        """Carry out an action at its moment, or now where that has come. Under the lock: it only starts things."""
        with self._pulse:
            entry = Entry(due_ms, next(self._numbers), action)
            heapq.heappush(self._entries, entry)
            self._run_due()
            self._pulse.notify_all()
            return entry

    def begin(self, *, patience_seconds: float = math.inf) -> Work:
        """Announce work."""
        with self._pulse:
            work = Work(time.monotonic() + patience_seconds)
            self._work.add(work)
            return work

    def end(self, work: Work) -> None:
        """Say that the work is over; what follows from it must be scheduled by then."""
        with self._pulse:
            self._work.discard(work)
            self._pulse.notify_all()

    def _next_due_ms(self) -> int | None:
        while self._entries and self._entries[0].is_cancelled:
            heapq.heappop(self._entries)
        return self._entries[0].due_ms if self._entries else None

    def _run_due(self) -> None:
        while (due_ms := self._next_due_ms()) is not None and due_ms <= self.now_ms():
            heapq.heappop(self._entries).action()


class VirtualTimeline(Timeline):
    """Time that stands still until it is moved. Begins so far from the machine's time."""

    mode = "virtual"

    def __init__(self, pulse: threading.Condition, *, offset_ms: int = 0) -> None:
        super().__init__(pulse)
        self._now_ms = wall_clock_ms() + offset_ms
        self._turn = threading.Lock()

    def now_ms(self) -> int:
        """The moment, in milliseconds since 1970."""
        return self._now_ms

    def advance(self, span_ms: int) -> int:
        """Move through every scheduled moment of the span; where that ends. OverflowError if it is too far."""
        with self._turn, self._pulse:
            self._pulse.wait_for(lambda: not self._work, timeout=HEARING_OUT_SECONDS)
            target_ms = self._now_ms + span_ms
            if target_ms > LAST_MS:
                raise OverflowError(span_ms)
            self._settle()
            while (due_ms := self._next_due_ms()) is not None and due_ms <= target_ms:
                self._now_ms = due_ms
                self._run_due()
                self._settle()
            self._now_ms = target_ms
            return target_ms

    def _settle(self) -> None:
        while remaining := [left for work in self._work if (left := work.patience_ends - time.monotonic()) > 0]:
            self._pulse.wait(None if min(remaining) == math.inf else min(remaining))


class RealTimeline(Timeline):
    """The machine's time, or so far from it. It is read anew with every request, so a jump is noticed."""

    mode = "real"

    def __init__(self, pulse: threading.Condition, *, offset_ms: int = 0) -> None:
        super().__init__(pulse)
        self._offset_ms = offset_ms
        threading.Thread(target=self._run, name="timeline", daemon=True).start()

    def now_ms(self) -> int:
        """The moment, in milliseconds since 1970."""
        return wall_clock_ms() + self._offset_ms

    def _run(self) -> None:
        with self._pulse:
            while True:
                self._run_due()
                due_ms = self._next_due_ms()
                self._pulse.wait(None if due_ms is None else max(0, due_ms - self.now_ms()) / 1000)
