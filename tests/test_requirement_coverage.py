"""Every MUST that can be seen from outside has a test, and no test names a requirement that does not exist."""

import ast
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.catalogue import known_apis

TESTS = Path(__file__).parent
CATALOGUES = known_apis()


@cache
def requirements() -> dict[str, dict[str, Any]]:
    """Every entry of every catalogue, by id."""
    return {
        entry["id"]: entry
        for name in CATALOGUES
        for entry in yaml.load(
            files("openapi").joinpath(name, "requirements.yaml").read_text("utf-8"), yaml.CSafeLoader
        )
    }


@cache
def marked() -> dict[str, frozenset[str]]:
    """The ids that tests are marked with, each with the files in which that is so."""
    found: dict[str, frozenset[str]] = {}
    for path in TESTS.rglob("test_*.py"):
        for mark in marks(ast.parse(path.read_text("utf-8"))):
            found[mark] = found.get(mark, frozenset()) | {path.name}
    return found


def marks(tree: ast.Module) -> Iterator[str]:
    """The arguments of every `pytest.mark.requirement(…)`, starred tuples included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.requirement":
            yield from (
                inner.value
                for argument in node.args
                for inner in ast.walk(argument)
                if isinstance(inner, ast.Constant) and isinstance(inner.value, str)
            )


def test_marks_are_found() -> None:
    tree = ast.parse(
        '@pytest.mark.requirement("A", *("B", "C"))\ndef test_x(): ...\npytestmark = pytest.mark.requirement("D")'
    )
    assert sorted(marks(tree)) == ["A", "B", "C", "D"]


@pytest.mark.parametrize(
    "identifier",
    [entry["id"] for entry in requirements().values() if entry["level"] == "MUST" and entry["observable"] != "none"],
)
def test_observable_must_has_a_test(identifier: str) -> None:
    assert identifier in marked(), requirements()[identifier]["statement"]


@pytest.mark.parametrize("identifier", sorted(marked()))
def test_marked_requirement_exists(identifier: str) -> None:
    assert identifier in requirements(), (
        f"no catalogue has it; it is named in {', '.join(sorted(marked()[identifier]))}"
    )
