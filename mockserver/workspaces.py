"""Workspaces: everything that belongs to one credential, with a clock of its own."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from mockserver.activity import Activity
from mockserver.clock import Clock, Mode, SystemClock, VirtualClock
from mockserver.webhooks.scheduler import DeliveryQueue, Pace, Parts, Scheduler


class WorkspaceStore(Protocol):
    """What workspaces ask of the store."""

    async def open(self, workspace: str, *, api: str, clock_ms: int) -> int:
        """Make the workspace if it is new; where its clock stands."""

    async def keep_clock(self, workspace: str, clock_ms: int) -> None:
        """Remember where the workspace's clock stands."""

    async def with_work(self) -> list[tuple[str, str]]:
        """Id and API of every workspace with work that is not over, or a pending delivery."""

    async def clear(self, workspace: str, *, clock_ms: int) -> list[str]:
        """Remove everything that belongs to the workspace; the ids of files whose bytes can go."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """One credential's world while the server runs."""

    id: str
    api: str
    clock: Clock
    activity: Activity
    scheduler: Scheduler


@dataclass(frozen=True, slots=True)
class Time:
    """How clocks are made: virtual ones start at `start_ms`, or else at the wall time of a workspace's first use."""

    mode: Mode
    start_ms: int | None = None

    def first_moment_ms(self) -> int:
        """Where a new workspace's clock starts."""
        return SystemClock().now_ms() if self.start_ms is None else self.start_ms


class Workspaces:
    """Opens a workspace the first time its credential is used, and keeps it."""

    def __init__(
        self,
        *,
        time: Time,
        store: WorkspaceStore,
        queue: DeliveryQueue,
        parts: Callable[[str, str], Parts],
        pace: Pace,
    ) -> None:
        """`parts` gives what a workspace, by its API and id, makes its attempts with; it is asked before each."""
        self._time = time
        self._store = store
        self._queue = queue
        self._parts = parts
        self._pace = pace
        self._open: dict[str, Workspace] = {}
        self._by_credential: dict[tuple[str, str], Workspace] = {}

    async def of(self, api: str, credential: str) -> Workspace:
        """The workspace of a credential that the API has accepted."""
        workspace = self._by_credential.get((api, credential))
        if workspace is None:
            workspace = await self.get(_workspace_id(api, credential), api)
            self._by_credential[api, credential] = workspace
        return workspace

    async def get(self, workspace_id: str, api: str) -> Workspace:
        """The workspace with this id."""
        workspace = self._open.get(workspace_id)
        if workspace is None:
            clock_ms = await self._store.open(workspace_id, api=api, clock_ms=self._time.first_moment_ms())
            workspace = self._open.setdefault(workspace_id, self._made(workspace_id, api, clock_ms))
        return workspace

    async def resume(self) -> None:
        """Wake every workspace that has something to do; called once after a start."""
        for workspace_id, api in await self._store.with_work():
            (await self.get(workspace_id, api)).scheduler.wake()

    async def reset(self, workspace: Workspace, *, give_up: Callable[[Workspace], None]) -> list[str]:
        """Empty a workspace and start its clock anew; the ids of files whose bytes can go.

        `give_up` ends the work of the workspace that is not its scheduler's.
        """
        give_up(workspace)
        async with workspace.scheduler.emptied():
            give_up(workspace)  # what has come meanwhile
            start_ms = self._time.first_moment_ms()
            file_ids = await self._store.clear(workspace.id, clock_ms=start_ms)
            if isinstance(workspace.clock, VirtualClock):
                workspace.clock.restart(start_ms)
        return file_ids

    async def close(self) -> None:
        """Stop all deliveries; what is pending stays pending in the store."""
        for workspace in list(self._open.values()):
            await workspace.scheduler.close()

    def _made(self, workspace_id: str, api: str, clock_ms: int) -> Workspace:
        clock: Clock = VirtualClock(clock_ms) if self._time.mode == "virtual" else SystemClock()
        activity = Activity()
        scheduler = Scheduler(
            workspace_id,
            clock=clock,
            activity=activity,
            queue=self._queue,
            parts=lambda: self._parts(api, workspace_id),
            pace=self._pace,
            keep_clock=self._clock_keeper(workspace_id),
        )
        return Workspace(workspace_id, api, clock, activity, scheduler)

    def _clock_keeper(self, workspace_id: str) -> Callable[[int], Awaitable[None]]:
        async def keep(moment_ms: int) -> None:
            await self._store.keep_clock(workspace_id, moment_ms)

        return keep


def _workspace_id(api: str, credential: str) -> str:
    return hashlib.sha256(f"{api}\n{credential}".encode()).hexdigest()
