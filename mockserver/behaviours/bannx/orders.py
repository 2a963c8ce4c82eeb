"""Behaviours that let a callback meet the answer of its render, or later answers."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace

import msgspec

from mockserver.bannx.blueprint import Blueprint, Change
from mockserver.bannx.callback import HandlerResult, RequestEvent, Steps
from mockserver.bannx.policy import CREDITS, LOG, UPLOAD
from mockserver.behaviours.bannx.answers import (
    BOTH,
    BROKEN,
    POST,
    Answerer,
    Exchange,
    answering,
    failure,
    is_good,
)
from mockserver.behaviours.bannx.asked import Asked, asking, current, in_turn
from mockserver.behaviours.bannx.stores import NotingSteps, around_steps
from mockserver.http.messages import Sent
from mockserver.http.problems import Problem

PAYMENT_REQUIRED, BAD_GATEWAY = 402, 502

PATIENCE_SECONDS = 1.0
"""How long an answer waits to learn whether a step fails: longer than all tries of one, shorter than a hang."""

Begin = Callable[[], Awaitable[None]]
Waiting = Callable[[Asked], Awaitable[None]]


def _telling(blueprint: Blueprint) -> Blueprint:
    """Tell the request that is being answered how its callback goes."""
    usual = blueprint.callback

    async def callback(event: RequestEvent, result: HandlerResult, steps: Steps) -> None:
        asked = current()
        try:
            await usual(event, result, steps)
        finally:
            if asked is not None:
                asked.over.set()

    return around_steps(NotingSteps)(replace(blueprint, callback=callback))


def _begun_early(wait: Waiting) -> Change:
    """Begin callbacks before the answer, which then waits for something of them."""

    async def order(begin: Begin, _: Begin) -> Sent | None:
        asked = current()
        await begin()
        if asked is not None:
            await wait(asked)
        return None

    async def answer(exchange: Exchange) -> Problem:
        with asking(exchange):
            return await exchange.usual()

    def apply(blueprint: Blueprint) -> Blueprint:
        return answering(lambda: answer)(replace(_telling(blueprint), order=order))

    return apply


async def _first(*events: asyncio.Event) -> None:
    tasks = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


async def _a_while(asked: Asked) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asked.over.wait(), PATIENCE_SECONDS)


async def _for_the_end(asked: Asked) -> None:
    await asked.over.wait()


async def _for_the_upload(asked: Asked) -> None:
    await _first(asked.ended[UPLOAD], asked.over)


async def _for_the_credits(asked: Asked) -> None:
    """Wait for the credits where nothing before them hangs."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(_first(asked.begun[CREDITS], asked.over), PATIENCE_SECONDS)
        await _first(asked.ended[CREDITS], asked.over)


def _failing(step: str, change: Callable[[Exchange, Problem], Problem]) -> Change:
    """Change the answers of good renders where a step of their callback fails."""

    async def answer(exchange: Exchange) -> Problem:
        with asking(exchange) as asked:
            problem = await exchange.usual()
            return change(exchange, problem) if is_good(problem) and step in asked.failed else problem

    return in_turn(_begun_early(_a_while), answering(lambda: answer))


def _refused(status: int) -> Callable[[Exchange, Problem], Problem]:
    return lambda exchange, _: failure(exchange, status, "The render could not be completed.")


def _half(_: Exchange, problem: Problem) -> Problem:
    return replace(problem, body=problem.body[: len(problem.body) // 2])


def _octets(_: Exchange, problem: Problem) -> Problem:
    return replace(problem, media_type="application/octet-stream")


def _warning(_: Exchange, problem: Problem) -> Problem:
    body = msgspec.json.encode({"warning": "The credits could not be counted."})
    return replace(problem, body=body, media_type="application/json")


# Later answers.


def _blocking(operations: Collection[str]) -> Change:
    """Have the answers of these operations wait for the callbacks of earlier renders."""

    def apply(blueprint: Blueprint) -> Blueprint:
        running: set[asyncio.Event] = set()
        usual = blueprint.callback

        async def callback(event: RequestEvent, result: HandlerResult, steps: Steps) -> None:
            over = asyncio.Event()
            running.add(over)
            try:
                await usual(event, result, steps)
            finally:
                running.discard(over)
                over.set()

        async def answer(exchange: Exchange) -> Problem:
            if exchange.operation in operations:
                for over in tuple(running):
                    await over.wait()
            return await exchange.usual()

        def answerer() -> Answerer:
            return answer

        return answering(answerer)(replace(blueprint, callback=callback))

    return apply


CHANGES: Mapping[str, Change] = {
    "failed-upload-is-answered-502": _failing(UPLOAD, _refused(BAD_GATEWAY)),
    "failed-log-is-answered-500": _failing(LOG, _refused(BROKEN)),
    "failed-credits-are-answered-402": _failing(CREDITS, _refused(PAYMENT_REQUIRED)),
    "failed-upload-cuts-the-image": _failing(UPLOAD, _half),
    "failed-log-hides-what-the-image-is": _failing(LOG, _octets),
    "failed-credits-take-the-image-away": _failing(CREDITS, _warning),
    "answer-waits-for-the-callback": _begun_early(_for_the_end),
    "answer-waits-for-the-upload": _begun_early(_for_the_upload),
    "answer-waits-for-the-credits": _begun_early(_for_the_credits),
    "hanging-callback-holds-later-answers": _blocking(BOTH),
    "hanging-callback-holds-later-posts": _blocking([POST]),
}
