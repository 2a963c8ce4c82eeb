"""The checks of authentication, errors and commands, against the reference server without any fault."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from contracts.check import Check, checks_of
from contracts.run import carry_out
from contracts.session import Session
from contracts.target import RunOptions, Target
from contracts.verdicts import Status

if TYPE_CHECKING:
    from tests.conftest import RunningServer, StartServer

MODULES = {
    *("authentication", "errors", "failures", "isolation", "operations", "placeholders", "rate_limit", "refusals"),
    *("results", "states", "submissions"),
}
CHECKS = [check for check in checks_of("renderio") if check.id.partition(".")[0] in MODULES]
UNSEEN = {"rate_limit.too_many_requests": {"RIO-ERR-010", "RIO-ERR-011"}}
"""What the reference server does not show where nobody has asked it to."""


@pytest.fixture
def session(server: "RunningServer") -> Iterator[Session]:
    with Session(Target(url=server.url, api="renderio"), RunOptions(seed=20260101)) as opened:
        yield opened


def test_there_is_a_check_in_every_module() -> None:
    assert {check.id.partition(".")[0] for check in CHECKS} == MODULES


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: str(check.id))
def test_check_passes_on_the_reference_server(session: Session, check: Check) -> None:
    result = carry_out(check, session)
    unseen = {finding.requirement for finding in result.findings if finding.status is not Status.PASSED}
    assert unseen == UNSEEN.get(check.id, set()), result.findings
    assert {finding.requirement for finding in result.findings} >= set(check.requirements)


def test_limit_of_requests_is_judged_where_there_is_one(start_server: "StartServer") -> None:
    server = start_server("--rate-limit", "20/1s")
    [check] = [check for check in CHECKS if check.id == "rate_limit.too_many_requests"]
    with Session(Target(url=server.url, api="renderio"), RunOptions()) as session:
        findings = carry_out(check, session).findings
    assert {(finding.requirement, finding.status) for finding in findings} == {
        ("RIO-ERR-010", Status.PASSED),
        ("RIO-ERR-011", Status.PASSED),
    }
