"""Time as the API sees it: the one place where the server learns what moment it is.

A moment is an integer: milliseconds since 1970-01-01T00:00:00Z. Only scheduling and stored times use these clocks;
socket timeouts, downloads and FFmpeg run in real time (control protocol, rules 1 and 2).
"""

import time
from datetime import UTC, datetime
from typing import Final, Literal, Protocol

Mode = Literal["virtual", "real"]

LAST_MOMENT_MS: Final = 253_402_300_799_999
"""9999-12-31T23:59:59.999Z, the last moment that RFC 3339 can write."""


class Clock(Protocol):
    """What the server asks of a clock."""

    @property
    def mode(self) -> Mode:
        """Whether the clock runs by itself (`real`) or stands still until it is moved (`virtual`)."""

    def now_ms(self) -> int:
        """The present moment."""


class SystemClock:
    """The wall clock of this machine."""

    mode: Mode = "real"

    def now_ms(self) -> int:
        """The wall time, rounded down to a millisecond."""
        return time.time_ns() // 1_000_000


class VirtualClock:
    """A clock that stands still until it is moved, and never moves backwards."""

    mode: Mode = "virtual"

    def __init__(self, start_ms: int) -> None:
        self._now_ms = start_ms

    def now_ms(self) -> int:
        """The moment that the clock was last moved to."""
        return self._now_ms

    def move_to(self, moment_ms: int) -> None:
        """Set the clock to `moment_ms`; a moment that lies behind it is a `ValueError`."""
        if moment_ms < self._now_ms:
            message = f"a clock at {rfc3339(self._now_ms)} cannot move back to {rfc3339(moment_ms)}"
            raise ValueError(message)
        self._now_ms = moment_ms

    def restart(self, start_ms: int) -> None:
        """Begin anew at `start_ms`, wherever that lies."""
        self._now_ms = start_ms


def rfc3339(moment_ms: int) -> str:
    """The moment as RFC 3339 in UTC with exactly three decimals, such as `2026-01-01T00:00:00.000Z`."""
    seconds, milliseconds = divmod(moment_ms, 1000)
    moment = datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    return f"{moment.isoformat(timespec='seconds')}.{milliseconds:03d}Z"


def parse_rfc3339(text: str) -> int:
    """The moment that an RFC 3339 text names; without an offset it is read as UTC. Raises `ValueError`."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1000)
