"""One failure told in full on the terminal: what is required, what was seen, the evidence, how to repeat it."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from contracts.documents import load_api
from contracts.record import Arrival, Entry, Exchange, Note
from contracts.reports.pictures import picture_in_words
from contracts.reports.plain import one_line, printable
from contracts.reports.repeat import curl_line
from contracts.reports.spans import in_words, moment
from contracts.reports.summary import check_of, cited, deciding
from contracts.results import Results
from contracts.verdicts import Verdict

MOST_ENTRIES = 8
MOST_BODY_CHARACTERS = 240
ENTRIES_WITHOUT_CITATION = 3


def failure(results: Results, verdict: Verdict) -> RenderableType:
    """The failure, from results that hold no secret."""
    return Group(*_parts(results, verdict))


def _parts(results: Results, verdict: Verdict) -> Iterator[RenderableType]:
    requirement, finding = verdict.requirement, deciding(verdict)
    yield Rule(Text(f"{requirement.id} in full", "bold red"), align="left", style="red")
    facts = Table.grid(padding=(0, 2, 0, 0))
    facts.add_column(no_wrap=True, style="dim")
    facts.add_column(overflow="fold")
    facts.add_row(str(requirement.level), Text(requirement.statement, "bold"))
    facts.add_row("source", Text(str(requirement.source)))
    for number, reading in enumerate(requirement.readings):
        facts.add_row("permitted" if number == 0 else "", Text(reading.statement))
    if finding is None:
        yield facts
        return
    facts.add_row("seen", Text(printable(finding.explanation), "red"))
    result = check_of(results, finding.check)
    if result is not None:
        facts.add_row("check", Text(f"{result.check.title} ({finding.check}, time level {finding.time_level})"))
    yield facts
    entries = cited(results, finding, otherwise=ENTRIES_WITHOUT_CITATION)
    yield from _evidence(entries, cites=bool(finding.evidence))


def repeat(results: Results, verdict: Verdict) -> str | None:
    """The curl line for the last request of the evidence; None where there is none."""
    finding = deciding(verdict)
    entries = cited(results, finding, otherwise=ENTRIES_WITHOUT_CITATION) if finding is not None else ()
    asked = next((entry for entry in reversed(entries) if isinstance(entry, Exchange)), None)
    return printable(curl_line(asked, load_api(results.information.api).credential)) if asked is not None else None


def _evidence(entries: Sequence[Entry], *, cites: bool) -> Iterator[RenderableType]:
    if not entries:
        return
    yield Text("\nevidence" if cites else "\nwhat happened last", style="dim")
    left_out = len(entries) - MOST_ENTRIES
    for entry in entries[:MOST_ENTRIES]:
        yield Padding(_entry(entry), (0, 0, 0, 2), expand=False)
    if left_out > 0:
        yield Text(f"  and {left_out} more", style="dim")


def _entry(entry: Entry) -> RenderableType:
    match entry:
        case Exchange():
            return Group(*_exchange(entry))
        case Arrival():
            when = moment(entry.target_at or entry.at)
            head = Text.assemble((f"#{entry.number} ", "dim"), ("delivery", "bold"), f" {printable(entry.method)} ")
            head.append(f"{printable(entry.path)} at {when}, answered {printable(entry.answer)}")
            return Group(head, *_body("  body ", entry.body, picture_in_words(entry.body)))
        case Note():
            return Text.assemble((f"#{entry.number} ", "dim"), (printable(entry.text), "italic"))


def _exchange(entry: Exchange) -> Iterator[RenderableType]:
    answer = f"status {entry.status} after {in_words(entry.seconds)}"
    if entry.status is None:
        answer = f"no answer: {printable(entry.error or '')}"
    head = Text.assemble((f"#{entry.number} ", "dim"), (printable(f"{entry.method} {entry.url}"), "bold"))
    yield head
    yield from _body("  sent ", entry.request_body)
    yield Text(f"  {answer}")
    yield from _body("  got  ", entry.response_body, picture_in_words(entry.response_body, entry))


def _body(label: str, body: bytes, words: str | None = None) -> Iterator[RenderableType]:
    if words is not None:
        yield Text.assemble((label, "dim"), words)
    elif body:
        text = one_line(body[: 8 * MOST_BODY_CHARACTERS].decode("utf-8", "replace"), MOST_BODY_CHARACTERS)
        yield Text.assemble((label, "dim"), text)
