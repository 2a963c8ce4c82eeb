"""The virtual time of a run, and what came to its inboxes, as the answers of the control protocol tell them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from contracts.scenarios.runs import StepRun

CLOCK_OPERATIONS = frozenset({"getClock", "advanceClock"})
INBOX_OPERATIONS = frozenset({"createInbox", "getInbox", "scriptInbox"})

_UNITS = (("d", 86_400_000), ("h", 3_600_000), ("min", 60_000))


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request that an inbox has had: when, how it was answered, and whose secret had signed it."""

    at: datetime
    status: int
    signed_with: str | None


@dataclass(frozen=True, slots=True)
class History:
    """What came to one inbox; `name` is the step that opened it."""

    name: str
    arrivals: tuple[Arrival, ...]

    def gaps(self) -> tuple[timedelta | None, ...]:
        """The time before each arrival since the one before it; None for the first."""
        times = [arrival.at for arrival in self.arrivals]
        return (None, *(later - earlier for earlier, later in pairwise(times)))[: len(times)]


class Timeline:
    """Listens to a run, and knows where its clock stands."""

    def __init__(self) -> None:
        self._start: datetime | None = None
        self._now: datetime | None = None
        self._inboxes: dict[str, History] = {}

    def hear(self, tried: StepRun) -> timedelta | None:
        """Take a step in; the virtual time since the run's first sight of the clock, None before that."""
        body = tried.exchange.response.body if tried.exchange is not None else None
        if isinstance(body, dict):
            if tried.operation in CLOCK_OPERATIONS and (now := _moment(body.get("now"))) is not None:
                self._start, self._now = self._start or now, now
            elif tried.operation in INBOX_OPERATIONS:
                self._take_inbox(tried, body)
        return self._now - self._start if self._now is not None and self._start is not None else None

    @property
    def histories(self) -> list[History]:
        """What came to each inbox, as it was last seen."""
        return list(self._inboxes.values())

    def _take_inbox(self, tried: StepRun, body: Mapping[str, Any]) -> None:
        key, requests = body.get("id"), body.get("requests")
        if isinstance(key, str) and isinstance(requests, list):
            known = self._inboxes.get(key)
            arrivals = tuple(it for request in requests if (it := _arrival(request)) is not None)
            self._inboxes[key] = History(known.name if known else tried.step.id, arrivals)


def in_words(span: timedelta) -> str:
    """A span such as `35 min 5 s`, `4.999 s` or `1 d`."""
    milliseconds = round(span.total_seconds() * 1000)
    parts = []
    for unit, size in _UNITS:
        count, milliseconds = divmod(milliseconds, size)
        parts += [f"{count} {unit}"] if count else []
    if milliseconds or not parts:
        parts.append(f"{milliseconds / 1000:g} s")
    return " ".join(parts)


def _arrival(request: Any) -> Arrival | None:
    if not isinstance(request, dict):
        return None
    at, status, signed_with = _moment(request.get("at")), request.get("answered"), request.get("signed_with")
    if at is None or not isinstance(status, int):
        return None
    return Arrival(at, status, signed_with if isinstance(signed_with, str) else None)


def _moment(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
