"""What a handler receives and what it answers."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mockserver.http.urls import written_url
from mockserver.workspaces import Workspace


@dataclass(frozen=True, slots=True)
class Call:
    """A request that the document allows.

    `path` and `query` hold the document's parameters, decoded; `body` is the parsed JSON, None where there is none.
    `raw_query` has every pair of the query as it came, also those of names that no document can declare; `headers`
    have names in lower case; `target` is path and query as they came.
    """

    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Any
    workspace: Workspace | None
    raw_query: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    target: tuple[bytes, bytes] = (b"", b"")

    @property
    def url(self) -> str:
        """Path and query as they came."""
        return written_url(*self.target)

    def in_workspace(self) -> Workspace:
        """The caller's workspace; only for operations that need a credential."""
        if self.workspace is None:
            message = "this operation has no workspace"
            raise LookupError(message)
        return self.workspace


Sent = Callable[[], Awaitable[None]]
"""What is done once an answer was sent."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: a status of the document, and what becomes its JSON body."""

    status: int
    body: Any
    sent: Sent | None = None


@dataclass(frozen=True, slots=True)
class Media:
    """An answer that is no JSON: a status of the document, and the bytes with their media type."""

    status: int
    content: bytes
    media_type: str
    sent: Sent | None = None


Handler = Callable[[Call], Awaitable[Reply | Media]]
