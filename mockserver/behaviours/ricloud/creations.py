"""Behaviours that answer the creation of a config in another way."""

import json as plain_json
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import replace

from mockserver.behaviours.exchange import Json, content
from mockserver.behaviours.memory import Recent
from mockserver.behaviours.requests import with_body
from mockserver.behaviours.ricloud.answers import (
    CREATE,
    DELETE,
    LIST,
    NOT_FOUND,
    RETRIEVE,
    UPDATE,
    Answerer,
    Exchange,
    answered_as,
    answering_to,
    edited,
    failure,
    given,
    is_good,
)
from mockserver.http.problems import Problem
from mockserver.ricloud.blueprint import Blueprint, Change

NOBODY_LISTENS = "http://127.0.0.1:9/"
"""What is stored where no url was given: the port of the discard service, which nobody runs."""

OWNED = ("retrieveOrganisation", "updateOrganisation")


def _found_at_the_second_time() -> Answerer:
    just_created: Recent[str, bool] = Recent()

    async def answer(exchange: Exchange) -> Problem:
        usual = await exchange.usual()
        if not is_good(usual):
            return usual
        config = str(content(usual)["id"])
        if exchange.operation == CREATE:
            just_created.put(config, True)
            return usual
        is_first = config in just_created
        just_created.forget(config)
        if is_first and exchange.operation == RETRIEVE:
            return failure(NOT_FOUND, "not-found", "There is no such webhook config.")
        return usual

    return answer


async def _no_secret(body: Json, exchange: Exchange) -> None:
    if exchange.operation == LIST:
        configs = body["data"]
    elif exchange.operation in OWNED:
        configs = body.get("webhook_configs", {}).get("data", [])
    else:
        configs = [body]
    for config in configs:
        config.pop("secret", None)


async def _in_an_envelope(body: Json, _: Exchange) -> None:
    config = dict(body)
    body.clear()
    body["webhook_config"] = config


def _one_secret_for_all(blueprint: Blueprint) -> Blueprint:
    usual = blueprint.make_secret
    first: Recent[str, str] = Recent()

    def make(workspace: str, number: int) -> str:
        return first.get(workspace) or first.put(workspace, usual(workspace, number))

    return replace(blueprint, make_secret=make)


def _chosen_secret(blueprint: Blueprint) -> Blueprint:
    """Take the secret that a creation brings."""
    usual = blueprint.make_secret
    brought: ContextVar[str | None] = ContextVar("the secret that a creation brings", default=None)

    def make(workspace: str, number: int) -> str:
        return brought.get() or usual(workspace, number)

    async def answer(exchange: Exchange) -> Problem:
        secret = (await given(exchange)).get("secret")
        earlier = brought.set(secret if isinstance(secret, str) else None)
        try:
            return await exchange.usual()
        finally:
            brought.reset(earlier)

    return answering_to([CREATE], lambda: answer)(replace(blueprint, make_secret=make))


async def _without_url(exchange: Exchange) -> Problem:
    body = await exchange.body()
    if isinstance(body, dict) and body.get("url") is None:
        filled = plain_json.dumps({**body, "url": NOBODY_LISTENS}).encode()
        return await exchange.instead(await with_body(exchange.incoming, filled))
    return await exchange.usual()


CHANGES: Mapping[str, Change] = {
    "creation-answers-200": answered_as([CREATE], 200),
    "creation-answers-in-an-envelope": edited([CREATE], _in_an_envelope),
    "first-retrieval-finds-nothing": answering_to([CREATE, RETRIEVE, UPDATE], _found_at_the_second_time),
    "creation-hides-the-secret": edited([CREATE], _no_secret),
    "secret-is-shown-once": edited([RETRIEVE, UPDATE, DELETE, LIST, *OWNED], _no_secret),
    "all-configs-have-one-secret": _one_secret_for_all,
    "secret-of-a-creation-is-taken": _chosen_secret,
    "creation-needs-no-url": answering_to([CREATE], lambda: _without_url),
}
