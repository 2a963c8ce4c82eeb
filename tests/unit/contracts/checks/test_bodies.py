import string
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.checks.made_up_urls import is_plainly_no_url
from contracts.checks.renderio.bodies import (
    harmless_configuration,
    harmless_submission,
    made_valid,
    rules_broken_by_configuration,
    rules_broken_by_submission,
)

OWN = "http://127.0.0.1:9/missing"
HOOK = "http://127.0.0.1:9/hook"
GOOD: dict[str, Any] = {
    "input_files": {"in_file": "https://example.com/a.png"},
    "output_files": {"out_file": "b.png"},
    "ffmpeg_command": "ffmpeg -i {{in_file}} {{out_file}}",
}

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
ANYTHING = st.recursive(
    LEAVES | st.sampled_from(["https://example.com/x", "ftp://a.b", "//c.d/e", "HTTP:f"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(["in_a", "in_B2", "out_a", "out_b", "in-a", "file", "in_ä", "in_a\n"])
SUBMISSIONS = st.fixed_dictionaries(
    {},
    optional={
        "input_files": st.dictionaries(KEYS, ANYTHING, max_size=4) | ANYTHING,
        "output_files": st.dictionaries(KEYS, ANYTHING, max_size=4) | ANYTHING,
        "ffmpeg_command": ANYTHING,
        "metadata": st.dictionaries(st.text(max_size=4), LEAVES, max_size=12) | ANYTHING,
        "webhook_url": ANYTHING,
        "surplus": ANYTHING,
    },
)


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    if isinstance(value, Mapping):
        return [text for inner in value.values() for text in _texts(inner)]
    return [value] if isinstance(value, str) else []


def test_documented_submission_breaks_no_rule() -> None:
    assert not rules_broken_by_submission({**GOOD, "metadata": {}, "webhook_url": HOOK})


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"input_files": {"file": OWN}}, "RIO-CMD-027"),
        ({"input_files": {"in_": OWN}}, "RIO-CMD-027"),
        ({"input_files": {"in_a\n": OWN}}, "RIO-CMD-027"),
        ({"output_files": {"in_file": "a.png"}}, "RIO-CMD-028"),
        ({"input_files": {}}, "RIO-CMD-029"),
        ({"input_files": None}, "RIO-CMD-029"),
        ({"ffmpeg_command": 7}, "RIO-CMD-031"),
        ({"metadata": {str(number): number for number in range(11)}}, "RIO-CMD-038"),
        ({"webhook_url": ""}, "RIO-CMD-040"),
        ({"webhook_url": 7}, "RIO-CMD-040"),
    ],
)
def test_each_rule_is_found_broken_alone(change: Mapping[str, Any], rule: str) -> None:
    assert rules_broken_by_submission({**GOOD, **change}) == {rule}


@pytest.mark.parametrize("key", ["input_files", "output_files", "ffmpeg_command"])
def test_missing_property_breaks_a_rule(key: str) -> None:
    assert rules_broken_by_submission({name: value for name, value in GOOD.items() if name != key})


@pytest.mark.parametrize(
    "change",
    [
        {"output_files": {}},
        {"output_files": {"out_file": "../ü/" + "x" * 300}},
        {"input_files": {"in_file": 7}},
        {"ffmpeg_command": ""},
        {"ffmpeg_command": "x" * 20_000},
        {"metadata": {"a": None}},
        {"metadata": []},
        {"webhook_url": None},
        {"webhook_url": "ftp://example.com/"},
        {"surplus": 1},
    ],
)
def test_what_the_pages_do_not_say_breaks_no_rule(change: Mapping[str, Any]) -> None:
    assert not rules_broken_by_submission({**GOOD, **change})


def test_configuration_breaks_a_rule_without_a_url_alone() -> None:
    assert rules_broken_by_configuration({"secret": 7}) == {"RIO-ERR-001"}
    assert rules_broken_by_configuration({"url": "nowhere"}) == {"RIO-ERR-002"}
    assert not rules_broken_by_configuration({"url": HOOK, "secret": 7})
    assert not rules_broken_by_configuration({"url": None})


@given(body=SUBMISSIONS)
def test_nothing_outside_is_named_in_a_harmless_submission(body: dict[str, Any]) -> None:
    harmless = harmless_submission(body, input_url=OWN, webhook_url=HOOK)
    for text in [*_texts(harmless.get("input_files")), *_texts(harmless.get("webhook_url"))]:
        assert text in {OWN, HOOK} or is_plainly_no_url(text)


@given(body=SUBMISSIONS)
def test_harmless_submission_breaks_the_rules_of_the_first_one(body: dict[str, Any]) -> None:
    harmless = harmless_submission(body, input_url=OWN, webhook_url=HOOK)
    assert rules_broken_by_submission(harmless) == rules_broken_by_submission(body)


@given(body=SUBMISSIONS)
def test_valid_submission_is_made_of_whatever_keeps_the_rules(body: dict[str, Any]) -> None:
    good = {**body, "ffmpeg_command": "x", "output_files": {"out_a": "x"}}
    good["input_files"] = {"in_a": OWN, **(body["input_files"] if isinstance(body.get("input_files"), dict) else {})}
    valid = made_valid(good)
    assert not rules_broken_by_submission(valid)
    for key in [*valid["input_files"], *valid["output_files"]]:
        assert f"{{{{{key}}}}}" in valid["ffmpeg_command"]


@given(body=ANYTHING)
def test_nothing_outside_is_named_in_a_harmless_configuration(body: Any) -> None:
    harmless = harmless_configuration({"url": body, "secret": body}, HOOK)
    assert all(text == HOOK or is_plainly_no_url(text) for text in _texts(harmless["url"]))
    assert isinstance(harmless.get("secret", ""), str)


@given(text=st.text(string.ascii_letters + string.digits + " _-"))
def test_words_are_plainly_no_url(text: str) -> None:
    assert is_plainly_no_url(text)
