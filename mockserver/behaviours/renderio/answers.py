"""What behaviours that change answers are made with: something around the answering of one workspace."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import msgspec

from mockserver.behaviours import exchange as exchanges
from mockserver.behaviours.exchange import GOOD, Json, content, json
from mockserver.http.problems import Problem
from mockserver.renderio.blueprint import Blueprint, Change, Stores

Exchange = exchanges.Exchange[Stores]

Answerer = Callable[[Exchange], Awaitable[Problem]]
"""Answers an exchange, most often by way of its `usual` answer."""


def answering(make: Callable[[], Answerer]) -> Change:
    """Put an answerer around every request of the workspace; `make` is called for each workspace."""

    def apply(blueprint: Blueprint) -> Blueprint:
        return replace(blueprint, around_answers=(*blueprint.around_answers, exchanges.around(make())))

    return apply


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
