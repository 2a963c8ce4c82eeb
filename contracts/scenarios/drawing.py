"""Draws a run on a terminal: its steps while they happen, and then what came to the inboxes."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from contracts.scenarios.criteria import shortened
from contracts.scenarios.description import Description
from contracts.scenarios.runs import StepRun, WorkflowRun
from contracts.scenarios.timeline import History, Timeline, in_words

TICK, CROSS, AGAIN = "✓", "✗", "↻"
_FIRST_FAILURE = 300


class Drawing:
    """Draws as it listens."""

    def __init__(self, console: Console, description: Description) -> None:
        self._console = console
        self._timeline = Timeline()
        self._steps = {step.id for workflow in description.workflows.values() for step in workflow.steps}
        self._name_width = max(map(len, self._steps))

    def begin(self, description: Description, server: str) -> None:
        """The head: what is run, and where."""
        self._console.print(Text(description.title, style="bold"), Text(f"on {server}", style="dim"))
        if description.summary:
            self._console.print(Text(description.summary))
        self._console.print()

    def step(self, tried: StepRun) -> None:
        """A line for a step, and what did not hold."""
        since = self._timeline.hear(tried)
        mark, style = (TICK, "green") if tried.succeeded else (AGAIN, "yellow") if tried.will_retry else (CROSS, "red")
        line = Table.grid(padding=(0, 1))
        line.add_column(width=1)
        line.add_column(width=self._name_width)
        line.add_column(width=20, justify="right")
        line.add_column(ratio=1)
        line.add_row(
            Text(mark, style=style), Text(tried.step.id), Text(_time(since), style="cyan"), Text(tried.step.description)
        )
        self._console.print(line)
        if not tried.succeeded and not tried.will_retry:
            self._console.print(Padding(_reasons(tried), (0, 0, 0, 4)))

    def end(self, ended: WorkflowRun) -> None:
        """The inboxes, the outputs and the verdict."""
        for history in self._timeline.histories:
            if history.arrivals:
                self._console.print()
                self._console.print(_history(history))
        if ended.outputs:
            self._console.print()
            self._console.print(_outputs(ended.outputs))
        self._console.print()
        if ended.succeeded:
            self._console.print(Text(f"{TICK} everything held", style="bold green"))
        else:
            reason = f": {ended.problem}" if ended.problem else ""
            self._console.print(Text(f"{CROSS} not everything held{reason}", style="bold red"))


def _time(since: timedelta | None) -> str:
    return "" if since is None else f"+{in_words(since)}"


def _reasons(tried: StepRun) -> RenderableType:
    lines = [Text(reason, style="red") for reason in tried.reasons]
    if tried.exchange is not None:
        exchange = tried.exchange
        lines.append(Text(f"{exchange.method} {exchange.url} was answered {exchange.status}", style="dim"))
        lines.append(Text(shortened(exchange.response.body), style="dim"))
    return Group(*lines)


def _history(history: History) -> RenderableType:
    """A line of time: a dot for each request, and between two of them how much time went by."""
    first = history.arrivals[0].at
    lines = [Text(f"{history.name}: {_count(len(history.arrivals))}", style="bold")]
    for arrival, gap in zip(history.arrivals, history.gaps(), strict=True):
        if gap is not None:
            lines += [Text("  │"), Text(f"  │ {in_words(gap)}", style="dim"), Text("  │")]
        style = "red" if arrival.status >= _FIRST_FAILURE else "green"
        signed = f"  signed with {arrival.signed_with}" if arrival.signed_with else ""
        line = Text("  ● ", style=style)
        line.append(str(arrival.status))
        line.append(f"  +{in_words(arrival.at - first)}", style="cyan")
        line.append(signed, style="dim")
        lines.append(line)
    return Group(*lines)


def _count(requests: int) -> str:
    return "1 request" if requests == 1 else f"{requests} requests"


def _outputs(outputs: Mapping[str, Any]) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for name, value in outputs.items():
        table.add_row(Text(name, style="bold"), Text(value if isinstance(value, str) else shortened(value)))
    return table
