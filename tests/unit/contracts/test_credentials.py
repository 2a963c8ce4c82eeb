"""What a document says of its API's credential, and what people are told of it."""

import re
from typing import Any

import pytest

from contracts.documents import Credential, credential_of, load_api
from contracts.session import new_credential


def test_words_for_a_credential_of_two_words() -> None:
    key = load_api("renderio").credential
    assert (key.name, key.a_name, key.word) == ("API key", "an API key", "key")
    assert (key.option, key.second_option) == ("--api-key", "--second-api-key")
    assert (key.variable, key.second_variable) == ("PROOFREEL_API_KEY", "PROOFREEL_SECOND_API_KEY")
    assert (key.input_name, key.header_value("x")) == ("apiKey", "x")


def test_words_for_a_credential_of_one_word() -> None:
    token = load_api("ricloud").credential
    assert (token.name, token.a_name, token.word) == ("token", "a token", "token")
    assert (token.option, token.second_option) == ("--token", "--second-token")
    assert (token.variable, token.second_variable) == ("PROOFREEL_TOKEN", "PROOFREEL_SECOND_TOKEN")
    assert (token.input_name, token.header_value("x")) == ("token", "Token x")


def test_words_for_a_bearer_token() -> None:
    token = load_api("bannx").credential
    assert (token.header, token.scheme, token.name, token.option) == ("Authorization", "Bearer", "token", "--token")
    assert (token.variable, token.second_variable) == ("PROOFREEL_TOKEN", "PROOFREEL_SECOND_TOKEN")
    assert (token.input_name, token.header_value("x")) == ("token", "Bearer x")


@pytest.mark.parametrize("api", ["renderio", "ricloud", "bannx"])
def test_a_made_up_credential_has_the_documented_form(api: str) -> None:
    credential = load_api(api).credential
    assert re.fullmatch(credential.pattern, new_credential(credential))
    assert new_credential(credential) != new_credential(credential)


@pytest.mark.parametrize(
    ("api", "accept", "needs_pages"),
    [("renderio", "application/json", False), ("ricloud", "application/json", False), ("bannx", "*/*", True)],
)
def test_an_api_says_what_its_requests_accept_and_whether_it_renders_pages(
    api: str, accept: str, *, needs_pages: bool
) -> None:
    described = load_api(api)
    assert (described.accept, described.needs_pages) == (accept, needs_pages)


@pytest.mark.parametrize(
    ("scheme", "credential"),
    [
        ({"type": "apiKey", "in": "header", "name": "X-Key"}, Credential("X-Key", "", r"\S+")),
        ({"type": "http", "scheme": "bearer"}, Credential("Authorization", "Bearer", r"\S+")),
    ],
)
def test_credential_that_says_no_more_is_a_key(scheme: dict[str, Any], credential: Credential) -> None:
    assert credential_of({"components": {"securitySchemes": {"One": scheme}}}) == credential


@pytest.mark.parametrize(
    "content", [{}, {"components": {"securitySchemes": {"One": {"type": "apiKey", "in": "query", "name": "k"}}}}]
)
def test_document_without_a_credential_in_a_header_is_refused(content: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no credential"):
        credential_of(content)


def test_only_a_service_that_is_sent_no_secret_makes_its_own() -> None:
    assert load_api("ricloud").makes_secrets
    assert not load_api("renderio").makes_secrets


@pytest.mark.parametrize(
    ("api", "title"), [("renderio", "RenderIO API"), ("ricloud", "ricloud API"), ("bannx", "bannx Rendering API")]
)
def test_short_title_leaves_out_what_stands_in_brackets(api: str, title: str) -> None:
    assert load_api(api).short_title == title
