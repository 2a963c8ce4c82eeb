"""Writes `docs/requirements.md`: each requirement, where it applies, the kit's checks, and the server's tests.

python tools/requirement_table.py            write it
python tools/requirement_table.py --check    say whether it is up to date
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from contracts.catalogue import known_apis
from contracts.check import checks_of
from contracts.documents import load_api

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs" / "requirements.md"
MARK = "requirement"

INTRODUCTION = """\
# Requirements

Written by `python tools/requirement_table.py` from the catalogues `openapi/<api>/requirements.yaml`, the checks of the
contract kit, the faults in `openapi/<api>/behaviours.yaml` and the `requirement` marks of the tests; do not edit by
hand. Where the documents are open, every reading is permitted; the one in **bold** is the reference server's.
"""


def tests_by_requirement() -> dict[str, list[str]]:
    """The tests that carry each requirement's mark, as `path::name`."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for function in _functions(tree):
            for requirement in _marks(function):
                found[requirement].append(f"{path.relative_to(ROOT)}::{function.name}")
    return found


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield node


def _marks(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    for decorator in function.decorator_list:
        if (
            isinstance(decorator, ast.Call)
            and isinstance(decorator.func, ast.Attribute)
            and decorator.func.attr == MARK
        ):
            for argument in decorator.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value


def table() -> str:
    """The whole page."""
    tests = tests_by_requirement()
    return "\n".join([INTRODUCTION, *(_section(api, tests) for api in known_apis())])


def _section(api: str, tests: Mapping[str, list[str]]) -> str:
    entries = yaml.safe_load((ROOT / "openapi" / api / "requirements.yaml").read_text("utf-8"))
    checks, faults = checks_by_requirement(api), faults_by_requirement(api)
    lines = [
        f"## {load_api(api).short_title} ({len(entries)})\n",
        "| id | level | statement | applies to | source | checks | faults | tests of the server |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        _row(entry, {"checks": checks[entry["id"]], "faults": faults[entry["id"]], "tests": tests.get(entry["id"], [])})
        for entry in entries
    ]
    return "\n".join(lines) + "\n"


def checks_by_requirement(api: str) -> dict[str, list[str]]:
    """The ids of the checks that judge each requirement."""
    found: dict[str, list[str]] = defaultdict(list)
    for check in checks_of(api):
        for requirement in check.requirements:
            found[requirement].append(check.id)
    return found


def faults_by_requirement(api: str) -> dict[str, list[str]]:
    """The ids of the faults that break each requirement; none where the API has no catalogue of behaviours."""
    found: dict[str, list[str]] = defaultdict(list)
    catalogue = ROOT / "openapi" / api / "behaviours.yaml"
    for entry in (yaml.safe_load(catalogue.read_text("utf-8")) if catalogue.is_file() else None) or ():
        if entry["kind"] == "fault":
            found[entry["breaks"]].append(entry["id"])
    return found


def _row(entry: Mapping[str, Any], proofs: Mapping[str, list[str]]) -> str:
    statement = _cell(entry["statement"])
    if entry.get("readings"):
        statement += "<br>Readings: " + " / ".join(map(_reading, entry["readings"]))
    applies = ", ".join(f"`{name}`" for name in entry["applies_to"])
    links = "<br>".join(f"[`{test.partition('::')[2]}`](../{test.partition('::')[0]})" for test in proofs["tests"])
    checks, faults = ("<br>".join(f"`{name}`" for name in proofs[kind]) for kind in ("checks", "faults"))
    cells = [entry["id"], entry["level"], statement, applies, _source(entry["source"])]
    return f"| {' | '.join([*cells, *(cell or 'none' for cell in (checks, faults, links))])} |"


def _reading(reading: Mapping[str, Any]) -> str:
    statement = _cell(reading["statement"])
    return f"**{statement}**" if reading.get("default") else statement


def _source(source: Mapping[str, Any]) -> str:
    if "seed" in source:
        quote = f": “{_cell(source['quote'])}”" if source.get("quote") else ""
        return f"page {source['seed']}, {_cell(source['section'])}{quote}"
    return f"{_cell(source['facts'])} ({source['confidence']})"


def _cell(text: str) -> str:
    return " ".join(str(text).split()).replace("|", "\\|")


def main() -> int:
    """Write the page, or with `--check` compare it."""
    page = table()
    if "--check" in sys.argv[1:]:
        if TARGET.exists() and TARGET.read_text("utf-8") == page:
            return 0
        print(f"{TARGET.relative_to(ROOT)} is out of date: run python tools/requirement_table.py")
        return 1
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(page, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
