"""Gives every error its HTTP form: that of the API whose request it answers, or the usual one."""

import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Protocol

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.exceptions import NotFoundException as NoRoute

from mockserver.errors import (
    ApiError,
    BodyTooLarge,
    Invalid,
    MethodNotAllowed,
    NotFound,
    RateLimited,
    Unreadable,
    Violation,
    shortened,
)
from mockserver.http.urls import written_url

log = logging.getLogger(__name__)

JSON = "application/json"

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """An answer as HTTP carries it: mostly an error. `sent` is what is done once it was sent."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    media_type: str = JSON
    sent: Callable[[], Awaitable[None]] | None = None


class Shape(Protocol):
    """The form that an API gives to its errors.

    It sees the error as the server's code raised it (the class, the text, and what the class carries, such as the
    violations of `Invalid`), and the path and the query that were asked for.
    """

    def __call__(self, error: ApiError, url: str = "") -> Problem:
        """The error as HTTP carries it."""


def problem(error: ApiError, url: str = "") -> Problem:  # noqa: ARG001 - this form does not name it
    """The usual form: `{error, message}`, with `detail[]` where there are violations."""
    body: dict[str, Any] = {"error": error.code, "message": str(error) or error.__doc__}
    if isinstance(error, Invalid):
        body["message"] = in_words(error.violations)
        body["detail"] = [
            {"loc": list(it.readable_location), "msg": shortened(it.message), "type": it.kind}
            for it in error.violations
        ]
    return Problem(error.status, msgspec.json.encode(body), headers_of(error))


def in_words(violations: Iterable[Violation]) -> str:
    """Everything that is wrong, in one line for people."""
    return "; ".join(_sentence(it.readable_location, shortened(it.message)) for it in violations)


def headers_of(error: ApiError) -> Mapping[str, str]:
    """The headers that go with an error, whatever its form: `Retry-After` where there is a wait."""
    return {"Retry-After": str(error.retry_after_seconds)} if isinstance(error, RateLimited) else {}


@dataclass(frozen=True)
class Territory:
    """An API's part of the server: the paths of its document, and the form of its errors."""

    paths: Collection[str]
    shape: Shape


class ErrorHandling:
    """Answers what no operation answers: in the form of the API that a request was meant for, else in the usual one."""

    def __init__(self, territories: Sequence[Territory] = ()) -> None:
        self._territories = tuple(territories)

    @property
    def handlers(self) -> dict[type[Exception] | int, Any]:
        """The framework's handlers of exceptions, for a whole application."""
        return {ApiError: self.from_domain, HTTPException: self.from_framework, Exception: self.from_bug}

    def shape_at(self, path: str) -> Shape:
        """The form of the errors at a path: that of the API with the path that begins most like it."""
        given = _segments(path)
        nearness = [max((_common(given, _segments(it)) for it in each.paths), default=0) for each in self._territories]
        nearest = max(nearness, default=0)
        return self._territories[nearness.index(nearest)].shape if nearest else problem

    def from_domain(self, request: AnyRequest, error: ApiError) -> Response[bytes]:
        """The form of an error that a page has raised."""
        shaped = self.shape_at(request.scope["path"])(error, url_of(request))
        return Response(shaped.body, status_code=shaped.status, media_type=JSON, headers=dict(shaped.headers))

    def from_framework(self, request: AnyRequest, error: HTTPException) -> Response[bytes]:
        """The form of an error that the framework has found."""
        match error.status_code:
            case 404 if isinstance(error, NoRoute):
                response = self.from_domain(request, NotFound("There is nothing at this path."))
            case 405:
                response = self.from_domain(request, MethodNotAllowed("This path does not know this method."))
                response.headers.update(_allow(error.headers))
            case 413:
                response = self.from_domain(request, BodyTooLarge("The request body is too large."))
            case status if status < ApiError.status:
                response = self.from_domain(request, Unreadable(error.detail, status=status))
            case _:
                response = self.from_bug(request, error)
        return response

    def from_bug(self, request: AnyRequest, error: Exception) -> Response[bytes]:
        """The form of an error that nobody expected; its story goes to the log, not to the client."""
        log.error("a request broke the server", exc_info=error)
        return self.from_domain(request, ApiError("The server broke while answering; its log says why."))


def url_of(request: AnyRequest) -> str:
    """Path and query of a request, as it came."""
    return written_url(request.scope["raw_path"], request.scope["query_string"])


def _segments(path: str) -> Sequence[str]:
    return path.strip("/").split("/")


def _common(path: Sequence[str], template: Sequence[str]) -> int:
    """How many segments two paths have in common before they part, or before the template's first parameter."""
    pairs = zip(path, template, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1] and not pair[1].startswith("{"), pairs))


def _allow(headers: Mapping[str, str] | None) -> dict[str, str]:
    return {name: value for name, value in (headers or {}).items() if name.lower() == "allow"}


def _sentence(location: tuple[str | int, ...], message: str) -> str:
    where = ".".join(str(part) for part in location)
    return f"{where}: {message}" if where else message
