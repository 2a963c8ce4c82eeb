"""Gives every error its HTTP form: the only place where a status and an error body are made."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.exceptions import NotFoundException as NoRoute

from mockserver.errors import ApiError, BodyTooLarge, Invalid, MethodNotAllowed, NotFound, RateLimited, shortened

log = logging.getLogger(__name__)

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as HTTP carries it."""

    status: int
    body: bytes
    headers: Mapping[str, str]


def problem(error: ApiError) -> Problem:
    """`{error, message}`, with `detail[]` where there are violations and `Retry-After` where there is a wait."""
    body: dict[str, Any] = {"error": error.code, "message": str(error) or error.__doc__}
    headers: dict[str, str] = {}
    match error:
        case Invalid():
            body["message"] = "; ".join(
                _sentence(it.readable_location, shortened(it.message)) for it in error.violations
            )
            body["detail"] = [
                {"loc": list(it.readable_location), "msg": shortened(it.message), "type": it.kind}
                for it in error.violations
            ]
        case RateLimited():
            headers["Retry-After"] = str(error.retry_after_seconds)
    return Problem(error.status, msgspec.json.encode(body), headers)


def response(error: ApiError) -> Response[bytes]:
    """The problem as a response of the framework."""
    shaped = problem(error)
    return Response(shaped.body, status_code=shaped.status, media_type=JSON, headers=dict(shaped.headers))


def from_domain(_: Request[Any, Any, Any], error: ApiError) -> Response[bytes]:
    """The form of an error that a page has raised."""
    return response(error)


def from_framework(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """The form of an error that the framework has found."""
    match error.status_code:
        case 404 if isinstance(error, NoRoute):
            shaped = response(NotFound("There is nothing at this path."))
        case 405:
            shaped = response(MethodNotAllowed("This path does not know this method."))
            shaped.headers.update(_allow(error.headers))
        case 413:
            shaped = response(BodyTooLarge("The request body is too large."))
        case status if status < ApiError.status:
            body = {"error": "INVALID_REQUEST", "message": error.detail}
            shaped = Response(msgspec.json.encode(body), status_code=status, media_type=JSON)
        case _:
            shaped = from_bug(request, error)
    return shaped


def from_bug(_: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The form of an error that nobody expected; its story goes to the log, not to the client."""
    log.error("a request broke the server", exc_info=error)
    return response(ApiError("The server broke while answering; its log says why."))


def _allow(headers: Mapping[str, str] | None) -> dict[str, str]:
    return {name: value for name, value in (headers or {}).items() if name.lower() == "allow"}


def _sentence(location: tuple[str | int, ...], message: str) -> str:
    where = ".".join(str(part) for part in location)
    return f"{where}: {message}" if where else message
