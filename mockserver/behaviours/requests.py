"""Other requests in the place of those that have come."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from litestar import Request
from litestar.types import HTTPReceiveMessage

from mockserver.http.binding import AnyRequest, Incoming

Pairs = Sequence[tuple[str, str]]


def with_header(incoming: Incoming, name: str, value: str) -> Incoming:
    """The request with a header, whose name is in lower case, as it would be with this value."""
    return replace(incoming, headers={**incoming.headers, name: value})


async def with_query(incoming: Incoming, pairs: Pairs) -> Incoming:
    """The request with another query."""
    return await _other(incoming, query_string=urlencode(pairs).encode())


async def with_path(incoming: Incoming, **parameters: str) -> Incoming:
    """The request with other parameters in its path."""
    return await _other(incoming, path_params={**incoming.request.path_params, **parameters})


async def with_body(incoming: Incoming, body: bytes) -> Incoming:
    """The request with another body."""
    return replace(incoming, request=_request(incoming.request, {}, body))


async def _other(incoming: Incoming, **scope: Any) -> Incoming:
    return replace(incoming, request=_request(incoming.request, scope, await incoming.request.body()))


def _request(request: AnyRequest, changes: Mapping[str, Any], body: bytes) -> AnyRequest:
    async def receive() -> HTTPReceiveMessage:
        return {"type": "http.request", "body": body, "more_body": False}

    # What the framework has read of the first request is kept in its state.
    scope: Any = {**request.scope, "state": {}, **changes}
    return Request(scope, receive, request.send)
