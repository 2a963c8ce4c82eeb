"""The checks on the page: what each one found, its timelines, its evidence."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from contracts.documents import Api
from contracts.reports.html.elements import Html, element, joined
from contracts.reports.html.entries import Room, anchor, entries, kept_within, shown
from contracts.reports.html.gallery import Gallery
from contracts.reports.html.timeline import Course, courses, timeline
from contracts.reports.plain import shortened
from contracts.reports.spans import in_words, moment
from contracts.results import CheckResult, Results
from contracts.verdicts import Status, TimeLevel

MOST_CHARACTERS: Final = 2_600_000
"""Of all evidence together, so that a browser opens the page at once."""
MOST_EXPLANATION_CHARACTERS: Final = 300

_SYMBOLS: Final[Mapping[Status, str]] = {
    Status.FAILED: "✗",
    Status.ERROR: "!",
    Status.PASSED: "✓",
    Status.NOT_OBSERVABLE: "·",
    Status.NOT_RUN: "·",
}


def checks(results: Results, api: Api) -> Iterator[Html]:
    """Every check, folded; the evidence of a failure has room before other evidence."""
    made = [entries(result.entries, result.check.id, api.credential) for result in results.checks]
    rooms = map(_room, results.checks, shares([sum(map(len, each)) for each in made], MOST_CHARACTERS))
    placed = [
        (result, parts, room, kept_within(result.entries, parts, room))
        for result, parts, room in zip(results.checks, made, rooms, strict=True)
    ]
    gallery = Gallery.of((result, kept) for result, _, _, kept in placed)
    for result, parts, room, kept in placed:
        identifier = result.check.id
        hung = [gallery.hang(*pair, identifier) for pair in zip(result.entries, parts, strict=True)]
        evidence = joined(shown(result.entries, hung, identifier, kept, room.cited))
        yield _check(result, courses(result, api), evidence)


def _room(result: CheckResult, characters: int) -> Room:
    cited = {number for finding in result.findings for number in finding.evidence}
    failed = [finding for finding in result.findings if finding.status is Status.FAILED]
    return Room({number for finding in failed for number in finding.evidence}, cited, characters)


def shares(wanted: Sequence[int], available: int) -> list[int]:
    """What each may have: all that it wants where there is enough, else what nobody else wants of an equal share."""
    left, given = available, [0] * len(wanted)
    for done, at in enumerate(sorted(range(len(wanted)), key=lambda at: wanted[at])):
        given[at] = min(wanted[at], left // (len(wanted) - done))
        left -= given[at]
    return given


def featured(results: Results, api: Api) -> tuple[CheckResult, Course] | None:
    """The course that shows most of the schedule, to be drawn at the top of the page."""
    found = [(result, course) for result in results.checks for course in courses(result, api)[:1]]
    telling = [pair for pair in found if len(pair[1].attempts) > 1]
    return max(telling, key=lambda pair: (pair[1].span_seconds, len(pair[1].attempts)), default=None)


def decided_at(result: CheckResult) -> TimeLevel:
    """The time level of a check, which all its findings share."""
    return next((finding.time_level for finding in result.findings), TimeLevel.NONE)


def _check(result: CheckResult, drawn: Sequence[Course], evidence: Html) -> Html:
    check = result.check
    statuses = [finding.status for finding in result.findings]
    worst = next((status for status in _SYMBOLS if status in statuses), Status.NOT_OBSERVABLE)
    head = element(
        "summary",
        element("span", _SYMBOLS[worst], class_="symbol", title=str(worst)),
        element("span", check.title or check.id, class_="statement"),
        element("span", f"{len(result.entries)} entries · {in_words(result.seconds)}", class_="aside"),
    )
    ended = (
        f"It ended early: {shortened(result.ended_early, MOST_EXPLANATION_CHARACTERS)}" if result.ended_early else None
    )
    words = f"{check.id}, began {moment(result.began)}"
    words += f", lets {in_words(check.span_seconds)} of the target's time pass" if check.span_seconds else ""
    body = [
        element("p", words, class_="soft"),
        element("p", ended, class_="bad") if ended else None,
        _found(result),
        *(timeline(course, decided_at(result)) for course in drawn),
        element("div", evidence, class_="entries"),
    ]
    kind = f"check s-{str(worst).replace(' ', '-')}"
    return element("details", head, *body, class_=kind, id=anchor(check.id))


def _found(result: CheckResult) -> Html | None:
    """What the check found, in a line for each requirement."""
    if not result.findings:
        return None
    rows = [
        element(
            "li",
            element("a", finding.requirement, href=f"#{finding.requirement}"),
            f" {finding.status}",
            f" (reading {finding.reading})" if finding.reading else None,
            f": {shortened(finding.explanation, MOST_EXPLANATION_CHARACTERS)}" if finding.explanation else None,
        )
        for finding in result.findings
    ]
    return element("ul", *rows, class_="found")
