"""bannx, assembled: its pages, its drawing, its callbacks, its handlers."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from litestar.handlers import HTTPRouteHandler

from mockserver.bannx import problems, views
from mockserver.bannx.blueprint import Blueprint, Change, Json, after_the_response
from mockserver.bannx.callback import Steps, usual
from mockserver.bannx.front import refusing_query_tokens
from mockserver.bannx.handlers import Rendering
from mockserver.bannx.hooks import load_callback
from mockserver.bannx.objects import Images, LocalStore, routes
from mockserver.bannx.pages import BuiltIn, Pages
from mockserver.bannx.pictures import Pictures
from mockserver.bannx.policy import CallbackPolicy
from mockserver.bannx.ports import Stores
from mockserver.bannx.refusals import logging_refusals
from mockserver.bannx.render import Render
from mockserver.bannx.runner import CallbackRunner, Duty
from mockserver.bannx.steps import DurableSteps, Fault, StepFaults, Workbench
from mockserver.bannx.turns import Turns
from mockserver.bannx.tweaks import pairs_first
from mockserver.behaviours.bannx.table import IMPLEMENTATIONS
from mockserver.behaviours.implementations import Implementations
from mockserver.documents import Document
from mockserver.drawing.gallery import builtin_pages
from mockserver.drawing.values import tweaked
from mockserver.drawing.workshop import Workshop
from mockserver.http.binding import Answering, as_usual
from mockserver.http.messages import Handler
from mockserver.http.problems import Shape
from mockserver.identifiers import random_ids, seeded_ids
from mockserver.settings import Settings
from mockserver.slices.assemblies import Assemblies, answering_the_admitted
from mockserver.slices.renderio import Outlet
from mockserver.store.bannx import BannxTables, CreditRows, PageRows, RenderRows, StepRows
from mockserver.store.database import Database
from mockserver.webhooks.scheduler import Parts
from mockserver.workspaces import Workspace, Workspaces


@dataclass(frozen=True)
class Assembly:
    """What works for a space: for one, or for all that work alike."""

    parts: Parts
    handlers: Mapping[str, Handler]
    answering: Answering
    around: Callable[[Answering], Answering]
    stores: Stores
    pages: Pages
    duty: Duty
    show_entry: Callable[[Any], Json]


class BannxSlice:
    """bannx as the composition root sees it."""

    def __init__(
        self, settings: Settings, *, document: Document, database: Database, folder: Path, outlet: Outlet
    ) -> None:
        self._database = database
        self._logs = settings.request_logging
        self._numbers: dict[str, int] = {}
        self._spool = Images(folder / "renders" / "spool")
        self._objects = Images(folder / "renders" / "objects")
        # One process more than a space can occupy: another space always finds one that is free, or soon will be.
        spare = 1 if settings.parallel_renders else 0
        self._workshop = Workshop(settings.parallel_renders + spare)
        of_one = max(1, settings.parallel_renders)
        self._pictures = Pictures(outlet.transport)
        policy = CallbackPolicy.from_document(document.content)
        self._faults = StepFaults(policy.hang_seconds)
        self._built_in = _built_in()
        self._runner = CallbackRunner(lambda space: self.assemblies.of(space).duty)
        self.document = document
        self.tables = BannxTables(self._numbers)
        self.shape: Shape = problems.shape
        self.front = refusing_query_tokens
        self.implementations: Implementations[Change] = IMPLEMENTATIONS
        self.routes: Sequence[HTTPRouteHandler] = routes(self._spool, self._objects)
        blueprint = Blueprint(
            policy=policy,
            document=document,
            find=Pages.find,
            draw=self._workshop.draw,
            turns=Turns(in_all=of_one + spare, of_one=of_one),
            fetch=self._pictures.fetch,
            tweak=pairs_first,
            value=tweaked,
            show_file=views.file,
            show_entry=views.entry,
            callback=usual if settings.render_callback is None else load_callback(settings.render_callback),
            objects=LocalStore(self._objects, url=f"{settings.public_url}/renders"),
            order=after_the_response,
            sender=outlet.sender,
            identify=random_ids if settings.seed is None else seeded_ids(settings.seed),
            stopwatch=time.perf_counter if settings.seed is None else _no_time,
        )
        self.assemblies = Assemblies(blueprint, self._assembled)
        self.handlers: Mapping[str, Handler] = self.assemblies.common.handlers
        self.around = self.assemblies.common.around

    def _assembled(self, blueprint: Blueprint) -> Assembly:
        stores = Stores(
            pages=PageRows(self._database),
            renders=RenderRows(self._database, self._spool, self._numbers),
            steps=StepRows(self._database),
            credits=CreditRows(self._database),
        )
        for around_stores in blueprint.around_stores:
            stores = around_stores(stores)
        pages = Pages(self._built_in, stores.pages, blueprint.identify)
        rendering = Rendering(blueprint, stores, pages=pages, runner=self._runner, logs=self._logs)
        around: Callable[[Answering], Answering] = as_usual
        if self._logs and blueprint.logs_refusals:
            around = logging_refusals(stores.renders, blueprint.identify)
        answer = answering_the_admitted(blueprint.document, rendering.handlers, self.shape)
        for around_requests in blueprint.around_requests:
            answer = around_requests(answer, stores)
        answer = around(answer)
        for around_answers in blueprint.around_answers:
            answer = around_answers(answer, stores)
        bench = Workbench(blueprint.policy, stores, blueprint.objects, self._faults)

        def steps(render: Render) -> Steps:
            made: Steps = DurableSteps(render, bench)
            for around_steps in blueprint.around_steps:
                made = around_steps(made, render, stores)
            return made

        return Assembly(
            parts=Parts({}, blueprint.sender),
            handlers=rendering.handlers,
            answering=answer,
            around=around,
            stores=stores,
            pages=pages,
            duty=Duty(blueprint.callback, steps, stores.renders),
            show_entry=blueprint.show_entry,
        )

    # ---------------------------------------------------------------------------- what the control protocol asks for

    @property
    def logs(self) -> bool:
        """Whether requests are logged."""
        return self._logs

    async def renders(self, workspace: Workspace) -> list[Json]:
        """The log of a space, oldest first."""
        assembly = self.assemblies.of(workspace.id)
        return [assembly.show_entry(entry) for entry in await assembly.stores.renders.entries(workspace.id)]

    async def credits(self, workspace: Workspace) -> int:
        """What a space has used."""
        return await self.assemblies.of(workspace.id).stores.credits.used(workspace.id)

    def tell(self, workspace: Workspace, step: str, fault: Fault | None) -> None:
        """From now on this step of the space's callbacks fails, hangs, or works again."""
        self._faults.tell(workspace.id, step, fault)

    async def settle(self, workspace: Workspace) -> None:
        """Wait until every callback of the space that has begun is over."""
        await self._runner.settle(workspace.id)

    def pages(self, workspace: Workspace) -> Pages:
        """What a space can render."""
        return self.assemblies.of(workspace.id).pages

    # ------------------------------------------------------------------------------------------------- its own life

    async def start(self, workspaces: Workspaces) -> None:
        """Take up the callbacks that an earlier run has left."""
        renders = self.assemblies.common.stores.renders
        assert isinstance(renders, RenderRows)  # noqa: S101 - what all spaces begin with
        owed = await renders.owed()
        self._spool.remove_all_but({render.id for render in owed})
        self._objects.remove_all_but(await renders.ids())
        for render in owed:
            await workspaces.get(render.workspace, self.document.name)
            self._runner.resume(render)

    def give_up(self, workspace: Workspace) -> None:
        """End the callbacks of a space that is about to be emptied."""
        self._runner.give_up(workspace.id)
        self._faults.forget(workspace.id)

    def remove_files(self, file_ids: list[str]) -> None:
        """Remove the images of renders whose rows are gone."""
        for render in file_ids:
            self._objects.remove(render)
            self._spool.remove(render)

    async def stop(self) -> None:
        """Begin no more callbacks; what is not over stays owed."""
        await self._runner.stop()

    async def close(self) -> None:
        """Release what was opened."""
        await self._pictures.close()
        self._workshop.close()


def _no_time() -> float:
    """Seconds that are the same in every run."""
    return 0.0


def _built_in() -> BuiltIn:
    found = builtin_pages()
    return BuiltIn(
        {identifier: page.document for identifier, page in found.items()},
        frozenset(identifier for identifier, page in found.items() if page.is_published),
    )
