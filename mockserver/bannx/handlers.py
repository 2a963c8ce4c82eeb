"""bannx's operations: each reads its call, has the page drawn, and owes the callback before it answers."""

from collections.abc import Mapping

from mockserver.bannx.blueprint import Blueprint
from mockserver.bannx.callback import HandlerResult, RequestEvent
from mockserver.bannx.objects import name_of
from mockserver.bannx.pages import Pages
from mockserver.bannx.pictures import fetched
from mockserver.bannx.ports import PageDocument, Stores
from mockserver.bannx.render import Render
from mockserver.bannx.request import RenderRequest, from_body, from_query
from mockserver.bannx.runner import CallbackRunner
from mockserver.bannx.tweaks import overlaid
from mockserver.clock import rfc3339
from mockserver.drawing.drawn import Drawn, pictures_of
from mockserver.drawing.errors import DrawingError, PageError, UnusableTweakError
from mockserver.drawing.page import Page, page_from
from mockserver.errors import Invalid, Violation
from mockserver.http.messages import Call, Handler, Media, Reply, Sent

INLINE_ID, INLINE_NAME = "inline", "Inline page"


class Rendering:
    """The handlers of the document; `logs` is whether requests are logged."""

    def __init__(
        self, blueprint: Blueprint, stores: Stores, *, pages: Pages, runner: CallbackRunner, logs: bool
    ) -> None:
        self._blueprint = blueprint
        self._stores = stores
        self._pages = pages
        self._runner = runner
        self._logs = logs

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """By operation id."""
        return {"renderPage": self.render_page, "renderPost": self.render_post}

    async def render_page(self, call: Call) -> Reply | Media:
        """The page of the path, by the query."""
        return await self._answer(call, from_query(call), "renderPage")

    async def render_post(self, call: Call) -> Reply | Media:
        """The page of the body."""
        return await self._answer(call, from_body(call), "renderPost")

    async def _answer(self, call: Call, request: RenderRequest, operation: str) -> Reply | Media:
        blueprint, space = self._blueprint, call.in_workspace().id
        began, life = blueprint.stopwatch(), self._runner.life(space)
        drawn = await self._drawn(call, request)
        render = self._render(call, request, drawn, operation)
        # What was begun before a reset is answered, but nothing of it may turn up in the space as it is now.
        sent = await self._owe(render) if self._runner.life(space) == life else None
        if request.as_json if request.as_json is not None else operation in blueprint.as_json:
            url = blueprint.objects.url(name_of(render.id, drawn.media_type))
            return Reply(200, blueprint.show_file(render, request, url, blueprint.stopwatch() - began), sent)
        return Media(200, drawn.content, drawn.media_type, sent)

    async def _owe(self, render: Render) -> Sent | None:
        await self._stores.renders.owe(render)
        self._runner.expect(render)
        return await self._blueprint.order(
            lambda: self._runner.begin(render.id), lambda: self._runner.settle(render.workspace)
        )

    async def _drawn(self, call: Call, request: RenderRequest) -> Drawn:
        blueprint = self._blueprint
        document, page = await self._page(call, request)
        try:
            tweaks = blueprint.tweak(page, request.tweaking)
            values = blueprint.value(page, overlaid(page, *request.variables, tweaks))
            pictures = await fetched(pictures_of(page, values), blueprint.fetch)
            async with blueprint.turns.turn(call.in_workspace().id):
                return await blueprint.draw(document, values, request.image_format, pictures)
        except UnusableTweakError as error:
            raise Invalid([Violation(("tweaks", error.key), error.message)]) from error
        except DrawingError as error:
            raise Invalid([Violation(("page",), str(error))]) from error

    async def _page(self, call: Call, request: RenderRequest) -> tuple[PageDocument, Page]:
        if request.page is None:
            space, identifier = call.in_workspace().id, request.page_id or ""
            document = await self._blueprint.find(self._pages, space, identifier, draft=request.draft)
        else:
            document = {"id": INLINE_ID, "name": INLINE_NAME, **request.page}
        try:
            return document, page_from(document)
        except PageError as error:
            raise Invalid([Violation(("page",), str(error))]) from error

    def _render(self, call: Call, request: RenderRequest, drawn: Drawn, operation: str) -> Render:
        workspace = call.in_workspace()
        now_ms = workspace.clock.now_ms()
        number = self._stores.renders.next_number(workspace.id)
        identifier = self._blueprint.identify(workspace.id, number)
        document = self._blueprint.document
        header = next(iter(document.credentials.values()))
        event = RequestEvent(
            method=document.operations[operation].method,
            url=call.url,
            headers=dict(call.headers),
            token=header.read(call.headers.get(header.header)) or "",
            space=workspace.id,
            request_id=identifier if self._logs else None,
            page_id=request.page_id,
            created_at=rfc3339(now_ms),
        )
        result = HandlerResult(drawn.content, drawn.media_type, drawn.width, drawn.height)
        return Render(identifier, workspace.id, self._logs, now_ms, event, result)
