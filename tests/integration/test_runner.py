"""How a check's course becomes findings: passes, failures, ends before the end, troubles of the kit."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from contracts.check import Check, checks_of
from contracts.errors import NoAnswerError, NotObservable
from contracts.results import CheckResult
from contracts.run import carry_out, conclude, in_order, select
from contracts.session import Session
from contracts.target import RunOptions, Target
from contracts.trial import Trial
from contracts.verdicts import Status

if TYPE_CHECKING:
    from tests.conftest import RunningServer, StartServer

FIRST, SECOND, MAY = "RIO-RTY-012", "RIO-RTY-013", "RIO-RTY-020"

Carry = Callable[[Callable[[Trial], None]], dict[str, Status]]


@pytest.fixture
def session(server: "RunningServer") -> Iterator[Session]:
    with Session(Target(url=server.url, api="renderio"), RunOptions(seed=1)) as opened:
        yield opened


def result_of(function: Callable[[Trial], None], session: Session, *requirements: str) -> CheckResult:
    return carry_out(Check("tests.check", "A check", requirements or (FIRST, SECOND), function), session)


@pytest.fixture
def carry(session: Session) -> Carry:
    """The statuses that a check on the first and the second requirement comes to."""

    def statuses(function: Callable[[Trial], None]) -> dict[str, Status]:
        return {finding.requirement: finding.status for finding in result_of(function, session).findings}

    return statuses


def test_check_that_comes_to_its_end_passes(carry: Carry) -> None:
    assert carry(lambda trial: trial.passed(FIRST, SECOND)) == {FIRST: Status.PASSED, SECOND: Status.PASSED}


def test_expectation_that_does_not_hold_fails_and_goes_on(carry: Carry) -> None:
    def check(trial: Trial) -> None:
        trial.expect(FIRST, False, "because")
        trial.expect(SECOND, True, "because")

    assert carry(check) == {FIRST: Status.FAILED, SECOND: Status.PASSED}


def test_unmet_precondition_is_reported_as_itself(carry: Carry) -> None:
    def check(trial: Trial) -> None:
        trial.passed(FIRST)
        trial.require("RIO-CFG-005", False, "PUT was answered 500")

    found = carry(check)
    assert found == {"RIO-CFG-005": Status.FAILED, FIRST: Status.NOT_OBSERVABLE, SECOND: Status.NOT_OBSERVABLE}


def test_precondition_that_holds_is_no_pass(carry: Carry) -> None:
    def check(trial: Trial) -> None:
        trial.require("RIO-CFG-005", True, "")
        trial.passed(FIRST, SECOND)

    assert "RIO-CFG-005" not in carry(check)


def test_failure_stands_although_the_check_ended_early(carry: Carry) -> None:
    def check(trial: Trial) -> None:
        trial.failed(FIRST, "because")
        raise NotObservable("that is all")

    assert carry(check) == {FIRST: Status.FAILED, SECOND: Status.NOT_OBSERVABLE}


def test_saying_nothing_is_a_trouble_of_the_kit(carry: Carry) -> None:
    assert carry(lambda trial: trial.passed(FIRST)) == {FIRST: Status.PASSED, SECOND: Status.ERROR}


def test_saying_nothing_of_a_may_is_not(session: Session) -> None:
    result = result_of(lambda trial: trial.passed(FIRST), session, FIRST, MAY)
    assert {finding.requirement: finding.status for finding in result.findings}[MAY] is Status.NOT_OBSERVABLE


def test_bug_of_a_check_is_no_verdict_on_the_target(carry: Carry) -> None:
    def check(trial: Trial) -> None:
        trial.passed(FIRST)
        raise ZeroDivisionError

    assert carry(check) == {FIRST: Status.ERROR, SECOND: Status.ERROR}


def test_bug_of_a_check_is_explained_with_its_place(session: Session) -> None:
    def check(_: Trial) -> None:
        raise ZeroDivisionError

    assert "ZeroDivisionError" in result_of(check, session).findings[0].explanation


def test_failing_a_may_is_a_bug_of_the_check(session: Session) -> None:
    result = result_of(lambda trial: trial.failed(MAY, "because"), session, MAY)
    assert [finding.status for finding in result.findings] == [Status.ERROR]


def test_unknown_requirement_is_a_bug_of_the_check(session: Session) -> None:
    result = result_of(lambda trial: trial.passed("RIO-XXX-001"), session, FIRST)
    assert [finding.status for finding in result.findings] == [Status.ERROR]


def test_request_without_an_answer_of_a_target_that_is_there_decides_nothing(carry: Carry) -> None:
    def check(_: Trial) -> None:
        raise NoAnswerError("GET / had no answer")

    assert carry(check) == {FIRST: Status.NOT_OBSERVABLE, SECOND: Status.NOT_OBSERVABLE}


def test_target_that_goes_away_ends_the_run(start_server: "StartServer") -> None:
    running = start_server()

    def check(trial: Trial) -> None:
        running.kill()
        trial.client.request("GET", "/")

    with Session(Target(url=running.url, api="renderio"), RunOptions(seed=1)) as session:
        first, second = result_of(check, session), result_of(lambda trial: trial.passed(FIRST), session, FIRST)
        assert {finding.status for finding in (*first.findings, *second.findings)} == {Status.NOT_RUN}
        assert session.gone is not None


def test_second_key_is_asked_for_where_it_is_needed(server: "RunningServer") -> None:
    target = Target(url=server.url, api="renderio", control="off", keys=("ffsk_alone",))
    check = Check("tests.check", "A check", (FIRST,), lambda trial: trial.passed(FIRST), second_account=True)
    with Session(target, RunOptions(seed=1)) as session:
        (finding,) = carry_out(check, session).findings
    assert finding.status is Status.NOT_OBSERVABLE
    assert "--second-api-key" in finding.explanation


def test_what_the_budget_does_not_reach_is_not_run(server: "RunningServer") -> None:
    target = Target(url=server.url, api="renderio", control="off", keys=("ffsk_alone",))
    check = Check("tests.check", "A check", (FIRST,), lambda trial: trial.passed(FIRST), span_seconds=9)
    with Session(target, RunOptions(seed=1, time_budget_seconds=10)) as session:
        (finding,) = carry_out(check, session).findings
    assert finding.status is Status.NOT_RUN


def test_credentials_are_hidden_in_the_evidence(session: Session) -> None:
    def check(trial: Trial) -> None:
        trial.client.request("GET", "/api/v1/webhook-config")
        trial.passed(FIRST, SECOND)

    result = result_of(check, session)
    assert any(secret.startswith("ffsk_") for secret in result.secrets)


def test_every_requirement_gets_a_verdict(session: Session) -> None:
    results = conclude(session, [], began=result_of(lambda _: None, session).began, seconds=0.0)
    assert list(results.verdicts) == list(session.api.requirements)
    assert {one.status for one in results.verdicts.values()} == {Status.NOT_OBSERVABLE}


def test_only_selects_by_prefix() -> None:
    chosen = select(checks_of("renderio"), ["RIO-SIG"])
    assert chosen
    assert all(any(one.startswith("RIO-SIG") for one in check.requirements) for check in chosen)


def test_longest_checks_begin_first_where_several_run_at_a_time(session: Session) -> None:
    spans = [check.span_seconds for check in in_order(checks_of("renderio"), session)]
    assert spans == sorted(spans, reverse=True)


def test_cheapest_checks_begin_first_under_a_budget(server: "RunningServer") -> None:
    target = Target(url=server.url, api="renderio", control="off", keys=("ffsk_alone",))
    with Session(target, RunOptions(seed=1, time_budget_seconds=60)) as session:
        spans = [check.span_seconds for check in in_order(checks_of("renderio"), session)]
    assert spans == sorted(spans)
