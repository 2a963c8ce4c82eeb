"""Callbacks that the tests configure."""

import asyncio
from dataclasses import dataclass
from typing import Any

from mockserver.bannx.callback import HandlerResult, RequestEvent, Steps, usual


@dataclass(frozen=True)
class Heard:
    """What a callback was given."""

    event: RequestEvent
    result: HandlerResult


heard: list[Heard] = []
"""What all callbacks were given; each test finds its own by its token."""


def heard_of(token: str) -> list[Heard]:
    """What the callbacks of a token's renders were given."""
    return [it for it in heard if it.event.token == token]


async def heed(event: RequestEvent, result: HandlerResult, steps: Steps) -> None:
    """Keep what it is given, and do the usual."""
    heard.append(Heard(event, result))
    await usual(event, result, steps)


async def break_off(event: RequestEvent, result: HandlerResult, steps: Steps) -> None:
    """Upload, and end in the way that the header `x-ending` names."""
    heard.append(Heard(event, result))
    await steps.upload()
    match event.headers.get("x-ending"):
        case "error":
            raise RuntimeError("an error of the callback")
        case "exit":
            raise SystemExit(3)
        case "cancelled":
            raise asyncio.CancelledError
        case "group":
            raise ExceptionGroup("several", [ValueError("one"), RuntimeError("other")])
        case _:
            await steps.add_credits()


async def ask_twice(_event: RequestEvent, _result: HandlerResult, steps: Steps) -> None:
    """Ask for every step twice, and twice at once."""
    files = [await steps.upload(), *await asyncio.gather(steps.upload(), steps.upload())]
    for file in files:
        await steps.update_log(file)
    await asyncio.gather(*(steps.add_credits() for _ in range(5)))
    await steps.add_credits()


async def nothing(_event: RequestEvent, _result: HandlerResult, _steps: Steps) -> None:
    """Do nothing at all."""


async def too_few(_event: RequestEvent) -> None:
    """Takes too little."""


def no_coroutine(_event: RequestEvent, _result: HandlerResult, _steps: Steps) -> None:
    """Is no `async def`."""


class Holder:
    """Has a callback within."""

    @staticmethod
    async def callback(event: RequestEvent, result: HandlerResult, steps: Steps) -> None:
        """The usual."""
        await heed(event, result, steps)


constant: Any = 5
