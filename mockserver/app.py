"""The composition root: settings in, Litestar application out; the parts meet here and nowhere else."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Litestar
from litestar.exceptions import HTTPException

from mockserver.control.handlers import Control
from mockserver.documents import Document, load
from mockserver.errors import ApiError, SetUpError, UnusableOptionError
from mockserver.http import pages, problems
from mockserver.http.access import Doorkeeper, Turnstile, admit_to_any
from mockserver.http.binding import Binding, routes
from mockserver.identifiers import random_ids, seeded_ids
from mockserver.media import ffmpeg
from mockserver.media.download import Downloader, DownloadLimits
from mockserver.media.probe import Probe
from mockserver.outbound.sender import HttpSender
from mockserver.outbound.transport import GuardedTransport
from mockserver.renderio.channel import WEBHOOK, CommandCompleted
from mockserver.renderio.execution import Executor, Folders, Stopwatch
from mockserver.renderio.handlers import RenderIO
from mockserver.renderio.queue import CommandQueue, Completion
from mockserver.settings import Folder, Settings
from mockserver.store.database import Database
from mockserver.store.deliveries import DeliveryRows
from mockserver.store.renderio import AccountRows, CommandRows
from mockserver.store.workspaces import WorkspaceRows
from mockserver.webhooks.scheduler import Pace
from mockserver.workspaces import Time, Workspace, Workspaces

MOST_BODY_BYTES = 1024**2
ATTEMPTS_AT_ONCE = 16
"""With the real clock, per workspace. A virtual clock makes one at a time, so that histories repeat."""


EXCEPTION_HANDLERS: dict[type[Exception] | int, Any] = {
    ApiError: problems.from_domain,
    HTTPException: problems.from_framework,
    Exception: problems.from_bug,
}


def create_app(settings: Settings | None = None) -> Litestar:
    """The reference server as an ASGI application; raises `SetUpError` where it cannot start."""
    return Server(settings or Settings()).application


class Server:
    """One reference server: its parts, and the application over them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.public_url = settings.public_url
        ffmpeg.find_ffmpeg()
        self._renderio_document = load("renderio", settings.documents)
        self._control_document = load("control", settings.documents)
        self._folder = settings.open_folder()
        try:
            self._database = Database(self._folder.path)
        except BaseException:
            self._folder.close()
            raise
        self._build()

    def _build(self) -> None:
        settings = self.settings
        transport = GuardedTransport(settings.guard)
        folders = _folders(self._folder)
        commands, accounts = CommandRows(self._database), AccountRows(self._database)
        deliveries, workspace_rows = DeliveryRows(self._database), WorkspaceRows(self._database)
        policy = _policy(self._renderio_document, WEBHOOK)
        channel = CommandCompleted(policy, commands=commands, accounts=accounts, storage_url=self._storage_url)
        self._sender = HttpSender(transport)
        self._workspaces = Workspaces(
            time=Time(settings.clock, settings.clock_start_ms),
            store=workspace_rows,
            queue=deliveries,
            channels={WEBHOOK: channel},
            sender=self._sender,
            pace=Pace(
                parallel=1 if settings.clock == "virtual" else ATTEMPTS_AT_ONCE, grace_seconds=settings.grace_seconds
            ),
        )
        self._commands = commands
        self._files = folders.files
        self._probe = Probe()
        self._downloader = Downloader(
            transport, DownloadLimits(settings.limits.input_bytes, settings.limits.download_seconds)
        )
        self._queue = CommandQueue(
            parallel=settings.parallel_commands,
            commands=commands,
            executor=Executor(
                folders=folders,
                downloader=self._downloader,
                probe=self._probe,
                limits=ffmpeg.RunLimits(settings.limits.run_seconds, settings.limits.output_bytes),
            ),
            completion=Completion(WEBHOOK, policy.delays_ms[0]),
            stopwatch=None if settings.seed is None else _clock_stopwatch,
        )
        self._renderio = RenderIO(
            commands=commands,
            accounts=accounts,
            queue=self._queue,
            identify=random_ids if settings.seed is None else seeded_ids(settings.seed),
            storage_url=self._storage_url,
        )
        self._control = Control(deliveries=deliveries, reset=self._reset)
        self.application = self._application()

    def _application(self) -> Litestar:
        doorkeepers = [_doorkeeper(self._renderio_document, self.settings)]
        admission = Admission(
            self._workspaces, doorkeepers, Turnstile(self.settings.rate_limit) if self.settings.rate_limit else None
        )
        checks = self.settings.checks_replies
        return Litestar(
            route_handlers=[
                *routes(
                    Binding(self._renderio_document, self._renderio.handlers, admission.to_api("renderio"), checks)
                ),
                *routes(Binding(self._control_document, self._control.handlers, admission.to_control, checks)),
                *pages.routes([self._renderio_document, self._control_document], self._files, self._commands),
            ],
            lifespan=[self._life],
            openapi_config=None,
            exception_handlers=EXCEPTION_HANDLERS,
            request_max_body_size=MOST_BODY_BYTES,
            logging_config=None,
        )

    @contextlib.asynccontextmanager
    async def _life(self, _: Litestar) -> AsyncIterator[None]:
        for command in await self._commands.unfinished():
            self._queue.put(await self._workspaces.get(command.workspace, "renderio"), command.id)
        self._queue.start()
        await self._workspaces.resume()
        upkeep = asyncio.create_task(self._database.keep_log_short())
        try:
            yield
        finally:
            upkeep.cancel()
            await self.stop()
            await self._sender.close()
            await self._downloader.close()
            await self._probe.close()
            self._database.close()
            self._folder.close()

    async def stop(self) -> None:
        """Stop commands and deliveries, and answer the requests that wait for them; the store keeps what is open."""
        await self._queue.close()
        await self._workspaces.close()

    def _storage_url(self) -> str:
        return f"{self.public_url}{pages.STORAGE_PATH}"

    async def _reset(self, workspace: Workspace) -> None:
        self._queue.abandon(workspace)
        for file_id in await self._workspaces.reset(workspace):
            (self._files / file_id).unlink(missing_ok=True)


@dataclass(frozen=True)
class Admission:
    """Leads a request to its workspace."""

    workspaces: Workspaces
    doorkeepers: list[Doorkeeper]
    turnstile: Turnstile | None

    def to_api(self, api: str) -> Any:
        """Admission to the operations of one API."""
        doorkeeper = next(keeper for keeper in self.doorkeepers if keeper.api == api)

        async def admit(headers: Mapping[str, str]) -> Workspace:
            credential = doorkeeper.admit(headers)
            if self.turnstile is not None:
                self.turnstile.pass_through(credential)
            return await self.workspaces.of(api, credential)

        return admit

    async def to_control(self, headers: Mapping[str, str]) -> Workspace:
        """Admission to the control protocol: any API's credential leads to its workspace, and no rate limit holds."""
        api, credential = admit_to_any(self.doorkeepers, headers)
        return await self.workspaces.of(api, credential)


def _doorkeeper(document: Document, settings: Settings) -> Doorkeeper:
    header = next(iter(document.credentials.values()), None)
    if header is None:
        message = f"{document.name}: the document names no credential in a header"
        raise SetUpError(message)
    for key in settings.api_keys:
        if not header.pattern.fullmatch(key):
            message = f"--api-key {key}: a key of {document.name} has the form {header.pattern.pattern}"
            raise UnusableOptionError(message)
    return Doorkeeper(document.name, header, settings.api_keys)


def _policy(document: Document, webhook: str) -> Any:
    try:
        return document.policies[webhook]
    except KeyError as error:
        message = f"{document.name}: the webhook {webhook} has no delivery policy"
        raise SetUpError(message) from error


def _folders(folder: Folder) -> Folders:
    jobs, files = folder.path / "jobs", folder.path / "files"
    shutil.rmtree(jobs, ignore_errors=True)  # left over from a run that was killed
    jobs.mkdir()
    files.mkdir(exist_ok=True)
    return Folders(jobs, files)


def _clock_stopwatch(workspace: Workspace) -> Stopwatch:
    """Durations on the workspace's clock: FFmpeg takes no virtual time, so they are the same in every run."""
    return lambda: workspace.clock.now_ms() / 1000
