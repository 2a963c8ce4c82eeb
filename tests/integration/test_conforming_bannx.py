"""The miniature of bannx conforms, whatever its manners: what the checks say against it is a false alarm."""

import select
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from contracts.catalogue import Observable, Requirement
from contracts.documents import load_api
from contracts.pages import Page, in_order
from contracts.results import ExitCode, Results
from contracts.run import run
from contracts.session import Session
from contracts.target import RunOptions, Target
from contracts.target_file import load_target_file
from contracts.verdicts import Status
from tests.miniature_bannx_variations.mixtures import MIXTURES
from tests.miniature_bannx_variations.variations import VARIATIONS
from tests.miniature_bannx_variations.wrongs import WRONGS

TESTS = Path(__file__).parents[1]
FOLDER = TESTS / "miniature_bannx_variations"
TARGET_FILE = TESTS / "miniature_bannx" / "target.toml"
START_SECONDS = 20
TWO_TOKENS = ("one", "two")


def pages() -> tuple[Page, ...]:
    """The miniature's, from its target file."""
    return in_order(load_target_file(TARGET_FILE, {}).pages or ())


@contextmanager
def varied(variations: Iterable[str], *options: str) -> Iterator[str]:
    """A miniature with these variations; its URL."""
    named = [word for name in variations for word in ("--vary", name)]
    process = subprocess.Popen(
        [sys.executable, str(FOLDER), "--port", "0", *named, *options], stdout=subprocess.PIPE, text=True
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


def judged(variations: Iterable[str], *only: str, keys: tuple[str, ...] = ()) -> Results:
    """What the suite says of a miniature with these variations."""
    with varied(variations) as url:
        return judged_at(url, *only, keys=keys)


def judged_at(url: str, *only: str, keys: tuple[str, ...] = ()) -> Results:
    target = Target(url=url, api="bannx", keys=keys, pages=pages())
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


def failed(results: Results) -> set[str]:
    """The requirements that the suite calls broken."""
    return {verdict.requirement.id for verdict in results.verdicts.values() if verdict.status is Status.FAILED}


def readings(results: Results) -> set[str]:
    """The readings that the suite has seen."""
    return {
        f"{finding.requirement} {finding.reading}"
        for result in results.checks
        for finding in result.findings
        if finding.reading is not None
    }


def entries() -> list[Requirement]:
    """The whole catalogue."""
    return list(load_api("bannx").requirements.values())


def defaults() -> set[str]:
    """The readings of the reference server, as the catalogue has them."""
    return {f"{entry.id} {reading.id}" for entry in entries() for reading in entry.readings if reading.default}


NEVER_SEEN = {entry.id for entry in entries() if entry.observable is Observable.NONE}
"""What nobody sees from outside."""

NEEDS_PAGES = {"BNX-AUT-008", "BNX-REN-008"}
"""What it takes pages for that a check makes itself, or that belong to one space alone."""

NEVER_TOLD_APART = {"BNX-CBK-006", "BNX-LOG-004", "BNX-BOD-004"}
"""What has readings that look the same from outside, or need a page whose form every server knows."""

CONTROLLED = {entry.id for entry in entries() if entry.observable is Observable.CONTROL}
"""What nobody sees without the control protocol."""


def test_every_variation_is_part_of_a_mixture() -> None:
    assert {name for mixture in MIXTURES.values() for name in mixture} == VARIATIONS.keys()


def test_every_reading_that_a_variation_shows_is_in_the_catalogue() -> None:
    for variation in VARIATIONS.values():
        for shown in variation.readings:
            requirement, _, reading = shown.partition(" ")
            assert load_api("bannx").requirements[requirement].reading(reading).id == reading


def test_plain_miniature_conforms_and_differs_from_the_reference() -> None:
    results = judged(MIXTURES["plain"])
    assert not alarms(results)
    # No answer of it has a link in file.url.
    assert unseen(results) == NEVER_SEEN | NEEDS_PAGES | {"BNX-REN-011"}
    assert readings(results) & defaults() == set()
    links = {"BNX-REN-011 a", "BNX-REN-011 b"}  # others have some
    shown = (
        links | readings(results) | defaults() | {reading for one in VARIATIONS.values() for reading in one.readings}
    )
    assert {
        f"{entry.id} {reading.id}"
        for entry in entries()
        for reading in entry.readings
        if entry.id not in NEVER_SEEN | NEEDS_PAGES | NEVER_TOLD_APART
    } <= shown


def test_miniature_with_the_manners_of_the_reference_conforms() -> None:
    results = judged(MIXTURES["reference"])
    assert not alarms(results)
    assert unseen(results) == NEVER_SEEN | NEEDS_PAGES
    # What a page in a body looks like is each server's own; a link works once the picture is uploaded.
    assert readings(results) - defaults() <= {"BNX-BOD-004 b", "BNX-REN-011 b"}


@pytest.mark.parametrize(
    ("mixture", "more_unseen", "shown"),
    [
        # Errors hold no statusCode there.
        ("on plain", {"BNX-ERR-003"}, {"BNX-REN-011 a", "BNX-CBK-009 c"}),
        ("on the reference", set(), {"BNX-REN-011 b", "BNX-TWK-011 c"}),
        ("back and forth", {"BNX-REN-011"}, {"BNX-CBK-009 a", "BNX-LOG-010 a"}),
        ("no json", {"BNX-REN-011"}, {"BNX-REN-010 c"}),
    ],
)
def test_permitted_manners_raise_no_alarm(mixture: str, more_unseen: set[str], shown: set[str]) -> None:
    results = judged(MIXTURES[mixture])
    assert not alarms(results)
    assert results.exit_code is ExitCode.CONFORMANT
    assert unseen(results) == NEVER_SEEN | NEEDS_PAGES | more_unseen
    assert shown <= readings(results)


def test_pictures_that_differ_from_render_to_render_are_not_compared() -> None:
    results = judged(MIXTURES["restless"])
    assert not alarms(results)
    compared = {identifier for identifier in unseen(results) if identifier.startswith("BNX-TWK")}
    assert compared >= {f"BNX-TWK-00{number}" for number in (1, 2, 3, 4, 5)}
    passed = ("BNX-REN-001", "BNX-REN-003", "BNX-FMT-001", "BNX-CBK-005", "BNX-LOG-003", "BNX-LOG-005", "BNX-CRD-004")
    assert {identifier for identifier in passed if results.verdicts[identifier].status is not Status.PASSED} == set()


@pytest.mark.parametrize(
    ("mixture", "only"),
    [
        ("to the letter", ("BNX-CBK", "BNX-LOG-006", "BNX-LOG-009", "BNX-CRD-001", "BNX-CRD-002")),
        ("soon mended", ("BNX-CBK-006", "BNX-CBK-009", "BNX-LOG-006", "BNX-CRD-006")),
        ("slow", ("BNX-REN-001", "BNX-CBK-001", "BNX-CBK-003", "BNX-LOG-001", "BNX-LOG-006", "BNX-CRD-001")),
        ("slow at work", ("BNX-REN-002", "BNX-CBK-006", "BNX-CBK-007", "BNX-LOG-005", "BNX-CRD-004")),
        ("too many", ("BNX-REN-003", "BNX-TWK-001", "BNX-CBK-002", "BNX-LOG-001", "BNX-CRD-005")),
    ],
)
def test_servers_that_take_their_time_raise_no_alarm(mixture: str, only: tuple[str, ...]) -> None:
    results = judged(MIXTURES[mixture], *only)
    assert not alarms(results)
    judged_ones = {identifier for identifier in results.verdicts if identifier.startswith(only)} - NEVER_SEEN
    assert {
        identifier for identifier in judged_ones if results.verdicts[identifier].status is not Status.PASSED
    } == set()


@pytest.mark.parametrize(
    ("mixture", "shown"),
    [
        ("two spaces", {"BNX-AUT-008 b"}),
        # This looks like a token that is no good.
        ("two other spaces", set()),
        ("two more spaces", {"BNX-AUT-008 a"}),
    ],
)
def test_space_that_may_not_render_the_pages_of_another_raises_no_alarm(mixture: str, shown: set[str]) -> None:
    only = ("BNX-AUT", "BNX-REN", "BNX-CRD-003", "BNX-LOG-007")
    with varied(MIXTURES[mixture]) as url:
        first, second = (judged_at(url, *only, keys=TWO_TOKENS) for _ in range(2))
    for results in (first, second):
        assert not alarms(results)
        assert {reading for reading in readings(results) if reading.startswith("BNX-AUT-008")} == shown
        assert results.verdicts["BNX-LOG-007"].status is Status.PASSED
        assert results.verdicts["BNX-CRD-003"].status is Status.PASSED


def test_space_that_others_use_too_raises_no_alarm() -> None:
    only = ("BNX-CBK-001", "BNX-CBK-003", "BNX-LOG", "BNX-CRD")
    results = judged(MIXTURES["visited"], *only, keys=TWO_TOKENS)
    assert not alarms(results)
    assert results.verdicts["BNX-CBK-001"].status is Status.PASSED


@pytest.mark.parametrize(
    ("mixture", "seen"), [("no faults", {"BNX-CBK-001", "BNX-LOG-003", "BNX-CRD-001"}), ("nothing of callbacks", set())]
)
def test_server_without_a_log_or_without_faults_raises_no_alarm(mixture: str, seen: set[str]) -> None:
    results = judged(MIXTURES[mixture], "BNX-CBK", "BNX-LOG", "BNX-CRD")
    assert not alarms(results)
    assert not seen & unseen(results)
    assert {identifier for identifier in unseen(results) if identifier not in NEVER_SEEN} <= CONTROLLED


FOUND: Mapping[str, tuple[str, set[str]]] = {
    "answers wait for callbacks": ("BNX-CBK-006", set()),
    "failing callbacks spoil answers": ("BNX-CBK-004", set()),
    "failures are billed": ("BNX-CRD-002", set()),
    # Renders one after the other have callbacks that overlap.
    "credits are lost": ("BNX-CRD-004", {"BNX-CRD-005"}),
    "files are mixed up": ("BNX-LOG-005", set()),
    "failed uploads are logged": ("BNX-LOG-006", set()),
    "clients are told": ("BNX-OUT-001", set()),
    "tweaks are forgotten": ("BNX-TWK-001", set()),
    # Who is let in by anything is let in by a token in the query, too.
    "anybody is let in": ("BNX-AUT-002", {"BNX-AUT-005"}),
    "pictures are narrower": ("BNX-REN-003", set()),
}
"""What every wrong manner breaks, and what may be called broken beside that, within the same area."""


def test_every_wrong_manner_is_tried() -> None:
    assert {f"wrong: {wrong}" for wrong in FOUND} == WRONGS.keys()


@pytest.mark.parametrize("wrong", FOUND)
def test_wrong_server_is_found_out(wrong: str) -> None:
    broken, follows = FOUND[wrong]
    results = judged([f"wrong: {wrong}"], broken.rpartition("-")[0])
    assert results.exit_code is ExitCode.REQUIREMENT_FAILED
    assert {broken} <= failed(results) <= {broken} | follows
    assert not [alarm for alarm in alarms(results) if f" {Status.FAILED} " not in alarm]
