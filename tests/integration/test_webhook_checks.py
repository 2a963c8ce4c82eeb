"""The checks of the configuration, of deliveries and of signatures, with and without faults of the reference server."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from contracts.check import Check, checks_of
from contracts.client import Client
from contracts.control import Offer
from contracts.results import CheckResult
from contracts.run import carry_out
from contracts.session import Session
from contracts.target import RunOptions, Target
from contracts.verdicts import Status

if TYPE_CHECKING:
    from tests.conftest import RunningServer, StartServer

MODULES = {"attempts_alike", "configuration", "deliveries", "life_cycle", "own_url", "replacing", "signatures"}
CHECKS = [check for check in checks_of("renderio") if check.id.partition(".")[0] in MODULES]
LIFE_CYCLE = "life_cycle.any_history_follows_the_model"
CONFIGURED_BEFORE = "configuration.first_configuration"


@pytest.fixture
def session(server: "RunningServer") -> Iterator[Session]:
    with Session(Target(url=server.url, api="renderio"), RunOptions(seed=20260101)) as opened:
        yield opened


def named(identifier: str) -> Check:
    [check] = [check for check in CHECKS if check.id == identifier]
    return check


def carried_out_with(behaviour: str, server: "RunningServer", check: Check) -> CheckResult:
    def prepare(client: Client, _: Offer) -> None:
        answer = client.request("PUT", "/_control/behaviours", body={"active": [behaviour]})
        assert answer.status == 200, str(answer)

    target = Target(url=server.url, api="renderio")
    with Session(target, RunOptions(seed=20260101), prepare=prepare) as session:
        return carry_out(check, session)


def failures(result: CheckResult) -> set[str]:
    return {finding.requirement for finding in result.findings if finding.status is Status.FAILED}


def test_there_is_a_check_in_every_module() -> None:
    assert {check.id.partition(".")[0] for check in CHECKS} == MODULES


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: str(check.id))
def test_check_passes_on_the_reference_server(session: Session, check: Check) -> None:
    result = carry_out(check, session)
    unseen = {finding.requirement for finding in result.findings if finding.status is not Status.PASSED}
    # Which requirements random histories come to depends on the seed.
    assert not unseen or check.id == LIFE_CYCLE, result.findings
    assert not failures(result)
    assert Status.ERROR not in {finding.status for finding in result.findings}, result.findings
    assert {finding.requirement for finding in result.findings} >= set(check.requirements)


def test_checks_pass_one_after_another_on_a_single_account(start_server: "StartServer") -> None:
    server = start_server("--api-key", "ffsk_the_only_one")
    target = Target(url=server.url, api="renderio", keys=("ffsk_the_only_one",))
    with Session(target, RunOptions(seed=20260101)) as session:
        results = {check.id: carry_out(check, session) for check in CHECKS}
    assert set().union(*(failures(result) for result in results.values())) == set()
    assert not [result for result in results.values() if result.ended_early]


@pytest.mark.parametrize(
    ("behaviour", "requirement"),
    [
        ("put-keeps-url", "RIO-CFG-002"),
        ("delete-does-not-stop-deliveries", "RIO-CFG-016"),
        ("get-shows-active-after-delete", "RIO-CFG-017"),
        ("success-keeps-count", "RIO-DIS-002"),
        ("signed-without-secret", "RIO-SIG-002"),
    ],
)
def test_random_histories_find_a_fault_and_tell_the_shortest(
    server: "RunningServer", behaviour: str, requirement: str
) -> None:
    result = carried_out_with(behaviour, server, named(LIFE_CYCLE))
    assert failures(result) == {requirement}
    [found] = [finding for finding in result.findings if finding.status is Status.FAILED]
    assert "The history: 1. PUT the" in found.explanation


@pytest.mark.parametrize(
    ("behaviour", "identifier", "requirement"),
    [
        ("put-needs-secret", CONFIGURED_BEFORE, "RIO-CFG-004"),
        ("delivered-command-is-gone", "deliveries.every_command_is_delivered", "RIO-WHK-019"),
        ("every-second-command-is-not-delivered", "deliveries.every_command_is_delivered", "RIO-WHK-011"),
        ("own-url-becomes-the-accounts", "own_url.own_url_overrides", "RIO-WHK-014"),
        ("new-secret-is-ignored", "signatures.bytes_and_key_are_taken_as_they_are", "RIO-SIG-010"),
    ],
)
def test_faults_of_the_same_look_are_told_apart(
    server: "RunningServer", behaviour: str, identifier: str, requirement: str
) -> None:
    assert failures(carried_out_with(behaviour, server, named(identifier))) == {requirement}


@pytest.mark.parametrize(
    "behaviour",
    ["counts-within-one-delivery", "put-keeps-secret", "pending-retries-survive-delete", "get-hides-what-was-deleted"],
)
def test_random_histories_accept_every_reading(server: "RunningServer", behaviour: str) -> None:
    result = carried_out_with(behaviour, server, named(LIFE_CYCLE))
    assert not failures(result)
    assert result.ended_early is None
