"""The catalogues of behaviours, for people to read on a terminal."""

from collections.abc import Sequence
from typing import Any

import rich_click as click


def list_behaviours(context: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's callback
    """Print every behaviour that `--behave` takes, by API, and end; nothing unless it is wanted."""
    if not wanted or context.resilient_parsing:
        return
    from mockserver.behaviours.catalogue import known_apis, load  # noqa: PLC0415 - keeps --help quick

    for api in known_apis():
        click.echo(click.style(api, bold=True, underline=True))
        _list(list(load(api)))
    context.exit()


def _list(entries: Sequence[Any]) -> None:
    for kind, title in (("fault", "Faults: each breaks one requirement"), ("reading", "Readings: each is permitted")):
        click.echo(f"\n{click.style(title, bold=True)}")
        for entry in (it for it in entries if it.kind == kind):
            shows = ", ".join(f"{name} {reading}" for name, reading in entry.shows.items())
            click.echo(f"\n  {click.style(entry.id, bold=True)}  {entry.breaks or shows}{_scope(entry)}")
            click.echo(click.wrap_text(entry.statement, 100, "    ", "    "))
    click.echo()


def _scope(entry: Any) -> str:
    return "  (cannot be switched in a workspace)" if entry.scope == "server" else ""
