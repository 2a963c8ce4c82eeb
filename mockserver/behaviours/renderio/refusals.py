"""Behaviours that refuse in another way: other statuses, other error bodies, and requests that are too many."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from email.utils import formatdate
from typing import Any

import msgspec
from litestar.exceptions import ClientException

from mockserver.behaviours.exchange import Json, content, json
from mockserver.behaviours.renderio.answers import Answerer, Exchange, answering, failure
from mockserver.clock import SystemClock
from mockserver.http.binding import is_json
from mockserver.http.problems import Problem
from mockserver.renderio.blueprint import Change

CONFIGURE, SUBMIT, DISABLE = "setWebhookConfig", "runFfmpegCommand", "deleteWebhookConfig"

INVALID = 422
FIRST_ERROR = 400
TOO_LARGE = 413

EVERY_NTH = 3
RETRY_AFTER_SECONDS = 1
CLOSED_SECONDS = 3.0


async def _delete_needs_more(exchange: Exchange) -> Problem:
    if exchange.operation == DISABLE:
        return failure(401, "UNAUTHORIZED", "This operation needs another credential.")
    return await exchange.usual()


async def _missing_url_is_400(exchange: Exchange) -> Problem:
    usual = await exchange.usual()
    if exchange.operation != CONFIGURE or usual.status != INVALID:
        return usual
    body = await exchange.body()
    if isinstance(body, dict) and "url" not in body:
        return failure(400, "INVALID_REQUEST", "url is required.")
    return usual


async def _no_json_is_400(exchange: Exchange) -> Problem:
    usual = await exchange.usual()
    if usual.status == INVALID and exchange.takes_body and await exchange.body() is None:
        return failure(400, "INVALID_REQUEST", "The body is no JSON.")
    return usual


async def _other_type_is_415(exchange: Exchange) -> Problem:
    if exchange.takes_body and not is_json(exchange.content_type):
        return failure(415, "UNSUPPORTED_MEDIA_TYPE", "The body must be application/json.")
    return await exchange.usual()


async def _submission_is_400(exchange: Exchange) -> Problem:
    usual = await exchange.usual()
    if exchange.operation == SUBMIT and usual.status == INVALID:
        return failure(400, "INVALID_REQUEST", content(usual)["message"])
    return usual


async def _too_large_is_422(exchange: Exchange) -> Problem:
    try:
        return await exchange.usual()
    except ClientException as error:
        if error.status_code != TOO_LARGE:
            raise
        message = "the body is too large"
        detail = [{"loc": [], "msg": message, "type": "value_error"}]
        return json(INVALID, {"error": "VALIDATION_ERROR", "message": message, "detail": detail})


async def _other_form(exchange: Exchange) -> Problem:
    usual = await exchange.usual()
    if usual.status < FIRST_ERROR:
        return usual
    body = content(usual)
    # Not every answer of another behaviour has what an error usually has.
    other = {"detail": body.get("detail", body.get("message", "Not found."))}
    return replace(usual, body=msgspec.json.encode(other))


def _invalid(edit: Callable[[Json], None], *operations: str) -> Change:
    """Change the body of a 422 to these operations."""

    async def answer(exchange: Exchange) -> Problem:
        usual = await exchange.usual()
        if usual.status != INVALID or exchange.operation not in operations:
            return usual
        body = content(usual)
        edit(body)
        return replace(usual, body=msgspec.json.encode(body))

    return answering(lambda: answer)


def _detail_as_text(body: Json) -> None:
    body["detail"] = body["message"]


def _located_in_body(body: Json) -> None:
    if isinstance(body["detail"], list):  # it is text where another behaviour has made it so
        for entry in body["detail"]:
            entry["loc"] = ["body", *entry["loc"]]


def _with_a_command(body: Json) -> None:
    body["command_id"] = "00000000-0000-4000-8000-000000000000"


def _too_many(headers: Mapping[str, str] | Callable[[], Mapping[str, str]]) -> Change:
    """Answer every third request of the workspace with 429."""

    def make() -> Answerer:
        count = 0

        async def answer(exchange: Exchange) -> Problem:
            nonlocal count
            count += 1
            if count % EVERY_NTH:
                return await exchange.usual()
            return _rate_limited(headers() if callable(headers) else headers)

        return answer

    return answering(make)


def _rate_limited(headers: Mapping[str, str]) -> Problem:
    body: dict[str, Any] = {"error": "RATE_LIMITED", "message": "Too many requests."}
    return Problem(429, msgspec.json.encode(body), headers)


def _date() -> Mapping[str, str]:
    # Whole seconds: one more, so that the moment has not passed when it arrives.
    return {"Retry-After": formatdate(SystemClock().now_ms() // 1000 + RETRY_AFTER_SECONDS + 1, usegmt=True)}


def _longer_than_said() -> Answerer:
    count = 0
    closed = False

    def open_again() -> None:
        nonlocal closed
        closed = False

    async def answer(exchange: Exchange) -> Problem:
        nonlocal count, closed
        if not closed:
            count += 1
            if count % EVERY_NTH:
                return await exchange.usual()
            closed = True
            asyncio.get_running_loop().call_later(CLOSED_SECONDS, open_again)
        return _rate_limited({"Retry-After": str(RETRY_AFTER_SECONDS)})

    return answer


CHANGES: Mapping[str, Change] = {
    "delete-needs-another-credential": answering(lambda: _delete_needs_more),
    "missing-url-is-400": answering(lambda: _missing_url_is_400),
    "detail-is-text": _invalid(_detail_as_text, CONFIGURE, SUBMIT),
    "location-begins-with-body": _invalid(_located_in_body, SUBMIT),
    "refused-submission-names-a-command": _invalid(_with_a_command, SUBMIT),
    "invalid-submission-is-400": answering(lambda: _submission_is_400),
    "no-json-is-400": answering(lambda: _no_json_is_400),
    "other-media-type-is-415": answering(lambda: _other_type_is_415),
    "errors-have-another-form": answering(lambda: _other_form),
    "too-large-body-is-422": answering(lambda: _too_large_is_422),
    "rate-limited-in-seconds": _too_many({"Retry-After": str(RETRY_AFTER_SECONDS)}),
    "rate-limited-until-a-date": _too_many(_date),
    "rate-limited-without-retry-after": _too_many({}),
    "rate-limited-for-longer": answering(_longer_than_said),
}
