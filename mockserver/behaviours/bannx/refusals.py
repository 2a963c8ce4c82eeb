"""Behaviours that refuse in another way: other statuses, other forms of errors; and bodies that are read otherwise."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

import msgspec
from litestar.exceptions import ClientException

from mockserver.bannx.blueprint import Change
from mockserver.bannx.request import TWEAK
from mockserver.behaviours.bannx.answers import (
    BAD_REQUEST,
    BOTH,
    BROKEN,
    POST,
    UNPROCESSABLE,
    UNSUPPORTED,
    Exchange,
    answering,
    changed,
    failure,
    given,
    is_error,
    refusing,
    requesting,
    said,
)
from mockserver.behaviours.bannx.queries import pairs_of, without
from mockserver.behaviours.exchange import Json
from mockserver.behaviours.requests import with_body
from mockserver.http.binding import is_json
from mockserver.http.problems import Problem

TOO_LARGE = 413

PARAMETERS = frozenset({"format", "tweaks", "draft", "output", "token"})
PROPERTIES = frozenset(
    {"pageId", "page", "format", "tweaks", "templateVariables", "globalVariables", "draft", "output", "binary"}
)

Meant = Callable[[Exchange], Awaitable[bool]]
"""Whether a request is one of those that a behaviour is about."""


def _with_status(status: int, is_meant: Meant) -> Change:
    """Refuse with another status those requests that are meant and that are refused anyhow."""

    async def answer(exchange: Exchange) -> Problem:
        problem = await exchange.usual()
        if problem.status != BAD_REQUEST or not await is_meant(exchange):
            return problem
        return failure(exchange, status, str(said(problem).get("message", "")))

    return requesting(lambda: answer)


# What is wrong with a body, or with the tweaks of a request.


async def _is_no_object(exchange: Exchange) -> bool:
    return exchange.takes_body and await given(exchange) is None


async def _is_no_json(exchange: Exchange) -> bool:
    return exchange.takes_body and not _can_be_read(await exchange.incoming.request.body())


async def _names_no_page(exchange: Exchange) -> bool:
    body = await given(exchange)
    return body is not None and "pageId" not in body and "page" not in body


async def _has_malformed_tweaks(exchange: Exchange) -> bool:
    if exchange.takes_body:
        body = await given(exchange) or {}
        return "tweaks" in body and not isinstance(body["tweaks"], dict)
    given_text = dict(pairs_of(exchange.incoming)).get("tweaks")
    return given_text is not None and not _is_object(given_text.encode("utf-8", "surrogateescape"))


def _can_be_read(text: bytes) -> bool:
    try:
        msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _is_object(text: bytes) -> bool:
    return _can_be_read(text) and isinstance(msgspec.json.decode(text), dict)


async def _malformed_tweaks_ignored(exchange: Exchange) -> Problem:
    if not await _has_malformed_tweaks(exchange):
        return await exchange.usual()
    return await exchange.instead(await without(exchange, lambda name: name == "tweaks"))


def _default_page(is_meant: Meant, page: Mapping[str, object]) -> Change:
    """Render a page that nobody has named."""

    async def answer(exchange: Exchange) -> Problem:
        if not await is_meant(exchange):
            return await exchange.usual()
        return await exchange.instead(await with_body(exchange.incoming, msgspec.json.encode({"page": page})))

    return requesting(lambda: answer)


BLANK: Mapping[str, object] = {"width": 64, "height": 64, "layers": []}


# What is refused that would not be.


async def _no_page_in_the_body(exchange: Exchange) -> Problem | None:
    body = await given(exchange)
    is_meant = body is not None and "page" in body and "pageId" not in body
    return failure(exchange, BAD_REQUEST, "pageId: is required.") if is_meant else None


async def _no_other_media_type(exchange: Exchange) -> Problem | None:
    is_meant = exchange.takes_body and not is_json(exchange.content_type) and not await _is_no_json(exchange)
    return failure(exchange, UNSUPPORTED, "The body must be application/json.") if is_meant else None


async def _nothing_unknown(exchange: Exchange) -> Problem | None:
    if exchange.takes_body:
        names, known = list(await given(exchange) or {}), PROPERTIES
    else:
        names = [name for name, _ in pairs_of(exchange.incoming) if not name.startswith(TWEAK)]
        known = PARAMETERS
    unknown = [name for name in names if name not in known]
    return failure(exchange, BAD_REQUEST, f"{', '.join(unknown)}: is not known.") if unknown else None


async def _too_large(exchange: Exchange) -> Problem:
    try:
        return await exchange.usual()
    except ClientException as error:
        if error.status_code != TOO_LARGE:
            raise
        return failure(exchange, BAD_REQUEST, "The body is too large.")


# The form of errors.


def _errors(change: Callable[[Problem], Problem]) -> Change:
    return changed(BOTH, is_error, change)


def _body(edit: Callable[[Json], Json]) -> Change:
    return _errors(lambda problem: replace(problem, body=msgspec.json.encode(edit(said(problem)))))


def _text(problem: Problem) -> Problem:
    return replace(problem, body=str(said(problem)["message"]).encode(), media_type="text/plain")


CHANGES: Mapping[str, Change] = {
    "body-without-a-page-is-422": _with_status(UNPROCESSABLE, _names_no_page),
    "body-without-a-page-is-blank": _default_page(_names_no_page, BLANK),
    "body-that-is-no-object-is-422": _with_status(UNPROCESSABLE, _is_no_object),
    "body-that-is-no-object-is-blank": _default_page(_is_no_object, BLANK),
    "body-that-is-no-json-is-500": _with_status(BROKEN, _is_no_json),
    "malformed-tweaks-are-500": _with_status(BROKEN, _has_malformed_tweaks),
    "malformed-tweaks-are-422": _with_status(UNPROCESSABLE, _has_malformed_tweaks),
    "malformed-tweaks-are-ignored": requesting(lambda: _malformed_tweaks_ignored),
    "body-must-be-said-to-be-json": refusing([POST], _no_other_media_type),
    "page-in-a-body-is-refused": refusing([POST], _no_page_in_the_body),
    "unknown-parameters-are-refused": refusing(BOTH, _nothing_unknown),
    "large-body-of-a-render-is-400": answering(lambda: _too_large),
    "status-code-in-an-error-is-500": _body(lambda body: {**body, "statusCode": BROKEN}),
    "errors-are-code-and-message": _body(lambda body: {it: body[it] for it in ("statusCode", "message")}),
    "errors-are-a-message-alone": _body(lambda body: {"message": body["message"]}),
    "errors-are-plain-text": _errors(_text),
}
