"""A delivery and its life: pending → delivered | exhausted | dropped, one attempt after another.

Delivery ──prepare──▶ Envelope ──send──▶ Answer | Silence ──succession──▶ Delivered | Retry | Exhausted
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from mockserver.clock import LAST_MOMENT_MS, rfc3339
from mockserver.webhooks.policy import DeliveryPolicy

State = Literal["pending", "delivered", "exhausted", "dropped"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message that is owed to one receiver.

    `subject` is what it is about (a command's id), `attempts` how many attempts are over. With `own_url` it always
    goes to `url`; otherwise each attempt goes where the account points at that moment, and `url` is where that was
    at first.
    """

    id: int
    workspace: str
    webhook: str
    subject: str
    url: str
    own_url: bool
    attempts: int
    due_ms: int


@dataclass(frozen=True, slots=True)
class Envelope:
    """A delivery made ready for one attempt: these bytes, under these headers, to this URL."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Answer:
    """The receiver answered; `location` is where a redirect leads."""

    status: int
    location: str | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"answered {self.status}"


@dataclass(frozen=True, slots=True)
class Silence:
    """The receiver did not answer; `reason` says why in a few words."""

    reason: str

    def __str__(self) -> str:
        return self.reason


Outcome = Answer | Silence


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt that is over."""

    delivery: int
    number: int
    url: str
    started_ms: int
    finished_ms: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Delivered:
    """The message has arrived."""

    def __str__(self) -> str:
        return "delivered"


@dataclass(frozen=True, slots=True)
class Retry:
    """The message is tried again at `due_ms`."""

    due_ms: int

    def __str__(self) -> str:
        return f"next at {rfc3339(self.due_ms)}"


@dataclass(frozen=True, slots=True)
class Exhausted:
    """Every attempt of the policy has failed."""

    def __str__(self) -> str:
        return "given up"


Succession = Delivered | Retry | Exhausted


def succession(policy: DeliveryPolicy, *, number: int, outcome: Outcome, finished_ms: int) -> Succession:
    """What follows attempt `number` (1-based) that ended in `outcome` at `finished_ms`.

    The wait before an attempt counts from the failure of the one before it (RenderIO, Polling & Webhooks, Retry
    schedule).
    """
    if isinstance(outcome, Answer) and policy.is_success(outcome.status):
        return Delivered()
    if number >= len(policy.delays_ms):
        return Exhausted()
    due_ms = finished_ms + policy.delays_ms[number]
    # No clock gets past the last moment that can be written, so no attempt can be made there.
    return Retry(due_ms) if due_ms <= LAST_MOMENT_MS else Exhausted()
