"""A render as the server remembers it."""

from dataclasses import dataclass

from mockserver.bannx.callback import HandlerResult, RequestEvent, StoredFile


@dataclass(frozen=True, slots=True)
class Render:
    """A render that has succeeded, with a callback that is owed.

    `id` is what its file is named by, and the request id where requests are logged (`is_logged`).
    """

    id: str
    workspace: str
    is_logged: bool
    created_ms: int
    event: RequestEvent
    result: HandlerResult


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that was answered with an error."""

    id: str
    workspace: str
    page_id: str | None
    status: int
    created_ms: int


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A request in the log of its space; `file` is None until it was uploaded and attached."""

    request_id: str
    page_id: str | None
    status: int
    created_ms: int
    file: StoredFile | None
