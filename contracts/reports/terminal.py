"""The report on the terminal: what failed and why, what was not seen and why, and the rest in one line per area."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from contracts.reports.encodable import Encodable
from contracts.reports.failure import failure, repeat
from contracts.reports.plain import printable
from contracts.reports.redaction import redacted
from contracts.reports.spans import in_words
from contracts.reports.summary import (
    Outcome,
    area_title,
    by_area,
    by_outcome,
    by_reason,
    count_of,
    counted,
    first_failure,
    headline,
    outcome,
)
from contracts.results import Results
from contracts.verdicts import Verdict

STYLES: Final[Mapping[Outcome, str]] = {
    Outcome.FAILED: "bold red",
    Outcome.UNEXPECTED_PASS: "bold red",
    Outcome.ERROR: "bold magenta",
    Outcome.WARNING: "yellow",
    Outcome.EXPECTED_FAILURE: "yellow",
    Outcome.PASSED: "green",
    Outcome.NOT_OBSERVABLE: "dim",
    Outcome.NOT_RUN: "dim",
}
SYMBOLS: Final[Mapping[Outcome, str]] = {
    Outcome.FAILED: "✗",
    Outcome.UNEXPECTED_PASS: "✗",
    Outcome.ERROR: "!",
    Outcome.WARNING: "▲",
    Outcome.EXPECTED_FAILURE: "~",
    Outcome.PASSED: "✓",
    Outcome.NOT_OBSERVABLE: "·",
    Outcome.NOT_RUN: "·",
}

_NAMED = (Outcome.FAILED, Outcome.UNEXPECTED_PASS, Outcome.ERROR, Outcome.WARNING, Outcome.EXPECTED_FAILURE)
_GROUPED = (Outcome.NOT_OBSERVABLE, Outcome.NOT_RUN)

AREA_COLUMNS, TITLE_COLUMNS, ID_COLUMNS, LEVEL_COLUMNS = 5, 30, 12, 7


def show(results: Results, console: Console, *, folder: Path | None = None) -> None:
    """Print the report without secrets; `folder` is where the reports were written, None where none were."""
    results = redacted(results)
    for part in _parts(results):
        # What does not break by itself keeps to one line whatever the width, so that it can be copied.
        console.print(Encodable(part), highlight=False, markup=False, soft_wrap=isinstance(part, str))
    console.print(Encodable(_more(results, folder)), highlight=False, markup=False, soft_wrap=True)


def _parts(results: Results) -> Iterator[RenderableType]:
    yield _circumstances(results)
    for area, verdicts in by_area(results.verdicts.values()).items():
        yield from _area(area, verdicts, strict=results.information.strict)
    found = by_outcome(results)
    for which in _GROUPED:
        yield from _reasons(which, found.get(which, ()))
    yield from _readings(results)
    if (verdict := first_failure(results)) is not None:
        yield Text()
        yield failure(results, verdict)
        if (line := repeat(results, verdict)) is not None:
            yield Text("\nto repeat", style="dim")
            yield line
    yield Text()
    yield _last_lines(results)


def _circumstances(results: Results) -> RenderableType:
    """The target, and under what circumstances it was judged."""
    information = results.information
    budget = information.time_budget_seconds
    facts = [
        f"time level {information.time_level}",
        f"seed {information.seed}",
        *([f"time budget {in_words(budget)}"] if budget is not None else []),
        *([f"only {', '.join(information.only)}"] if information.only else []),
        *(["strict"] if information.strict else []),
        f"{len(results.checks)} check{'s' * (len(results.checks) != 1)} in {in_words(information.seconds)}",
    ]
    target = Text.assemble((information.api_title, "bold"), " at ", (printable(information.target_url), "bold"))
    return Group(target, Text(" · ".join(facts), style="dim"), Text())


def _area(area: str, verdicts: Sequence[Verdict], *, strict: bool) -> Iterator[RenderableType]:
    """One line for the area, then one for every requirement of it that needs a look."""
    outcomes = [outcome(verdict, strict=strict) for verdict in verdicts]
    numbers = [(which, outcomes.count(which)) for which in Outcome if which in outcomes]
    line = _columns(AREA_COLUMNS, TITLE_COLUMNS)
    line.add_row(area, area_title(area), Text(", ").join(Text(count_of(*each), STYLES[each[0]]) for each in numbers))
    yield line
    rows = _columns(2, ID_COLUMNS, LEVEL_COLUMNS)
    for verdict, which in zip(verdicts, outcomes, strict=True):
        if which in _NAMED:
            requirement = verdict.requirement
            mark, identifier = Text(SYMBOLS[which], STYLES[which]), Text(requirement.id, "bold")
            rows.add_row(mark, identifier, requirement.level, _because(verdict, which))
    if rows.row_count:
        yield Padding(rows, (0, 0, 0, 2), expand=False)


def _columns(*widths: int) -> Table:
    """A table without lines, whose last column has what is left of the width."""
    table = Table.grid()
    for width in widths:
        table.add_column(width=width, no_wrap=True)
    table.add_column(overflow="fold")
    return table


def _because(verdict: Verdict, which: Outcome) -> Text:
    """Why it is so, in one line of text."""
    explanation = printable(verdict.explanation).strip()
    if which is Outcome.ERROR:
        explanation = explanation.rpartition("\n")[2]  # the last line of a trace says what happened
    if which is Outcome.UNEXPECTED_PASS:
        explanation = f"passed, but was expected to fail: {printable(verdict.expected_failure or '')}"
    if which is Outcome.EXPECTED_FAILURE:
        explanation = f"{explanation} (expected: {printable(verdict.expected_failure or '')})"
    return Text(" ".join(explanation.split()) or verdict.requirement.statement)


def _reasons(which: Outcome, verdicts: Sequence[Verdict]) -> Iterator[RenderableType]:
    """What was not seen, by reason."""
    if verdicts:
        yield Text()
    for reason, group in by_reason(verdicts).items():
        yield Text.assemble((f"{which} ({len(group)})", "bold"), ": ", " ".join(printable(reason).split()))
        yield Padding(
            Text(" ".join(verdict.requirement.id for verdict in group), style="dim"), (0, 0, 0, 2), expand=False
        )


def _readings(results: Results) -> Iterator[RenderableType]:
    """Which of several permitted meanings the target has chosen: in full where the reference server has another."""
    seen = [
        (verdict.requirement, verdict.requirement.reading(reading))
        for verdict in results.verdicts.values()
        for reading in verdict.readings
    ]
    if not seen:
        return
    usual = [requirement.id for requirement, reading in seen if reading.default]
    rows = _columns(ID_COLUMNS, 2)
    for requirement, reading in seen:
        if not reading.default:
            rows.add_row(Text(requirement.id), Text(reading.id, "bold"), Text(reading.statement))
    yield Text()
    yield Text.assemble((f"readings seen ({len(seen)})", "bold"), ": the documents leave these open; each is permitted")
    if rows.row_count:
        yield Padding(rows, (0, 0, 0, 2), expand=False)
    if usual:
        words = (
            f"as the reference server has it ({len(usual)}): " if rows.row_count else "all as the reference server: "
        )
        yield Padding(Text(words + " ".join(usual), style="dim"), (0, 0, 0, 2), expand=False)


def _last_lines(results: Results) -> RenderableType:
    head = headline(results)
    style = STYLES[head.outcome] if head.outcome is not None else "yellow"
    gone = results.information.target_gone
    tail = Text(f" ({printable(gone)})") if gone else Text()
    return Group(Text.assemble((head.text, f"bold {style}"), tail), Text(counted(results)))


def _more(results: Results, folder: Path | None) -> RenderableType:
    """Where to read on."""
    verdict = first_failure(results)
    lines = [f"more: proofreel explain {verdict.requirement.id}"] if verdict is not None else []
    if folder is not None:
        lines.append(f"report: {folder / 'report.html'}")
    return Text("\n".join(lines))
