"""Runs the checks against every fault and reading of the reference server, and writes `docs/behaviours.md`.

python tools/behaviour_matrix.py                  run, and write the page
python tools/behaviour_matrix.py --check          run, and say whether the page is up to date
python tools/behaviour_matrix.py --api NAME       the behaviours of one API alone; can be given several times
python tools/behaviour_matrix.py --every-check    let every check look at every behaviour
python tools/behaviour_matrix.py ID ...           these behaviours alone, in full; `fault` and `reading` name all

A fault must be reported as the requirement that it breaks, and nothing else but what follows from it; a reading must
pass and be seen; the clean server must pass. Only the checks on the requirements of a behaviour look at it, as no other
can see it: --every-check is the proof of that. The page, by `tools/behaviour_table.py`, does not depend on the run.
"""

import argparse
import contextlib
import signal
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Self

from contracts.catalogue import Level, Observable, load_catalogue
from contracts.check import Check, checks_of
from contracts.client import Client
from contracts.control import Offer
from contracts.run import carry_out
from contracts.session import Session
from contracts.target import RunOptions, Target
from contracts.verdicts import Finding, Status
from proofreel.server_process import own_server
from tools.behaviour_table import Behaviour, apis_with_behaviours, catalogue, out_of_date, write

AT_ONCE = 3
TERMINATED = 143
CLEAN = "(clean)"
WAITING = "RIO-ERR-010"
ENDLESS = frozenset({"RIO-CMD-010", "RIO-WHK-005", WAITING})
"""Behaviours of these make every command, or every third request, take its real time; with every check, hours."""

LASTING = frozenset({"RIO-CMD-010"})
"""Faults on these keep the server busy after their checks, so they have one of their own."""


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


def together(readings: Sequence[Behaviour]) -> list[Behaviour]:
    """The readings of one API in as few groups as go together, each of which every check looks at.

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
        _nothing_of_its_own(
            f"readings together, {number}", "readings", group[0].api, active=tuple(one.id for one in group)
        )
        for number, group in enumerate(groups, start=1)
    ]


def everything_of(api: str) -> list[Behaviour]:
    """The clean server, the readings that go together, and each behaviour by itself."""
    behaviours = catalogue(api)
    readings = [behaviour for behaviour in behaviours if behaviour.kind == "reading" and behaviour.scope == "workspace"]
    return [_nothing_of_its_own(f"{CLEAN} {api}", CLEAN, api), *together(readings), *behaviours]


def _nothing_of_its_own(identifier: str, kind: str, api: str, *, active: tuple[str, ...] = ()) -> Behaviour:
    return Behaviour(
        api=api,
        id=identifier,
        kind=kind,
        statement="",
        scope="workspace",
        breaks=None,
        follows=frozenset(),
        shows={},
        active=active,
    )


def unproven(api: str) -> list[str]:
    """The requirements that must have a fault and have none."""
    broken = {behaviour.breaks for behaviour in catalogue(api)}
    return [
        requirement.id
        for requirement in load_catalogue(api).values()
        if requirement.level is Level.MUST
        and requirement.observable is not Observable.NONE
        and requirement.id not in broken
    ]


class Bench:
    """One worker's session on a server; behaviours are switched on in every workspace that it opens."""

    def __init__(self, url: str, api: str) -> None:
        self._active: tuple[str, ...] = ()
        self._session = Session(Target(url=url, api=api), RunOptions(seed=1, workers=1), prepare=self._prepare)

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


def chosen_checks(behaviour: Behaviour, *, every_check: bool) -> list[Check]:
    """The checks that look at a behaviour: those on what it concerns, or all."""
    checks = checks_of(behaviour.api)
    if every_check or behaviour.kind in {"readings", CLEAN}:
        return list(checks)
    return [check for check in checks if behaviour.requirements & set(check.requirements)]


def run(behaviours: Sequence[Behaviour], *, every_check: bool) -> list[Outcome]:
    """Let the checks look at each behaviour, several at a time."""
    lock, done = threading.Lock(), 0
    local = threading.local()
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(server())

        def bench(api: str) -> Bench:
            benches: dict[str, Bench] = local.__dict__.setdefault("benches", {})
            if api not in benches:
                with lock:
                    benches[api] = stack.enter_context(Bench(url, api))
            return benches[api]

        def one(behaviour: Behaviour) -> Outcome:
            nonlocal done
            chosen = chosen_checks(behaviour, every_check=every_check)
            if behaviour.scope == "server" or behaviour.breaks in LASTING:
                options = [option for identifier in behaviour.active for option in ("--behave", identifier)]
                with server(*options) as own, Bench(own, behaviour.api) as alone:
                    outcome = alone.look_at(behaviour, chosen, switch=False)
            else:
                outcome = bench(behaviour.api).look_at(behaviour, chosen, switch=True)
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


def main() -> int:
    """Run; 0 if everything is as it must be."""
    # An exit that ends the servers that were started, where the default would leave them running.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    known = apis_with_behaviours()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ids", nargs="*", metavar="ID")
    parser.add_argument("--api", action="append", choices=known, help="by default, all")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--every-check", action="store_true")
    options = parser.parse_args()
    apis = list(dict.fromkeys(options.api or known))
    behaviours = [behaviour for api in apis for behaviour in catalogue(api)]
    if unknown := set(options.ids) - {it.id for it in behaviours} - {it.kind for it in behaviours}:
        names = ", ".join(sorted(unknown))
        parser.error(f"there is no behaviour {names}; proofreel serve --list-behaviours lists them")
    if options.ids:
        behaviours = [
            behaviour for behaviour in behaviours if behaviour.id in options.ids or behaviour.kind in options.ids
        ]
    else:
        behaviours = [behaviour for api in apis for behaviour in everything_of(api)]
        if options.every_check:
            behaviours = [behaviour for behaviour in behaviours if not behaviour.requirements & ENDLESS]
    outcomes = run(behaviours, every_check=options.every_check or bool(options.ids))
    missing = [] if options.ids else [identifier for api in apis for identifier in unproven(api)]
    for identifier in missing:
        sys.stdout.write(f"no fault breaks {identifier}\n")
    bad = [outcome for outcome in outcomes if outcome.problems]
    sys.stdout.write(
        f"{len(outcomes)} looked at, {len(bad)} not as they must be, {len(missing)} requirements without a fault\n"
    )
    if options.ids:
        return bool(bad)
    return bool(bad or missing) | _page(is_to_be_written=not options.check)


def _page(*, is_to_be_written: bool) -> bool:
    """Write the page, or compare it; whether it is not as it must be."""
    if is_to_be_written:
        write()
        return False
    changes = out_of_date()
    if changes:
        sys.stdout.write(f"{changes}docs/behaviours.md is out of date: run python tools/behaviour_table.py\n")
    return bool(changes)


if __name__ == "__main__":
    sys.exit(main())
