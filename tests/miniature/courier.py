"""Deliveries of one account: attempts, their timeout, and retries by the schedule."""

import http.client
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass

from .timeline import Entry, Timeline, Work
from .transmission import Message, Transmission, delivers

DELAYS_SECONDS = (0, 5, 300, 1800, 7200, 18000, 36000, 36000)
"""The wait before each attempt, from the failure of the one before it."""

TIMEOUT_SECONDS = 15


@dataclass(frozen=True)
class Delivery:
    """A message, whether the account still wants it when an attempt is due, and who learns how each attempt went."""

    message: Message
    is_wanted: Callable[[], bool]
    report: Callable[[bool], None]


@dataclass(eq=False)
class Attempt:
    """An attempt under way. It ends once: by an answer, by an error, or by its timeout."""

    delivery: Delivery
    number: int
    transmission: Transmission
    work: Work
    timeout: Entry | None = None
    is_over: bool = False


class Courier:
    """Makes attempts when they are due. On virtual time, a clock waits for a silent receiver for the grace only."""

    def __init__(
        self, timeline: Timeline, pulse: threading.Condition, *, grace_seconds: float, due: Callable[[int], int]
    ) -> None:
        self._timeline = timeline
        self._due = due
        self._pulse = pulse
        self._patience_seconds = grace_seconds if timeline.mode == "virtual" else math.inf

    def accept(self, delivery: Delivery, *, number: int = 1) -> None:
        """Schedule the attempt with this number, and what follows from it."""
        due_ms = self._timeline.now_ms() + DELAYS_SECONDS[number - 1] * 1000
        self._timeline.at(due_ms if number == 1 else self._due(due_ms), lambda: self._start(delivery, number))

    def _start(self, delivery: Delivery, number: int) -> None:
        if not delivery.is_wanted():
            return
        work = self._timeline.begin(patience_seconds=self._patience_seconds)
        attempt = Attempt(delivery, number, Transmission(delivery.message), work)
        timeout_ms = self._timeline.now_ms() + TIMEOUT_SECONDS * 1000
        attempt.timeout = self._timeline.at(timeout_ms, lambda: self._time_out(attempt))
        threading.Thread(target=self._transmit, args=(attempt,), name="attempt", daemon=True).start()

    def _transmit(self, attempt: Attempt) -> None:
        status = None
        try:
            status = attempt.transmission.exchange()
        except (OSError, http.client.HTTPException, ValueError):
            pass  # no answer is an outcome like any other
        finally:
            self._conclude(attempt, status)
            attempt.transmission.close()

    def _time_out(self, attempt: Attempt) -> None:
        attempt.transmission.cut_off()
        self._conclude(attempt, None)

    def _conclude(self, attempt: Attempt, status: int | None) -> None:
        with self._pulse:
            if attempt.is_over:
                return
            attempt.is_over = True
            if attempt.timeout is not None:
                attempt.timeout.is_cancelled = True
            attempt.delivery.report(delivers(status))
            if not delivers(status) and attempt.number < len(DELAYS_SECONDS):
                self.accept(attempt.delivery, number=attempt.number + 1)
            self._timeline.end(attempt.work)
