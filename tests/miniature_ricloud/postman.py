"""Sends events: attempts when they are due, each signed, until one is accepted, none is left, or nobody wants it."""

import base64
import hmac
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.miniature_parts.attempts import Attempts, Outcome
from tests.miniature_parts.timeline import Timeline
from tests.miniature_parts.transmission import Message

from .manners import Identifier, Manners
from .resources import Event


@dataclass(frozen=True)
class Address:
    """Where an attempt goes, and what signs it."""

    url: str
    secret: str


@dataclass(frozen=True)
class Made:
    """A finished attempt."""

    number: int
    started_ms: int
    finished_ms: int
    url: str
    outcome: Outcome

    def shown(self, written: Callable[[int], str]) -> dict[str, Any]:
        """For the log."""
        return {
            "number": self.number,
            "started_at": written(self.started_ms),
            "finished_at": written(self.finished_ms),
            "url": self.url,
            "status": self.outcome.status,
            "error": self.outcome.error,
        }


@dataclass(eq=False)
class Delivery:
    """One event's way to one receiver. All of its functions are called under the lock.

    `address` is asked before each attempt; None ends the delivery. `begins` is told the attempt's number and gives the
    event as it is then; `failed` hears of each attempt that was not accepted, and `ended` of the end: whether it was
    accepted, and how the last attempt went (None where there was none, or it was given up).
    """

    webhook: str
    event_id: Identifier
    waits: Sequence[float]
    address: Callable[[], Address | None]
    begins: Callable[[int], Event]
    failed: Callable[[], None]
    ended: Callable[[bool, Outcome | None], None]
    created_ms: int = 0
    url: str = ""
    state: str = "pending"
    next_ms: int | None = None
    attempts: list[Made] = field(default_factory=list)
    first_ms: int | None = None
    first_body: bytes | None = None

    def shown(self, number: int, written: Callable[[int], str]) -> dict[str, Any]:
        """For the log."""
        return {
            "id": number,
            "webhook": self.webhook,
            "subject": str(self.event_id),
            "url": self.url,
            "state": self.state,
            "created_at": written(self.created_ms),
            "next_attempt_at": None if self.next_ms is None else written(self.next_ms),
            "attempts": [made.shown(written) for made in self.attempts],
        }


class Postman:
    """Makes the deliveries of one organisation, and keeps a log of them."""

    def __init__(
        self, timeline: Timeline, pulse: threading.Condition, *, grace_seconds: float, manners: Manners
    ) -> None:
        self._timeline = timeline
        self._manners = manners
        self._attempts = Attempts(timeline, pulse, grace_seconds=grace_seconds)
        self._log: list[Delivery] = []

    def post(self, delivery: Delivery, *, wait_seconds: float = 0) -> None:
        """Begin a delivery, now or after a wait on the clock."""
        delivery.created_ms = self._timeline.now_ms()
        address = delivery.address()
        delivery.url = "" if address is None else address.url
        self._log.append(delivery)
        self._schedule(delivery, 1, wait_seconds)

    def log(self, subject: str | None) -> list[dict[str, Any]]:
        """The deliveries about one event, or all of them, oldest first."""
        return [
            delivery.shown(number, self._manners.surroundings.clock_written)
            for number, delivery in enumerate(self._log, start=1)
            if subject in {None, str(delivery.event_id)} and delivery.url
        ]

    def _schedule(self, delivery: Delivery, number: int, wait_seconds: float) -> None:
        due_ms = self._timeline.now_ms() + round(wait_seconds * 1000)
        due_ms = due_ms if number == 1 else self._manners.sending.due(due_ms)
        delivery.next_ms = due_ms
        self._timeline.at(due_ms, lambda: self._start(delivery, number))

    def _start(self, delivery: Delivery, number: int) -> None:
        delivery.next_ms = None
        address = delivery.address()
        if address is None:
            delivery.state = "dropped"
            delivery.ended(False, None)
            return
        started_ms = self._timeline.now_ms()
        message = self._message(delivery, delivery.begins(number), address)
        delivery.url = message.url
        self._attempts.make(
            message,
            timeout_seconds=self._manners.sending.timeout_seconds,
            over=lambda outcome: self._conclude(
                delivery, Made(number, started_ms, self._timeline.now_ms(), message.url, outcome)
            ),
        )

    def _conclude(self, delivery: Delivery, made: Made) -> None:
        delivery.attempts.append(made)
        if self._manners.sending.accepts(made.outcome.status):
            delivery.state = "delivered"
            delivery.ended(True, made.outcome)
            return
        delivery.failed()
        if made.number <= len(delivery.waits):
            self._schedule(delivery, made.number + 1, delivery.waits[made.number - 1])
            return
        delivery.state = "exhausted"
        delivery.ended(False, made.outcome)

    def _message(self, delivery: Delivery, event: Event, address: Address) -> Message:
        sending = self._manners.sending
        body = sending.written(event.shown(self._manners))
        if delivery.first_ms is None or delivery.first_body is None:
            delivery.first_ms, delivery.first_body = self._timeline.now_ms(), body
        body = delivery.first_body if sending.body_stays else body
        moment_ms = self._timeline.now_ms() if sending.signed_afresh else delivery.first_ms
        return Message(
            sending.addressed(address.url, event.id),
            body,
            {**sending.headers, sending.signed_in: signature(address.secret, moment_ms // 1000, body)},
            in_chunks=sending.in_chunks,
            most_redirects=sending.most_redirects,
        )


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """The value of the header, for a moment in whole Unix seconds."""
    signed = b"%d.%s" % (timestamp, body)
    digest = base64.b64encode(hmac.digest(secret.encode(), signed, "sha256")).decode()
    return f"t={timestamp},s={digest}"
