"""What behaviours that change requests and answers are made with: something around the answering of one space."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace

from mockserver.bannx.blueprint import Blueprint, Change
from mockserver.bannx.ports import Stores
from mockserver.bannx.problems import shape
from mockserver.behaviours import exchange as exchanges
from mockserver.behaviours.exchange import Json, content
from mockserver.errors import Unreadable
from mockserver.http.problems import Problem, url_of

GET, POST = "renderPage", "renderPost"
BOTH = (GET, POST)

OK, BAD_REQUEST, FORBIDDEN, NOT_FOUND = 200, 400, 403, 404
UNSUPPORTED, UNPROCESSABLE, BROKEN = 415, 422, 500

Exchange = exchanges.Exchange[Stores]

Answerer = Callable[[Exchange], Awaitable[Problem]]
"""Answers an exchange, most often by way of its `usual` answer."""


def answering(make: Callable[[], Answerer]) -> Change:
    """Put an answerer around every answer of the space, and around its log; `make` is called for each space."""

    def apply(blueprint: Blueprint) -> Blueprint:
        return replace(blueprint, around_answers=(*blueprint.around_answers, exchanges.around(make())))

    return apply


def requesting(make: Callable[[], Answerer]) -> Change:
    """The same within the log: what is refused is logged, with the status that it is refused with."""

    def apply(blueprint: Blueprint) -> Blueprint:
        return replace(blueprint, around_requests=(*blueprint.around_requests, exchanges.around(make())))

    return apply


def failure(exchange: Exchange, status: int, message: str) -> Problem:
    """An error in its usual form."""
    return shape(Unreadable(message, status=status), url_of(exchange.incoming.request))


Refusal = Callable[[Exchange], Awaitable[Problem | None]]
"""What a request is refused with; None where it is not."""


def refusing(operations: Collection[str], refusal: Refusal) -> Change:
    """Refuse some requests to these operations that would not be refused, or with another status."""

    async def answer(exchange: Exchange) -> Problem:
        refused = await refusal(exchange) if exchange.operation in operations else None
        return await exchange.usual() if refused is None else refused

    return requesting(lambda: answer)


def is_good(problem: Problem) -> bool:
    """Whether an answer is one of success."""
    return problem.status == OK


def is_error(problem: Problem) -> bool:
    """Whether an answer is an error."""
    return problem.status >= BAD_REQUEST


def changed(
    operations: Collection[str], is_meant: Callable[[Problem], bool], change: Callable[[Problem], Problem]
) -> Change:
    """Change those answers of these operations that are meant."""

    async def answer(exchange: Exchange) -> Problem:
        problem = await exchange.usual()
        return change(problem) if exchange.operation in operations and is_meant(problem) else problem

    return answering(lambda: answer)


async def given(exchange: Exchange) -> Json | None:
    """The body where it is a JSON object."""
    body = await exchange.body() if exchange.takes_body else None
    return body if isinstance(body, dict) else None


def said(problem: Problem) -> Json:
    """What an answer of JSON says; empty where it is none."""
    return dict(content(problem)) if problem.media_type == "application/json" else {}
