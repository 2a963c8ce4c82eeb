"""Writes `docs/behaviours.md`: the faults and readings of the reference server, and the checks that look at each.

python tools/behaviour_table.py            write it
python tools/behaviour_table.py --check    say whether it is up to date, and what is not

The page says what the catalogues and the checks declare. That it is true is for `tools/behaviour_matrix.py` to prove.
"""

import difflib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from contracts.catalogue import known_apis
from contracts.check import checks_of
from contracts.documents import load_api

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs" / "behaviours.md"

INTRODUCTION = """\
# Faults and readings of the reference server

Written by `python tools/behaviour_table.py` from the catalogues `openapi/<api>/behaviours.yaml` and from what the
checks say that they are about; do not edit by hand. `python tools/behaviour_matrix.py` runs the checks against each of
them. Switch one on with `proofreel serve --behave ID`, or for one workspace by `PUT /_control/behaviours`.

A fault is reported as the requirement that it breaks; what may follow from it is in brackets. A reading is permitted:
the checks pass, and say which reading they saw.
"""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One entry of an API's catalogue; `active` are the ids that are switched on for it."""

    api: str
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


def apis_with_behaviours() -> list[str]:
    """The names of the APIs whose reference server can be told to misbehave."""
    return [name for name in known_apis() if files("openapi").joinpath(name, "behaviours.yaml").is_file()]


def catalogue(api: str) -> list[Behaviour]:
    """Every behaviour of an API."""
    text = files("openapi").joinpath(api, "behaviours.yaml").read_text("utf-8")
    return [_behaviour(api, entry) for entry in yaml.safe_load(text) or ()]


def page(behaviours: Sequence[Behaviour]) -> str:
    """The page for people, with a section for each API; a function of the catalogues and the checks alone."""
    apis = list(dict.fromkeys(behaviour.api for behaviour in behaviours))
    sections = [_section(api, [each for each in behaviours if each.api == api]) for api in apis]
    return "\n".join([INTRODUCTION, *sections])


def out_of_date() -> str:
    """What is to change in the page, as a diff; empty where it is up to date."""
    is_now = TARGET.read_text("utf-8") if TARGET.exists() else ""
    must_be = page([behaviour for api in apis_with_behaviours() for behaviour in catalogue(api)])
    name = str(TARGET.relative_to(ROOT))
    lines = difflib.unified_diff(
        is_now.splitlines(keepends=True), must_be.splitlines(keepends=True), name, f"{name}, as it must be", n=0
    )
    return "".join(lines)


def write() -> None:
    """Write the page anew."""
    TARGET.write_text(page([behaviour for api in apis_with_behaviours() for behaviour in catalogue(api)]), "utf-8")


def _behaviour(api: str, entry: dict[str, Any]) -> Behaviour:
    return Behaviour(
        api=api,
        id=entry["id"],
        kind=entry["kind"],
        statement=" ".join(entry["statement"].split()),
        scope=entry.get("scope", "workspace"),
        breaks=entry.get("breaks"),
        follows=frozenset(entry.get("follows", ())),
        shows=dict(entry.get("shows", {})),
        active=(entry["id"],),
    )


def _section(api: str, behaviours: Sequence[Behaviour]) -> str:
    faults = [behaviour for behaviour in behaviours if behaviour.kind == "fault"]
    readings = [behaviour for behaviour in behaviours if behaviour.kind == "reading"]
    return "".join(
        [
            f"## {load_api(api).short_title}\n\n",
            f"### Faults ({len(faults)})\n\n",
            "| fault | what the server does | reported as | checks that look at it |\n|---|---|---|---|\n",
            *(_fault_row(fault) for fault in faults),
            f"\n### Readings ({len(readings)})\n\n",
            "| reading | what the server does | seen as |\n|---|---|---|\n",
            *(_reading_row(reading) for reading in readings),
        ]
    )


def _fault_row(fault: Behaviour) -> str:
    follows = f" ({', '.join(sorted(fault.follows))})" if fault.follows else ""
    where = "" if fault.scope == "workspace" else " (whole server)"
    checks = sorted(check.id for check in checks_of(fault.api) if fault.breaks in check.requirements)
    looking = ", ".join(f"`{check}`" for check in checks) or "none"
    return f"| `{fault.id}`{where} | {_cell(fault.statement)} | {fault.breaks}{follows} | {looking} |\n"


def _reading_row(reading: Behaviour) -> str:
    shows = ", ".join(f"{requirement} {seen}" for requirement, seen in reading.shows.items())
    return f"| `{reading.id}` | {_cell(reading.statement)} | {shows} |\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> int:
    """Write the page, or with `--check` compare it."""
    if "--check" not in sys.argv[1:]:
        write()
        return 0
    if changes := out_of_date():
        sys.stdout.write(f"{changes}{TARGET.relative_to(ROOT)} is out of date: run python tools/behaviour_table.py\n")
    return bool(changes)


if __name__ == "__main__":
    sys.exit(main())
