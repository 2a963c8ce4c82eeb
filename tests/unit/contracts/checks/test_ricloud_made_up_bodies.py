"""Which documented rules a made-up body breaks, and how it is made harmless."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.checks.made_up_urls import is_plainly_no_url
from contracts.checks.ricloud.made_up_bodies import (
    OF_CREATION,
    PARAMETERS,
    documented,
    harmless,
    is_plain,
    is_valid_creation,
    moves,
    rules_broken_by_creation,
    rules_broken_by_update,
)

HOOK, OTHER = "http://127.0.0.1:9/hook", "http://127.0.0.1:9/other"
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
URLS = st.sampled_from(["https://example.com/x", "ftp://a.b", "//c.d/e", "HTTP:f", "a.b"])
ANYTHING = st.recursive(
    LEAVES | URLS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
STATES = st.sampled_from(["new", "deactivated", "valid", "invalid", "", "New"]) | ANYTHING
BODIES = st.fixed_dictionaries({}, optional={"url": URLS | ANYTHING, "state": STATES, "colour": ANYTHING}) | ANYTHING
NO_STRINGS = st.booleans() | st.integers() | st.lists(LEAVES) | st.dictionaries(st.text(), LEAVES)


def texts(value: Any) -> Iterator[str]:
    """Every string in a JSON value that is no key."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    elif isinstance(value, str):
        yield value


@given(body=BODIES)
def test_a_harmless_body_leads_to_nobody_else(body: Any) -> None:
    assert all(text == HOOK or is_plainly_no_url(text) for text in texts(harmless(body, HOOK)))


@given(body=BODIES)
def test_a_harmless_body_is_harmless_already(body: Any) -> None:
    assert harmless(harmless(body, HOOK), HOOK) == harmless(body, HOOK)


@given(body=BODIES)
def test_a_body_breaks_the_same_rules_when_it_is_made_harmless(body: Any) -> None:
    made = harmless(body, HOOK)
    assert rules_broken_by_creation(made) == rules_broken_by_creation(body)
    if not isinstance(body, dict) or is_plainly_no_url(body.get("state")):
        assert rules_broken_by_update(made) == rules_broken_by_update(body)


@pytest.mark.requirement("RCL-CFG-001")
@given(body=BODIES)
def test_a_valid_creation_breaks_no_rule(body: Any) -> None:
    if is_valid_creation(harmless(body, HOOK)):
        assert not rules_broken_by_creation(harmless(body, HOOK))


@pytest.mark.requirement("RCL-CFG-013")
@given(more=st.dictionaries(st.sampled_from(["state", "colour"]), ANYTHING))
def test_a_creation_without_a_url_breaks_a_rule(more: dict[str, Any]) -> None:
    assert rules_broken_by_creation(more) == {"RCL-CFG-013"}
    assert rules_broken_by_creation({**more, "url": None}) == {"RCL-CFG-013"}


@pytest.mark.requirement("RCL-CFG-014")
@given(url=NO_STRINGS)
def test_a_url_that_is_no_string_breaks_a_rule(url: Any) -> None:
    assert rules_broken_by_creation({"url": url}) == {"RCL-CFG-014"}
    assert rules_broken_by_update({"url": url}) == {"RCL-CFG-014"}
    assert not is_valid_creation({"url": url})


@pytest.mark.requirement("RCL-UPD-010")
@pytest.mark.parametrize("state", ["valid", "invalid", "active", "newer"])
def test_another_state_breaks_a_rule(state: str) -> None:
    assert rules_broken_by_update({"state": state}) == {"RCL-UPD-010"}
    assert rules_broken_by_update({"state": state, "url": HOOK}) == {"RCL-UPD-010"}


@pytest.mark.parametrize("state", ["new", "deactivated", "", None, "Deactivated", " new "])
def test_what_is_open_breaks_no_rule(state: str | None) -> None:
    assert not rules_broken_by_update({"state": state, "url": None})


@given(body=ANYTHING)
def test_what_is_no_object_breaks_no_rule_of_parameters(body: Any) -> None:
    if not isinstance(body, dict):
        assert not rules_broken_by_creation(body)
        assert not rules_broken_by_update(body)
        assert documented(body) == {}


@given(body=BODIES)
def test_only_parameters_are_documented(body: Any) -> None:
    kept = documented(body)
    assert is_plain(kept, PARAMETERS)
    assert is_plain({"url": HOOK}, OF_CREATION)
    assert not is_plain({"state": "new"}, OF_CREATION)
    assert not isinstance(body, dict) or all(body[name] == value for name, value in kept.items())


@pytest.mark.requirement("RCL-UPD-001", "RCL-UPD-007")
@given(body=BODIES)
def test_an_update_that_is_to_be_accepted_breaks_no_rule_and_changes_something(body: Any) -> None:
    made = harmless(body, HOOK)
    if moves(made, OTHER):
        assert not rules_broken_by_update(made)
        assert made in ({"url": HOOK}, {"state": "deactivated"})
    assert not moves({"url": HOOK}, HOOK)
