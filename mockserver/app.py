"""The composition root: settings in, Litestar application out; the parts meet here and nowhere else."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence

from litestar import Litestar

from mockserver.admission import Admission, doorkeepers
from mockserver.bannx.editing import PAGES, PagesOfSpaces
from mockserver.bannx.policy import STEPS
from mockserver.behaviours import catalogue
from mockserver.behaviours.switchboards import Repertoire, Switchboards
from mockserver.control.behaviours import Behaviours
from mockserver.control.events import Events
from mockserver.control.handlers import CAPABILITIES, WORKSPACES, Control
from mockserver.control.inboxes import Inboxes
from mockserver.control.receiving import Receiving
from mockserver.control.renders import CALLBACKS, RENDERS, Renders
from mockserver.control.samples import SampleList
from mockserver.documents import Document, load
from mockserver.errors import UnusableOptionError
from mockserver.http import pages, raw
from mockserver.http.access import Turnstile
from mockserver.http.binding import Binding, routes
from mockserver.http.messages import Handler
from mockserver.http.problems import ErrorHandling, Territory
from mockserver.media import ffmpeg
from mockserver.media.samples import RECIPES, Samples
from mockserver.outbound.sender import HttpSender
from mockserver.outbound.transport import GuardedTransport
from mockserver.schemas import SCHEMA_REFERENCE, Schema
from mockserver.settings import Settings
from mockserver.slices.bannx import BannxSlice
from mockserver.slices.renderio import Outlet, RenderIOSlice
from mockserver.slices.ricloud import RicloudSlice
from mockserver.slices.slice import Slice
from mockserver.store.database import Database
from mockserver.store.deliveries import DeliveryRows
from mockserver.store.workspaces import WorkspaceRows
from mockserver.webhooks.scheduler import Pace
from mockserver.workspaces import Time, Workspace, Workspaces

DOCUMENTS = ("renderio", "ricloud", "bannx", "control")
MOST_BODY_BYTES = 256 * 1024
PAGE = f"{SCHEMA_REFERENCE}Page"
ATTEMPTS_AT_ONCE = 16
"""With the real clock, per workspace. A virtual clock makes one at a time, so that histories repeat."""


def create_app(settings: Settings | None = None) -> Litestar:
    """The reference server as an ASGI application; raises `SetUpError` where it cannot start."""
    return Server(settings or Settings()).application


class Server:
    """One reference server: its parts, and the application over them."""

    def __init__(self, settings: Settings) -> None:
        ffmpeg.find_ffmpeg()
        renderio, ricloud, bannx, control = _documents(settings)
        with contextlib.ExitStack() as undo:
            folder = undo.enter_context(contextlib.closing(settings.open_folder()))
            self._database = undo.enter_context(contextlib.closing(Database(folder.path)))
            transport = GuardedTransport(settings.guard)
            self._sender = HttpSender(transport)
            outlet = Outlet(transport, self._sender)
            self._ricloud = RicloudSlice(settings, document=ricloud, database=self._database, sender=self._sender)
            self._bannx = BannxSlice(
                settings, document=bannx, database=self._database, folder=folder.path, outlet=outlet
            )
            self._slices: Sequence[Slice] = (
                RenderIOSlice(settings, document=renderio, database=self._database, folder=folder.path, outlet=outlet),
                self._ricloud,
                self._bannx,
            )
            self._slice_of = {it.document.name: it for it in self._slices}
            self._switchboards = _made_switchboards(self._slices, settings)
            self._deliveries = DeliveryRows(self._database)
            self._inboxes = Inboxes()
            self._workspaces = self._made_workspaces(settings)
            self.application = self._made_application(settings, control)
            self._close = undo.pop_all().close

    async def stop(self) -> None:
        """Stop commands and deliveries, and answer the requests that wait for them; the store keeps what is open."""
        await self._workspaces.close()
        for each in self._slices:
            await each.stop()

    def _made_workspaces(self, settings: Settings) -> Workspaces:
        parallel = 1 if settings.clock == "virtual" else ATTEMPTS_AT_ONCE
        return Workspaces(
            time=Time(settings.clock, settings.clock_start_ms),
            store=WorkspaceRows(self._database, [each.tables for each in self._slices]),
            queue=self._deliveries,
            parts=lambda api, workspace: self._slice_of[api].assemblies.parts(workspace),
            pace=Pace(parallel=parallel, grace_seconds=settings.grace_seconds),
        )

    def _made_application(self, settings: Settings, control: Document) -> Litestar:
        documents = [each.document for each in self._slices]
        admission = Admission(
            self._workspaces,
            doorkeepers(documents, settings.api_keys),
            Turnstile(settings.rate_limit) if settings.rate_limit else None,
        )
        bindings = [
            *(self._binding(each, admission, settings) for each in self._slices),
            Binding(
                control,
                self._control_handlers(settings),
                admission.to_control,
                settings.checks_replies,
                elsewhere=raw.OPERATIONS,
            ),
        ]
        errors = ErrorHandling([Territory(each.document.content["paths"], each.shape) for each in self._slices])
        return Litestar(
            route_handlers=[
                *(route for binding in bindings for route in routes(binding)),
                *(route for each in self._slices for route in each.routes),
                *raw.routes(self._inboxes.receive, Samples()),
                *pages.routes([*documents, control]),
            ],
            lifespan=[self._life],
            openapi_config=None,
            exception_handlers=errors.handlers,
            request_max_body_size=MOST_BODY_BYTES,
            logging_config=None,
        )

    def _binding(self, of: Slice, admission: Admission, settings: Settings) -> Binding:
        api = of.document.name
        return Binding(
            of.document,
            of.handlers,
            admission.to_api(api),
            settings.checks_replies,
            shape=of.shape,
            own=of.assemblies.own_answering,
            around=of.around,
            front=lambda front: self._switchboards.of(api).front(of.front(front)),
            other_methods=self._switchboards.of(api).other_methods,
        )

    def _control_handlers(self, settings: Settings) -> Mapping[str, Handler]:
        capabilities = [*CAPABILITIES, CALLBACKS, PAGES]
        if self._bannx.logs:
            capabilities.append(RENDERS)
        if not settings.api_keys:
            capabilities.append(WORKSPACES)
        rendering = {self._bannx.document.name: self._bannx}
        return {
            **Control(deliveries=self._deliveries, reset=self._reset, capabilities=capabilities).handlers,
            **Behaviours(self._switchboards).handlers,
            **Events({self._ricloud.document.name: self._ricloud}).handlers,
            **Renders(rendering, steps=STEPS).handlers,
            **PagesOfSpaces(rendering, Schema({"$ref": PAGE}, self._bannx.document.content["components"])).handlers,
            **self._receiver_handlers(settings.public_url),
        }

    def _receiver_handlers(self, public_url: str) -> Mapping[str, Handler]:
        """What the control document offers to those who have no receiver and no input of their own."""
        control_url = f"{public_url}/_control"
        signatures = {
            api: [policy.signature for policy in each.document.policies.values()]
            for api, each in self._slice_of.items()
        }
        receiving = Receiving(self._inboxes, signatures=signatures, control_url=control_url)
        return {**receiving.handlers, **SampleList(RECIPES, control_url=control_url).handlers}

    @contextlib.asynccontextmanager
    async def _life(self, _: Litestar) -> AsyncIterator[None]:
        for each in self._slices:
            await each.start(self._workspaces)
        await self._workspaces.resume()
        upkeep = asyncio.create_task(self._database.keep_log_short())
        try:
            yield
        finally:
            upkeep.cancel()
            await self.stop()
            await self._sender.close()
            for each in self._slices:
                await each.close()
            self._close()

    async def _reset(self, workspace: Workspace) -> None:
        own = self._slice_of[workspace.api]
        self._inboxes.remove(workspace.id)
        own.remove_files(await self._workspaces.reset(workspace, give_up=own.give_up))
        self._switchboards.reset(workspace)


def _documents(settings: Settings) -> Sequence[Document]:
    """Every document, from the folder that was named or, what it does not hold, from the distribution."""
    folder = settings.documents
    if folder is not None and not any((folder / name).is_dir() for name in DOCUMENTS):
        message = f"{folder} holds no documents: they lie in folders named {', '.join(DOCUMENTS)}"
        raise UnusableOptionError(message)
    return [load(name, folder if folder is not None and (folder / name).is_dir() else None) for name in DOCUMENTS]


def _made_switchboards(slices: Sequence[Slice], settings: Settings) -> Switchboards:
    """The switchboards of all APIs; the behaviours that hold everywhere are told to their slices."""
    repertoires = {
        each.document.name: Repertoire(
            catalogue.load(each.document.name, beside_requirements=False), each.implementations, each.assemblies.change
        )
        for each in slices
    }
    switchboards = Switchboards(repertoires, settings.behaviours)
    if settings.api_keys and switchboards.opening:
        # They would show nothing, as the accounts to which they let requests in cannot be opened.
        first = switchboards.opening[0]
        message = f"--behave {first} opens accounts for other keys, and --api-key forbids that: leave one out"
        raise UnusableOptionError(message)
    for each in slices:
        each.assemblies.standing = switchboards.of(each.document.name).standing_changes
    return switchboards
