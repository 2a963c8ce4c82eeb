"""The composition root: settings in, Litestar application out; the parts meet here and nowhere else."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Litestar
from litestar.exceptions import HTTPException

from mockserver.behaviours import catalogue
from mockserver.behaviours.fronts import OPENING
from mockserver.behaviours.switchboard import Switchboard
from mockserver.control.behaviours import Behaviours
from mockserver.control.handlers import CAPABILITIES, WORKSPACES, Control
from mockserver.control.inboxes import Inboxes
from mockserver.control.receiving import Receiving
from mockserver.control.samples import SampleList
from mockserver.documents import Document, load
from mockserver.errors import ApiError, SetUpError, UnusableOptionError
from mockserver.http import pages, problems, raw
from mockserver.http.access import Doorkeeper, Turnstile, admit_to_any
from mockserver.http.binding import AdmittedTo, Binding, routes
from mockserver.http.messages import Handler
from mockserver.media import ffmpeg
from mockserver.media.samples import RECIPES, Samples
from mockserver.outbound.sender import HttpSender
from mockserver.outbound.transport import GuardedTransport
from mockserver.settings import Settings
from mockserver.slices.renderio import Outlet, RenderIOSlice
from mockserver.store.database import Database
from mockserver.store.deliveries import DeliveryRows
from mockserver.store.workspaces import WorkspaceRows
from mockserver.webhooks.scheduler import Pace
from mockserver.workspaces import Time, Workspace, Workspaces

MOST_BODY_BYTES = 256 * 1024
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
        ffmpeg.find_ffmpeg()
        renderio, control = load("renderio", settings.documents), load("control", settings.documents)
        with contextlib.ExitStack() as undo:
            folder = undo.enter_context(contextlib.closing(settings.open_folder()))
            self._database = undo.enter_context(contextlib.closing(Database(folder.path)))
            transport = GuardedTransport(settings.guard)
            self._sender = HttpSender(transport)
            self._renderio = RenderIOSlice(
                settings,
                document=renderio,
                database=self._database,
                folder=folder.path,
                outlet=Outlet(transport, self._sender),
            )
            _require_open_accounts(settings)
            self._switchboard = Switchboard(catalogue.load("renderio"), settings.behaviours, self._renderio.change)
            self._renderio.standing = self._switchboard.standing_changes
            self._deliveries = DeliveryRows(self._database)
            self._inboxes = Inboxes()
            self._workspaces = self._made_workspaces(settings)
            self.application = self._made_application(settings, control)
            self._close = undo.pop_all().close

    async def stop(self) -> None:
        """Stop commands and deliveries, and answer the requests that wait for them; the store keeps what is open."""
        await self._workspaces.close()
        await self._renderio.stop()

    def _made_workspaces(self, settings: Settings) -> Workspaces:
        parallel = 1 if settings.clock == "virtual" else ATTEMPTS_AT_ONCE
        return Workspaces(
            time=Time(settings.clock, settings.clock_start_ms),
            store=WorkspaceRows(self._database),
            queue=self._deliveries,
            parts=self._renderio.parts,
            pace=Pace(parallel=parallel, grace_seconds=settings.grace_seconds),
        )

    def _made_application(self, settings: Settings, control: Document) -> Litestar:
        api, checks = self._renderio, settings.checks_replies
        admission = Admission(
            self._workspaces,
            _doorkeepers([api.document], settings.api_keys),
            Turnstile(settings.rate_limit) if settings.rate_limit else None,
        )
        capabilities = CAPABILITIES if settings.api_keys else (*CAPABILITIES, WORKSPACES)
        control_handlers = {
            **Control(deliveries=self._deliveries, reset=self._reset, capabilities=capabilities).handlers,
            **Behaviours(self._switchboard).handlers,
        }
        return Litestar(
            route_handlers=[
                *routes(
                    Binding(
                        api.document,
                        api.handlers,
                        admission.to_api(api.document.name),
                        checks,
                        own=api.own_answering,
                        front=self._switchboard.front,
                    )
                ),
                *routes(
                    Binding(
                        control,
                        {**control_handlers, **self._receiver_handlers(settings.public_url)},
                        admission.to_control,
                        checks,
                        elsewhere=raw.OPERATIONS,
                    )
                ),
                *raw.routes(self._inboxes.receive, Samples()),
                *pages.routes([api.document, control], api.files, api.file_names),
            ],
            lifespan=[self._life],
            openapi_config=None,
            exception_handlers=EXCEPTION_HANDLERS,
            request_max_body_size=MOST_BODY_BYTES,
            logging_config=None,
        )

    def _receiver_handlers(self, public_url: str) -> Mapping[str, Handler]:
        """What the control document offers to those who have no receiver and no input of their own."""
        document, control_url = self._renderio.document, f"{public_url}/_control"
        signatures = {document.name: [policy.signature for policy in document.policies.values()]}
        receiving = Receiving(self._inboxes, signatures=signatures, control_url=control_url)
        return {**receiving.handlers, **SampleList(RECIPES, control_url=control_url).handlers}

    @contextlib.asynccontextmanager
    async def _life(self, _: Litestar) -> AsyncIterator[None]:
        await self._renderio.start(self._workspaces)
        await self._workspaces.resume()
        upkeep = asyncio.create_task(self._database.keep_log_short())
        try:
            yield
        finally:
            upkeep.cancel()
            await self.stop()
            await self._sender.close()
            await self._renderio.close()
            self._close()

    async def _reset(self, workspace: Workspace) -> None:
        self._inboxes.remove(workspace.id)
        self._renderio.remove_files(await self._workspaces.reset(workspace, give_up=self._renderio.give_up))
        self._switchboard.reset(workspace.id)


@dataclass(frozen=True)
class Admission:
    """Leads a request to its workspace."""

    workspaces: Workspaces
    doorkeepers: list[Doorkeeper]
    turnstile: Turnstile | None

    def to_api(self, api: str) -> AdmittedTo:
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


def _require_open_accounts(settings: Settings) -> None:
    """Refuse behaviours that would show nothing, as the accounts to which they let requests in cannot be opened."""
    opening = [it for it in settings.behaviours if it in OPENING]
    if settings.api_keys and opening:
        message = f"--behave {opening[0]} opens accounts for other keys, and --api-key forbids that: leave one out"
        raise UnusableOptionError(message)


def _doorkeepers(documents: list[Document], api_keys: frozenset[str]) -> list[Doorkeeper]:
    """A doorkeeper for each document; each key belongs to those whose form it has, and must belong to one."""
    doorkeepers = [_doorkeeper(document, api_keys) for document in documents]
    for key in api_keys:
        if not any(key in (doorkeeper.only or ()) for doorkeeper in doorkeepers):
            forms = ", ".join(
                f"{keeper.api} has keys of the form {keeper.header.pattern.pattern}" for keeper in doorkeepers
            )
            message = f"--api-key {key}: no API has such a key; {forms}"
            raise UnusableOptionError(message)
    return doorkeepers


def _doorkeeper(document: Document, api_keys: frozenset[str]) -> Doorkeeper:
    header = next(iter(document.credentials.values()), None)
    if header is None:
        message = f"{document.name}: the document names no credential in a header"
        raise SetUpError(message)
    matches: Callable[[str], object] = header.pattern.fullmatch
    return Doorkeeper(document.name, header, frozenset(filter(matches, api_keys)) if api_keys else None)
