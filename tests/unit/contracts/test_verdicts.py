"""What findings make of a requirement, and verdicts of a run."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.catalogue import Level, Requirement, load_catalogue
from contracts.results import ExitCode, Results, RunInformation
from contracts.verdicts import Finding, Status, TimeLevel, Verdict, fold, verdict

MUST = load_catalogue("renderio")["RIO-RTY-012"]
SHOULD = load_catalogue("renderio")["RIO-CMD-010"]


def finding(requirement: Requirement, status: Status, reading: str | None = None) -> Finding:
    return Finding(requirement.id, status, "because", "schedule.check", TimeLevel.CONTROL, reading=reading)


def results(*verdicts: Verdict, strict: bool = False, gone: str | None = None) -> Results:
    information = RunInformation(
        target_url="http://127.0.0.1:1",
        api="renderio",
        api_title="RenderIO",
        time_level=TimeLevel.CONTROL,
        capabilities=(),
        seed=1,
        strict=strict,
        only=(),
        time_budget_seconds=None,
        began=datetime(2026, 1, 1, tzinfo=UTC),
        seconds=1.0,
        kit_version="1",
        target_gone=gone,
    )
    return Results(information, {one.requirement.id: one for one in verdicts}, ())


@given(st.lists(st.sampled_from(Status), min_size=1))
def test_one_failure_outweighs_everything(statuses: list[Status]) -> None:
    assert (fold(statuses) is Status.FAILED) == (Status.FAILED in statuses)


@given(st.lists(st.sampled_from([Status.PASSED, Status.NOT_OBSERVABLE, Status.NOT_RUN]), min_size=1))
def test_pass_outweighs_what_others_could_not_see(statuses: list[Status]) -> None:
    assert (fold(statuses) is Status.PASSED) == (Status.PASSED in statuses)


@given(st.lists(st.sampled_from(Status), min_size=1))
def test_order_of_findings_does_not_matter(statuses: list[Status]) -> None:
    assert fold(statuses) is fold(sorted(statuses)) is fold(reversed(statuses))


def test_nothing_found_is_never_a_pass() -> None:
    assert fold([]) is Status.NOT_OBSERVABLE


def test_verdict_names_the_readings_seen() -> None:
    one = verdict(MUST, [finding(MUST, Status.PASSED, "b"), finding(MUST, Status.PASSED, "a")])
    assert one.readings == ("a", "b")


@pytest.mark.parametrize(
    ("requirement", "status", "strict", "code"),
    [
        (MUST, Status.PASSED, False, ExitCode.CONFORMANT),
        (MUST, Status.FAILED, False, ExitCode.REQUIREMENT_FAILED),
        (SHOULD, Status.FAILED, False, ExitCode.CONFORMANT),
        (SHOULD, Status.FAILED, True, ExitCode.REQUIREMENT_FAILED),
        (MUST, Status.NOT_OBSERVABLE, True, ExitCode.SET_UP),
        (MUST, Status.NOT_RUN, True, ExitCode.SET_UP),
        (MUST, Status.ERROR, False, ExitCode.KIT),
    ],
)
def test_exit_code_follows_the_verdict(requirement: Requirement, status: Status, strict: bool, code: ExitCode) -> None:  # noqa: FBT001 - a parameter of the test
    assert results(verdict(requirement, [finding(requirement, status)]), strict=strict).exit_code is code


@pytest.mark.parametrize("status", [Status.NOT_OBSERVABLE, Status.NOT_RUN])
def test_what_was_not_seen_beside_a_pass_is_no_failure(status: Status) -> None:
    seen, unseen = verdict(MUST, [finding(MUST, Status.PASSED)]), verdict(SHOULD, [finding(SHOULD, status)])
    assert results(seen, unseen, strict=True).exit_code is ExitCode.CONFORMANT


def test_expected_failure_does_not_fail_the_run() -> None:
    one = verdict(MUST, [finding(MUST, Status.FAILED)], expected_failure="known since May")
    assert results(one).exit_code is ExitCode.CONFORMANT


def test_unexpected_pass_fails_the_run() -> None:
    one = verdict(MUST, [finding(MUST, Status.PASSED)], expected_failure="known since May")
    assert results(one).exit_code is ExitCode.REQUIREMENT_FAILED


def test_failure_outweighs_trouble_of_the_kit() -> None:
    broken = verdict(MUST, [finding(MUST, Status.FAILED)])
    troubled = verdict(SHOULD, [finding(SHOULD, Status.ERROR)])
    assert results(broken, troubled).exit_code is ExitCode.REQUIREMENT_FAILED


def test_target_that_went_away_is_a_matter_of_set_up() -> None:
    assert results(verdict(MUST, [finding(MUST, Status.NOT_RUN)]), gone="gone").exit_code is ExitCode.SET_UP


@pytest.mark.parametrize("status", [Status.FAILED, Status.PASSED])
def test_may_never_breaks_a_run(status: Status) -> None:
    may = next(one for one in load_catalogue("renderio").values() if one.level is Level.MAY)
    assert not verdict(may, [replace(finding(may, status))]).breaks_run(strict=True)
