"""`proofreel run`."""

import sys
from typing import Any

import rich_click as click

EPILOG = (
    "Exit codes: 0 everything held; 1 something did not; 2 wrong usage or set-up; 3 a trouble of proofreel itself; "
    "130 interrupted."
)


def _pair(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for text in given:
        name, separator, value = text.partition("=")
        if not separator or not name:
            message = f"{text!r} is no input: write it like name=value"
            raise click.BadParameter(message)
        pairs[name] = value
    return pairs


@click.command(epilog=EPILOG)
@click.argument("scenario", required=False)
@click.option(
    "--target",
    metavar="URL",
    help="The server to run it against, such as http://127.0.0.1:8740.  [default: one is started for the run]",
)
@click.option(
    "--input",
    "inputs",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_pair,
    help="An input of the workflow, such as apiKey=ffsk_mine; can be given several times.",
)
@click.option("--workflow", metavar="ID", help="The workflow to run.  [default: the first one of the scenario]")
@click.option("--list", "lists", is_flag=True, help="List the scenarios that come with proofreel, and stop there.")
def run(scenario: str | None, *, lists: bool, **options: Any) -> None:
    """Run a scenario, and draw what happens when.

    SCENARIO is an Arazzo 1.0 file, or the name of a scenario that comes with proofreel, such as outage-35-minutes. It
    empties the account that its input apiKey, or token, names.
    """
    from proofreel.console import VerdictConsole  # noqa: PLC0415 - keeps --help quick
    from proofreel.scenario import Wanted, carry_out, list_scenarios  # noqa: PLC0415

    console = VerdictConsole(highlight=False)
    if lists:
        list_scenarios(console)
        return
    if scenario is None:
        message = "name a SCENARIO; --list lists those that come with proofreel"
        raise click.UsageError(message)
    sys.exit(carry_out(Wanted(scenario, **options), console, VerdictConsole(stderr=True, soft_wrap=True)))
