"""Made-up requests lead nowhere, and ask for nothing large."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.checks.bannx.made_up import MOST_PIXELS, as_content, harmless, harmless_body, is_name, rule_broken_by
from contracts.fuzzing import NO_BODY

URL = "http://127.0.0.1:1/inbox"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(["https://example.com/a.png", "//x"]),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in texts(inner)]
    return [value] if isinstance(value, str) else []


@given(JSON)
def test_nothing_can_be_fetched_but_by_the_kits_own_url(value: object) -> None:
    assert all(text == URL or ("//" not in text and "http:" not in text) for text in texts(harmless(value, URL)))


@given(JSON)
def test_what_is_harmless_stays_as_it_is(value: object) -> None:
    once = harmless(value, URL)
    assert harmless(once, URL) == once
    assert not any("//" in text for text in texts(value)) or once != value


@pytest.mark.parametrize("text", ["#ff0000", "{{ title }}", "data:image/png;base64,AAAA", "10 % & more", "a: b"])
def test_texts_that_are_no_addresses_stay(text: str) -> None:
    assert harmless({"page": [text]}, URL) == {"page": [text]}


def test_a_body_names_the_targets_page_where_it_names_one() -> None:
    assert harmless_body({"pageId": "0", "format": "png"}, page="card", url=URL) == {"pageId": "card", "format": "png"}


@pytest.mark.parametrize("identifier", ["", 7, None, []])
def test_what_is_no_id_stays_wrong(identifier: object) -> None:
    assert harmless_body({"pageId": identifier}, page="card", url=URL) == {"pageId": identifier}


def test_a_large_page_becomes_small_and_a_wrong_size_stays() -> None:
    made = harmless_body({"page": {"width": 4096, "height": "4096", "layers": []}}, page="card", url=URL)
    assert made == {"page": {"width": MOST_PIXELS, "height": "4096", "layers": []}}
    small = {"page": {"width": 16, "height": True}}
    assert harmless_body(small, page="card", url=URL) == small


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ([], "BNX-BOD-002"),
        (None, "BNX-BOD-002"),
        (b"{", "BNX-BOD-002"),
        (NO_BODY, "BNX-BOD-002"),
        ({}, "BNX-BOD-001"),
        ({"format": "png"}, "BNX-BOD-001"),
        ({"pageId": None}, None),
        ({"page": 7}, None),
    ],
)
def test_a_body_is_refused_for_sure_where_it_is_no_object_or_names_no_page(body: object, rule: str | None) -> None:
    assert rule_broken_by(body) == rule


@pytest.mark.parametrize("identifier", [".", "..", "%2e%2E", "", "a/b", "a%2Fb"])
def test_a_way_through_the_path_is_no_name(identifier: str) -> None:
    assert not is_name(identifier)


def test_a_name_may_hold_dots_and_escapes() -> None:
    assert is_name("v1.2")
    assert is_name("%20")


def test_a_body_is_sent_as_json_or_as_the_bytes_that_it_is() -> None:
    assert json.loads(as_content({"a": [1]})) == {"a": [1]}
    assert as_content(b"{") == b"{"
    assert as_content(NO_BODY) == b""
