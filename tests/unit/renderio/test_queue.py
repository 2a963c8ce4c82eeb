"""A run whose result is not kept leaves no file, and what is given up holds nobody up.

The store, the executor and the scheduler are small fakes; what a run does is a script.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from mockserver.activity import Activity
from mockserver.clock import VirtualClock
from mockserver.renderio.command import Command, Request, Result
from mockserver.renderio.execution import Stopwatch
from mockserver.renderio.ports import CommandStore
from mockserver.renderio.queue import CommandQueue, Completion, Tools
from mockserver.webhooks.scheduler import Scheduler
from mockserver.workspaces import Workspace

PATIENCE_SECONDS = 5.0
DONE = Result({}, 1.0, 1.0)
FAILED = Result({}, 1.0, 1.0, "OUTPUT_FILE_MISSING", "out_b: FFmpeg ended well but did not write b.mp4")
REQUEST = Request({"in_a": "http://x/"}, {"out_a": "a.mp4"}, "-i {{in_a}} {{out_a}}")


class Alarm:
    """A scheduler that nothing wakes."""

    def wake(self) -> None:
        """Nothing is ever due."""


@dataclass
class Works:
    """A store and an executor in one, and the record of what is kept and what is discarded."""

    runs: dict[str, Callable[[], Awaitable[Result]]] = field(default_factory=dict)
    finishing: Callable[[], bool] = lambda: True
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    finished: list[str] = field(default_factory=list)
    discarded: list[str] = field(default_factory=list)

    async def get(self, workspace: str, command: str) -> Command:
        return Command(command, workspace, "QUEUED", REQUEST, None)

    async def begin(self, command: str) -> None:
        """Nobody asks."""

    async def finish(self, command: Command, result: Result, **_: Any) -> bool:
        self.finished.append(f"{command.id}: {result.error_status or 'SUCCESS'}")
        return self.finishing()

    async def execute(self, command: Command, _: Stopwatch) -> Result:
        self.begun.set()
        return await self.runs[command.id]() if command.id in self.runs else DONE

    def discard(self, command: Command) -> None:
        self.discarded.append(command.id)


def gone() -> bool:
    return False


def broken() -> bool:
    raise OSError("the disk is full")


async def for_ever() -> Result:
    return cast(Result, await asyncio.get_running_loop().create_future())


async def with_a_failure() -> Result:
    return FAILED


async def with_a_bug() -> Result:
    raise RuntimeError("a bug")


def queue_of(works: Works, *, parallel: int = 1) -> CommandQueue:
    return CommandQueue(
        parallel=parallel,
        tools=lambda _: Tools(cast(CommandStore, works), works, Completion("commandCompleted", 0)),
    )


def workspace(name: str) -> Workspace:
    return Workspace(name, "renderio", VirtualClock(0), Activity(), cast(Scheduler, Alarm()))


async def quiet(which: Workspace) -> bool:
    """Whether nothing goes on in the workspace, or comes to an end."""
    try:
        await asyncio.wait_for(which.activity.quiet(), PATIENCE_SECONDS)
    except TimeoutError:
        return False
    return True


def discarded(works: Works) -> list[str]:
    """What is discarded when one command is carried out."""

    async def run() -> list[str]:
        queue, mine = queue_of(works), workspace("a")
        queue.start()
        queue.put(mine, "c")
        assert await quiet(mine)
        await queue.close()
        return works.discarded

    return asyncio.run(run())


def test_files_of_a_successful_run_are_kept() -> None:
    assert discarded(Works()) == []


@pytest.mark.parametrize("run", [with_a_failure, with_a_bug])
def test_files_of_a_failed_run_are_discarded(run: Callable[[], Awaitable[Result]]) -> None:
    assert discarded(Works({"c": run})) == ["c"]


@pytest.mark.parametrize("finishing", [gone, broken])
def test_files_of_a_result_that_is_not_stored_are_discarded(finishing: Callable[[], bool]) -> None:
    assert discarded(Works(finishing=finishing)) == ["c"]


def test_files_of_a_run_that_is_given_up_are_discarded() -> None:
    async def run() -> list[str]:
        works = Works({"c": for_ever})
        queue, mine = queue_of(works), workspace("a")
        queue.start()
        queue.put(mine, "c")
        await works.begun.wait()
        queue.abandon(mine)
        assert await quiet(mine)
        await queue.close()
        return works.discarded

    assert asyncio.run(run()) == ["c"]


def test_workspace_is_quiet_once_its_waiting_command_is_given_up() -> None:
    async def run() -> bool:
        works = Works({"endless": for_ever})
        queue, other, mine = queue_of(works), workspace("a"), workspace("b")
        queue.start()
        queue.put(other, "endless")
        await works.begun.wait()
        queue.put(mine, "c")
        queue.abandon(mine)
        is_quiet = await quiet(mine)
        await queue.close()
        return is_quiet

    assert asyncio.run(run()) is True


def test_command_that_was_given_up_does_not_run() -> None:
    async def run() -> list[str]:
        works = Works({"first": for_ever})
        queue, other, mine = queue_of(works), workspace("a"), workspace("b")
        queue.start()
        queue.put(other, "first")
        await works.begun.wait()
        queue.put(mine, "second")
        queue.abandon(mine)
        queue.put(mine, "third")
        queue.abandon(other)
        assert await quiet(mine)
        await queue.close()
        return works.finished

    assert asyncio.run(run()) == ["third: SUCCESS"]


def test_closing_makes_every_workspace_quiet() -> None:
    async def run() -> tuple[bool, bool]:
        works = Works({"endless": for_ever})
        queue, other, mine = queue_of(works), workspace("a"), workspace("b")
        queue.start()
        queue.put(other, "endless")
        await works.begun.wait()
        queue.put(mine, "waiting")
        await queue.close()
        return await quiet(other), await quiet(mine)

    assert asyncio.run(run()) == (True, True)


def test_command_that_comes_after_closing_waits_for_the_next_start() -> None:
    async def run() -> tuple[bool, list[str]]:
        works = Works()
        queue, mine = queue_of(works), workspace("a")
        queue.start()
        await queue.close()
        queue.put(mine, "late")
        return await quiet(mine), works.finished

    assert asyncio.run(run()) == (True, [])
