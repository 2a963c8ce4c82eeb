"""What a delivery says, held against what polling says: pure comparisons of JSON values."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

_MOST_SHOWN = 60
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Payload:
    """The body of a delivery; `problem` says why it is not of the documented form, and then `data` is empty.

    `timestamp` is the number as it was sent, 0 where there is none.
    """

    data: Mapping[str, Any]
    timestamp: float
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that differs between a poll and a delivery; `path` leads to it from the root of the command."""

    path: tuple[str | int, ...]
    polled: Any
    delivered: Any

    @property
    def is_in_query(self) -> bool:
        """Whether it is a storage_url, and differs in its query alone."""
        return (
            self.path[-1:] == ("storage_url",)
            and isinstance(self.polled, str)
            and isinstance(self.delivered, str)
            and urlsplit(self.polled)._replace(query="") == urlsplit(self.delivered)._replace(query="")
        )

    def __str__(self) -> str:
        place = ".".join(map(str, self.path)) or "the whole"
        return f"{place}: polled {_shown(self.polled)}, delivered {_shown(self.delivered)}"


def read(body: bytes) -> Payload:
    """A body as a payload, whatever it is."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        return Payload({}, 0, f"it is no JSON: {error}")
    if not isinstance(content, dict):
        return Payload({}, 0, f"it is {_shown(content)} and no object")
    data, timestamp = content.get("data", _ABSENT), content.get("timestamp", _ABSENT)
    if not isinstance(data, dict):
        return Payload({}, 0, f"data is {_shown(data)} and no object")
    if isinstance(timestamp, bool) or not isinstance(timestamp, int | float) or not math.isfinite(timestamp):
        return Payload({}, 0, f"timestamp is {_shown(timestamp)} and no number")
    return Payload(data, timestamp)


def differences(polled: Any, delivered: Any, path: tuple[str | int, ...] = ()) -> Iterator[Difference]:
    """Where two JSON values differ. Numbers are equal by value: 1 and 1.0 are the same number."""
    if isinstance(polled, dict) and isinstance(delivered, dict):
        for key in [*polled, *(key for key in delivered if key not in polled)]:
            yield from differences(polled.get(key, _ABSENT), delivered.get(key, _ABSENT), (*path, key))
    elif isinstance(polled, list) and isinstance(delivered, list) and len(polled) == len(delivered):
        for place, (one, other) in enumerate(zip(polled, delivered, strict=True)):
            yield from differences(one, other, (*path, place))
    elif isinstance(polled, bool) is not isinstance(delivered, bool) or polled != delivered:
        yield Difference(path, polled, delivered)


def equal(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same."""
    return next(differences(one, other), None) is None


def moment_problem(timestamp: float, sent_at: datetime, *, early_seconds: float, late_seconds: float) -> str | None:
    """What is wrong with a timestamp of a request that was sent at `sent_at`; None where nothing is."""
    if timestamp != int(timestamp):
        return f"it is {timestamp}, which is no whole number"
    shown = _moment(timestamp)
    off = timestamp / 1000 - sent_at.timestamp()
    if -late_seconds <= off <= early_seconds:
        return None
    for name, factor in (("seconds", 1000), ("microseconds", 1e-3), ("nanoseconds", 1e-6)):
        if abs(timestamp * factor / 1000 - sent_at.timestamp()) <= max(early_seconds, late_seconds) + 1:
            return f"it is {timestamp:g}, which are {name} and no milliseconds"
    return f"it is {timestamp:.0f}{shown}, {abs(off):.3f} s {'after' if off > 0 else 'before'} the moment of sending"


def _moment(timestamp: float) -> str:
    try:
        return f" ({datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=timestamp):%Y-%m-%dT%H:%M:%SZ})"
    except OverflowError:
        return ""


def _shown(value: Any) -> str:
    if value is _ABSENT:
        return "left out"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"
