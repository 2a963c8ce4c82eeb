"""What behaviours that change answers are made with: something around the answering of one workspace."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import msgspec

from mockserver.http.binding import Answering, Incoming
from mockserver.http.problems import Problem
from mockserver.renderio.blueprint import Blueprint, Change, Stores
from mockserver.workspaces import Workspace

Json = dict[str, Any]

Answerer = Callable[["Exchange"], Awaitable[Problem]]
"""Answers an exchange, most often by way of its `usual` answer."""

GOOD = 200


class Exchange:
    """One admitted request, and the way in which it is usually answered."""

    def __init__(self, usual: Answering, stores: Stores, incoming: Incoming, workspace: Workspace) -> None:
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

    async def usual(self, *, content_type: str | None = None) -> Problem:
        """The usual answer, or that to the same request with another Content-Type."""
        incoming = self._incoming
        if content_type is not None:
            incoming = replace(incoming, headers={**incoming.headers, "content-type": content_type})
        return await self._usual(incoming, self.workspace)


def answering(make: Callable[[], Answerer]) -> Change:
    """Put an answerer around every request of the workspace; `make` is called for each workspace."""

    def apply(blueprint: Blueprint) -> Blueprint:
        answerer = make()

        def around(usual: Answering, stores: Stores) -> Answering:
            async def answer(incoming: Incoming, workspace: Workspace | None) -> Problem:
                if workspace is None:
                    return await usual(incoming, workspace)
                return await answerer(Exchange(usual, stores, incoming, workspace))

            return answer

        return replace(blueprint, around_answers=(*blueprint.around_answers, around))

    return apply


def content(problem: Problem) -> Any:
    """What is in an answer's body."""
    return msgspec.json.decode(problem.body)


def json(status: int, body: Any) -> Problem:
    """An answer."""
    return Problem(status, msgspec.json.encode(body), {})


def failure(status: int, code: str, message: str) -> Problem:
    """An error in its usual form."""
    return json(status, {"error": code, "message": message})


Edit = Callable[[Json, Exchange], Awaitable[None]]
"""Changes, in place, what a good answer says."""


def edited(operation: str, edit: Edit) -> Change:
    """Change what good answers of one operation say."""

    async def answer(exchange: Exchange) -> Problem:
        problem = await exchange.usual()
        if exchange.operation != operation or problem.status != GOOD:
            return problem
        body = content(problem)
        await edit(body, exchange)
        return replace(problem, body=msgspec.json.encode(body))

    return answering(lambda: answer)
