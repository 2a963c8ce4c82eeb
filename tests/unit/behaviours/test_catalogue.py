"""The catalogue of behaviours is sound, covers the requirements, and every entry has an implementation."""

import ast
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockserver.behaviours.catalogue import Behaviour, Catalogue, load
from mockserver.behaviours.switchboard import Switchboard
from mockserver.behaviours.table import require_agreement
from mockserver.errors import SetUpError, UnusableOptionError
from mockserver.schemas import folder_of_documents, read_yaml

CASES = Path(__file__).parents[2] / "integration" / "behaviours"
NOT_IN_CASES = frozenset({"commands-are-slow", "sent-late-in-real-time"})
FEWEST_FAULTS, FEWEST_READINGS = 70, 20

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
def requirements() -> Mapping[str, Mapping[str, Any]]:
    entries: list[Any] = read_yaml(folder_of_documents() / "renderio" / "requirements.yaml")
    return {entry["id"]: entry for entry in entries}


def written(tmp_path: Path, entries: Any) -> Catalogue:
    folder = tmp_path / "renderio"
    folder.mkdir()
    (folder / "behaviours.yaml").write_text(yaml.safe_dump(entries))
    (folder / "requirements.yaml").write_text(yaml.safe_dump(REQUIREMENTS))
    return load("renderio", tmp_path)


def cases() -> list[str]:
    """The behaviours that the integration tests have cases for: the first values of the rows of every CASES."""
    found = []
    for path in CASES.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "CASES":
                assert isinstance(node.value, ast.List)
                found += [ast.literal_eval(row.elts[0]) for row in node.value.elts if isinstance(row, ast.Tuple)]
    return found


def test_catalogue_and_implementations_agree() -> None:
    require_agreement(load("renderio"))


def test_there_are_enough_of_both_kinds() -> None:
    kinds = [behaviour.kind for behaviour in load("renderio")]
    assert kinds.count("fault") >= FEWEST_FAULTS
    assert kinds.count("reading") >= FEWEST_READINGS


@pytest.mark.parametrize(
    "identifier",
    [it["id"] for it in requirements().values() if it["level"] != "MAY" and it["observable"] != "none"],
)
def test_fault_breaks_every_requirement_that_can_be_seen(identifier: str) -> None:
    assert identifier in {behaviour.breaks for behaviour in load("renderio")}


def test_every_other_reading_that_can_be_seen_is_shown() -> None:
    shown = {(name, reading) for behaviour in load("renderio") for name, reading in behaviour.shows.items()}
    others = {
        (name, reading["id"])
        for name, entry in requirements().items()
        if entry["observable"] != "none"
        for reading in entry.get("readings", ())
        if not reading.get("default")
    }
    assert others <= shown


def test_statements_are_sentences_of_their_own() -> None:
    statements = [behaviour.statement for behaviour in load("renderio")]
    assert len(set(statements)) == len(statements)
    assert [it for it in statements if not it.endswith(".")] == []


def test_every_behaviour_of_a_workspace_has_one_case() -> None:
    ids = [behaviour.id for behaviour in load("renderio") if behaviour.scope == "workspace"]
    assert sorted(cases()) == sorted(set(ids) - NOT_IN_CASES)


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
        require_agreement(written(tmp_path, [FAULT, READING]))


def test_implementation_without_behaviour_keeps_the_server_from_starting() -> None:
    catalogue = load("renderio")
    fewer = {name: it for name, it in catalogue.behaviours.items() if name != "never-disabled"}
    with pytest.raises(SetUpError, match=r"implementations without a behaviour: \['never-disabled'\]"):
        require_agreement(Catalogue(fewer))


def test_unknown_standing_behaviour_is_an_unusable_option() -> None:
    with pytest.raises(UnusableOptionError, match="did you mean never-disabled"):
        Switchboard(load("renderio"), ["never-disable"], lambda *_: None)
