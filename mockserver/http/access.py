"""Who calls: credentials, and how often they may."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from mockserver.documents import CredentialHeader
from mockserver.errors import RateLimited, Unauthorized

MOST_WINDOWS = 10_000


@dataclass(frozen=True, slots=True)
class RateLimit:
    """So many requests in so many seconds."""

    requests: int
    seconds: float


@dataclass(frozen=True)
class Doorkeeper:
    """Lets a request of one API in: reads its credential and says no in the API's own words.

    Any credential of the right form is accepted, or those in `only` alone.
    """

    api: str
    header: CredentialHeader
    only: frozenset[str] | None = None

    def admit(self, headers: Mapping[str, str]) -> str:
        """The request's credential; raises `Unauthorized`."""
        credential = self.header.read(headers.get(self.header.header))
        if credential is None or (self.only is not None and credential not in self.only):
            raise Unauthorized("Missing or invalid API key.")
        return credential


@dataclass
class Turnstile:
    """Counts requests per credential in fixed windows of real time."""

    limit: RateLimit
    monotonic: Callable[[], float] = time.monotonic
    _windows: dict[str, tuple[float, int]] = field(default_factory=dict)

    def pass_through(self, credential: str) -> None:
        """Count one request; raises `RateLimited` where the window is full."""
        now = self.monotonic()
        began, count = self._windows.get(credential, (now, 0))
        if now - began >= self.limit.seconds:
            began, count = now, 0
        if count >= self.limit.requests:
            raise RateLimited(retry_after_seconds=max(1, math.ceil(began + self.limit.seconds - now)))
        if credential not in self._windows and len(self._windows) >= MOST_WINDOWS:
            self._forget_past_windows(now)
        self._windows[credential] = (began, count + 1)

    def _forget_past_windows(self, now: float) -> None:
        self._windows = {key: it for key, it in self._windows.items() if now - it[0] < self.limit.seconds}


def admit_to_any(doorkeepers: Sequence[Doorkeeper], headers: Mapping[str, str]) -> tuple[str, str]:
    """API and credential of a request that may belong to any of several APIs; raises `Unauthorized`."""
    for doorkeeper in doorkeepers:
        try:
            return doorkeeper.api, doorkeeper.admit(headers)
        except Unauthorized:
            continue
    raise Unauthorized("Missing or invalid credential.")
