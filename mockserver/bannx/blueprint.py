"""The parts that a space is made of; a behaviour puts another part in a place, or something around one."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from mockserver.bannx.callback import Callback, Steps
from mockserver.bannx.pages import Pages
from mockserver.bannx.policy import CallbackPolicy
from mockserver.bannx.ports import ObjectStore, PageDocument, Stores
from mockserver.bannx.render import LogEntry, Render
from mockserver.bannx.request import RenderRequest, Tweaking
from mockserver.bannx.turns import Turns
from mockserver.documents import Document
from mockserver.drawing.drawn import Drawn, ImageFormat
from mockserver.drawing.page import Page
from mockserver.http.binding import Answering
from mockserver.http.messages import Sent
from mockserver.identifiers import Identify
from mockserver.webhooks.scheduler import Sender

Json = dict[str, Any]


class Finding(Protocol):
    """Which document a page is rendered from; raises `NotFound`."""

    async def __call__(self, pages: Pages, space: str, identifier: str, /, *, draft: bool) -> PageDocument:
        """The published page of a space, or its draft."""


Drawing = Callable[[PageDocument, Mapping[str, Any], ImageFormat, Mapping[str, bytes]], Awaitable[Drawn]]
"""(page, values by variable, format, pictures by URL) → image. Raises `DrawingError`."""

Fetching = Callable[[str], Awaitable[bytes]]
"""The picture at a URL; raises `PictureUnavailable`."""

Tweak = Callable[[Page, Tweaking], Mapping[str, Any]]
"""Which tweaks hold for a page; raises `ApiError`."""

Valuing = Callable[[Page, Mapping[str, Any]], Mapping[str, Any]]
"""The values of a page's variables by these tweaks; raises `UnusableTweakError`."""

FileView = Callable[[Render, RenderRequest, str, float], Json]
"""What the answer says that has a link, from the render, what was asked for, the link, and the seconds that it took."""

LogView = Callable[[LogEntry], Json]
"""Shows a request of the log."""

Ordering = Callable[[Callable[[], Awaitable[None]], Callable[[], Awaitable[None]]], Awaitable[Sent | None]]
"""When a callback runs: from how it is begun and how it is awaited, what is done once the response was sent."""


async def after_the_response(begin: Callable[[], Awaitable[None]], _: Callable[[], Awaitable[None]]) -> Sent:
    """The callback begins once the response was sent."""
    return begin


@dataclass(frozen=True)
class Blueprint:
    """The parts that are chosen, and what is put around those that are made from them.

    `as_json` are the operations, by id, that answer JSON to who does not say what he wants. `stopwatch` gives seconds.
    What stands first in an `around_…` is put around first; what `around_requests` refuses is logged like what the API
    refuses itself, and `around_answers` is put around that.
    """

    policy: CallbackPolicy
    document: Document
    find: Finding
    draw: Drawing
    turns: Turns
    fetch: Fetching
    tweak: Tweak
    value: Valuing
    show_file: FileView
    show_entry: LogView
    callback: Callback
    objects: ObjectStore
    order: Ordering
    sender: Sender
    identify: Identify
    stopwatch: Callable[[], float]
    logs_refusals: bool = True
    as_json: frozenset[str] = frozenset()
    around_stores: tuple[Callable[[Stores], Stores], ...] = ()
    around_steps: tuple[Callable[[Steps, Render, Stores], Steps], ...] = ()
    around_requests: tuple[Callable[[Answering, Stores], Answering], ...] = ()
    around_answers: tuple[Callable[[Answering, Stores], Answering], ...] = ()


Change = Callable[[Blueprint], Blueprint]
"""Puts another part in the place of one of the blueprint's; called anew for each workspace."""
