"""The catalogue of behaviours, read from `openapi/<api>/behaviours.yaml`, held against the requirements beside it."""

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal

from mockserver.errors import SetUpError
from mockserver.schemas import folder_of_documents, read_yaml

Kind = Literal["fault", "reading"]
Scope = Literal["workspace", "server"]

FILE_NAME = "behaviours.yaml"
MOST_SUGGESTIONS = 3

_COMMON = {"id", "kind", "statement", "scope"}
_FIELDS: Mapping[str, set[str]] = {"fault": {*_COMMON, "breaks", "follows"}, "reading": {*_COMMON, "shows"}}


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One behaviour that can be switched on.

    A fault `breaks` one requirement; those that `follows` names may seem broken in consequence. A reading `shows`, by
    requirement, the id of the permitted reading that the server then takes. Where `scope` is `server`, it concerns
    requests that have no workspace, and holds for the whole server.
    """

    id: str
    kind: Kind
    statement: str
    scope: Scope
    breaks: str | None
    follows: tuple[str, ...]
    shows: Mapping[str, str]

    @property
    def requirements(self) -> tuple[str, ...]:
        """What it is about: the requirement that it breaks, or those whose readings it shows."""
        return tuple(self.shows) if self.breaks is None else (self.breaks,)


@dataclass(frozen=True)
class Catalogue:
    """Every behaviour of one API, by id, in the file's order."""

    behaviours: Mapping[str, Behaviour]

    def __iter__(self) -> Iterator[Behaviour]:
        return iter(self.behaviours.values())

    def get(self, identifier: str) -> Behaviour | None:
        """The behaviour with this id."""
        return self.behaviours.get(identifier)


def suggestion(identifier: str, catalogues: Iterable[Catalogue]) -> str:
    """Which ids of these catalogues are near this one, in words; empty where none is."""
    known = [behaviour.id for catalogue in catalogues for behaviour in catalogue]
    near = difflib.get_close_matches(identifier, known, n=MOST_SUGGESTIONS, cutoff=0.5)
    return f"did you mean {' or '.join(near)}?" if near else ""


def known_apis() -> tuple[str, ...]:
    """The names of the APIs that come with a catalogue of behaviours."""
    folders = [folder for folder in folder_of_documents().iterdir() if folder.is_dir()]
    return tuple(sorted(folder.name for folder in folders if folder.joinpath(FILE_NAME).is_file()))


def load(api: str, folder: Path | Traversable | None = None, *, beside_requirements: bool = True) -> Catalogue:
    """Read the catalogue of `api`; raises `SetUpError` naming everything in it that is wrong.

    A server that starts need not hold it against the requirements beside it: these come with the distribution, are
    held against each other by its tests, and take longer to read than everything else.
    """
    base = (folder or folder_of_documents()) / api
    entries = read_yaml(base / FILE_NAME)
    problems = list(_problems(entries, _readings(base) if beside_requirements else None))
    if problems:
        message = f"{base / FILE_NAME} cannot be used: {'; '.join(problems)}"
        raise SetUpError(message)
    return Catalogue({entry["id"]: _behaviour(entry) for entry in entries})


def _readings(base: Path | Traversable) -> Mapping[str, Sequence[str]]:
    """The ids of the readings of each requirement."""
    requirements = read_yaml(base / "requirements.yaml")
    return {it["id"]: [reading["id"] for reading in it.get("readings", ())] for it in requirements}


def _behaviour(entry: Mapping[str, Any]) -> Behaviour:
    return Behaviour(
        id=entry["id"],
        kind=entry["kind"],
        statement=entry["statement"],
        scope=entry["scope"],
        breaks=entry.get("breaks"),
        follows=tuple(entry.get("follows", ())),
        shows=dict(entry.get("shows", {})),
    )


def _problems(entries: Any, readings: Mapping[str, Sequence[str]] | None) -> Iterator[str]:
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) and "id" in entry for entry in entries):
        yield "it is no list of entries with ids"
        return
    for identifier, count in Counter(entry["id"] for entry in entries).items():
        if count > 1:
            yield f"{identifier} is there {count} times"
    for entry in entries:
        yield from (f"{entry['id']}: {problem}" for problem in _problems_of(entry, readings))


def _problems_of(entry: Mapping[str, Any], readings: Mapping[str, Sequence[str]] | None) -> Iterator[str]:
    fields = _FIELDS.get(entry.get("kind", ""))
    if fields is None:
        yield "its kind is neither fault nor reading"
        return
    if missing := fields - entry.keys() - {"follows"}:
        yield f"it lacks {_listed(missing)}"
        return
    if unknown := entry.keys() - fields:
        yield f"it has {_listed(unknown)}, which a {entry['kind']} does not have"
    if entry["scope"] not in {"workspace", "server"}:
        yield "its scope is neither workspace nor server"
    if entry["kind"] == "fault":
        named = [entry["breaks"], *entry.get("follows", ())]
        yield from (
            f"there is no requirement {name}" for name in named if readings is not None and name not in readings
        )
        if len(set(named)) < len(named):
            yield "it names a requirement twice"
        return
    for requirement, reading in entry["shows"].items():
        if readings is not None and reading not in readings.get(requirement, ()):
            yield f"there is no reading {reading} of {requirement}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
