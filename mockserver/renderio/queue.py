"""The queue of commands: bounded parallelism, first come, first served."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from mockserver.renderio.blueprint import Executing
from mockserver.renderio.command import Command, Result
from mockserver.renderio.execution import Stopwatch
from mockserver.renderio.ports import CommandStore
from mockserver.workspaces import Workspace

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Completion:
    """The webhook that a finished command owes: its name and the delay before its first attempt."""

    webhook: str
    first_delay_ms: int


@dataclass(frozen=True, slots=True)
class Tools:
    """What the commands of one workspace are carried out with."""

    commands: CommandStore
    executor: Executing
    completion: Completion


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    workspace: Workspace
    command: str


class CommandQueue:
    """Carries out commands, `parallel` at a time."""

    def __init__(
        self,
        *,
        parallel: int,
        tools: Callable[[str], Tools],
        stopwatch: Callable[[Workspace], Stopwatch] | None = None,
    ) -> None:
        """`tools` gives those of a workspace, by its id; it is asked before each command."""
        self._parallel = parallel
        self._tools = tools
        self._stopwatch = stopwatch or (lambda _: time.monotonic)
        self._waiting: asyncio.Queue[_Entry] = asyncio.Queue()
        self._open: set[_Entry] = set()
        self._running: dict[_Entry, asyncio.Task[None]] = {}
        self._workers: list[asyncio.Task[None]] = []
        self._closed = False

    def start(self) -> None:
        """Begin to carry out commands."""
        self._workers = [asyncio.get_running_loop().create_task(self._work()) for _ in range(self._parallel)]

    def put(self, workspace: Workspace, command: str) -> None:
        """Put a command, by its id, at the end; it counts as activity of its workspace until it is over."""
        if self._closed:
            return  # the store has it, and it runs at the next start
        entry = _Entry(workspace, command)
        workspace.activity.begin()
        self._open.add(entry)
        self._waiting.put_nowait(entry)

    def abandon(self, workspace: Workspace) -> None:
        """Give up every command of the workspace, queued or running."""
        for entry in [entry for entry in self._open if entry.workspace is workspace]:
            self._open.discard(entry)
            if entry in self._running:
                self._running[entry].cancel()
            else:
                workspace.activity.end()

    async def close(self) -> None:
        """Stop; what is not over stays so in the store, and runs again at the next start with the same data."""
        self._closed = True
        for task in (*self._workers, *self._running.values()):
            task.cancel()
        await asyncio.gather(*self._workers, *self._running.values(), return_exceptions=True)
        while self._open:
            self._open.pop().workspace.activity.end()

    async def _work(self) -> None:
        while True:
            entry = await self._waiting.get()
            if entry not in self._open:
                continue
            self._running[entry] = asyncio.get_running_loop().create_task(self._carry_out(entry))
            await asyncio.wait({self._running[entry]})
            self._log_end(entry, self._running.pop(entry))
            self._open.discard(entry)
            entry.workspace.scheduler.wake()
            entry.workspace.activity.end()

    def _log_end(self, entry: "_Entry", job: asyncio.Task[None]) -> None:
        if not job.cancelled() and job.exception() is not None:
            log.error("command %s could not be carried out", entry.command, exc_info=job.exception())

    async def _carry_out(self, entry: "_Entry") -> None:
        workspace = entry.workspace
        tools = self._tools(workspace.id)
        command = await tools.commands.get(workspace.id, entry.command)
        if command is None or command.result is not None:
            return
        await tools.commands.begin(command.id)
        log.info("command %s: PROCESSING", command.id, extra={"workspace": workspace.id})
        kept = False
        try:
            result = await self._result(tools.executor, workspace, command)
            kept = await tools.commands.finish(
                command,
                result,
                webhook=tools.completion.webhook,
                first_delay_ms=tools.completion.first_delay_ms,
                now_ms=workspace.clock.now_ms(),
            )
            kept = kept and result.error_status is None
        finally:
            if not kept:
                tools.executor.discard(command)
        log.info("command %s: %s", command.id, result.error_status or "SUCCESS", extra={"workspace": workspace.id})

    async def _result(self, executor: Executing, workspace: Workspace, command: Command) -> Result:
        try:
            return await executor.execute(command, self._stopwatch(workspace))
        except Exception as error:
            log.exception("command %s broke", command.id)
            reason = f"the server could not carry the command out: {type(error).__name__}"
            return Result({}, 0.0, None, "INTERNAL_ERROR", reason)
