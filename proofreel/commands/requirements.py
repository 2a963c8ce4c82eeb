"""`proofreel requirements`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import rich_click as click

if TYPE_CHECKING:
    from contracts.catalogue import Requirement


@click.command()
@click.option("--api", default="renderio", show_default=True, help="The API whose requirements are listed.")
@click.option("--area", "areas", multiple=True, help="Only this area, such as RTY; can be given several times.")
@click.option(
    "--level",
    "levels",
    multiple=True,
    type=click.Choice(["MUST", "SHOULD", "MAY"], case_sensitive=False),
    help="Only this level; can be given several times.",
)
@click.option("--markdown", is_flag=True, help="Print a Markdown table, for documents.")
def requirements(api: str, areas: Sequence[str], levels: Sequence[str], *, markdown: bool) -> None:
    """List what an API requires, with an id, a level and a sentence each.

    `proofreel explain ID` says more about one of them.
    """
    chosen = _chosen(api, {area.upper() for area in areas}, {level.upper() for level in levels})
    if markdown:
        click.echo(_markdown(chosen))
    else:
        _print(chosen)


def _chosen(api: str, areas: set[str], levels: set[str]) -> "list[Requirement]":
    from contracts.catalogue import known_apis, load_catalogue  # noqa: PLC0415 - keeps --help quick
    from contracts.reports.summary import area_of  # noqa: PLC0415

    if api not in known_apis():
        message = f"there is no catalogue of {api!r}; there are: {', '.join(known_apis())}"
        raise click.UsageError(message)
    everything = list(load_catalogue(api).values())
    known = dict.fromkeys(area_of(each.id) for each in everything)
    if unknown := areas - set(known):
        message = f"there is no area {', '.join(sorted(unknown))}; there are: {', '.join(known)}"
        raise click.UsageError(message)
    return [
        each for each in everything if (not areas or area_of(each.id) in areas) and (not levels or each.level in levels)
    ]


def _print(chosen: "Sequence[Requirement]") -> None:
    from rich import box  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading, narrow in (("id", True), ("level", True), ("statement", False), ("seen", True)):
        table.add_column(heading, no_wrap=narrow, overflow="fold")
    for each in chosen:
        open_ = f" ({len(each.readings)} readings)" if each.readings else ""
        table.add_row(each.id, each.level, Text(each.statement + open_), each.observable)
    console = Console()
    console.print(table, highlight=False)
    console.print(f"{len(chosen)} requirements; proofreel explain ID says more", highlight=False, markup=False)


def _markdown(chosen: "Sequence[Requirement]") -> str:
    rows = ["| id | level | statement | source |", "|---|---|---|---|"]
    rows += [f"| {each.id} | {each.level} | {_statement(each)} | {_cell(str(each.source))} |" for each in chosen]
    return "\n".join(rows)


def _statement(requirement: "Requirement") -> str:
    """The statement, with the readings below it; the reference server's is bold."""
    readings = [
        f"**{_cell(each.statement)}**" if each.default else _cell(each.statement) for each in requirement.readings
    ]
    return "<br>".join([_cell(requirement.statement), *readings])


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
