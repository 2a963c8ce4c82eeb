"""Behaviours that render another document than the page that is named: drafts, old ones, those of other spaces."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from mockserver.bannx.blueprint import Blueprint, Change, Finding
from mockserver.bannx.pages import Pages
from mockserver.bannx.ports import PageDocument
from mockserver.behaviours.bannx.answers import (
    BAD_REQUEST,
    BOTH,
    FORBIDDEN,
    GET,
    Exchange,
    failure,
    refusing,
    requesting,
)
from mockserver.behaviours.bannx.queries import asked_for, without
from mockserver.behaviours.memory import Recent
from mockserver.errors import NotFound, Unreadable
from mockserver.http.problems import Problem

BLANK: PageDocument = {"id": "blank", "name": "Blank", "width": 64, "height": 64, "layers": []}


def _found(make: Callable[[Finding], Finding]) -> Change:
    """The blueprint with something around its way to find pages."""

    def apply(blueprint: Blueprint) -> Blueprint:
        return replace(blueprint, find=make(blueprint.find))

    return apply


async def _exists(pages: Pages, space: str, identifier: str) -> bool:
    """Whether a space has a page, published or not."""
    try:
        await pages.find(space, identifier, draft=True)
    except NotFound:
        return False
    return True


def _unknown_is_forbidden(usual: Finding) -> Finding:
    async def find(pages: Pages, space: str, identifier: str, /, *, draft: bool) -> PageDocument:
        if not await _exists(pages, space, identifier):
            raise Unreadable("The token is not good for this page.", status=FORBIDDEN)
        return await usual(pages, space, identifier, draft=draft)

    return find


def _unknown_is_blank(usual: Finding) -> Finding:
    async def find(pages: Pages, space: str, identifier: str, /, *, draft: bool) -> PageDocument:
        if not await _exists(pages, space, identifier):
            return BLANK
        return await usual(pages, space, identifier, draft=draft)

    return find


def _unpublished_all_the_same(usual: Finding) -> Finding:
    async def find(pages: Pages, space: str, identifier: str, /, *, draft: bool) -> PageDocument:
        try:
            return await usual(pages, space, identifier, draft=draft)
        except NotFound:
            return await usual(pages, space, identifier, draft=True)

    return find


def _unpublished_is_forbidden(usual: Finding) -> Finding:
    async def find(pages: Pages, space: str, identifier: str, /, *, draft: bool) -> PageDocument:
        try:
            return await usual(pages, space, identifier, draft=draft)
        except NotFound as error:
            if not await _exists(pages, space, identifier):
                raise
            raise Unreadable(str(error), status=FORBIDDEN) from error

    return find


def _newest_draft(usual: Finding) -> Finding:
    async def find(pages: Pages, space: str, identifier: str, /, *, draft: bool) -> PageDocument:
        await usual(pages, space, identifier, draft=draft)
        return await usual(pages, space, identifier, draft=True)

    return find


def _first_version(usual: Finding) -> Finding:
    first: Recent[tuple[str, str], PageDocument] = Recent()

    async def find(pages: Pages, space: str, identifier: str, /, *, draft: bool) -> PageDocument:
        document = await usual(pages, space, identifier, draft=draft)
        return document if draft else first.first((space, identifier), document)

    return find


def _of_others(usual: Finding) -> Finding:
    async def find(pages: Pages, space: str, identifier: str, /, *, draft: bool) -> PageDocument:
        if await _exists(pages, space, identifier):
            return await usual(pages, space, identifier, draft=draft)
        owner = await pages.own.workspace_of(identifier)
        return await usual(pages, space if owner is None else owner, identifier, draft=draft)

    return find


def _of_others_is_forbidden(usual: Finding) -> Finding:
    async def find(pages: Pages, space: str, identifier: str, /, *, draft: bool) -> PageDocument:
        if not await _exists(pages, space, identifier) and await pages.own.workspace_of(identifier) is not None:
            raise Unreadable("The page belongs to another space.", status=FORBIDDEN)
        return await usual(pages, space, identifier, draft=draft)

    return find


# Drafts that are asked for.


def _draft_unknown(*operations: str) -> Change:
    async def answer(exchange: Exchange) -> Problem:
        if exchange.operation not in operations:
            return await exchange.usual()
        return await exchange.instead(await without(exchange, lambda name: name == "draft"))

    return requesting(lambda: answer)


async def _draft_refused(exchange: Exchange) -> Problem | None:
    is_known = await asked_for(exchange, "draft") is None
    return None if is_known else failure(exchange, BAD_REQUEST, "draft: is not known.")


CHANGES: Mapping[str, Change] = {
    "unknown-page-is-403": _found(_unknown_is_forbidden),
    "unknown-page-is-blank": _found(_unknown_is_blank),
    "unpublished-page-is-rendered": _found(_unpublished_all_the_same),
    "unpublished-page-is-403": _found(_unpublished_is_forbidden),
    "edits-show-at-once": _found(_newest_draft),
    "publishing-again-shows-nothing": _found(_first_version),
    "page-of-another-space-is-rendered": _found(_of_others),
    "page-of-another-space-is-403": _found(_of_others_is_forbidden),
    "draft-of-a-get-is-ignored": _draft_unknown(GET),
    "draft-is-ignored": _draft_unknown(*BOTH),
    "draft-is-refused": refusing(BOTH, _draft_refused),
}
