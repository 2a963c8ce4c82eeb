"""Attempts at a receiver: each ends once, by an answer, by an error, or by its timeout on a clock."""

import http.client
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from tests.miniature_parts.timeline import Entry, Timeline, Work
from tests.miniature_parts.transmission import Message, Transmission


@dataclass(frozen=True)
class Outcome:
    """How an attempt went: the status of the answer, or why there was none."""

    status: int | None = None
    error: str | None = None


def is_2xx(status: int | None) -> bool:
    """Whether there is an answer, and it says that all went well."""
    return status is not None and HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES


@dataclass(eq=False)
class Attempt:
    """An attempt under way."""

    transmission: Transmission
    work: Work
    over: Callable[[Outcome], None]
    timeout: Entry | None = None
    is_over: bool = False


class Attempts:
    """Makes attempts. On virtual time, a clock waits for a silent receiver for the grace only."""

    def __init__(self, timeline: Timeline, pulse: threading.Condition, *, grace_seconds: float) -> None:
        self._timeline = timeline
        self._pulse = pulse
        self._patience_seconds = grace_seconds if timeline.mode == "virtual" else math.inf

    def make(self, message: Message, *, timeout_seconds: float, over: Callable[[Outcome], None]) -> None:
        """Send a message; `over` is told under the lock, before the clock may move on."""
        work = self._timeline.begin(patience_seconds=self._patience_seconds)
        attempt = Attempt(Transmission(message), work, over)
        timeout_ms = self._timeline.now_ms() + round(timeout_seconds * 1000)
        attempt.timeout = self._timeline.at(timeout_ms, lambda: self._time_out(attempt))
        threading.Thread(target=self._transmit, args=(attempt,), name="attempt", daemon=True).start()

    def _transmit(self, attempt: Attempt) -> None:
        outcome = Outcome(error="the sender has stopped")
        try:
            outcome = Outcome(status=attempt.transmission.exchange())
        except (OSError, http.client.HTTPException, ValueError) as error:
            outcome = Outcome(error=f"{type(error).__name__}: {error}")
        finally:
            self._conclude(attempt, outcome)
            attempt.transmission.close()

    def _time_out(self, attempt: Attempt) -> None:
        attempt.transmission.cut_off()
        self._conclude(attempt, Outcome(error="timeout"))

    def _conclude(self, attempt: Attempt, outcome: Outcome) -> None:
        with self._pulse:
            if attempt.is_over:
                return
            attempt.is_over = True
            if attempt.timeout is not None:
                attempt.timeout.is_cancelled = True
            attempt.over(outcome)
            self._timeline.end(attempt.work)
