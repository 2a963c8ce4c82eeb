"""The JSON report keeps to its schema, and the schema says what everything is."""

import base64
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.resources import files
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.record import Exchange
from contracts.reports.json_report import MOST_BODY_BYTES, json_report
from contracts.reports.summary import Outcome
from contracts.results import Results

SCHEMA: dict[str, Any] = json.loads(files("contracts.reports").joinpath("report.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema_rs.Draft202012Validator(SCHEMA)


def read(results: Results) -> dict[str, Any]:
    """The report, after it was found to keep to the schema."""
    content: dict[str, Any] = json.loads(json_report(results))
    assert [error.message for error in VALIDATOR.iter_errors(content)] == []
    return content


def properties(schema: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(schema, dict):
        for name, one in schema.get("properties", {}).items():
            yield f"{place}/{name}", one
        for key, one in schema.items():
            yield from properties(one, f"{place}/{key}")
    elif isinstance(schema, list):
        for one in schema:
            yield from properties(one, place)


def test_schema_is_valid_and_describes_every_property() -> None:
    jsonschema_rs.meta.validate(SCHEMA)
    named = dict(properties(SCHEMA))
    assert len(named) > 50
    assert [place for place, one in named.items() if not one.get("description")] == []


def test_report_holds_every_verdict_and_every_outcome(everything: Results) -> None:
    content = read(everything)
    assert [verdict["id"] for verdict in content["verdicts"]] == list(everything.verdicts)
    assert content["summary"]["outcomes"].keys() == {str(each) for each in Outcome}
    assert all(content["summary"]["outcomes"].values())
    assert sum(content["summary"]["outcomes"].values()) == content["summary"]["requirements"]
    assert content["summary"]["exit_code"] == 1


def test_evidence_is_found_by_its_number(everything: Results) -> None:
    content = read(everything)
    failed = next(each for each in content["verdicts"] if each["id"] == "RIO-RTY-001")
    [finding] = failed["findings"]
    check = next(each for each in content["checks"] if each["id"] == finding["check"])
    entries = {entry["number"]: entry for entry in check["entries"]}
    assert [entries[number]["kind"] for number in finding["evidence"]] == ["request", "delivery", "delivery"]
    assert entries[6]["target_at"] == "2026-01-01T00:45:05.000Z"


@pytest.mark.parametrize("shift", range(4))
def test_long_text_is_shortened_between_characters(
    shift: int, everything: Results, make_exchange: Callable[..., Exchange]
) -> None:
    body = (b"x" * shift + "😀".encode() * MOST_BODY_BYTES)[: MOST_BODY_BYTES * 2]
    [first, *_] = everything.checks
    checks = (replace(first, entries=(make_exchange(response_body=body),)),)
    kept = read(replace(everything, checks=checks))["checks"][0]["entries"][0]["response_body"]
    assert kept["shortened"]
    assert kept["bytes"] == len(body)
    assert MOST_BODY_BYTES - 4 < len(kept["text"].encode()) <= MOST_BODY_BYTES
    assert body.startswith(kept["text"].encode())


def test_answer_of_which_the_beginning_was_kept_has_its_whole_length(
    everything: Results, make_exchange: Callable[..., Exchange]
) -> None:
    [first, *_] = everything.checks
    entries = (make_exchange(response_body=b"beginning", response_bytes=10_000_000),)
    entry = read(replace(everything, checks=(replace(first, entries=entries),)))["checks"][0]["entries"][0]
    assert entry["response_body"] == {"text": "beginning", "bytes": 10_000_000, "shortened": True}


def test_body_that_is_no_text_is_kept_as_base64(everything: Results, make_exchange: Callable[..., Exchange]) -> None:
    [first, *_] = everything.checks
    entries = (make_exchange(request_body=b"\xff\x00\x01", response_body=b""),)
    entry = read(replace(everything, checks=(replace(first, entries=entries),)))["checks"][0]["entries"][0]
    assert base64.b64decode(entry["request_body"]["base64"]) == b"\xff\x00\x01"
    assert entry["response_body"] is None


@settings(max_examples=50)
@given(seed=st.integers(0, 2**32), said=st.text(st.characters()))
def test_every_report_keeps_to_the_schema(seed: int, said: str, make_results: Callable[..., Results]) -> None:
    def text(source: random.Random) -> str:
        return source.choice(("", "\ud800", "\x00")) + said

    read(make_results(seed, text=text, secrets=frozenset()))
