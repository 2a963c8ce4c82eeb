"""RenderIO, assembled: its store, its channel, its queue of FFmpeg commands, its handlers."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import httpx

from mockserver.documents import Document
from mockserver.errors import SetUpError
from mockserver.http.messages import Handler
from mockserver.identifiers import random_ids, seeded_ids
from mockserver.media import ffmpeg
from mockserver.media.download import Downloader, DownloadLimits
from mockserver.media.probe import Probe
from mockserver.renderio.channel import WEBHOOK, CommandCompleted
from mockserver.renderio.execution import Executor, Folders, Stopwatch
from mockserver.renderio.handlers import RenderIO
from mockserver.renderio.queue import CommandQueue, Completion
from mockserver.settings import Settings
from mockserver.store.database import Database
from mockserver.store.renderio import AccountRows, CommandRows
from mockserver.webhooks.channel import Channel
from mockserver.webhooks.policy import DeliveryPolicy
from mockserver.workspaces import Workspace, Workspaces

USER_AGENT = "RenderIO/1.0"


class RenderIOSlice:
    """RenderIO as the composition root sees it."""

    def __init__(
        self,
        settings: Settings,
        *,
        document: Document,
        database: Database,
        folder: Path,
        transport: httpx.AsyncBaseTransport,
    ) -> None:
        policy = _policy(document)
        folders = _folders(folder)
        storage_url = f"{settings.public_url}/storage"
        self._commands, accounts = CommandRows(database), AccountRows(database)
        self._probe = Probe()
        self._downloader = Downloader(
            transport,
            DownloadLimits(settings.limits.input_bytes, settings.limits.download_seconds),
            user_agent=USER_AGENT,
        )
        limits = ffmpeg.RunLimits(
            settings.limits.run_seconds, settings.limits.output_bytes, settings.limits.memory_bytes
        )
        self._queue = CommandQueue(
            parallel=settings.parallel_commands,
            commands=self._commands,
            executor=Executor(folders=folders, downloader=self._downloader, probe=self._probe, limits=limits),
            completion=Completion(WEBHOOK, policy.delays_ms[0]),
            stopwatch=None if settings.seed is None else _clock_stopwatch,
        )
        self.document = document
        self.files = folders.files
        self.file_names = self._commands
        self.channels: Mapping[str, Channel] = {
            WEBHOOK: CommandCompleted(policy, commands=self._commands, accounts=accounts, storage_url=storage_url)
        }
        self.handlers: Mapping[str, Handler] = RenderIO(
            commands=self._commands,
            accounts=accounts,
            queue=self._queue,
            identify=random_ids if settings.seed is None else seeded_ids(settings.seed),
            storage_url=storage_url,
        ).handlers

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
            (self.files / file_id).unlink(missing_ok=True)

    async def stop(self) -> None:
        """Carry out no more commands; what is not over stays so in the store."""
        await self._queue.close()

    async def close(self) -> None:
        """Release what was opened."""
        await self._downloader.close()
        await self._probe.close()

    async def _remove_unknown_files(self) -> None:
        # A server that was killed between the end of a run and its commit has left some.
        names = [path.name for path in self.files.iterdir() if path.is_file()]
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
