"""Behaviours that answer a test action in another way."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import msgspec

from mockserver.behaviours.exchange import json
from mockserver.behaviours.requests import with_header
from mockserver.behaviours.ricloud.answers import (
    BAD_REQUEST,
    TEST,
    Exchange,
    answered_as,
    answering_to,
    failure,
    is_good,
    named_config,
    refusing,
    wrong_parameter,
)
from mockserver.behaviours.ricloud.channels import Around, around, task_of
from mockserver.behaviours.ricloud.composing import in_turn
from mockserver.behaviours.ricloud.origins import Origins, by_origin
from mockserver.http.problems import Problem
from mockserver.ricloud.awaiting import MOST_SECONDS
from mockserver.ricloud.blueprint import Blueprint, Change
from mockserver.ricloud.handlers import AWAIT
from mockserver.ricloud.task import Task
from mockserver.webhooks.delivery import Answer, Delivery, Envelope, Outcome
from mockserver.webhooks.scheduler import Sender

CREATED, TOO_MANY = 201, 429
NOT_SENT = "(not sent)"
"""The method of what is prepared and not sent."""


async def _needs_another_token(_: Exchange) -> Problem | None:
    return failure(401, "unauthorized", "Missing or invalid token.")


async def _needs_a_body(exchange: Exchange) -> Problem | None:
    is_empty = not await exchange.incoming.request.body()
    return failure(BAD_REQUEST, "invalid-body", "A body is required.") if is_empty else None


async def _null_is_no_body(exchange: Exchange) -> Problem | None:
    is_null = (await exchange.incoming.request.body()).strip() == b"null"
    return failure(BAD_REQUEST, "invalid-body", "The body must be an object.") if is_null else None


# The header Ricloud-Await.


def _given_await(exchange: Exchange) -> str:
    return exchange.incoming.headers.get(AWAIT, "")


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _awaiting(read: Callable[[str], str]) -> Change:
    """Answer as though another number of seconds were asked for."""

    async def answer(exchange: Exchange) -> Problem:
        return await exchange.instead(with_header(exchange.incoming, AWAIT, read(_given_await(exchange))))

    return answering_to([TEST], lambda: answer)


def _always(text: str) -> str:
    return text if _number(text) else str(MOST_SECONDS)


def _at_most(text: str) -> str:
    seconds = _number(text)
    return str(MOST_SECONDS) if seconds is not None and seconds > MOST_SECONDS else text


async def _wrong_await(exchange: Exchange) -> Problem | None:
    text = _given_await(exchange)
    seconds = _number(text or "0")
    if seconds is not None and 0 <= seconds <= MOST_SECONDS:
        return None
    return wrong_parameter("Ricloud-Await", f"must be a number from 0 to {MOST_SECONDS}")


# Another test is under way.


async def _under_way(exchange: Exchange) -> Task | None:
    config = await named_config(exchange)
    if config is None or config.test is None or config.state == "deactivated":
        return None
    task = await exchange.stores.tasks.get(exchange.workspace.id, config.test)
    return None if task is None or task.is_over else task


async def _one_at_a_time(exchange: Exchange) -> Problem | None:
    if await _under_way(exchange) is None:
        return None
    return failure(TOO_MANY, "limit-exceeded", "Another test of this config is under way.")


def _taken_for_the_same(blueprint: Blueprint) -> Blueprint:
    async def refusal(exchange: Exchange) -> Problem | None:
        task = await _under_way(exchange)
        if task is None:
            return None
        workspace = exchange.workspace
        organisation = await exchange.stores.organisations.of(workspace.id, now_ms=workspace.clock.now_ms())
        return json(CREATED, blueprint.show_task(task, organisation.id))

    return refusing([TEST], refusal)(blueprint)


# What it does, and what it answers with.


class _Unsent:
    """Says of what is not sent that it was accepted."""

    def __init__(self, usual: Sender) -> None:
        self._usual = usual

    async def send(self, envelope: Envelope) -> Outcome:
        return Answer(200) if envelope.method == NOT_SENT else await self._usual.send(envelope)


def _sends_nothing(origins: Origins) -> Change:
    class Marking(Around):
        async def prepare(self, delivery: Delivery, now_ms: int) -> Envelope | None:
            envelope = await super().prepare(delivery, now_ms)
            is_marked = envelope is not None and origins.is_by(TEST, await task_of(self._stores, delivery))
            return replace(envelope, method=NOT_SENT) if envelope is not None and is_marked else envelope

    return in_turn(lambda blueprint: replace(blueprint, sender=_Unsent(blueprint.sender)), around(Marking))


def _answers_the_config(blueprint: Blueprint) -> Blueprint:
    async def answer(exchange: Exchange) -> Problem:
        usual, config = await exchange.usual(), await named_config(exchange)
        if config is None or not is_good(usual):
            return usual
        workspace = exchange.workspace
        organisation = await exchange.stores.organisations.of(workspace.id, now_ms=workspace.clock.now_ms())
        return replace(usual, body=msgspec.json.encode(blueprint.show_config(config, organisation.id)))

    return answering_to([TEST], lambda: answer)(blueprint)


CHANGES: Mapping[str, Change] = {
    "test-action-needs-another-token": refusing([TEST], _needs_another_token),
    "test-action-needs-a-body": refusing([TEST], _needs_a_body),
    "test-action-refuses-null": refusing([TEST], _null_is_no_body),
    "test-action-answers-200": answered_as([TEST], 200),
    "test-action-answers-202": answered_as([TEST], 202),
    "test-action-answers-the-config": _answers_the_config,
    "test-action-sends-nothing": by_origin(_sends_nothing),
    "await-is-ignored": _awaiting(lambda _: "0"),
    "test-action-always-waits": _awaiting(_always),
    "long-await-counts-as-ten-seconds": _awaiting(_at_most),
    "await-out-of-bounds-is-refused": refusing([TEST], _wrong_await),
    "second-test-is-refused": refusing([TEST], _one_at_a_time),
    "second-test-is-taken-for-the-first": _taken_for_the_same,
}
