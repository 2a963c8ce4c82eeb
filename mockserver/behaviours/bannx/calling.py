"""Behaviours that call a URL of a request, as though a client could have itself told of a render."""

import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from mockserver.bannx.blueprint import Blueprint, Change
from mockserver.behaviours.bannx.answers import Exchange, answering, given, is_good
from mockserver.behaviours.bannx.queries import pairs_of
from mockserver.errors import ApiError
from mockserver.http.problems import Problem
from mockserver.webhooks.delivery import Envelope

NAMES = frozenset({"webhook_url", "webhookUrl", "callback_url", "callbackUrl", "webhook", "callback"})

Call = Callable[[Blueprint, str, Problem], Awaitable[None]]
"""Calls a URL about an answer."""


async def _named(exchange: Exchange) -> list[str]:
    """The URLs that a request names, in its query or its body."""
    named: list[tuple[str, Any]] = [*pairs_of(exchange.incoming), *(await given(exchange) or {}).items()]
    return [value for name, value in named if name in NAMES and isinstance(value, str)]


def _calling(call: Call) -> Change:
    """Call what a good render names once it was answered."""

    def apply(blueprint: Blueprint) -> Blueprint:
        async def answer(exchange: Exchange) -> Problem:
            problem = await exchange.usual()
            urls = await _named(exchange) if is_good(problem) else []
            if not urls:
                return problem
            before = problem.sent

            async def sent() -> None:
                if before is not None:
                    await before()
                for url in urls:
                    await call(blueprint, url, problem)

            return replace(problem, sent=sent)

        return answering(lambda: answer)(blueprint)

    return apply


async def _post(blueprint: Blueprint, url: str, problem: Problem) -> None:
    body = msgspec.json.encode({"event": "render.finished", "status": problem.status, "size": len(problem.body)})
    await blueprint.sender.send(Envelope(url, {"Content-Type": "application/json"}, body))


async def _get(blueprint: Blueprint, url: str, _: Problem) -> None:
    with contextlib.suppress(ApiError):  # whatever it answers, it was called
        await blueprint.fetch(url)


CHANGES: Mapping[str, Change] = {
    "url-in-a-request-is-posted-to": _calling(_post),
    "url-in-a-request-is-fetched": _calling(_get),
}
