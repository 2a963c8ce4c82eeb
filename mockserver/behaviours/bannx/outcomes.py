"""Behaviours that answer a good render otherwise: another status, JSON, another link."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from uuid import NAMESPACE_URL, uuid5

from mockserver.bannx.blueprint import Blueprint, Change, FileView, Json
from mockserver.bannx.ports import ObjectStore
from mockserver.bannx.render import Render
from mockserver.bannx.request import RenderRequest
from mockserver.behaviours.bannx.answers import (
    BAD_REQUEST,
    BOTH,
    GET,
    POST,
    Exchange,
    changed,
    failure,
    is_good,
    refusing,
    requesting,
)
from mockserver.behaviours.bannx.queries import asked_for, without
from mockserver.behaviours.memory import Recent
from mockserver.http.problems import Problem

UNAUTHORIZED, CREATED, ACCEPTED = 401, 201, 202

LATER_SECONDS = 1.0
"""How long an upload takes before which a link leads nowhere."""


def _answered_as(status: int, *operations: str) -> Change:
    return changed(operations, is_good, lambda problem: replace(problem, status=status))


def _json_by_default(operation: str) -> Change:
    return lambda blueprint: replace(blueprint, as_json=blueprint.as_json | {operation})


async def _refused_to_post(exchange: Exchange) -> Problem | None:
    return failure(exchange, UNAUTHORIZED, "This token cannot be used with POST.")


# The answer with a link.


def _shown(make: type["_Links"]) -> Change:
    return lambda blueprint: replace(blueprint, show_file=make(blueprint.show_file))


class _Links:
    """Something around what the answer with a link says."""

    def __init__(self, usual: FileView) -> None:
        self._usual = usual

    def __call__(self, render: Render, request: RenderRequest, url: str, seconds: float) -> Json:
        return self._usual(render, request, url, seconds)


class _Nowhere(_Links):
    def __call__(self, render: Render, request: RenderRequest, url: str, seconds: float) -> Json:
        return super().__call__(render, request, f"{url}.gone", seconds)


class _Earlier(_Links):
    def __init__(self, usual: FileView) -> None:
        super().__init__(usual)
        self._first: Recent[tuple[str, str | None], str] = Recent()

    def __call__(self, render: Render, request: RenderRequest, url: str, seconds: float) -> Json:
        first = self._first.first((render.workspace, request.page_id), url)
        return super().__call__(render, request, first, seconds)


class _Flat(_Links):
    def __call__(self, render: Render, request: RenderRequest, url: str, seconds: float) -> Json:
        shown = super().__call__(render, request, url, seconds)
        return {"url": url, **{name: shown[name] for name in ("format", "width", "height")}}


class _LaterStore:
    """An object store with other names, so that a link leads nowhere before the upload, which takes its time."""

    def __init__(self, usual: ObjectStore) -> None:
        self._usual = usual

    def url(self, name: str) -> str:
        """Where an object of this name can be fetched."""
        return self._usual.url(_other_name(name))

    async def put(self, name: str, content: bytes, content_type: str) -> None:
        """Store an object in the place of what has its name; raises `OSError`."""
        await asyncio.sleep(LATER_SECONDS)  # the first look at a link would often come too late to find nothing
        await self._usual.put(_other_name(name), content, content_type)


def _other_name(name: str) -> str:
    identifier, _, extension = name.partition(".")
    return f"{uuid5(NAMESPACE_URL, identifier)}.{extension}"


def _linked_later(blueprint: Blueprint) -> Blueprint:
    return replace(blueprint, objects=_LaterStore(blueprint.objects))


async def _asks_for_json(exchange: Exchange) -> bool:
    return bool(await asked_for(exchange, "output") == "json")


async def _json_unknown(exchange: Exchange) -> Problem:
    if not await _asks_for_json(exchange):
        return await exchange.usual()
    return await exchange.instead(await without(exchange, lambda name: name == "output"))


async def _json_refused(exchange: Exchange) -> Problem | None:
    return failure(exchange, BAD_REQUEST, "output: must be binary.") if await _asks_for_json(exchange) else None


CHANGES: Mapping[str, Change] = {
    "post-needs-another-token": refusing([POST], _refused_to_post),
    "get-answers-202": _answered_as(ACCEPTED, GET),
    "post-answers-201": _answered_as(CREATED, POST),
    "get-answers-with-json": _json_by_default(GET),
    "post-answers-with-json": _json_by_default(POST),
    "output-json-has-another-form": _shown(_Flat),
    "output-json-is-not-known": requesting(lambda: _json_unknown),
    "output-json-is-refused": refusing(BOTH, _json_refused),
    "link-leads-nowhere": _shown(_Nowhere),
    "link-leads-to-the-first-render": _shown(_Earlier),
    "link-works-after-the-callback": _linked_later,
}
