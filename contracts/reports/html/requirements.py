"""The requirements on the page, by area: what is required, what was found, and the way to the evidence."""

from collections.abc import Iterator, Mapping
from typing import Final

from contracts.documents import Credential
from contracts.record import Exchange
from contracts.reports.html.elements import Html, element, joined
from contracts.reports.html.entries import anchor, curl, summary_line
from contracts.reports.plain import printable, shortened
from contracts.reports.summary import (
    Outcome,
    area_of,
    area_title,
    by_area,
    check_of,
    cited,
    deciding,
    first_failure,
    outcome,
)
from contracts.results import Results
from contracts.verdicts import Finding, Status, Verdict

MOST_CITED: Final = 6
MOST_EXPLANATION_CHARACTERS: Final = 1200

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


def kind(which: Outcome) -> str:
    """The outcome as a name for styles and filters."""
    return which.name.lower().replace("_", "-")


def areas(results: Results, credential: Credential) -> Iterator[Html]:
    """A section for each area; the first failure is unfolded."""
    first = first_failure(results)
    for area, verdicts in by_area(results.verdicts.values()).items():
        rows = [_requirement(results, verdict, credential, unfolded=verdict is first) for verdict in verdicts]
        title = element("h3", element("code", area), f" {area_title(area)}")
        yield element("section", title, *rows, class_="area", data_area=area)


def _requirement(results: Results, verdict: Verdict, credential: Credential, *, unfolded: bool) -> Html:
    requirement, which = verdict.requirement, outcome(verdict, strict=results.information.strict)
    levels = ", ".join(verdict.time_levels) if which not in {Outcome.NOT_OBSERVABLE, Outcome.NOT_RUN} else ""
    head = element(
        "summary",
        element("span", SYMBOLS[which], class_="symbol", title=str(which)),
        element("span", requirement.id, class_="id"),
        element("span", requirement.level, class_=f"level {requirement.level.lower()}"),
        element("span", requirement.statement, class_="statement"),
        element("span", levels, class_="aside", title="the time level that decided") if levels else None,
    )
    return element(
        "details",
        head,
        *_body(results, verdict, which, credential),
        class_=f"requirement o-{kind(which)}",
        id=requirement.id,
        open=unfolded,
        data_outcome=kind(which),
        data_level=str(requirement.level),
        data_area=area_of(requirement.id),
    )


def _body(results: Results, verdict: Verdict, which: Outcome, credential: Credential) -> Iterator[Html | None]:
    requirement = verdict.requirement
    if verdict.expected_failure is not None:
        yield element("p", f"Expected to fail: {printable(verdict.expected_failure)}", class_="notice")
    if verdict.explanation and which is not Outcome.PASSED:
        yield element("p", _explanation(verdict.explanation), class_="seen")
    yield _source(verdict)
    yield _readings(verdict)
    if verdict.status is Status.FAILED:
        yield from _shown(results, verdict, credential)
    yield _findings(results, verdict)
    applies = joined([element("code", name) for name in requirement.applies_to], " ")
    yield element("p", str(which), " · ", applies, f" · observable: {requirement.observable}", class_="soft")


def _explanation(text: str) -> str:
    return shortened(text, MOST_EXPLANATION_CHARACTERS)


def _source(verdict: Verdict) -> Html:
    source = verdict.requirement.source
    if source.quote is None:
        return element("p", f"Rests on {source}", class_="soft")
    return element("blockquote", source.quote, element("footer", source.section))


def _readings(verdict: Verdict) -> Html | None:
    """The permitted meanings, with those marked that were seen."""
    rows = [
        element(
            "li",
            reading.statement,
            element("span", "seen here", class_="tag seen-here") if reading.id in verdict.readings else None,
            element("span", "reference server", class_="tag") if reading.default else None,
        )
        for reading in verdict.requirement.readings
    ]
    return joined([element("h5", "Permitted readings"), element("ul", *rows, class_="readings")]) if rows else None


def _shown(results: Results, verdict: Verdict, credential: Credential) -> Iterator[Html]:
    """The evidence of the deciding finding in lines, each a way to the whole, and how to repeat its last request."""
    finding = deciding(verdict)
    found = list(cited(results, finding, otherwise=3)) if finding is not None else []
    if finding is None or not found:
        return
    yield element("h5", "Evidence" if finding.evidence else "What happened last")
    for entry in found[:MOST_CITED]:
        yield element("a", summary_line(entry), href=f"#{anchor(finding.check, entry.number)}", class_="entry line")
    asked = next((entry for entry in reversed(found) if isinstance(entry, Exchange)), None)
    if asked is not None:
        yield curl(asked, credential)


def _findings(results: Results, verdict: Verdict) -> Html | None:
    rows = [_finding(results, finding, told=verdict.explanation) for finding in verdict.findings if finding.check]
    return joined([element("h5", "Checks"), element("ul", *rows, class_="found")]) if rows else None


def _finding(results: Results, finding: Finding, *, told: str) -> Html:
    """What one check found, without repeating what was told already."""
    result = check_of(results, finding.check)
    title = result.check.title or finding.check if result is not None else finding.check
    numbers = [element("a", f"#{number}", href=f"#{anchor(finding.check, number)}") for number in finding.evidence[:20]]
    explanation = "" if finding.explanation == told else _explanation(finding.explanation)
    return element(
        "li",
        element("a", title, href=f"#{anchor(finding.check)}"),
        f": {finding.status}, time level {finding.time_level}",
        f", reading {finding.reading}" if finding.reading else None,
        joined([", evidence ", joined(numbers, " ")]) if numbers else None,
        element("p", explanation) if explanation else None,
    )
