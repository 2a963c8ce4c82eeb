"""JUnit XML as continuous integration systems read it."""

import random
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.reports.junit import junit
from contracts.reports.summary import Outcome, by_outcome
from contracts.results import Results

CHILDREN_OF_A_CASE = {"skipped", "failure", "error", "system-out"}


def parsed(results: Results) -> ET.Element:
    return ET.fromstring(junit(results))  # noqa: S314 - written a moment ago


def cases(results: Results) -> dict[str, ET.Element]:
    """The cases by requirement."""
    return {case.get("name", "").split()[0]: case for case in parsed(results).iter("testcase")}


def test_every_requirement_is_one_case_of_its_area(everything: Results) -> None:
    suites = {suite.get("name"): suite for suite in parsed(everything)}
    assert "renderio.RTY Attempts and retries" in suites
    assert cases(everything).keys() == everything.verdicts.keys()
    assert cases(everything)["RIO-RTY-012"].get("classname") == "renderio.RTY"


def test_outcomes_are_told_in_the_words_of_the_format(everything: Results) -> None:
    told = {identifier: [child.tag for child in case] for identifier, case in cases(everything).items()}
    expected = {
        Outcome.FAILED: ["failure"],
        Outcome.UNEXPECTED_PASS: ["failure"],
        Outcome.ERROR: ["error"],
        Outcome.EXPECTED_FAILURE: ["skipped"],
        Outcome.NOT_OBSERVABLE: ["skipped"],
        Outcome.NOT_RUN: ["skipped"],
        Outcome.WARNING: ["system-out"],
    }
    found = by_outcome(everything)
    assert found.keys() >= expected.keys()
    for which, tags in expected.items():
        for verdict in found[which]:
            kept = [tag for tag in told[verdict.requirement.id] if not (tag == "system-out" and verdict.readings)]
            assert kept == tags


def test_strict_run_fails_by_a_should(everything: Results) -> None:
    strict = replace(everything, information=replace(everything.information, strict=True))
    should = by_outcome(everything)[Outcome.WARNING][0].requirement.id
    assert cases(strict)[should].find("failure") is not None


def test_skipped_case_names_the_reason(everything: Results) -> None:
    verdict = by_outcome(everything)[Outcome.NOT_RUN][0]
    skipped = cases(everything)[verdict.requirement.id].find("skipped")
    assert skipped is not None
    assert skipped.get("message") == "not run: the time budget of 60 s does not reach for it"


def test_numbers_of_the_suites_add_up(everything: Results) -> None:
    root = parsed(everything)
    for name, tags in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"), ("tests", "testcase")):
        assert int(root.get(name, "")) == len(list(root.iter(tags)))
        assert sum(int(suite.get(name, "")) for suite in root) == int(root.get(name, ""))
    seconds = sum(float(case.get("time", "")) for case in root.iter("testcase"))
    assert abs(seconds - sum(result.seconds for result in everything.checks)) < 0.001 * len(everything.verdicts)


def test_suite_says_under_which_circumstances_it_ran(everything: Results) -> None:
    suite = parsed(everything)[0]
    properties = {each.get("name"): each.get("value") for each in suite.iter("property")}
    assert properties["target"] == "http://127.0.0.1:8740"
    assert properties["seed"] == "20260101"
    assert properties["time-level"] == "control"
    assert suite.get("timestamp") == "2026-01-01T00:00:00"


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32), said=st.text(st.characters(), min_size=1))
def test_no_text_of_a_target_breaks_the_document(seed: int, said: str, make_results: Callable[..., Results]) -> None:
    def text(source: random.Random) -> str:
        return source.choice(("]]>", "<a b='", "\x00\x1b\x85\ufffe\ud800", "&#0;")) + said

    results = make_results(seed, text=text, secrets=frozenset())
    root = parsed(results)
    assert len(list(root.iter("testcase"))) == len(results.verdicts)
    assert all({child.tag for child in case} <= CHILDREN_OF_A_CASE for case in root.iter("testcase"))
