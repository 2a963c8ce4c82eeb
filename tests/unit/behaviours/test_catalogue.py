"""The catalogue of behaviours is sound, covers the requirements, and every entry has an implementation."""

import ast
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockserver.behaviours.bannx.table import IMPLEMENTATIONS as BANNX_IMPLEMENTATIONS
from mockserver.behaviours.catalogue import Behaviour, Catalogue, load
from mockserver.behaviours.renderio.table import IMPLEMENTATIONS
from mockserver.behaviours.ricloud.table import IMPLEMENTATIONS as RICLOUD_IMPLEMENTATIONS
from mockserver.errors import SetUpError
from mockserver.schemas import folder_of_documents, read_yaml

CASES = Path(__file__).parents[2] / "integration" / "behaviours"
NOT_IN_CASES = frozenset({"commands-are-slow", "sent-late-in-real-time"})
FEWEST = {
    "renderio": {"fault": 70, "reading": 20},
    "ricloud": {"fault": 80, "reading": 35},
    "bannx": {"fault": 100, "reading": 35},
}
UNSHOWN = frozenset({("BNX-CBK-006", "b"), ("BNX-LOG-004", "b")})
"""Readings that nobody can tell from the default over HTTP, whatever the server offers."""

OF_APIS = pytest.mark.parametrize("api", FEWEST)

REQUIREMENTS: list[Any] = [{"id": "RIO-A-001"}, {"id": "RIO-A-002", "readings": [{"id": "a"}, {"id": "b"}]}]
FAULT: dict[str, Any] = {
    "id": "late",
    "kind": "fault",
    "statement": "It is late.",
    "breaks": "RIO-A-001",
    "scope": "workspace",
}
READING: dict[str, Any] = {
    "id": "other",
    "kind": "reading",
    "statement": "It is otherwise.",
    "shows": {"RIO-A-002": "b"},
    "scope": "workspace",
}


@cache
def requirements(api: str) -> Mapping[str, Mapping[str, Any]]:
    entries: list[Any] = read_yaml(folder_of_documents() / api / "requirements.yaml")
    return {entry["id"]: entry for entry in entries}


def to_be_broken() -> list[tuple[str, str]]:
    """The API and the id of every requirement that can be seen to be broken."""
    return [
        (api, it["id"])
        for api in FEWEST
        for it in requirements(api).values()
        if it["level"] != "MAY" and it["observable"] != "none"
    ]


def written(tmp_path: Path, entries: Any) -> Catalogue:
    folder = tmp_path / "renderio"
    folder.mkdir()
    (folder / "behaviours.yaml").write_text(yaml.safe_dump(entries))
    (folder / "requirements.yaml").write_text(yaml.safe_dump(REQUIREMENTS))
    return load("renderio", tmp_path)


def cases(api: str) -> list[str]:
    """The behaviours that the integration tests have cases for: the first values of the rows of every CASES."""
    found = []
    for path in CASES.glob("test_*.py"):
        owner = next((it for it in FEWEST if path.name.startswith(f"test_{it}_")), "renderio")
        if owner != api:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "CASES":
                assert isinstance(node.value, ast.List)
                found += [ast.literal_eval(row.elts[0]) for row in node.value.elts if isinstance(row, ast.Tuple)]
    return found


def test_catalogues_and_implementations_agree() -> None:
    IMPLEMENTATIONS.require_agreement(load("renderio"))
    RICLOUD_IMPLEMENTATIONS.require_agreement(load("ricloud"))
    BANNX_IMPLEMENTATIONS.require_agreement(load("bannx"))


@OF_APIS
@pytest.mark.parametrize("kind", ["fault", "reading"])
def test_there_are_enough_of_both_kinds(api: str, kind: str) -> None:
    assert sum(behaviour.kind == kind for behaviour in load(api)) >= FEWEST[api][kind]


@pytest.mark.parametrize(("api", "identifier"), to_be_broken())
def test_fault_breaks_every_requirement_that_can_be_seen(api: str, identifier: str) -> None:
    assert identifier in {behaviour.breaks for behaviour in load(api)}


@OF_APIS
def test_every_other_reading_that_can_be_seen_is_shown(api: str) -> None:
    shown = {(name, reading) for behaviour in load(api) for name, reading in behaviour.shows.items()}
    others = {
        (name, reading["id"])
        for name, entry in requirements(api).items()
        if entry["observable"] != "none"
        for reading in entry.get("readings", ())
        if not reading.get("default")
    }
    assert others - shown <= UNSHOWN


@OF_APIS
def test_statements_are_sentences_of_their_own(api: str) -> None:
    statements = [behaviour.statement for behaviour in load(api)]
    assert len(set(statements)) == len(statements)
    assert [it for it in statements if not it.endswith(".")] == []


@OF_APIS
def test_every_behaviour_of_a_workspace_has_one_case(api: str) -> None:
    ids = [behaviour.id for behaviour in load(api) if behaviour.scope == "workspace"]
    assert sorted(cases(api)) == sorted(set(ids) - NOT_IN_CASES)


@pytest.mark.parametrize(
    ("entries", "problem"),
    [
        pytest.param({"late": FAULT}, "it is no list", id="no list"),
        pytest.param([{"kind": "fault"}], "it is no list of entries with ids", id="no id"),
        pytest.param([FAULT, FAULT], "late is there 2 times", id="twice"),
        pytest.param([{**FAULT, "kind": "bug"}], "late: its kind is neither", id="kind"),
        pytest.param([{**FAULT, "scope": "world"}], "late: its scope is neither", id="scope"),
        pytest.param([{**FAULT, "breaks": "RIO-A-009"}], "there is no requirement RIO-A-009", id="breaks"),
        pytest.param([{**FAULT, "follows": ["RIO-A-009"]}], "there is no requirement RIO-A-009", id="follows"),
        pytest.param([{**FAULT, "follows": ["RIO-A-001"]}], "names a requirement twice", id="follows itself"),
        pytest.param([{**FAULT, "shows": {}}], "late: it has shows, which a fault does not have", id="surplus"),
        pytest.param([{"id": "late", "kind": "fault"}], "it lacks breaks, scope, statement", id="incomplete"),
        pytest.param([{**READING, "shows": {"RIO-A-002": "c"}}], "no reading c of RIO-A-002", id="reading"),
        pytest.param([{**READING, "shows": {"RIO-A-001": "a"}}], "no reading a of RIO-A-001", id="no readings"),
        pytest.param([{**READING, "follows": []}], "other: it has follows", id="reading that follows"),
    ],
)
def test_unsound_catalogue_is_refused(tmp_path: Path, entries: Any, problem: str) -> None:
    with pytest.raises(SetUpError, match=problem):
        written(tmp_path, entries)


def test_sound_catalogue_is_read(tmp_path: Path) -> None:
    fault, reading = written(tmp_path, [{**FAULT, "follows": ["RIO-A-002"]}, READING])
    assert fault == Behaviour("late", "fault", "It is late.", "workspace", "RIO-A-001", ("RIO-A-002",), {})
    assert (fault.requirements, reading.requirements) == (("RIO-A-001",), ("RIO-A-002",))


def test_behaviour_without_implementation_keeps_the_server_from_starting(tmp_path: Path) -> None:
    with pytest.raises(SetUpError, match=r"without an implementation of their scope: \['late', 'other'\]"):
        IMPLEMENTATIONS.require_agreement(written(tmp_path, [FAULT, READING]))


def test_implementation_without_behaviour_keeps_the_server_from_starting() -> None:
    catalogue = load("renderio")
    fewer = {name: it for name, it in catalogue.behaviours.items() if name != "never-disabled"}
    with pytest.raises(SetUpError, match=r"implementations without a behaviour: \['never-disabled'\]"):
        IMPLEMENTATIONS.require_agreement(Catalogue(fewer))


def test_second_implementation_keeps_the_server_from_starting() -> None:
    seams = [*IMPLEMENTATIONS.seams, {"never-disabled": IMPLEMENTATIONS.changes["never-disabled"]}]
    with pytest.raises(SetUpError, match=r"with two implementations: \['never-disabled'\]"):
        replace(IMPLEMENTATIONS, seams=seams).require_agreement(load("renderio"))
