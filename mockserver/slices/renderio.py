"""RenderIO, assembled: its store, its channel, its queue of FFmpeg commands, its handlers."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from litestar.handlers import HTTPRouteHandler

from mockserver.behaviours.implementations import Implementations
from mockserver.behaviours.renderio.table import IMPLEMENTATIONS
from mockserver.documents import Document
from mockserver.errors import SetUpError
from mockserver.http import problems, storage
from mockserver.http.binding import Answering, as_it_is, as_usual
from mockserver.http.messages import Handler
from mockserver.identifiers import random_ids, seeded_ids
from mockserver.media import ffmpeg
from mockserver.media.download import Downloader, DownloadLimits
from mockserver.media.probe import Probe
from mockserver.renderio.account import AccountRules
from mockserver.renderio.blueprint import Blueprint, Change, Stores, usual_target
from mockserver.renderio.channel import WEBHOOK, CommandCompleted, composed
from mockserver.renderio.command import Command, view
from mockserver.renderio.execution import Executor, Folders, Stopwatch
from mockserver.renderio.handlers import RenderIO
from mockserver.renderio.ports import CommandStore
from mockserver.renderio.queue import CommandQueue, Completion, Tools
from mockserver.renderio.submission import accepted
from mockserver.settings import Settings
from mockserver.slices.assemblies import Assemblies, answering_the_admitted
from mockserver.store.database import Database
from mockserver.store.renderio import RenderIOTables
from mockserver.webhooks.channel import Channel
from mockserver.webhooks.policy import DeliveryPolicy
from mockserver.webhooks.scheduler import Parts, Sender
from mockserver.webhooks.signing import sign
from mockserver.workspaces import Workspace, Workspaces

USER_AGENT = "RenderIO/1.0"


@dataclass(frozen=True, slots=True)
class Outlet:
    """The ways out of the server."""

    transport: httpx.AsyncBaseTransport
    sender: Sender


@dataclass(frozen=True)
class Assembly:
    """What works for a workspace: for one, or for all that work alike."""

    parts: Parts
    tools: Tools
    handlers: Mapping[str, Handler]
    answering: Answering


class RenderIOSlice:
    """RenderIO as the composition root sees it.

    All workspaces share one assembly of its parts, but for those that `change` has given one of their own.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        document: Document,
        database: Database,
        folder: Path,
        outlet: Outlet,
    ) -> None:
        folders = _folders(folder)
        storage_url = f"{settings.public_url}/storage"
        self._identify = random_ids if settings.seed is None else seeded_ids(settings.seed)
        self.tables = RenderIOTables(database)
        self._commands = self.tables.commands()
        self._probe = Probe()
        self._downloader = Downloader(
            outlet.transport,
            DownloadLimits(settings.limits.input_bytes, settings.limits.download_seconds),
            user_agent=USER_AGENT,
        )
        limits = ffmpeg.RunLimits(
            settings.limits.run_seconds, settings.limits.output_bytes, settings.limits.memory_bytes
        )
        self._queue = CommandQueue(
            parallel=settings.parallel_commands,
            tools=lambda workspace: self.assemblies.of(workspace).tools,
            stopwatch=None if settings.seed is None else _clock_stopwatch,
        )
        self.document = document
        self.shape: problems.Shape = problems.problem
        self.front = as_it_is
        self.around = as_usual
        self.implementations: Implementations[Change] = IMPLEMENTATIONS
        self.routes: Sequence[HTTPRouteHandler] = storage.routes(folders.files, self._commands)
        self._files = folders.files

        def show(command: Command) -> dict[str, Any]:
            return view(command, storage_url=storage_url)

        blueprint = Blueprint(
            policy=_policy(document),
            rules=AccountRules(),
            address=usual_target,
            sign=sign,
            polled=show,
            delivered=show,
            compose=composed,
            accept=accepted,
            executor=Executor(folders=folders, downloader=self._downloader, probe=self._probe, limits=limits),
            sender=outlet.sender,
            transport=outlet.transport,
            document=document,
            files=folders.files,
        )
        self.assemblies = Assemblies(blueprint, self._assembled)
        self.handlers: Mapping[str, Handler] = self.assemblies.common.handlers

    def _assembled(self, blueprint: Blueprint) -> Assembly:
        commands: CommandStore = self.tables.commands(blueprint.rules)
        for around_commands in blueprint.around_commands:
            commands = around_commands(commands)
        stores = Stores(commands, self.tables.accounts(blueprint.rules))
        channel: Channel = CommandCompleted(blueprint, stores)
        for around_channel in blueprint.around_channel:
            channel = around_channel(channel, stores)
        handlers = RenderIO(blueprint, stores, queue=self._queue, identify=self._identify).handlers
        answer = answering_the_admitted(blueprint.document, handlers, self.shape)
        for around_answers in blueprint.around_answers:
            answer = around_answers(answer, stores)
        return Assembly(
            parts=Parts({WEBHOOK: channel}, blueprint.sender),
            tools=Tools(commands, blueprint.executor, Completion(WEBHOOK, channel.policy.delays_ms[0])),
            handlers=handlers,
            answering=answer,
        )

    async def start(self, workspaces: Workspaces) -> None:
        """Take up what an earlier run has left: commands that are not over, and files that nobody knows."""
        await self._remove_unknown_files()
        for command in await self._commands.unfinished():
            self._queue.put(await workspaces.get(command.workspace, self.document.name), command.id)
        self._queue.start()

    def give_up(self, workspace: Workspace) -> None:
        """End all work of a workspace that is about to be emptied."""
        self._queue.abandon(workspace)

    def remove_files(self, file_ids: list[str]) -> None:
        """Remove the bytes of files whose rows are gone."""
        for file_id in file_ids:
            (self._files / file_id).unlink(missing_ok=True)

    async def stop(self) -> None:
        """Carry out no more commands; what is not over stays so in the store."""
        await self._queue.close()

    async def close(self) -> None:
        """Release what was opened."""
        await self._downloader.close()
        await self._probe.close()

    async def _remove_unknown_files(self) -> None:
        # A server that was killed between the end of a run and its commit has left some.
        names = [path.name for path in self._files.iterdir() if path.is_file()]
        self.remove_files([name for name in names if await self._commands.file_name(name) is None])


def _policy(document: Document) -> DeliveryPolicy:
    policy = document.policies.get(WEBHOOK)
    if policy is None:
        message = f"{document.name}: the webhook {WEBHOOK} has no delivery policy"
        raise SetUpError(message)
    return policy


def _folders(folder: Path) -> Folders:
    jobs, files = folder / "jobs", folder / "files"
    shutil.rmtree(jobs, ignore_errors=True)  # left over from a run that was killed
    jobs.mkdir()
    files.mkdir(exist_ok=True)
    return Folders(jobs, files)


def _clock_stopwatch(workspace: Workspace) -> Stopwatch:
    """Durations on the workspace's clock: FFmpeg takes no virtual time, so they are the same in every run."""
    return lambda: workspace.clock.now_ms() / 1000
