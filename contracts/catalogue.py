"""The requirement catalogue of an API: every statement that a verdict can rest on."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FILES = ("openapi.yaml", "requirements.yaml")


CONFIDENCE = {
    "H": "stated by an official page",
    "H+": "stated by an official page, and seen in clients or replies",
    "M": "one indirect source",
    "L": "an inference",
    "?": "nothing was found",
}
"""What the confidence of a researched fact means."""


class Level(StrEnum):
    """How binding a requirement is. A MAY is information: nothing fails by it."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


class Observable(StrEnum):
    """How a requirement can be seen: in real time, only with the control protocol, or not from outside."""

    BLACK_BOX = "black-box"
    CONTROL = "control"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Reading:
    """One of several permitted meanings of a requirement that the documents leave open."""

    id: str
    statement: str
    default: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Where a requirement comes from: a section of the public pages in their own words, or a researched fact."""

    section: str
    quote: str | None
    confidence: str | None

    def __str__(self) -> str:
        if self.quote is not None:
            return f"{self.section}: “{self.quote}”"
        return f"Research on the service's pages and clients ({CONFIDENCE[str(self.confidence)]})"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One normative statement."""

    id: str
    level: Level
    statement: str
    source: Source
    applies_to: tuple[str, ...]
    observable: Observable
    readings: tuple[Reading, ...]

    def reading(self, identifier: str) -> Reading:
        """The reading with this id; `KeyError` where there is none."""
        for reading in self.readings:
            if reading.id == identifier:
                return reading
        message = f"{self.id} has no reading {identifier!r}"
        raise KeyError(message)


Catalogue = Mapping[str, Requirement]
"""Requirements by id, in the order of the document."""

PAGES = {
    "000": "Set Webhook Config",
    "001": "Get Webhook Config",
    "002": "Polling & Webhooks",
    "003": "ricloud, Webhook configs",
    "004": "bannx, Webhooks",
}
"""The titles of the public pages that the catalogues call by number."""


@functools.cache
def known_apis() -> tuple[str, ...]:
    """The names of the APIs that have a document and a catalogue, such as `renderio`."""
    folders = [folder for folder in files("openapi").iterdir() if folder.is_dir()]
    return tuple(sorted(folder.name for folder in folders if all(folder.joinpath(file).is_file() for file in _FILES)))


@functools.cache
def load_catalogue(api: str) -> Catalogue:
    """The catalogue of an API, such as `renderio`; `FileNotFoundError` where there is none."""
    text = files("openapi").joinpath(api, "requirements.yaml").read_text("utf-8")
    entries = yaml.load(text, _LOADER)  # noqa: S506 - a safe loader, in C where there is one
    return {entry["id"]: _requirement(entry) for entry in entries}


def _requirement(entry: Mapping[str, Any]) -> Requirement:
    return Requirement(
        id=entry["id"],
        level=Level(entry["level"]),
        statement=" ".join(entry["statement"].split()),
        source=_source(entry["source"]),
        applies_to=tuple(entry["applies_to"]),
        observable=Observable(entry["observable"]),
        readings=tuple(
            Reading(reading["id"], " ".join(reading["statement"].split()), reading.get("default", False))
            for reading in entry.get("readings", ())
        ),
    )


def _source(entry: Mapping[str, Any]) -> Source:
    if "seed" in entry:
        return Source(f"{PAGES.get(entry['seed'], entry['seed'])}, {entry['section']}", entry["quote"], None)
    return Source(entry["facts"], None, str(entry["confidence"]))
