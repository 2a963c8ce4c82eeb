"""The queue of commands: bounded parallelism, first come, first served."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from mockserver.renderio.command import Result
from mockserver.renderio.execution import Executor, Stopwatch
from mockserver.renderio.ports import CommandStore
from mockserver.workspaces import Workspace

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Completion:
    """The webhook that a finished command owes: its name and the delay before its first attempt."""

    webhook: str
    first_delay_ms: int


class CommandQueue:
    """Carries out commands, `parallel` at a time."""

    def __init__(
        self,
        *,
        parallel: int,
        commands: CommandStore,
        executor: Executor,
        completion: Completion,
        stopwatch: Callable[[Workspace], Stopwatch] | None = None,
    ) -> None:
        self._parallel = parallel
        self._commands = commands
        self._executor = executor
        self._completion = completion
        self._stopwatch = stopwatch or (lambda _: time.monotonic)
        self._waiting: asyncio.Queue[tuple[Workspace, str]] = asyncio.Queue()
        self._workers: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to carry out commands."""
        self._workers = [asyncio.get_running_loop().create_task(self._work()) for _ in range(self._parallel)]

    def put(self, workspace: Workspace, command: str) -> None:
        """Put a command, by its id, at the end; it counts as activity of its workspace until it is over."""
        workspace.activity.begin()
        self._waiting.put_nowait((workspace, command))

    async def close(self) -> None:
        """Stop; what is not over stays so in the store, and runs again at the next start with the same data."""
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)

    async def _work(self) -> None:
        while True:
            workspace, command = await self._waiting.get()
            try:
                await self._carry_out(workspace, command)
            except Exception:
                log.exception("command %s could not be carried out", command)
            finally:
                workspace.scheduler.wake()
                workspace.activity.end()

    async def _carry_out(self, workspace: Workspace, command_id: str) -> None:
        command = await self._commands.get(workspace.id, command_id)
        if command is None or command.result is not None:
            return
        await self._commands.begin(command.id)
        log.info("command %s: PROCESSING", command.id, extra={"workspace": workspace.id})
        try:
            result = await self._executor.execute(command, self._stopwatch(workspace))
        except Exception as error:
            log.exception("command %s broke", command.id)
            result = Result(
                {}, 0.0, None, "INTERNAL_ERROR", f"the server could not carry the command out: {type(error).__name__}"
            )
        await self._commands.finish(
            command,
            result,
            webhook=self._completion.webhook,
            first_delay_ms=self._completion.first_delay_ms,
            now_ms=workspace.clock.now_ms(),
        )
        log.info("command %s: %s", command.id, result.error_status or "SUCCESS", extra={"workspace": workspace.id})
