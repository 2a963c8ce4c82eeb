"""The evidence of one check: every request of the kit, every delivery that arrived, in order."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

Headers = tuple[tuple[str, str], ...]
"""Names as they were sent, in order."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request of the kit and what came back: an answer, or `error`.

    `at` is the kit's wall time. Bodies are the bytes as they were sent; `seconds` is how long the answer took.
    `response_bytes` and `response_sha256` (in hex) are those of an answer of which only the beginning was kept, else
    None.
    """

    number: int
    at: datetime
    method: str
    url: str
    request_headers: Headers
    request_body: bytes
    status: int | None
    response_headers: Headers
    response_body: bytes
    seconds: float
    error: str | None = None
    response_bytes: int | None = None
    response_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request that the kit's receiver got.

    `at` is the kit's wall time and `monotonic` its monotonic time in seconds; `target_at` is the target's own time,
    where it is known; `inbox` is the name of the URL; `answer` says how it was answered (`503`, `dropped`, …).
    """

    number: int
    at: datetime
    monotonic: float
    target_at: datetime | None
    inbox: str
    method: str
    path: str
    headers: Headers
    body: bytes
    answer: str

    def values(self, name: str) -> tuple[str, ...]:
        """The values of a header, in order, as they were sent."""
        return tuple(value for key, value in self.headers if key.lower() == name.lower())

    def header(self, name: str) -> str | None:
        """The only value of a header; several are joined by commas, as HTTP does; None where it is absent."""
        values = self.values(name)
        return ", ".join(values) if values else None


@dataclass(frozen=True, slots=True)
class Note:
    """Something that the check says of its own course, such as an advance of the clock."""

    number: int
    at: datetime
    text: str
    target_at: datetime | None = None


Entry = Exchange | Arrival | Note


class Record:
    """Collects entries from several threads; numbers count from 1."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._lock = threading.Lock()
        self._number = 0
        self.secrets: set[str] = set()

    def next_number(self) -> int:
        """A number for an entry that is about to be added."""
        with self._lock:
            self._number += 1
            return self._number

    def add(self, entry: Entry) -> None:
        """Keep an entry."""
        with self._lock:
            self._entries.append(entry)

    def hide(self, secret: str) -> None:
        """Reports show none of this text."""
        if secret:
            self.secrets.add(secret)

    @property
    def entries(self) -> Sequence[Entry]:
        """Everything so far, by number."""
        with self._lock:
            return sorted(self._entries, key=lambda entry: entry.number)
