"""ricloud's form of errors: a code in kebab case, words, and what is wrong with each parameter."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.errors import (
    ApiError,
    BodyTooLarge,
    Invalid,
    InvalidQuery,
    MethodNotAllowed,
    NotFound,
    RateLimited,
    Stopping,
    Unauthorized,
    Unreadable,
    Violation,
)
from mockserver.ricloud.errors import Deactivated, NothingThere
from mockserver.ricloud.problems import shape

locations = st.lists(st.text(min_size=1, max_size=5) | st.integers(0, 9), min_size=1, max_size=3).map(tuple)


def body(error: ApiError) -> Any:
    return json.loads(shape(error).body)


@pytest.mark.requirement("RCL-ERR-001", "RCL-ERR-006", "RCL-ERR-008", "RCL-ERR-010", "RCL-ERR-011")
@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Unauthorized("x"), 401, "unauthorized"),
        (NotFound("x"), 404, "not-found"),
        (MethodNotAllowed("x"), 405, "method-not-allowed"),
        (BodyTooLarge("x"), 413, "payload-too-large"),
        (RateLimited(7), 429, "limit-exceeded"),
        (Stopping("x"), 503, "unavailable"),
        (Deactivated("x"), 400, "deactivated"),
        (Unreadable("x", status=431), 431, "invalid-request"),
        (ApiError("x"), 500, "internal-error"),
    ],
)
def test_error_has_its_status_and_code(error: ApiError, status: int, code: str) -> None:
    assert (shape(error).status, body(error)["error"], bool(body(error)["message"])) == (status, code, True)


def test_error_without_words_has_those_of_its_kind() -> None:
    assert body(NotFound())["message"] == NotFound.__doc__


def test_refusal_of_a_token_speaks_of_tokens() -> None:
    assert body(Unauthorized("Missing or invalid API key."))["message"] == "Missing or invalid token."


@pytest.mark.requirement("RCL-ERR-009")
def test_rate_limit_says_when_to_come_back() -> None:
    assert shape(RateLimited(30)).headers == {"Retry-After": "30"}


@pytest.mark.requirement("RCL-ERR-002", "RCL-ERR-003")
def test_body_that_is_no_object_is_invalid_as_a_whole() -> None:
    shaped = body(Invalid([Violation((), "is no object", "type_error")]))
    assert shaped == {"error": "invalid-body", "message": "is no object"}


@pytest.mark.requirement("RCL-ERR-004", "RCL-ERR-005")
@pytest.mark.parametrize(
    ("error", "params"),
    [
        (Invalid([Violation(("url",), "is required")]), {"url": ["is required"]}),
        (Invalid([Violation(("a", 0), "one"), Violation(("a", 1), "two")]), {"a": ["one", "two"]}),
        (Invalid([Violation(("a",), "one"), Violation(("b",), "two")]), {"a": ["one"], "b": ["two"]}),
        (InvalidQuery([Violation(("limit",), "is too large")]), {"limit": ["is too large"]}),
        (NothingThere("after_id", 7), {"after_id": ["there is no '7'"]}),
    ],
)
def test_wrong_parameters_are_named_with_what_is_wrong(error: Invalid, params: dict[str, list[str]]) -> None:
    shaped = body(error)
    assert (shape(error).status, shaped["error"], shaped["params"]) == (400, "invalid-parameter", params)


@pytest.mark.requirement("RCL-ERR-001", "RCL-ERR-005")
@given(st.lists(st.tuples(locations, st.text(min_size=1)), min_size=1, max_size=4))
def test_every_wrong_parameter_is_among_the_params(found: list[tuple[tuple[str | int, ...], str]]) -> None:
    shaped = body(Invalid([Violation(where, message) for where, message in found]))
    assert shaped["params"].keys() == {str(where[0]) for where, _ in found}
    assert all(isinstance(text, str) for texts in shaped["params"].values() for text in texts)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", shaped["error"])


def test_long_values_are_not_sent_back() -> None:
    assert len(shape(NothingThere("after_id", "x" * 100_000)).body) < 2_000
