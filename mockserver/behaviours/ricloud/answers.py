"""What behaviours that change answers are made with: something around the answering of one workspace."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace

import msgspec

from mockserver.behaviours import exchange as exchanges
from mockserver.behaviours.exchange import Json, content, json
from mockserver.http.problems import Problem
from mockserver.ricloud.blueprint import Blueprint, Change
from mockserver.ricloud.config import WebhookConfig
from mockserver.ricloud.handlers import number
from mockserver.ricloud.ports import Stores

CREATE, LIST, RETRIEVE = "createWebhookConfig", "listWebhookConfigs", "retrieveWebhookConfig"
UPDATE, DELETE, TEST = "updateWebhookConfig", "deleteWebhookConfig", "testWebhookConfig"
LISTS = frozenset({LIST, "listTasks", "listEvents"})

FIRST_GOOD, FIRST_REDIRECT = 200, 300
BAD_REQUEST, NOT_FOUND = 400, 404

Exchange = exchanges.Exchange[Stores]

Answerer = Callable[[Exchange], Awaitable[Problem]]
"""Answers an exchange, most often by way of its `usual` answer."""


def answering(make: Callable[[], Answerer]) -> Change:
    """Put an answerer around every request of the workspace; `make` is called for each workspace."""

    def apply(blueprint: Blueprint) -> Blueprint:
        return replace(blueprint, around_answers=(*blueprint.around_answers, exchanges.around(make())))

    return apply


def answering_to(operations: Collection[str], make: Callable[[], Answerer]) -> Change:
    """The same around the requests to these operations alone."""

    def made() -> Answerer:
        answerer = make()

        async def answer(exchange: Exchange) -> Problem:
            return await (answerer(exchange) if exchange.operation in operations else exchange.usual())

        return answer

    return answering(made)


def is_good(problem: Problem) -> bool:
    """Whether an answer is one of success."""
    return FIRST_GOOD <= problem.status < FIRST_REDIRECT


def failure(status: int, code: str, message: str) -> Problem:
    """An error in its usual form."""
    return json(status, {"error": code, "message": message})


def wrong_parameter(name: str, message: str, *, status: int = BAD_REQUEST) -> Problem:
    """The error about one parameter, in its usual form."""
    body = {"error": "invalid-parameter", "message": f"{name}: {message}", "params": {name: [message]}}
    return json(status, body)


Edit = Callable[[Json, Exchange], Awaitable[None]]
"""Changes, in place, what a good answer says."""


def edited(operations: Collection[str], edit: Edit) -> Change:
    """Change what good answers of these operations say."""

    async def answer(exchange: Exchange) -> Problem:
        problem = await exchange.usual()
        if not is_good(problem):
            return problem
        body = content(problem)
        await edit(body, exchange)
        return replace(problem, body=msgspec.json.encode(body))

    return answering_to(operations, lambda: answer)


def answered_as(operations: Collection[str], status: int) -> Change:
    """Give good answers of these operations another status."""

    async def answer(exchange: Exchange) -> Problem:
        problem = await exchange.usual()
        return replace(problem, status=status) if is_good(problem) else problem

    return answering_to(operations, lambda: answer)


Refusal = Callable[[Exchange], Awaitable[Problem | None]]
"""What a request is refused with; None where it is not."""


def refusing(operations: Collection[str], refusal: Refusal) -> Change:
    """Refuse some requests to these operations that would not be refused."""

    async def answer(exchange: Exchange) -> Problem:
        refused = await refusal(exchange)
        return await exchange.usual() if refused is None else refused

    return answering_to(operations, lambda: answer)


async def named_config(exchange: Exchange) -> WebhookConfig | None:
    """The workspace's config that the request's path names."""
    identifier = number(exchange.parameter("webhookConfigId"))
    return None if identifier is None else await exchange.stores.configs.get(exchange.workspace.id, identifier)


async def given(exchange: Exchange) -> Json:
    """The request's body where it is a JSON object, else an empty one."""
    body = await exchange.body()
    return body if isinstance(body, dict) else {}
