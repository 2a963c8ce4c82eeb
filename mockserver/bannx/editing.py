"""The operations of the control document that list and edit the pages of a space."""

from collections.abc import Mapping
from typing import Any, Protocol

from mockserver.bannx.pages import Pages
from mockserver.bannx.ports import OwnPage
from mockserver.drawing.errors import PageError
from mockserver.drawing.page import page_from
from mockserver.errors import Invalid, NotFound, Violation
from mockserver.http.messages import Call, Handler, Reply
from mockserver.schemas import Schema
from mockserver.workspaces import Workspace

PAGES = "pages"
"""The capability."""


class Rendering(Protocol):
    """An API that renders, as far as this is concerned."""

    def pages(self, workspace: Workspace) -> Pages:
        """What a space can render."""


class PagesOfSpaces:
    """The handlers; `rendering` are the APIs that render, by name, and `schema` is what a page must conform to."""

    def __init__(self, rendering: Mapping[str, Rendering], schema: Schema) -> None:
        self._rendering = rendering
        self._schema = schema

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """By operation id."""
        return {
            "listPages": self.list_pages,
            "createPage": self.create_page,
            "editPage": self.edit_page,
            "publishPage": self.publish_page,
            "removePage": self.remove_page,
        }

    async def list_pages(self, call: Call) -> Reply:
        """Every page that the caller's space can render."""
        workspace, pages = self._asked(call)
        return Reply(200, {"pages": [_shown(page, built_in=it) for page, it in await pages.all(workspace.id)]})

    async def create_page(self, call: Call) -> Reply:
        """Store a page, which is not published by that."""
        workspace, pages = self._asked(call)
        given_id = call.body["id"] if "id" in call.body else await pages.unused_id(workspace.id)
        document = self._page(call.body, given_id=given_id)
        page = await pages.create(workspace.id, document, now_ms=workspace.clock.now_ms())
        return Reply(201, _shown(page, built_in=False))

    async def edit_page(self, call: Call) -> Reply:
        """Replace a page as it is being edited."""
        workspace, pages = self._asked(call)
        document = self._page(call.body, given_id=call.path["pageId"])
        page = await pages.edit(workspace.id, document, now_ms=workspace.clock.now_ms())
        return Reply(200, _shown(page, built_in=False))

    async def publish_page(self, call: Call) -> Reply:
        """Have renders read the page as it is now."""
        workspace, pages = self._asked(call)
        page = await pages.publish(workspace.id, call.path["pageId"], now_ms=workspace.clock.now_ms())
        return Reply(200, _shown(page, built_in=False))

    async def remove_page(self, call: Call) -> Reply:
        """Remove a page."""
        workspace, pages = self._asked(call)
        await pages.remove(workspace.id, call.path["pageId"])
        return Reply(200, {})

    def _page(self, body: Mapping[str, Any], *, given_id: str) -> Mapping[str, Any]:
        document = {"name": given_id, **body, "id": given_id}
        if violations := self._schema.violations(document):
            raise Invalid(violations)
        try:
            page_from(document)
        except PageError as error:
            raise Invalid([Violation((error.place,), error.message)]) from error
        return document

    def _asked(self, call: Call) -> tuple[Workspace, Pages]:
        workspace = call.in_workspace()
        api = self._rendering.get(workspace.api)
        if api is None:
            message = f"{workspace.api} has no pages."
            raise NotFound(message)
        return workspace, api.pages(workspace)


def _shown(page: OwnPage, *, built_in: bool) -> Mapping[str, Any]:
    """What there is to know of a page for those who render it; the variables of what renders find."""
    document = page.published or page.draft
    return {
        "id": document["id"],
        "name": document["name"],
        "width": document["width"],
        "height": document["height"],
        "published": page.published is not None,
        "built_in": built_in,
        "variables": list(document.get("variables", ())),
    }
