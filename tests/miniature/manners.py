"""What the documents leave to a server's taste; the miniature has plain manners, its variations have others."""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.miniature_parts.moments import in_milliseconds
from tests.miniature_parts.serving import Wsgi


def as_json(content: Any) -> bytes:
    """JSON without further care."""
    return json.dumps(content).encode()


def new_id() -> str:
    """An id of a command."""
    return secrets.token_hex(10)


def unchanged(value: Any) -> Any:
    """The same."""
    return value


def absolute(base_url: str, path: str) -> str:
    """Where an output is stored."""
    return base_url + path


@dataclass(frozen=True)
class Manners:
    """How this server does what may be done in many ways. Times are real seconds unless they are called otherwise.

    `queued_seconds` are spent before FFmpeg runs and `working_seconds` after it, `brooding_seconds` between the final
    status and the delivery; `at_a_time` is how many commands are carried out at once. `due` moves the moment of a
    retry, `dispatched` the timestamp of a delivery, both in milliseconds since 1970; `shown` changes what is said of a
    command, `stored_at` where its outputs are. `wrapped` stands around the WSGI application. `prefix` is a path that
    everything lies under. `keys` are the only ones that are known, where there are any.
    """

    host: str = "127.0.0.1"
    prefix: str = ""
    http: str = "HTTP/1.0"
    wrapped: Callable[[Wsgi], Wsgi] = unchanged
    capabilities: tuple[str, ...] = ("clock", "reset", "workspaces")
    keys: tuple[str, ...] = ()
    clock_offset_ms: int = 0
    clock_written: Callable[[int], str] = in_milliseconds
    moment_written: Callable[[int], str] = in_milliseconds
    new_id: Callable[[], str] = new_id
    queued_seconds: float = 0.0
    working_seconds: float = 0.0
    brooding_seconds: float = 0.0
    at_a_time: int = 1000
    shown: Callable[[dict[str, Any]], dict[str, Any]] = unchanged
    stored_at: Callable[[str, str], str] = absolute
    delivery_written: Callable[[Any], bytes] = as_json
    delivery_headers: Mapping[str, str] | None = None
    delivery_in_chunks: bool = False
    dispatched: Callable[[int], int | float] = unchanged
    due: Callable[[int], int] = unchanged


PLAIN = Manners()
