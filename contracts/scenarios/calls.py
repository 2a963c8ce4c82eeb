"""Makes the call of a step: the request from its parts, and the exchange from the answer."""

import copy
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import httpx

from contracts.errors import NoAnswerError
from contracts.images import Kind, kind_of
from contracts.reports.pictures import picture_in_words
from contracts.scenarios.description import Parameter, Replacement, RequestBody
from contracts.scenarios.expressions import Exchange, Message, Scope, UnresolvedError, point, resolve
from contracts.scenarios.sources import Operation

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


def call(
    client: httpx.Client,
    operation: Operation,
    *,
    parameters: Sequence[Parameter],
    body: RequestBody | None,
    scope: Scope,
) -> Exchange:
    """Call an operation; `client` knows the server.

    Raises `UnresolvedError` where a value is missing, and `NoAnswerError` where no answer comes.
    """
    by_place = _by_place(parameters, scope)
    content, sent = _content(body, scope)
    headers = {name.lower(): _text(value) for name, value in by_place["header"].items()}
    if body is not None and sent is not None:
        headers.setdefault("content-type", body.content_type)
    if by_place["cookie"]:
        headers["cookie"] = "; ".join(f"{name}={_text(value)}" for name, value in by_place["cookie"].items())
    request = client.build_request(
        operation.method,
        _path(operation, by_place["path"]),
        params={name: _text(value) for name, value in by_place["query"].items()},
        headers=headers,
        content=content,
    )
    try:
        answer = client.send(request)
    except httpx.HTTPError as error:
        message = f"{request.method} {request.url} had no answer: {str(error) or type(error).__name__}"
        raise NoAnswerError(message) from error
    return Exchange(
        method=request.method,
        url=str(request.url),
        request=Message(dict(request.headers), sent, by_place["query"], by_place["path"]),
        status=answer.status_code,
        response=Message(dict(answer.headers), _parsed(answer)),
    )


def _by_place(parameters: Sequence[Parameter], scope: Scope) -> dict[str, dict[str, Any]]:
    by_place: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}, "cookie": {}}
    for parameter in parameters:
        if parameter.place is not None:
            by_place[parameter.place][parameter.name] = resolve(parameter.value, scope)
    return by_place


def _path(operation: Operation, values: Mapping[str, Any]) -> str:
    def filled(found: re.Match[str]) -> str:
        if found[1] not in values:
            message = f"{operation.path}: no parameter gives {found[1]}"
            raise UnresolvedError(message)
        return quote(_text(values[found[1]]), safe="")

    return _PLACEHOLDER.sub(filled, operation.path)


def _content(body: RequestBody | None, scope: Scope) -> tuple[bytes | None, Any]:
    if body is None or body.payload is None:
        return None, None
    payload = _replaced(resolve(body.payload, scope), body.replacements, scope)
    if "json" in body.content_type:
        return json.dumps(payload).encode(), payload
    if body.content_type == "application/x-www-form-urlencoded" and isinstance(payload, dict):
        return str(httpx.QueryParams({name: _text(value) for name, value in payload.items()})).encode(), payload
    return _text(payload).encode(), payload


def _replaced(payload: Any, replacements: Sequence[Replacement], scope: Scope) -> Any:
    payload = copy.deepcopy(payload)
    for replacement in replacements:
        way, _, last = replacement.target.rpartition("/")
        holder = point(payload, way, replacement.target)
        value = resolve(replacement.value, scope)
        try:
            holder[int(last) if isinstance(holder, list) else last.replace("~1", "/").replace("~0", "~")] = value
        except (TypeError, ValueError, IndexError) as error:
            message = f"{replacement.target} leads nowhere in the payload"
            raise UnresolvedError(message) from error
    return payload


def _parsed(answer: httpx.Response) -> Any:
    """The body as JSON where it is some, a picture of pixels in words, else text; None where there is none."""
    if not answer.content:
        return None
    if kind_of(answer.content) in {Kind.PNG, Kind.WEBP}:
        return picture_in_words(answer.content)
    try:
        return answer.json()
    except ValueError:
        return answer.text


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
