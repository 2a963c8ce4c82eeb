"""Behaviours that refuse in another way: other statuses and other error bodies; and bodies that are read otherwise."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from uuid import UUID

import msgspec
from litestar.exceptions import ClientException

from mockserver.behaviours.exchange import Json, content
from mockserver.behaviours.ricloud.answers import (
    BAD_REQUEST,
    CREATE,
    NOT_FOUND,
    UPDATE,
    Answerer,
    Exchange,
    answering,
    failure,
    refusing,
)
from mockserver.http.binding import is_json
from mockserver.http.problems import Problem
from mockserver.ricloud.blueprint import Change

GONE, TOO_LARGE, UNSUPPORTED, UNPROCESSABLE = 410, 413, 415, 422

RESOURCES: Mapping[str, str] = {
    "webhookConfigId": "a whole number",
    "keyId": "a whole number",
    "taskId": "a UUID",
    "eventId": "a UUID",
}
"""The parameters of paths that are ids, and the forms of these."""


def _has_code(problem: Problem, code: str) -> bool:
    return problem.status == BAD_REQUEST and content(problem).get("error") == code


def _changed(is_meant: Callable[[Problem], bool], change: Callable[[Problem], Problem]) -> Change:
    """Change the errors that are meant."""

    async def answer(exchange: Exchange) -> Problem:
        usual = await exchange.usual()
        return change(usual) if is_meant(usual) else usual

    return answering(lambda: answer)


def _body(edit: Callable[[Json], None]) -> Callable[[Problem], Problem]:
    def change(problem: Problem) -> Problem:
        body = content(problem)
        edit(body)
        return replace(problem, body=msgspec.json.encode(body))

    return change


def _is_missing(problem: Problem) -> bool:
    return problem.status == NOT_FOUND


def _is_wrong_parameter(problem: Problem) -> bool:
    return _has_code(problem, "invalid-parameter")


def _detail_alone(body: Json) -> None:
    message = body.get("message", "Not found.")
    body.clear()
    body["detail"] = message


def _another_code(body: Json) -> None:
    body["error"] = "does-not-exist"


def _no_params(body: Json) -> None:
    body.pop("params", None)


def _params_as_text(body: Json) -> None:
    body["params"] = {
        name: "; ".join(texts) if isinstance(texts, list) else texts for name, texts in body["params"].items()
    }


def _with_status(status: int) -> Callable[[Problem], Problem]:
    return lambda problem: replace(problem, status=status)


# Bodies that are no JSON, or no objects.


def _unreadable(refused: Callable[[Problem, bytes], Problem | None]) -> Answerer:
    """Answer otherwise to a body that is refused as a whole."""

    async def answer(exchange: Exchange) -> Problem:
        usual = await exchange.usual()
        if not exchange.takes_body or not _has_code(usual, "invalid-body"):
            return usual
        return refused(usual, await exchange.incoming.request.body()) or usual

    return answer


def _is_json_at_all(text: bytes) -> bool:
    try:
        msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _no_json(usual: Problem, text: bytes) -> Problem | None:
    return None if _is_json_at_all(text) else replace(usual, status=UNPROCESSABLE)


def _no_object(usual: Problem, text: bytes) -> Problem | None:
    return replace(usual, status=UNPROCESSABLE) if _is_json_at_all(text) else None


# Media types.


def _media_type(is_refused: Callable[[str | None], bool], *operations: str) -> Change:
    """Refuse bodies by their Content-Type; None where there is none."""

    async def refusal(exchange: Exchange) -> Problem | None:
        if exchange.takes_body and is_refused(exchange.incoming.headers.get("content-type")):
            return failure(UNSUPPORTED, "unsupported-media-type", "The body must be of another media type.")
        return None

    return refusing(operations, refusal)


# Ids, and bodies that are too large.


async def _wrong_form(exchange: Exchange) -> Problem | None:
    for name, form in RESOURCES.items():
        value = exchange.incoming.request.path_params.get(name)
        if value is not None and not _has_form(name, str(value)):
            return failure(BAD_REQUEST, "invalid-parameter", f"{name}: must be {form}")
    return None


def _has_form(name: str, value: str) -> bool:
    if RESOURCES[name] == "a whole number":
        return value.isascii() and value.isdigit()
    try:
        UUID(value)
    except ValueError:
        return False
    return True


async def _too_large(exchange: Exchange) -> Problem:
    try:
        return await exchange.usual()
    except ClientException as error:
        if error.status_code != TOO_LARGE:
            raise
        return failure(BAD_REQUEST, "invalid-body", "The body is too large.")


async def _refusal_of_form(exchange: Exchange) -> Problem:
    return await _wrong_form(exchange) or await exchange.usual()


CHANGES: Mapping[str, Change] = {
    "not-found-in-another-form": _changed(_is_missing, _body(_detail_alone)),
    "not-found-by-another-code": _changed(_is_missing, _body(_another_code)),
    "not-found-is-410": _changed(_is_missing, _with_status(GONE)),
    "wrong-parameter-is-422": _changed(_is_wrong_parameter, _with_status(UNPROCESSABLE)),
    "wrong-parameter-without-params": _changed(_is_wrong_parameter, _body(_no_params)),
    "params-are-texts": _changed(_is_wrong_parameter, _body(_params_as_text)),
    "unreadable-body-is-422": answering(lambda: _unreadable(_no_json)),
    "other-json-than-objects-is-422": answering(lambda: _unreadable(_no_object)),
    "update-of-application-json-is-415": _media_type(lambda it: is_json(it or ""), UPDATE),
    "body-without-media-type-is-415": _media_type(lambda it: it is None, CREATE, UPDATE),
    "body-of-another-media-type-is-415": _media_type(lambda it: it is not None and not is_json(it), CREATE, UPDATE),
    "id-of-another-form-is-400": answering(lambda: _refusal_of_form),
    "body-that-is-too-large-is-400": answering(lambda: _too_large),
}
