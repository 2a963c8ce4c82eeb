"""One request that was admitted, as behaviours that change answers see it; it knows no API."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Generic, TypeVar

import msgspec

from mockserver.http.binding import Answering, Incoming
from mockserver.http.problems import Problem
from mockserver.workspaces import Workspace

StoresT = TypeVar("StoresT")

Json = dict[str, Any]

GOOD = 200


class Exchange(Generic[StoresT]):
    """One admitted request, the stores of its workspace, and the way in which it is usually answered."""

    def __init__(self, usual: Answering, stores: StoresT, incoming: Incoming, workspace: Workspace) -> None:
        self._usual = usual
        self._incoming = incoming
        self.stores = stores
        self.workspace = workspace

    @property
    def operation(self) -> str:
        """The operation's id."""
        return self._incoming.operation.id

    @property
    def method(self) -> str:
        """The operation's method."""
        return self._incoming.operation.method

    @property
    def content_type(self) -> str:
        """The request's Content-Type; empty where there is none."""
        return self._incoming.headers.get("content-type", "")

    @property
    def takes_body(self) -> bool:
        """Whether the operation has a body."""
        return self._incoming.operation.body is not None

    def parameter(self, name: str) -> str:
        """A parameter of the path."""
        return str(self._incoming.request.path_params[name])

    async def body(self) -> Any:
        """The request's body as JSON, valid or not; None where it is none."""
        try:
            return msgspec.json.decode(await self._incoming.request.body())
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None

    @property
    def incoming(self) -> Incoming:
        """The request."""
        return self._incoming

    async def instead(self, incoming: Incoming) -> Problem:
        """The usual answer to another request."""
        return await self._usual(incoming, self.workspace)

    async def usual(self, *, content_type: str | None = None) -> Problem:
        """The usual answer, or that to the same request with another Content-Type."""
        incoming = self._incoming
        if content_type is not None:
            incoming = replace(incoming, headers={**incoming.headers, "content-type": content_type})
        return await self._usual(incoming, self.workspace)


def around(
    answerer: Callable[[Exchange[StoresT]], Awaitable[Problem]],
) -> Callable[[Answering, StoresT], Answering]:
    """What puts an answerer around the usual answering of one workspace with these stores."""

    def put(usual: Answering, stores: StoresT) -> Answering:
        async def answer(incoming: Incoming, workspace: Workspace | None) -> Problem:
            if workspace is None:
                return await usual(incoming, workspace)
            return await answerer(Exchange(usual, stores, incoming, workspace))

        return answer

    return put


def content(problem: Problem) -> Any:
    """What is in an answer's body."""
    return msgspec.json.decode(problem.body)


def json(status: int, body: Any) -> Problem:
    """An answer."""
    return Problem(status, msgspec.json.encode(body), {})
