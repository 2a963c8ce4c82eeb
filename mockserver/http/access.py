"""Who calls: credentials, and how often they may."""

import math
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
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
    """Counts requests per caller in fixed windows of real time."""

    limit: RateLimit
    monotonic: Callable[[], float] = time.monotonic
    _windows: dict[Hashable, tuple[float, int]] = field(default_factory=dict)

    def pass_through(self, caller: Hashable) -> None:
        """Count one request; raises `RateLimited` where the window is full."""
        now = self.monotonic()
        began, count = self._windows.get(caller, (now, 0))
        if now - began >= self.limit.seconds:
            began, count = now, 0
        if count >= self.limit.requests:
            raise RateLimited(retry_after_seconds=max(1, math.ceil(began + self.limit.seconds - now)))
        if caller not in self._windows and len(self._windows) >= MOST_WINDOWS:
            self._forget_past_windows(now)
        self._windows[caller] = (began, count + 1)

    def _forget_past_windows(self, now: float) -> None:
        self._windows = {key: it for key, it in self._windows.items() if now - it[0] < self.limit.seconds}


def admit_to_any(doorkeepers: Sequence[Doorkeeper], headers: Mapping[str, str]) -> tuple[str, str]:
    """API and credential of a request that may belong to any of several APIs; raises `Unauthorized`.

    The first place of a credential that the request fills decides: what is refused there is not looked for elsewhere.
    """
    given = [doorkeeper for doorkeeper in doorkeepers if doorkeeper.header.is_given(headers)]
    for doorkeeper in (it for it in given if it.header.place == given[0].header.place):
        try:
            return doorkeeper.api, doorkeeper.admit(headers)
        except Unauthorized:
            continue
    raise Unauthorized("Missing or invalid credential.")
