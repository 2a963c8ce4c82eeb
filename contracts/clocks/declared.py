"""Real time, with the target's own log of its attempts beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.budget import Budget
from contracts.client import Client
from contracts.clocks.real import RealClock, RealTime
from contracts.control import Control, Offer
from contracts.errors import NoAnswerError
from contracts.target import Timing
from contracts.verdicts import TimeLevel


@dataclass(frozen=True, slots=True)
class DeclaredAttempt:
    """One attempt as the target's log tells it.

    `delivery` is the delivery's id in that log, `number` counts from 1. `next_attempt_at` is when the following
    attempt is due; None for all but the last one of a delivery, and where none is to follow. `status` is what the
    receiver has answered, as far as it did.
    """

    delivery: str
    number: int
    started_at: datetime
    finished_at: datetime | None
    next_attempt_at: datetime | None
    status: int | None


class DeclaredClock(RealClock):
    """Real time, and the attempt log of the account."""

    level = TimeLevel.DECLARED

    def __init__(self, keeper: RealTime, control: Control) -> None:
        super().__init__(keeper)
        self._control = control

    def declared_attempts(self, subject: str) -> Sequence[DeclaredAttempt]:
        """All attempts about a subject (a command's id), oldest first.

        Raises `NoAnswerError` where the log cannot be had or has another form.
        """
        try:
            return [attempt for delivery in self._control.deliveries(subject) for attempt in _attempts(delivery)]
        except (KeyError, TypeError, ValueError) as error:
            message = f"the log of deliveries has another form: {type(error).__name__}: {error}"
            raise NoAnswerError(message) from error


class DeclaredTime(RealTime):
    """Real time for all accounts, with each one's log."""

    level = TimeLevel.DECLARED

    def __init__(self, offer: Offer, budget: Budget, timing: Timing, *, why_not_stepped: str | None = None) -> None:
        super().__init__(budget, timing, why_not_stepped=why_not_stepped)
        self._offer = offer

    def clock(self, client: Client) -> DeclaredClock:
        """The clock of this client's account; its questions are evidence."""
        return DeclaredClock(self, Control(self._offer, client))


def _attempts(delivery: Mapping[str, Any]) -> Sequence[DeclaredAttempt]:
    attempts = delivery["attempts"]
    return [
        DeclaredAttempt(
            delivery=str(delivery["id"]),
            number=int(attempt["number"]),
            started_at=datetime.fromisoformat(attempt["started_at"]),
            finished_at=_moment(attempt.get("finished_at")),
            next_attempt_at=_moment(delivery.get("next_attempt_at")) if attempt is attempts[-1] else None,
            status=attempt.get("status"),
        )
        for attempt in attempts
    ]


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
