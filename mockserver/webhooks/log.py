"""What is kept of deliveries for people to read."""

from dataclasses import dataclass

from mockserver.webhooks.delivery import State


@dataclass(frozen=True, slots=True)
class AttemptEntry:
    """One attempt that is over: an answer's `status`, or the `error` that stood in its way."""

    number: int
    url: str
    started_ms: int
    finished_ms: int
    status: int | None
    error: str | None


@dataclass(frozen=True, slots=True)
class DeliveryEntry:
    """A delivery with all its attempts; `due_ms` is the next attempt's moment while the state is pending."""

    id: int
    webhook: str
    subject: str
    url: str
    state: State
    created_ms: int
    due_ms: int
    attempts: tuple[AttemptEntry, ...]
