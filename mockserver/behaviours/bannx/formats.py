"""Behaviours that take another format than the one that was asked for, or say that an image has another one."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import msgspec

from mockserver.bannx.blueprint import Change
from mockserver.behaviours.bannx.answers import (
    BAD_REQUEST,
    BOTH,
    GET,
    OK,
    POST,
    UNSUPPORTED,
    Answerer,
    Exchange,
    changed,
    failure,
    given,
    is_error,
    refusing,
    requesting,
)
from mockserver.behaviours.bannx.queries import asked_for, names_unknown_format, pairs_of, without
from mockserver.behaviours.requests import with_body, with_query
from mockserver.http.binding import Incoming
from mockserver.http.problems import Problem


def _sent_as(media_type: str, sent: str) -> Change:
    """Send the images of a media type, where GET asked for them, as something else."""
    return changed(
        [GET], lambda problem: problem.media_type == media_type, lambda problem: replace(problem, media_type=sent)
    )


async def _with_format(exchange: Exchange, image_format: str) -> Incoming:
    if exchange.takes_body:
        body = await given(exchange) or {}
        return await with_body(exchange.incoming, msgspec.json.encode({**body, "format": image_format}))
    return await with_query(exchange.incoming, [*pairs_of(exchange.incoming), ("format", image_format)])


async def _webp_by_default(exchange: Exchange) -> Problem:
    if await asked_for(exchange, "format") is not None or (exchange.takes_body and await given(exchange) is None):
        return await exchange.usual()
    return await exchange.instead(await _with_format(exchange, "webp"))


async def _no_format_in_a_body(exchange: Exchange) -> Problem:
    if exchange.operation != POST or await names_unknown_format(exchange):
        return await exchange.usual()
    return await exchange.instead(await without(exchange, lambda name: name == "format"))


async def _no_svg(exchange: Exchange) -> Problem | None:
    is_svg = await asked_for(exchange, "format") == "svg"
    return failure(exchange, BAD_REQUEST, "format: svg needs a GET.") if is_svg else None


async def _format_needed(exchange: Exchange) -> Problem | None:
    body = await given(exchange)
    is_meant = body is not None and "format" not in body and ("pageId" in body or "page" in body)
    return failure(exchange, BAD_REQUEST, "format: is required.") if is_meant else None


# Formats that there are not.


async def _png_instead(exchange: Exchange) -> Problem:
    if not await names_unknown_format(exchange):
        return await exchange.usual()
    return await exchange.instead(await without(exchange, lambda name: name == "format"))


def _unknown_format(change: Callable[[Problem], Problem]) -> Callable[[], Answerer]:
    async def answer(exchange: Exchange) -> Problem:
        problem = await exchange.usual()
        is_meant = is_error(problem) and await names_unknown_format(exchange)
        return change(problem) if is_meant else problem

    return lambda: answer


def _with_status(status: int) -> Callable[[Problem], Problem]:
    return lambda problem: replace(problem, status=status)


async def _unsupported(exchange: Exchange) -> Problem | None:
    is_meant = await names_unknown_format(exchange)
    return failure(exchange, UNSUPPORTED, "format: must be png, webp or svg.") if is_meant else None


CHANGES: Mapping[str, Change] = {
    "png-is-sent-as-octet-stream": _sent_as("image/png", "application/octet-stream"),
    "webp-is-sent-as-png": _sent_as("image/webp", "image/png"),
    "svg-is-sent-as-text": _sent_as("image/svg+xml", "text/plain"),
    "images-are-webp-by-default": requesting(lambda: _webp_by_default),
    "format-in-a-body-is-ignored": requesting(lambda: _no_format_in_a_body),
    "svg-by-post-is-refused": refusing([POST], _no_svg),
    "post-without-a-format-is-refused": refusing([POST], _format_needed),
    "unknown-format-is-415": refusing(BOTH, _unsupported),
    "unknown-format-is-a-png": requesting(lambda: _png_instead),
    "unknown-format-is-an-error-with-200": requesting(_unknown_format(_with_status(OK))),
    "unknown-format-is-500": requesting(_unknown_format(_with_status(500))),
}
