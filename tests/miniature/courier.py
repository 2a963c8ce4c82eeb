"""Deliveries of one account: attempts, and retries by the schedule."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from tests.miniature_parts.attempts import Attempts, Outcome, is_2xx
from tests.miniature_parts.timeline import Timeline

from .message import Message

DELAYS_SECONDS = (0, 5, 300, 1800, 7200, 18000, 36000, 36000)
"""The wait before each attempt, from the failure of the one before it."""

TIMEOUT_SECONDS = 15


@dataclass(frozen=True)
class Delivery:
    """A message, whether the account still wants it when an attempt is due, and who learns how each attempt went."""

    message: Message
    is_wanted: Callable[[], bool]
    report: Callable[[bool], None]


class Courier:
    """Makes attempts when they are due."""

    def __init__(
        self, timeline: Timeline, pulse: threading.Condition, *, grace_seconds: float, due: Callable[[int], int]
    ) -> None:
        self._timeline = timeline
        self._due = due
        self._attempts = Attempts(timeline, pulse, grace_seconds=grace_seconds)

    def accept(self, delivery: Delivery, *, number: int = 1) -> None:
        """Schedule the attempt with this number, and what follows from it."""
        due_ms = self._timeline.now_ms() + DELAYS_SECONDS[number - 1] * 1000
        self._timeline.at(due_ms if number == 1 else self._due(due_ms), lambda: self._start(delivery, number))

    def _start(self, delivery: Delivery, number: int) -> None:
        if delivery.is_wanted():
            self._attempts.make(
                delivery.message.post(),
                timeout_seconds=TIMEOUT_SECONDS,
                over=lambda outcome: self._conclude(delivery, number, outcome),
            )

    def _conclude(self, delivery: Delivery, number: int, outcome: Outcome) -> None:
        is_delivered = is_2xx(outcome.status)
        delivery.report(is_delivered)
        if not is_delivered and number < len(DELAYS_SECONDS):
            self.accept(delivery, number=number + 1)
