"""The form of bannx's errors: that of the framework which its public pages point to (bannx facts, section 6)."""

from http import HTTPStatus
from typing import Any

import msgspec

from mockserver.errors import ApiError, Invalid, Unauthorized
from mockserver.http.problems import Problem, headers_of, in_words

BAD_REQUEST = 400

HEADERS = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}


def shape(error: ApiError, url: str = "") -> Problem:
    """The error as HTTP carries it: `{error, url, statusCode, statusMessage, message}`; what is invalid is a 400."""
    status = BAD_REQUEST if isinstance(error, Invalid) else error.status
    body: dict[str, Any] = {
        "error": True,
        "url": url,
        "statusCode": status,
        "statusMessage": HTTPStatus(status).phrase,
        "message": _message(error),
    }
    return Problem(status, msgspec.json.encode(body), {**HEADERS, **headers_of(error)})


def _message(error: ApiError) -> str:
    if isinstance(error, Invalid):
        return in_words(error.violations)
    if isinstance(error, Unauthorized):
        return "Missing or invalid token."
    return str(error) or error.__doc__ or ""
