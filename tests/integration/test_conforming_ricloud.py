"""The miniature of ricloud conforms, whatever its manners: what the checks say against it is a false alarm."""

import select
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from contracts.catalogue import Level, Observable
from contracts.documents import load_api
from contracts.results import ExitCode, Results
from contracts.run import run
from contracts.session import Session
from contracts.target import NO_CONTROL, RunOptions, Target
from contracts.verdicts import Status
from tests.miniature_ricloud_variations.mixtures import MIXTURES
from tests.miniature_ricloud_variations.variations import VARIATIONS

FOLDER = Path(__file__).parents[1] / "miniature_ricloud_variations"
START_SECONDS = 20
TWO_TOKENS = ("one", "two")

READINGS_OF_THE_REFERENCE = {
    *("RCL-CFG-016 a", "RCL-UPD-008 a", "RCL-UPD-016 a", "RCL-TST-015 a", "RCL-TST-021 a", "RCL-TST-025 a"),
    "RCL-STA-002 a",
}
"""What the plain miniature does like the reference server; in all else that the documents leave open it differs."""

NEVER_SEEN = {"RCL-AUT-004", "RCL-CFG-022", "RCL-STA-008", "RCL-SIG-008", "RCL-ERR-009"}
"""What nobody sees from outside."""


@contextmanager
def varied(variations: Iterable[str], *options: str) -> Iterator[str]:
    """A miniature with these variations; its URL."""
    named = [word for name in variations for word in ("--vary", name)]
    process = subprocess.Popen(
        [sys.executable, str(FOLDER), "--port", "0", *named, *options],
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


def judged(mixture: str, *only: str) -> Results:
    """What the suite says of a mixture."""
    with varied(MIXTURES[mixture]) as url:
        return judged_at(Target(url=url, api="ricloud"), *only)


def judged_at(target: Target, *only: str) -> Results:
    with Session(target, RunOptions(seed=3, only=only)) as session:
        return run(session)


def alarms(results: Results) -> list[str]:
    """What was said against the server, or could not be said for a trouble of the kit."""
    silent = {Status.PASSED, Status.NOT_OBSERVABLE}
    return [
        f"{finding.requirement} {finding.status} by {finding.check}: {finding.explanation}"
        for result in results.checks
        for finding in result.findings
        if finding.status not in silent
    ]


def unseen(results: Results) -> set[str]:
    """The requirements that the suite could say nothing about."""
    return {verdict.requirement.id for verdict in results.verdicts.values() if verdict.status is Status.NOT_OBSERVABLE}


def readings(results: Results) -> set[str]:
    """The readings that the suite has seen."""
    return {
        f"{finding.requirement} {finding.reading}"
        for result in results.checks
        for finding in result.findings
        if finding.reading is not None
    }


def defaults() -> set[str]:
    """The readings of the reference server, as the catalogue has them."""
    requirements = load_api("ricloud").requirements.values()
    return {f"{entry.id} {reading.id}" for entry in requirements for reading in entry.readings if reading.default}


def test_every_variation_is_part_of_a_mixture() -> None:
    assert {name for mixture in MIXTURES.values() for name in mixture} == VARIATIONS.keys()


def test_every_reading_that_a_variation_shows_is_in_the_catalogue() -> None:
    for variation in VARIATIONS.values():
        for shown in variation.readings:
            requirement, _, reading = shown.partition(" ")
            assert load_api("ricloud").requirements[requirement].reading(reading).id == reading


def test_plain_miniature_conforms_and_differs_from_the_reference() -> None:
    results = judged("plain")
    assert not alarms(results)
    assert unseen(results) == NEVER_SEEN
    assert readings(results) & defaults() == READINGS_OF_THE_REFERENCE
    open_ones = {entry.id for entry in load_api("ricloud").requirements.values() if entry.readings}
    assert {shown.partition(" ")[0] for shown in readings(results)} == open_ones
    shown = readings(results) | defaults() | {reading for one in VARIATIONS.values() for reading in one.readings}
    requirements = load_api("ricloud").requirements.values()
    assert shown >= {f"{entry.id} {reading.id}" for entry in requirements for reading in entry.readings}


def test_miniature_with_the_manners_of_the_reference_conforms() -> None:
    results = judged("reference")
    assert not alarms(results)
    assert unseen(results) == NEVER_SEEN
    assert readings(results) == defaults()


@pytest.mark.parametrize(
    ("mixture", "more_unseen"),
    [
        # A config that is chosen cannot be deactivated there, and nothing deleted.
        ("on plain", {"RCL-EVT-020", "RCL-EVT-021", "RCL-DEL-002"}),
        # Nothing is revived there, and no operator of dates is one of those that the catalogue has.
        ("on the reference", {"RCL-UPD-009", "RCL-LST-006"}),
        ("back and forth", set()),
    ],
)
def test_permitted_manners_raise_no_alarm(mixture: str, more_unseen: set[str]) -> None:
    results = judged(mixture)
    assert not alarms(results)
    assert results.exit_code is ExitCode.CONFORMANT
    assert unseen(results) == NEVER_SEEN | more_unseen


@pytest.mark.parametrize(
    ("mixture", "only"),
    [
        ("slow", ("RCL-TST-003", "RCL-TST-004", "RCL-TST-012", "RCL-UPD-002", "RCL-TSK-002", "RCL-EVT-015")),
        ("too many", ("RCL-CFG-001", "RCL-LST-012", "RCL-EVT-001", "RCL-ERR-001", "RCL-ORG-006")),
        ("retried", ("RCL-TST-006", "RCL-TST-011", "RCL-TST-021", "RCL-TSK-004", "RCL-EVT-012", "RCL-STA-005")),
        ("retried soon", ("RCL-TST-006", "RCL-TST-012", "RCL-TST-021", "RCL-TSK-004", "RCL-UPD-004")),
        ("by the clock", ("RCL-TST-003", "RCL-TST-006", "RCL-TST-025", "RCL-UPD-002", "RCL-EVT-001", "RCL-SIG-006")),
    ],
)
def test_servers_that_take_their_time_raise_no_alarm(mixture: str, only: Sequence[str]) -> None:
    results = judged(mixture, *only)
    assert not alarms(results)
    assert {identifier for identifier in only if results.verdicts[identifier].status is not Status.PASSED} == set()


def test_organisation_with_a_past_raises_no_alarm() -> None:
    only = ("RCL-CFG-001", "RCL-LST", "RCL-ORG", "RCL-DEL-001")
    with varied(MIXTURES["old"]) as url:
        target = Target(url=url, api="ricloud", keys=TWO_TOKENS)
        first, second = judged_at(target, *only), judged_at(target, *only)
    assert not alarms(first)
    assert not alarms(second)
    assert unseen(second) == unseen(first)
    assert second.verdicts["RCL-LST-019"].status is Status.PASSED
    assert second.verdicts["RCL-ORG-006"].status is Status.PASSED


def test_server_without_events_to_trigger_raises_no_alarm() -> None:
    only = ("RCL-EVT", "RCL-SIG", "RCL-ORG")
    results = judged("nothing to trigger", *only)
    controlled = {
        entry.id for entry in load_api("ricloud").requirements.values() if entry.observable is Observable.CONTROL
    }
    assert not alarms(results)
    assert {identifier for identifier in unseen(results) if identifier.startswith(only)} - NEVER_SEEN <= controlled


def test_server_without_tasks_is_blamed_for_nothing_else() -> None:
    results = judged("no tasks", "RCL-TSK", "RCL-TST", "RCL-UPD", "RCL-ORG-006", "RCL-LST-016")
    failed = {verdict.requirement for verdict in results.verdicts.values() if verdict.status is Status.FAILED}
    assert {"RCL-TSK-001"} <= {requirement.id for requirement in failed} <= {"RCL-TSK-001", "RCL-TSK-011"}
    assert {requirement.level for requirement in failed} == {Level.SHOULD}
    assert results.exit_code is ExitCode.CONFORMANT


def test_server_that_takes_https_alone_raises_no_alarm() -> None:
    results = judged("nowhere to send")
    assert not alarms(results)
    assert "RCL-CFG-016 b" in readings(results)


def test_late_tests_in_real_time_raise_no_alarm() -> None:
    only = ("RCL-TST-004", "RCL-TST-006", "RCL-UPD-002", "RCL-LST-001")
    with varied(["slow-tests"], "--clock", "real", "--no-control") as url:
        results = judged_at(Target(url=url, api="ricloud", keys=TWO_TOKENS, control=NO_CONTROL), *only)
    assert not alarms(results)
    assert {identifier for identifier in only if results.verdicts[identifier].status is not Status.PASSED} == set()
