"""Conforming servers with unusual manners: whatever the checks say against one of them is a false alarm."""

import select
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from contracts.catalogue import Observable
from contracts.results import ExitCode, Results
from contracts.run import run
from contracts.session import Session
from contracts.target import NO_CONTROL, RunOptions, Target
from contracts.verdicts import Status

FOLDER = Path(__file__).parents[1] / "miniature_variations"
START_SECONDS = 20
TWO_KEYS = ("ffsk_one", "ffsk_two")


@contextmanager
def varied(variations: Sequence[str], *options: str) -> Iterator[str]:
    """A miniature with these variations; its URL."""
    named = [word for name in variations for word in ("--vary", name)]
    process = subprocess.Popen(
        [sys.executable, str(FOLDER), "--port", "0", "--grace", "0.2", *named, *options],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        ready, _, _ = select.select([process.stdout], [], [], START_SECONDS)
        line = process.stdout.readline() if ready else ""
        assert line.startswith("listening on http://"), line
        yield line.split()[-1]
    finally:
        process.terminate()
        process.communicate(timeout=START_SECONDS)


def alarms(results: Results) -> list[str]:
    """What was said against the server, or could not be said for a trouble of the kit."""
    silent = {Status.PASSED, Status.NOT_OBSERVABLE}
    return [
        f"{finding.requirement} {finding.status} by {finding.check}: {finding.explanation}"
        for result in results.checks
        for finding in result.findings
        if finding.status not in silent
    ]


def judged(target: Target, only: Sequence[str]) -> Results:
    with Session(target, RunOptions(seed=3, only=tuple(only))) as session:
        return run(session)


@pytest.mark.parametrize(
    ("variations", "only"),
    [
        pytest.param(
            ("escaped-json", "chunks", "length-required", "odd-ids", "stored-elsewhere", "retries-ceiled"),
            ("RIO-CFG-002", "RIO-CMD-003", "RIO-CMD-011", "RIO-WHK", "RIO-SIG-003", "RIO-RTY-013"),
            id="escaped",
        ),
        pytest.param(
            ("points-in-numbers", "one-decimal", "stored-for-the-key", "ids-of-one-form", "retries-jittered"),
            ("RIO-CFG-010", "RIO-CMD-016", "RIO-WHK-007", "RIO-DIS-001", "RIO-DIS-006", "RIO-RTY-004", "RIO-ERR-007"),
            id="points",
        ),
        pytest.param(
            (
                "turned-json",
                "more-properties",
                "keep-alive",
                "compressed",
                "times-rounded-apart",
                "moments-in-basic-form",
            ),
            ("RIO-CFG-017", "RIO-CMD-021", "RIO-CMD-025", "RIO-WHK-002", "RIO-SIG-004", "RIO-DIS-011", "RIO-ERR-004"),
            id="turned",
        ),
        pytest.param(
            ("whole-numbers", "running-numbers", "timestamps-floored", "moments-in-seconds", "clock-years-behind"),
            ("RIO-CMD-016", "RIO-CMD-024", "RIO-WHK-008", "RIO-DIS-006", "RIO-ERR-007"),
            id="whole numbers",
        ),
        pytest.param(
            ("queued", "brooding", "slow-control"),
            ("RIO-CMD-007", "RIO-WHK-004", "RIO-WHK-005", "RIO-RTY-011"),
            id="slow",
        ),
        pytest.param(
            ("ipv6", "far-away", "stored-slowly"), ("RIO-CMD-024", "RIO-RTY-005", "RIO-RTY-013"), id="far away"
        ),
        pytest.param(("at-times-too-many",), ("RIO-CFG-015", "RIO-ERR-010"), id="too many"),
        pytest.param(("at-times-too-many-until",), ("RIO-CFG-014", "RIO-ERR-010"), id="too many until"),
        pytest.param(("too-many-by-its-clock",), ("RIO-CFG-014", "RIO-ERR-010"), id="too many by its clock"),
    ],
)
def test_permitted_manners_raise_no_alarm(variations: Sequence[str], only: Sequence[str]) -> None:
    with varied(variations) as url:
        results = judged(Target(url=url, api="renderio"), only)
    assert not alarms(results)
    assert results.exit_code is ExitCode.CONFORMANT
    unseen = [
        verdict.requirement.id
        for verdict in results.verdicts.values()
        if verdict.requirement.id in only and verdict.status is not Status.PASSED
    ]
    assert not unseen


def test_many_variations_at_once_raise_no_alarm_in_the_whole_suite() -> None:
    names = ("pretty-json", "more-headers", "small-headers", "errors-as-pages", "below-a-path", "stored-signed")
    of_time = ("retries-floored", "clock-years-ahead", "clock-by-offset", "moments-by-offset")
    with varied([*names, *of_time]) as url:
        results = judged(Target(url=url, api="renderio"), ())
    assert not alarms(results)
    unseen = {
        verdict.requirement.id
        for verdict in results.verdicts.values()
        if verdict.status is not Status.PASSED and verdict.requirement.observable is not Observable.NONE
    }
    assert unseen == {"RIO-ERR-010", "RIO-ERR-011"}  # it never says that there are too many requests


def test_account_with_a_past_raises_no_alarm() -> None:
    only = ("RIO-DIS", "RIO-RTY-003", "RIO-RTY-008", "RIO-ERR-008")
    with varied(["two-accounts"]) as url:
        results = judged(Target(url=url, api="renderio", keys=TWO_KEYS), only)
    assert not alarms(results)
    assert results.verdicts["RIO-DIS-003"].status is Status.PASSED
    assert results.verdicts["RIO-ERR-008"].status is Status.PASSED


def test_late_deliveries_in_real_time_raise_no_alarm() -> None:
    with varied(["brooding", "retries-jittered"], "--clock", "real", "--no-control") as url:
        results = judged(Target(url=url, api="renderio", keys=TWO_KEYS, control=NO_CONTROL), ["RIO-RTY-006"])
    assert not alarms(results)
    assert results.verdicts["RIO-RTY-006"].status is Status.PASSED
