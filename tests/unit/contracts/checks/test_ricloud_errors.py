"""The bodies of errors, judged by their JSON alone; and which answers mean that a request was understood."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.checks.ricloud.causes import is_of_special_kind
from contracts.checks.ricloud.error_bodies import form_problems, reading_of_codes, reading_of_params
from contracts.checks.ricloud.media_types import is_understood
from contracts.client import Response

TEXTS = st.text(min_size=1)
URL = "http://127.0.0.1:9/hook"


def answer(status: int, content: Any) -> Response:
    """An answer with this JSON body, or these bytes."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Response(status, httpx.Headers(), body, 1)


@pytest.mark.requirement("RCL-ERR-001")
@given(error=TEXTS, message=TEXTS, more=st.dictionaries(TEXTS, st.none() | st.integers(), max_size=3))
def test_an_error_with_a_code_and_a_message_has_the_form(error: str, message: str, more: dict[str, Any]) -> None:
    assert not form_problems(answer(400, {**more, "error": error, "message": message}))


@pytest.mark.parametrize("name", ["error", "message"])
@pytest.mark.parametrize("value", [None, "", 7, ["text"], {"code": "text"}])
def test_an_error_without_one_of_the_two_says_which(name: str, value: Any) -> None:
    content = {"error": "not-found", "message": "There is none.", name: value}
    assert form_problems(answer(404, content)) == [f"{name} is {value!r}"]


@pytest.mark.parametrize("content", [b"", b"<html></html>", b"\xff", [], "text", None])
def test_an_error_that_is_no_object_has_not_the_form(content: Any) -> None:
    assert form_problems(answer(404, content)) == ["it is no JSON object"]


@pytest.mark.requirement("RCL-ERR-005")
@given(texts=st.lists(TEXTS, min_size=1), others=st.dictionaries(TEXTS, st.integers(), max_size=2))
def test_params_with_an_entry_for_each_parameter_show_a_reading(texts: list[str], others: dict[str, int]) -> None:
    assert reading_of_params({**others, "url": texts}, ["url"]) == ("a", "")
    assert reading_of_params({**others, "url": texts[0]}, ["url"]) == ("b", "")
    assert reading_of_params({**others, "url": {"text": texts}}, ["url"]) == ("b", "")


@pytest.mark.parametrize("params", [None, [], "url", {}, {"state": ["wrong"]}, {"url": []}, {"url": None}])
def test_params_without_the_entry_show_none(params: Any) -> None:
    reading, because = reading_of_params(params, ["url"])
    assert reading is None
    assert because


def test_every_wrong_parameter_has_an_entry() -> None:
    assert reading_of_params({"url": ["wrong"]}, ["url", "state"])[0] is None
    assert reading_of_params({"url": ["wrong"], "state": ["wrong"]}, ["url", "state"])[0] == "a"


def test_codes_are_those_of_the_reference_or_others() -> None:
    assert reading_of_codes({401: "unauthorized", 404: "not-found"}) == "a"
    assert reading_of_codes({404: "not-found", 400: "anything"}) == "a"
    assert reading_of_codes({401: "unauthorized", 404: "missing"}) == "b"
    assert reading_of_codes({400: "invalid-body"}) is None


@pytest.mark.requirement("RCL-CFG-020", "RCL-CFG-021")
@given(status=st.integers(200, 599), shown=st.sampled_from([URL, f"{URL}/", None]))
def test_a_request_is_understood_where_it_is_accepted_with_its_url(status: int, shown: str | None) -> None:
    accepted = 200 <= status <= 299
    assert is_understood(answer(status, {"url": shown}), URL) == (accepted and shown == URL)
    assert is_understood(answer(status, {}), URL) == accepted


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "https://127.0.0.1/",
        "https://[::1]:8443/x",
        "https://10.1.2.3/",
        "https://localhost/a",
        "https://box/",
    ],
)
def test_a_url_that_may_be_refused_is_of_a_special_kind(url: str) -> None:
    assert is_of_special_kind(url)


@pytest.mark.parametrize(
    "url", ["https://hooks.example.com/a", "https://8.8.8.8/", "https://tunnel.example.com:8443/x"]
)
def test_a_public_url_over_https_is_of_none(url: str) -> None:
    assert not is_of_special_kind(url)
