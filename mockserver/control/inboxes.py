"""Inboxes: receivers of webhooks that live in the server, scripted and read over HTTP."""

import hmac
import secrets
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from mockserver.clock import Clock
from mockserver.errors import Conflict, NotFound
from mockserver.webhooks.policy import SignaturePolicy
from mockserver.webhooks.signing import sign

MOST_INBOXES = 32
"""Per workspace."""

MOST_REQUESTS = 200
"""Kept per inbox; of more, the newest."""

MOST_BYTES = 4 * 1024 * 1024
"""Headers and bodies kept per inbox, together; of more, the newest. Larger than any one request."""

ID_BYTES = 18


@dataclass(frozen=True, slots=True)
class Script:
    """The statuses for the next requests, the one for all after these, and secrets by a name of the caller's own."""

    answers: tuple[int, ...] = ()
    then: int = 200
    secrets: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request as it came in; header names are in lower case."""

    method: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def size_bytes(self) -> int:
        """What keeping it costs."""
        return len(self.body) + sum(len(name) + len(value) for name, value in self.headers.items())


@dataclass(frozen=True, slots=True)
class Received:
    """A request that an inbox has answered: which one it was, when on the workspace's clock, and how it was taken."""

    number: int
    at_ms: int
    arrival: Arrival
    answered: int
    signed_with: str | None


@dataclass
class Inbox:
    """One receiver."""

    id: str
    clock: Clock
    signatures: Sequence[SignaturePolicy]
    script: Script
    count: int = 0
    requests: deque[Received] = field(default_factory=deque)
    _answered: int = 0
    _kept_bytes: int = 0

    def rewrite(self, script: Script) -> None:
        """Follow another script from its beginning; what has come stays."""
        self.script, self._answered = script, 0

    def take(self, arrival: Arrival) -> int:
        """Keep a request; the status to answer it with."""
        status = self._next_status()
        self.count += 1
        now_ms = self.clock.now_ms()
        signed_with = _signed_with(self.script.secrets, self.signatures, arrival, now_ms // 1000)
        self.requests.append(Received(self.count, now_ms, arrival, status, signed_with))
        self._kept_bytes += arrival.size_bytes
        while len(self.requests) > MOST_REQUESTS or self._kept_bytes > MOST_BYTES:
            self._kept_bytes -= self.requests.popleft().arrival.size_bytes
        return status

    def _next_status(self) -> int:
        if self._answered == len(self.script.answers):
            return self.script.then
        self._answered += 1
        return self.script.answers[self._answered - 1]


class Inboxes:
    """The inboxes of all workspaces, in memory."""

    def __init__(self, identify: Callable[[], str] = lambda: secrets.token_urlsafe(ID_BYTES)) -> None:
        self._identify = identify
        self._by_workspace: dict[str, dict[str, Inbox]] = {}
        self._by_id: dict[str, Inbox] = {}

    def open(self, workspace: str, *, clock: Clock, signatures: Sequence[SignaturePolicy], script: Script) -> Inbox:
        """A new inbox of the workspace; raises `Conflict` where it has too many."""
        own = self._by_workspace.setdefault(workspace, {})
        if len(own) >= MOST_INBOXES:
            message = f"A workspace has at most {MOST_INBOXES} inboxes; a reset removes them."
            raise Conflict(message)
        inbox = Inbox(self._identify(), clock, signatures, script)
        own[inbox.id] = self._by_id[inbox.id] = inbox
        return inbox

    def of(self, workspace: str, inbox_id: str) -> Inbox:
        """An inbox of the workspace; raises `NotFound`."""
        inbox = self._by_workspace.get(workspace, {}).get(inbox_id)
        if inbox is None:
            raise NotFound("This workspace has no such inbox.")
        return inbox

    def receive(self, inbox_id: str, arrival: Arrival) -> int:
        """A request to the hook of an inbox, whoever sent it: the status to answer with; raises `NotFound`."""
        inbox = self._by_id.get(inbox_id)
        if inbox is None:
            raise NotFound("There is no such inbox.")
        return inbox.take(arrival)

    def remove(self, workspace: str) -> None:
        """Remove all inboxes of the workspace."""
        for inbox_id in self._by_workspace.pop(workspace, {}):
            del self._by_id[inbox_id]


def _signed_with(
    known: Mapping[str, str], signatures: Sequence[SignaturePolicy], arrival: Arrival, now_seconds: int
) -> str | None:
    """The name of the secret whose signature the request carries."""
    for policy in signatures:
        given = arrival.headers.get(policy.header.lower())
        if given is None:
            continue
        for name, secret in known.items():
            # A real clock may have gone on since the request was signed.
            for timestamp_seconds in (now_seconds, now_seconds - 1):
                expected = sign(policy, secret=secret, body=arrival.body, timestamp_seconds=timestamp_seconds)
                if hmac.compare_digest(expected.encode(), given.encode()):
                    return name
    return None
