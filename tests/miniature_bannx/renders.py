"""The operations of the API: from a request to a picture, a link to it, and what is owed then."""

import json
import time
from collections.abc import Callable

from werkzeug.wrappers import Request, Response

from .asking import Wanted, by_body, by_query
from .drawing import drawn
from .manners import Manners
from .pages import PAGES, Page
from .refusal import Refused
from .space import Entry, Render, Space
from .spaces import Spaces
from .storage import File, Storage, new_key
from .tweaking import shown

IMAGES = {"binary", "image", "raw"}


class Renders:
    """Each public method is an operation."""

    def __init__(self, spaces: Spaces, storage: Storage, manners: Manners) -> None:
        self._spaces = spaces
        self._storage = storage
        self._manners = manners

    def render_page(self, request: Request, page_id: str) -> Response:
        """GET /api/render/{pageId}."""
        return self._answer(request, lambda: by_query(request, page_id, self._manners.requests), page_id)

    def render_post(self, request: Request) -> Response:
        """POST /api/render."""
        return self._answer(request, lambda: by_body(request, self._manners.requests))

    def _answer(self, request: Request, read: Callable[[], Wanted], page_id: str | None = None) -> Response:
        entry = Entry(self._manners.callbacks.request_id(), page_id, 200, time.time_ns() // 1_000_000)
        try:
            if self._manners.surroundings.credential_first:
                self._spaces.of_render(request)
            wanted = read()
            entry.page_id = wanted.page_id
            page = _page(wanted)
            space = self._spaces.of_render(request)
            self._spaces.look_at_page(space)
            values = shown(page, wanted.tweaks, self._manners.requests)
        except Refused as refusal:
            entry.status = refusal.status
            if (told := self._spaces.named(request)) is not None:
                told.has_failed(entry)
            raise
        body = drawn(page, values, wanted.format, self._manners.pictures)
        content_type = self._manners.answers.media_types[wanted.format]
        render = Render(
            entry, File(new_key(wanted.format), content_type, body), self._manners.callbacks.credits[wanted.format]
        )
        return self._followed(space, render, self._told(request, wanted, page, render, space))

    def _followed(self, space: Space, render: Render, response: Response) -> Response:
        if self._manners.answers.tells_request_id:
            response.headers["X-Request-Id"] = render.entry.request_id
        begin = space.owe(render)
        if self._manners.callbacks.early:
            begin()
        else:
            response.call_on_close(begin)
        return response

    def _told(self, request: Request, wanted: Wanted, page: Page, render: Render, space: Space) -> Response:
        answers = self._manners.answers
        is_json = wanted.output == "json" or (request.method in answers.json_by_default and wanted.output not in IMAGES)
        if not is_json or answers.json == "unknown":
            return Response(render.file.body, 200, content_type=render.file.content_type)
        if self._manners.callbacks.links_wait and not space.upload(render.file):
            raise Refused(502, "The picture could not be uploaded.")
        link = {"file": {"url": self._storage.url_of(render.file.key), "size": len(render.file.body)}}
        content = {"pageId": page.id, "format": wanted.format, "width": page.width, "height": page.height, **link}
        wrapped = {"success": True, "data": content} if answers.json == "wrapped" else content
        return Response(json.dumps(wrapped), 200, content_type="application/json")


def _page(wanted: Wanted) -> Page:
    page = next((page for page in PAGES if page.id == wanted.page_id), None)
    if page is None or not (page.is_published or wanted.is_draft):
        raise Refused(404, f"There is no published page {wanted.page_id[:80]}.")
    return page
