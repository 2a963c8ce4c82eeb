"""Puts the page together."""

import base64
import hashlib
from collections.abc import Iterator
from importlib.resources import files

from contracts.catalogue import Level
from contracts.documents import Api, load_api
from contracts.reports.html.checks import checks, decided_at, featured
from contracts.reports.html.elements import Html, element, joined
from contracts.reports.html.entries import anchor
from contracts.reports.html.requirements import SYMBOLS, areas, kind
from contracts.reports.html.timeline import timeline
from contracts.reports.plain import one_line, printable
from contracts.reports.redaction import redacted
from contracts.reports.spans import in_words, moment
from contracts.reports.summary import area_title, by_area, by_outcome, count_of, headline, outcome
from contracts.results import Results, RunInformation
from contracts.verdicts import TimeLevel

LEVELS_IN_WORDS = {
    TimeLevel.NONE: "none: in real time",
    TimeLevel.DECLARED: "declared: in real time, with the target's own log of attempts",
    TimeLevel.CONTROL: "control: the target's clock was moved",
    TimeLevel.STEPPED: "stepped: the target was started on a clock that can be moved",
}


def html_report(results: Results) -> str:
    """The report as one page, without secrets. It loads nothing, and no script but its own can run in it."""
    results = redacted(results)
    api = load_api(results.information.api)
    script = _resource("report.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; img-src data:"
    title = f"{headline(results).text} · {results.information.api_title}"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("link", rel="icon", href="data:,"),
        element("title", title),
        element("style", _resource("report.css")),
    )
    body = element("body", _summary(results, api), element("main", *_main(results, api)), element("script", script))
    page = f"<!doctype html>\n{element('html', head, body, lang='en')}\n"
    return page.encode("utf-8", "backslashreplace").decode()


def _resource(name: str) -> Html:
    return Html(files("contracts.reports.html").joinpath(name).read_text("utf-8"))


def _summary(results: Results, api: Api) -> Html:
    head = headline(results)
    information = results.information
    gone = information.target_gone
    return element(
        "header",
        element("p", "proofreel", class_="brand"),
        element("h1", head.text[:1].upper() + head.text[1:]),
        element("p", information.api_title, " at ", element("code", printable(information.target_url)), class_="lead"),
        element("p", f"The target went away: {printable(gone)}", class_="notice") if gone else None,
        _broken(results),
        _bar(results),
        _map(results),
        _course(results, api),
        _facts(information, len(results.checks)),
        class_=f"o-{kind(head.outcome)}" if head.outcome is not None else "o-none",
    )


def _broken(results: Results) -> Html | None:
    """The way to each requirement by which the run fails."""
    links = [element("a", each.requirement.id, href=f"#{each.requirement.id}") for each in results.breaking]
    return element("p", joined(links, " · "), class_="broken") if links else None


def _bar(results: Results) -> Html:
    """The outcomes as parts of one bar, and what they mean below it; these are the filter, too."""
    found = by_outcome(results)
    parts = [
        element(
            "i", style=f"flex-grow:{len(verdicts)}", class_=f"o-{kind(which)}", title=count_of(which, len(verdicts))
        )
        for which, verdicts in found.items()
    ]
    keys = [
        element(
            "button",
            element("i", SYMBOLS[which], class_=f"symbol o-{kind(which)}"),
            f" {count_of(which, len(verdicts))}",
            type="button",
            aria_pressed="false",
            data_filter="outcome",
            data_value=kind(which),
        )
        for which, verdicts in found.items()
    ]
    return joined([element("div", *parts, class_="bar"), element("div", *keys, class_="keys")])


def _map(results: Results) -> Html:
    """Every requirement as one square, by area."""
    strict = results.information.strict
    rows = []
    for area, verdicts in by_area(results.verdicts.values()).items():
        squares = [
            element(
                "a",
                href=f"#{verdict.requirement.id}",
                class_=f"o-{kind(outcome(verdict, strict=strict))}",
                title=f"{verdict.requirement.id}, {outcome(verdict, strict=strict)}: {verdict.requirement.statement}",
                aria_label=verdict.requirement.id,
            )
            for verdict in verdicts
        ]
        rows += [element("dt", area_title(area)), element("dd", *squares)]
    return element("dl", *rows, class_="map")


def _course(results: Results, api: Api) -> Html | None:
    found = featured(results, api)
    if found is None:
        return None
    result, course = found
    link = element("a", result.check.title or result.check.id, href=f"#{anchor(result.check.id)}")
    legend = joined([element("span", words, class_=f"legend {name}") for name, words in _LEGEND])
    caption = element("figcaption", "Attempts of one message: ", link, " ", legend)
    return element("figure", timeline(course, decided_at(result)), caption)


_LEGEND = (("mark", "documented"), ("refused", "the receiver did not take it"), ("accepted", "it took it"))


def _facts(information: RunInformation, count: int) -> Html:
    budget = information.time_budget_seconds
    facts = {
        "Time level": LEVELS_IN_WORDS[information.time_level],
        "Began": moment(information.began),
        "Took": f"{in_words(information.seconds)} for {count} checks",
        "Time budget": "no limit" if budget is None else in_words(budget),
        "Seed": str(information.seed),
        "Limited to": ", ".join(information.only) or "nothing: all requirements",
        "Strict": "yes: a SHOULD that fails counts" if information.strict else "no",
        "Target offers": ", ".join(one_line(each, 60) for each in information.capabilities[:20])
        or "no control protocol",
        "Kit": information.kit_version,
    }
    return element(
        "dl",
        *(element("div", element("dt", key), element("dd", value)) for key, value in facts.items()),
        class_="facts",
    )


def _main(results: Results, api: Api) -> Iterator[Html]:
    yield _filters(results)
    yield element("h2", "Requirements", id="requirements")
    yield from areas(results, api.credential)
    yield element("p", "No requirement is left by this filter.", class_="soft", id="nothing", hidden=True)
    yield element("h2", "Checks and their evidence", id="checks")
    yield from checks(results, api)


def _filters(results: Results) -> Html:
    """Hidden until the script shows it; without one, the page is whole."""
    present = {verdict.requirement.level for verdict in results.verdicts.values()}
    levels = [
        element("button", level, type="button", aria_pressed="false", data_filter="level", data_value=str(level))
        for level in Level
        if level in present
    ]
    found = by_area(results.verdicts.values())
    options = [element("option", f"{area} {area_title(area)}", value=area) for area in found]
    choice = element("select", element("option", "all areas", value=""), *options, id="area", aria_label="area")
    search = element("input", type="search", id="search", placeholder="search", aria_label="search requirements")
    reset = element("button", "show all", type="button", id="reset")
    return element("form", search, choice, *levels, reset, id="filters", hidden=True)
