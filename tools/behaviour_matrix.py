"""Runs the checks against every fault and reading of the reference server, and writes `docs/behaviours.md`.

python tools/behaviour_matrix.py                  run, and write the table
python tools/behaviour_matrix.py --check          run, and say whether the table is up to date
python tools/behaviour_matrix.py --every-check    let every check look at every behaviour
python tools/behaviour_matrix.py ID ...           these behaviours alone, in full; `fault` and `reading` name all

A fault must be reported as the requirement that it breaks, and nothing else but what follows from it; a reading must
pass and be seen; the clean server must pass. Only the checks on the requirements of a behaviour look at it, as no other
can see it: --every-check is the proof of that.
"""

import argparse
import contextlib
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

import yaml

from contracts.catalogue import Level, Observable, load_catalogue
from contracts.check import Check, checks_of
from contracts.client import Client
from contracts.control import Offer
from contracts.run import carry_out
from contracts.session import Session
from contracts.target import RunOptions, Target
from contracts.verdicts import Finding, Status
from proofreel.server_process import own_server

API = "renderio"
ROOT = Path(__file__).parents[1]
TABLE = ROOT / "docs" / "behaviours.md"
AT_ONCE = 3
CLEAN = "(clean)"
WAITING = "RIO-ERR-010"
ENDLESS = frozenset({"RIO-CMD-010", "RIO-WHK-005", WAITING})
"""Behaviours of these make every command, or every third request, take its real time; with every check, hours."""

LASTING = frozenset({"RIO-CMD-010"})
"""Faults on these keep the server busy after their checks, so they have one of their own."""

INTRODUCTION = """\
# Faults and readings of the reference server

Written by `python tools/behaviour_matrix.py`, which runs the checks against each of them; do not edit by hand. Switch
one on with `proofreel serve --behave ID`, or for one workspace by `PUT /_control/behaviours`.

"""


@dataclass(frozen=True)
class Behaviour:
    """One entry of the catalogue, or several readings at once."""

    id: str
    kind: str
    statement: str
    scope: str
    breaks: str | None
    follows: frozenset[str]
    shows: dict[str, str]
    active: tuple[str, ...]

    @property
    def requirements(self) -> frozenset[str]:
        """What it concerns."""
        return frozenset({self.breaks} if self.breaks else ()) | self.follows | frozenset(self.shows)


@dataclass(frozen=True)
class Outcome:
    """What the checks said of a behaviour."""

    behaviour: Behaviour
    findings: tuple[Finding, ...]
    seconds: float

    @property
    def failed(self) -> frozenset[str]:
        """The requirements that were reported as failed."""
        return frozenset(finding.requirement for finding in self.findings if finding.status is Status.FAILED)

    @property
    def caught_by(self) -> tuple[str, ...]:
        """The checks that reported the broken requirement."""
        return tuple(
            sorted(
                {
                    finding.check
                    for finding in self.findings
                    if finding.status is Status.FAILED and finding.requirement == self.behaviour.breaks
                }
            )
        )

    @property
    def problems(self) -> list[str]:
        """What is not as it must be."""
        behaviour = self.behaviour
        wrong = [
            f"{finding.check}: the kit has a trouble with {finding.requirement}:\n{finding.explanation}"
            for finding in self.findings
            if finding.status is Status.ERROR
        ]
        if behaviour.breaks is not None and behaviour.breaks not in self.failed:
            wrong.append(f"{behaviour.breaks} was not reported: {self._words(behaviour.breaks)}")
        allowed = ({behaviour.breaks} if behaviour.breaks else set()) | behaviour.follows
        wrong += [f"{extra} was reported: {self._words(extra)}" for extra in sorted(self.failed - allowed)]
        seen = {(finding.requirement, finding.reading) for finding in self.findings if finding.reading}
        wrong += [
            f"reading {reading} of {requirement} was not seen: {self._words(requirement)}"
            for requirement, reading in behaviour.shows.items()
            if (requirement, reading) not in seen
        ]
        return wrong

    def _words(self, requirement: str) -> str:
        said = [
            f"{finding.check}: {finding.status} {finding.reading or ''} {finding.explanation}"
            for finding in self.findings
            if finding.requirement == requirement
        ]
        return "; ".join(said[:4]) or "no check said a word of it"


def catalogue() -> list[Behaviour]:
    """Every behaviour of the catalogue."""
    text = files("openapi").joinpath(API, "behaviours.yaml").read_text("utf-8")
    return [_behaviour(entry) for entry in yaml.safe_load(text)]


def _behaviour(entry: dict[str, Any]) -> Behaviour:
    return Behaviour(
        id=entry["id"],
        kind=entry["kind"],
        statement=" ".join(entry["statement"].split()),
        scope=entry.get("scope", "workspace"),
        breaks=entry.get("breaks"),
        follows=frozenset(entry.get("follows", ())),
        shows=dict(entry.get("shows", {})),
        active=(entry["id"],),
    )


def together(readings: Sequence[Behaviour]) -> list[Behaviour]:
    """The readings in as few groups as go together, each of which every check looks at.

    Those that make a client wait stay alone.
    """
    groups: list[list[Behaviour]] = []
    for reading in readings:
        if WAITING in reading.shows:
            continue
        for group in groups:
            if all(not reading.requirements & other.requirements for other in group):
                group.append(reading)
                break
        else:
            groups.append([reading])
    return [
        Behaviour(
            f"readings together, {number}",
            "readings",
            "",
            "workspace",
            None,
            frozenset(),
            {},
            tuple(one.id for one in group),
        )
        for number, group in enumerate(groups, start=1)
    ]


def unproven() -> list[str]:
    """The requirements that must have a fault and have none."""
    broken = {behaviour.breaks for behaviour in catalogue()}
    return [
        requirement.id
        for requirement in load_catalogue(API).values()
        if requirement.level is Level.MUST
        and requirement.observable is not Observable.NONE
        and requirement.id not in broken
    ]


class Bench:
    """One worker's session on a server; behaviours are switched on in every workspace that it opens."""

    def __init__(self, url: str) -> None:
        self._active: tuple[str, ...] = ()
        self._session = Session(Target(url=url, api=API), RunOptions(seed=1, workers=1), prepare=self._prepare)

    def __enter__(self) -> Self:
        self._session.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._session.__exit__(None, None, None)

    def look_at(self, behaviour: Behaviour, checks: Sequence[Check], *, switch: bool) -> Outcome:
        """Let the checks look at it."""
        began = time.monotonic()
        self._active = behaviour.active if switch else ()
        findings = [finding for check in checks for finding in carry_out(check, self._session).findings]
        return Outcome(behaviour, tuple(findings), time.monotonic() - began)

    def _prepare(self, client: Client, offer: Offer) -> None:
        if self._active:
            response = client.request("PUT", "/_control/behaviours", body={"active": list(self._active)})
            if response.status != 200:  # noqa: PLR2004 - HTTP's OK
                message = f"{', '.join(self._active)} cannot be switched on at {offer.url}: {response}"
                raise RuntimeError(message)


def server(*options: str) -> AbstractContextManager[str]:
    """A reference server; its URL."""
    return own_server("--outbound", "loopback", "--log-level", "error", *options)


def run(behaviours: Sequence[Behaviour], *, every_check: bool) -> list[Outcome]:
    """Let the checks look at each behaviour, several at a time."""
    checks = checks_of(API)
    lock, done = threading.Lock(), 0
    local = threading.local()
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(server())

        def bench() -> Bench:
            if not hasattr(local, "bench"):
                with lock:
                    local.bench = stack.enter_context(Bench(url))
            found: Bench = local.bench
            return found

        def one(behaviour: Behaviour) -> Outcome:
            nonlocal done
            everything = every_check or behaviour.kind in {"readings", CLEAN}
            chosen = (
                checks
                if everything
                else [check for check in checks if behaviour.requirements & set(check.requirements)]
            )
            if behaviour.scope == "server" or behaviour.breaks in LASTING:
                options = [option for identifier in behaviour.active for option in ("--behave", identifier)]
                with server(*options) as own, Bench(own) as alone:
                    outcome = alone.look_at(behaviour, chosen, switch=False)
            else:
                outcome = bench().look_at(behaviour, chosen, switch=True)
            with lock:
                done += 1
                sign = "ok " if not outcome.problems else "NOT"
                sys.stdout.write(f"{done:4}/{len(behaviours)}  {sign} {behaviour.id}  {outcome.seconds:.1f} s\n")
                for problem in outcome.problems:
                    sys.stdout.write(f"            {problem}\n")
                sys.stdout.flush()
            return outcome

        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(one, behaviours))


def table(outcomes: Sequence[Outcome]) -> str:
    """The table for people."""
    faults = [outcome for outcome in outcomes if outcome.behaviour.kind == "fault"]
    readings = [outcome for outcome in outcomes if outcome.behaviour.kind == "reading"]
    lines = [
        INTRODUCTION,
        f"## Faults ({len(faults)})\n\n",
        "Each is reported as the requirement that it breaks; what may follow from it is in brackets.\n\n",
        "| fault | what the server does | reported as | by |\n|---|---|---|---|\n",
        *(_fault_row(outcome) for outcome in faults),
        f"\n## Readings ({len(readings)})\n\nEach is permitted: the checks pass, and say which reading they saw.\n\n",
        "| reading | what the server does | seen as |\n|---|---|---|\n",
        *(_reading_row(outcome.behaviour) for outcome in readings),
    ]
    return "".join(lines)


def _fault_row(outcome: Outcome) -> str:
    behaviour = outcome.behaviour
    follows = f" ({', '.join(sorted(behaviour.follows))})" if behaviour.follows else ""
    where = "" if behaviour.scope == "workspace" else " (whole server)"
    return (
        f"| `{behaviour.id}`{where} | {_cell(behaviour.statement)} | {behaviour.breaks}{follows} | "
        f"{', '.join(f'`{check}`' for check in outcome.caught_by)} |\n"
    )


def _reading_row(behaviour: Behaviour) -> str:
    shows = ", ".join(f"{requirement} {reading}" for requirement, reading in behaviour.shows.items())
    return f"| `{behaviour.id}` | {_cell(behaviour.statement)} | {shows} |\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> int:
    """Run; 0 if everything is as it must be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ids", nargs="*", metavar="ID")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--every-check", action="store_true")
    options = parser.parse_args()
    behaviours = catalogue()
    if unknown := set(options.ids) - {it.id for it in behaviours} - {it.kind for it in behaviours}:
        names = ", ".join(sorted(unknown))
        parser.error(f"there is no behaviour {names}; proofreel serve --list-behaviours lists them")
    if options.ids:
        behaviours = [
            behaviour for behaviour in behaviours if behaviour.id in options.ids or behaviour.kind in options.ids
        ]
    else:
        readings = [
            behaviour for behaviour in behaviours if behaviour.kind == "reading" and behaviour.scope == "workspace"
        ]
        clean = Behaviour(CLEAN, CLEAN, "", "workspace", None, frozenset(), {}, ())
        behaviours = [clean, *together(readings), *behaviours]
        if options.every_check:
            behaviours = [behaviour for behaviour in behaviours if not behaviour.requirements & ENDLESS]
    outcomes = run(behaviours, every_check=options.every_check or bool(options.ids))
    missing = [] if options.ids else unproven()
    for identifier in missing:
        sys.stdout.write(f"no fault breaks {identifier}\n")
    bad = [outcome for outcome in outcomes if outcome.problems]
    sys.stdout.write(
        f"{len(outcomes)} looked at, {len(bad)} not as they must be, {len(missing)} requirements without a fault\n"
    )
    if options.ids:
        return bool(bad)
    written = table(outcomes)
    if options.check:
        if TABLE.read_text("utf-8") != written:
            sys.stdout.write(f"{TABLE.name} is not up to date; run python tools/behaviour_matrix.py\n")
            return 1
    elif not bad:
        TABLE.write_text(written, "utf-8")
    return bool(bad or missing)


if __name__ == "__main__":
    sys.exit(main())
