"""The form of ricloud's errors: `{error, message}`, codes in kebab case, and `params` where parameters are wrong."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from mockserver.errors import ApiError, Invalid, Unauthorized, Violation, shortened
from mockserver.http.problems import Problem, headers_of, in_words

BAD_REQUEST = 400

_OTHER_CODES: Mapping[str, str] = {"RATE_LIMITED": "limit-exceeded"}


def shape(error: ApiError, url: str = "") -> Problem:  # noqa: ARG001 - this form does not name it
    """The error as HTTP carries it."""
    if isinstance(error, Invalid):
        return Problem(BAD_REQUEST, msgspec.json.encode(_invalid(error.violations)), headers_of(error))
    code = _OTHER_CODES.get(error.code, error.code.lower().replace("_", "-"))
    message = "Missing or invalid token." if isinstance(error, Unauthorized) else str(error) or error.__doc__
    return Problem(error.status, msgspec.json.encode({"error": code, "message": message}), headers_of(error))


def _invalid(violations: Sequence[Violation]) -> dict[str, Any]:
    about_the_body = [violation for violation in violations if not violation.location]
    if about_the_body:
        return {"error": "invalid-body", "message": in_words(about_the_body)}
    params: dict[str, list[str]] = {}
    for violation in violations:
        params.setdefault(str(violation.readable_location[0]), []).append(shortened(violation.message))
    return {"error": "invalid-parameter", "message": in_words(violations), "params": params}
