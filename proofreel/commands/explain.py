"""`proofreel explain`."""

from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import rich_click as click

if TYPE_CHECKING:
    from rich.console import RenderableType

    from contracts.catalogue import Requirement

_SEEN = {
    "black-box": "through the API and a receiver, in real time",
    "control": "with a clock that can be moved, as it takes longer than about 30 seconds",
    "none": "not from outside",
}
_SEEN_WITHOUT_DELIVERIES = {
    "black-box": "through the API, in real time",
    "control": "with the control protocol alone: nobody outside is told of it",
    "none": "not from outside",
}


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
def explain(ids: Sequence[str]) -> None:
    """Say all about a requirement, such as RIO-WHK-007.

    What it says, where it comes from, which readings are permitted, which checks judge it, and which behaviours of the
    reference server break it.
    """
    from rich.console import Console  # noqa: PLC0415 - keeps --help quick

    from proofreel.catalogues import find, near  # noqa: PLC0415

    console = Console()
    found = []
    for identifier in ids:
        if (entry := find(identifier)) is None:
            suggestions = near(identifier)
            hint = f"did you mean {' or '.join(suggestions)}?" if suggestions else "`proofreel requirements` lists all"
            message = f"there is no requirement {identifier!r}; {hint}"
            raise click.UsageError(message)
        found.append(entry)
    for number, (api, requirement) in enumerate(found):
        if number:
            console.print()
        for part in _parts(api, requirement):
            console.print(part, highlight=False, markup=False)


def _parts(api: str, requirement: "Requirement") -> "Iterator[RenderableType]":
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    yield Text.assemble((requirement.id, "bold"), f"  {requirement.level}")
    yield Text(requirement.statement, "bold")
    yield Text()
    facts = Table.grid(padding=(0, 2, 0, 0))
    facts.add_column(no_wrap=True, style="dim")
    facts.add_column(overflow="fold")
    for heading, words in _facts(api, requirement):
        facts.add_row(heading, Text(words))
    yield facts


def _facts(api: str, requirement: "Requirement") -> Iterator[tuple[str, str]]:
    yield "source", str(requirement.source)
    yield "applies to", ", ".join(requirement.applies_to)
    yield "can be seen", _seen(api, requirement)
    for number, reading in enumerate(requirement.readings):
        mark = " (the reference server's)" if reading.default else ""
        yield "" if number else "permitted", f"{reading.id}: {reading.statement}{mark}"
    yield from _listed("judged by", _checks(api, requirement) or ["no check"])
    yield from _listed("broken by", _behaviours(api, requirement))


def _seen(api: str, requirement: "Requirement") -> str:
    from contracts.documents import load_api  # noqa: PLC0415

    words = _SEEN if load_api(api).policies else _SEEN_WITHOUT_DELIVERIES
    return words[requirement.observable]


def _listed(heading: str, lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(lines):
        yield "" if number else heading, line


def _checks(api: str, requirement: "Requirement") -> list[str]:
    from contracts.check import checks_of  # noqa: PLC0415

    return [f"{check.title} ({check.id})" for check in checks_of(api) if requirement.id in check.requirements]


def _behaviours(api: str, requirement: "Requirement") -> list[str]:
    """The faults of the reference server's catalogue that break exactly this requirement."""
    import yaml  # noqa: PLC0415

    catalogue = files("openapi").joinpath(api, "behaviours.yaml")
    if not catalogue.is_file():
        return []
    entries: Any = yaml.safe_load(catalogue.read_text("utf-8")) or ()
    return [
        f"{entry['id']}: {' '.join(entry['statement'].split())}"
        for entry in entries
        if entry.get("breaks") == requirement.id
    ]
