"""Callbacks as work of their own: owed before the client is answered, begun once it was, resumed after a crash."""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from mockserver.bannx.callback import Callback, StepFailedError, Steps
from mockserver.bannx.ports import RenderStore
from mockserver.bannx.render import Render

log = logging.getLogger(__name__)

SENDING_SECONDS = 5.0
"""How long a response may take to be sent before its callback begins all the same: the client may have gone away."""

AT_ONCE = 64
"""How many callbacks of one space run at a time; the others wait."""


@dataclass(frozen=True)
class Duty:
    """What a space does after a render: its callback, the steps that this is given, and where its end is kept."""

    callback: Callback
    steps: Callable[[Render], Steps]
    renders: RenderStore


class CallbackRunner:
    """Runs callbacks; `duty` says what a space, by its id, does after a render.

    A response may take `sending_seconds` of real time before its callback begins all the same.
    """

    def __init__(self, duty: Callable[[str], Duty], *, sending_seconds: float = SENDING_SECONDS) -> None:
        self._duty = duty
        self._sending_seconds = sending_seconds
        self._waiting: dict[str, tuple[Render, asyncio.TimerHandle]] = {}
        self._running: defaultdict[str, set[asyncio.Task[None]]] = defaultdict(set)
        self._slots: dict[str, asyncio.Semaphore] = {}
        self._changed = asyncio.Event()
        self._lives: Counter[str] = Counter()

    def life(self, space: str) -> int:
        """How often the space was emptied."""
        return self._lives[space]

    def expect(self, render: Render) -> None:
        """The callback of this render begins when `begin` says so, or when its response takes too long."""
        loop = asyncio.get_running_loop()
        self._waiting[render.id] = (render, loop.call_later(self._sending_seconds, self._start, render.id))

    async def begin(self, render: str) -> None:
        """The response was sent."""
        self._start(render)

    def resume(self, render: Render) -> None:
        """Take up a callback that an earlier run of the server has left."""
        self._run(render)

    async def settle(self, space: str) -> None:
        """Wait until every callback of a space is over whose render has ended by now."""
        expected = {it for it, (render, _) in self._waiting.items() if render.workspace == space}
        while not expected.isdisjoint(self._waiting):
            self._changed.clear()
            await self._changed.wait()
        if running := set(self._running.get(space, ())):
            await asyncio.wait(running)

    def give_up(self, space: str) -> None:
        """End the callbacks of a space that is about to be emptied."""
        self._lives[space] += 1
        for identifier in [it for it, (render, _) in self._waiting.items() if render.workspace == space]:
            self._waiting.pop(identifier)[1].cancel()
        for task in self._running.get(space, ()):
            task.cancel()
        self._changed.set()

    async def stop(self) -> None:
        """Begin no more; what is not over stays owed. May be called again."""
        for _, timer in self._waiting.values():
            timer.cancel()
        self._waiting.clear()
        self._changed.set()
        tasks = [task for running in self._running.values() for task in running]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, identifier: str) -> None:
        if identifier in self._waiting:
            render, timer = self._waiting.pop(identifier)
            timer.cancel()
            self._run(render)
            self._changed.set()

    def _run(self, render: Render) -> None:
        running = self._running[render.workspace]
        task = asyncio.create_task(self._carried_out(render))
        running.add(task)
        task.add_done_callback(running.discard)

    async def _carried_out(self, render: Render) -> None:
        duty = self._duty(render.workspace)
        slots = self._slots.setdefault(render.workspace, asyncio.Semaphore(AT_ONCE))
        async with slots:
            try:
                await duty.callback(render.event, render.result, duty.steps(render))
            except StepFailedError as failure:
                log.warning("the callback of render %s: %s", render.id, failure)
            except asyncio.CancelledError:
                if _is_called_off():
                    raise
                log.warning("the callback of render %s cancelled itself", render.id)
            except (Exception, SystemExit):
                # Anybody's code may run here, and nothing of it may reach a client, or end the server.
                log.exception("the callback of render %s broke", render.id)
            if _is_called_off():  # whatever the callback has made of that
                raise asyncio.CancelledError
            await duty.renders.over(render.id)


def _is_called_off() -> bool:
    """Whether somebody has called off the task that asks this: its work stays owed."""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0
