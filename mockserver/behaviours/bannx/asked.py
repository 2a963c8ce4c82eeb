"""The request that is being answered: for parts that are told nothing of it, and for what became of its steps."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from mockserver.bannx.blueprint import Blueprint, Change
from mockserver.bannx.policy import STEPS
from mockserver.behaviours.bannx.answers import Answerer, Exchange, answering
from mockserver.http.problems import Problem


def _events() -> dict[str, asyncio.Event]:
    return {step: asyncio.Event() for step in STEPS}


@dataclass(eq=False)
class Asked:
    """A request: its operation, the id of its render once there is one, and how its callback goes.

    Steps have `begun` and `ended`, however they ended; `failed` are those that did not succeed. Once the callback is
    `over`, nothing more happens.
    """

    operation: str
    render: str | None = None
    begun: dict[str, asyncio.Event] = field(default_factory=_events)
    ended: dict[str, asyncio.Event] = field(default_factory=_events)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    failed: set[str] = field(default_factory=set)

    @contextmanager
    def noting(self, step: str, failure: type[Exception]) -> Iterator[None]:
        """Note that a step begins, ends, and has failed where this comes out of it."""
        self.begun[step].set()
        try:
            yield
        except failure:
            self.failed.add(step)
            raise
        finally:
            self.ended[step].set()


_asked: ContextVar[Asked | None] = ContextVar("the request that is being answered", default=None)


@contextmanager
def asking(exchange: Exchange) -> Iterator[Asked]:
    """While this lasts, the request is that of the exchange."""
    before = _asked.get()
    asked = before or Asked(exchange.operation)
    token = _asked.set(asked)
    try:
        yield asked
    finally:
        _asked.reset(token)


def current() -> Asked | None:
    """The request that is being answered, or whose callback runs that began before its answer."""
    return _asked.get()


def operation() -> str:
    """The id of the operation that is being answered, for changes made by `knowing`."""
    asked = _asked.get()
    return "" if asked is None else asked.operation


def knowing(change: Change) -> Change:
    """A change whose parts ask for the operation."""

    def answerer() -> Answerer:
        async def answer(exchange: Exchange) -> Problem:
            with asking(exchange):
                return await exchange.usual()

        return answer

    return in_turn(change, answering(answerer))


def in_turn(*changes: Change) -> Change:
    """All these changes as one, the first one first."""

    def apply(blueprint: Blueprint) -> Blueprint:
        for change in changes:
            blueprint = change(blueprint)
        return blueprint

    return apply
