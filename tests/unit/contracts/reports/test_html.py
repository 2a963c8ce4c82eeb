"""The page: whole, harmless, of one piece, and small enough."""

import random
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.catalogue import load_catalogue
from contracts.documents import load_api
from contracts.record import Arrival, Exchange
from contracts.reports.html.checks import shares
from contracts.reports.html.page import html_report
from contracts.reports.html.timeline import courses, timeline
from contracts.results import CheckResult, Results
from contracts.verdicts import Finding, Status, TimeLevel, verdict

MOST_BYTES = 5_000_000
VOID = {"meta", "link", "input", "br", "hr"}
INJECTIONS = ("<script>alert(1)</script>", "]]>", "</style><img src=x onerror=alert(1)>", "\"' onclick='x", "</pre>")


class Page(HTMLParser):
    """Reads a page; every element must be closed where it was opened."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: set[str] = set()
        self.count: dict[str, int] = {}
        self.attributes: set[str] = set()
        self.sources: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.count[tag] = self.count.get(tag, 0) + 1
        found = {name: value or "" for name, value in attrs}
        self.attributes |= found.keys()
        if "id" in found:
            self.ids.append(found["id"])
        link = found.get("href", "")
        if link.startswith("#"):
            self.targets.add(link[1:])
        elif link or "src" in found:
            self.sources.append(link or found["src"])
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag


def test_page_shows_every_requirement_and_check_once(everything: Results) -> None:
    page = Page(html_report(everything))
    assert len(page.ids) == len(set(page.ids))
    assert set(page.ids) >= everything.verdicts.keys()
    assert set(page.ids) >= {f"check-{result.check.id}" for result in everything.checks}
    assert page.targets <= set(page.ids)


def test_page_loads_nothing(everything: Results) -> None:
    text = html_report(everything)
    assert Page(text).sources == ["data:,"]
    assert "default-src 'none'" in unescape(text)
    assert not re.search(r"@import|url\(|fetch\(|XMLHttpRequest", text)


def test_first_failure_is_unfolded_with_its_evidence(everything: Results) -> None:
    text = html_report(everything)
    assert re.findall(r'<details class="requirement o-failed" id="([^"]+)" open', text) == ["RIO-CMD-004"]
    assert '"X-API-KEY: $PROOFREEL_API_KEY"' in unescape(text)
    assert 'href="#check-made.schedule-5"' in text


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32), said=st.text(st.characters()))
def test_no_text_of_a_target_becomes_a_part_of_the_page(
    seed: int, said: str, make_results: Callable[..., Results]
) -> None:
    def plain(source: random.Random) -> str:
        return f"plain{len(source.choice(INJECTIONS))}"

    def hostile(source: random.Random) -> str:
        return source.choice(INJECTIONS) + said

    page = Page(html_report(make_results(seed, text=hostile, secrets=frozenset())))
    assert page.count["script"] == 1
    assert page.count["style"] == 1
    assert "img" not in page.count
    assert not [name for name in page.attributes if name.startswith("on")]
    assert page.attributes <= Page(html_report(make_results(seed, text=plain, secrets=frozenset()))).attributes | {
        "title"
    }


def test_large_run_makes_a_page_that_opens(make_exchange: Callable[..., Exchange], everything: Results) -> None:
    body = b'{"a": "' + b"<&>" * 8000 + b'"}'
    catalogue = list(load_catalogue("renderio").values())
    checks = []
    for number, result in enumerate(everything.checks[:100]):
        entries = tuple(make_exchange(at, request_body=body, response_body=body) for at in range(1, 51))
        because = f"expected something else, saw {'<' * 3000}"
        about = catalogue[number : number + 3]
        findings = tuple(
            Finding(each.id, Status.FAILED, because, result.check.id, TimeLevel.NONE, evidence=(49, 50))
            for each in about
        )
        checks.append(replace(result, entries=entries, findings=findings))
    verdicts = {
        each.id: verdict(
            each, [finding for result in checks for finding in result.findings if finding.requirement == each.id]
        )
        for each in catalogue
    }
    text = html_report(replace(everything, verdicts=verdicts, checks=tuple(checks)))
    assert len(text.encode()) < MOST_BYTES
    page = Page(text)
    assert {f"check-{result.check.id}-{number}" for result in checks for number in (49, 50)} <= set(page.ids)
    assert page.targets <= set(page.ids)
    assert "more entries are in report.json" in text


@given(st.lists(st.integers(0, 1000), max_size=20), st.integers(0, 5000))
def test_room_is_shared_fairly(wanted: list[int], available: int) -> None:
    given_ = shares(wanted, available)
    assert sum(given_) <= available
    assert all(0 <= got <= want for got, want in zip(given_, wanted, strict=True))
    if sum(wanted) <= available:
        assert given_ == wanted
    # Nobody who has less than he wants has less than anybody else, but for what cannot be divided.
    short = [got for got, want in zip(given_, wanted, strict=True) if got < want]
    assert all(got >= max(given_) - 1 for got in short)


# ---------------------------------------------------------------------------------------------------------- timeline

SCHEDULE = (0, 5, 305, 2105, 9305, 27305, 63305, 99305)


def checked(make: Callable[..., CheckResult], *arrivals: Arrival) -> CheckResult:
    finding = Finding("RIO-RTY-012", Status.PASSED, "", "made.one", TimeLevel.CONTROL)
    return make("one", (finding,), arrivals)


def test_attempts_on_schedule_are_drawn_under_their_moments(
    make_check: Callable[..., CheckResult], make_arrival: Callable[..., Arrival]
) -> None:
    arrivals = [make_arrival(number, seconds) for number, seconds in enumerate(SCHEDULE, 1)]
    [course] = courses(checked(make_check, *arrivals), load_api("renderio"))
    text = timeline(course, TimeLevel.CONTROL)
    links = re.findall(r'<line x1="([^"]+)" y1="[^"]+" x2="([^"]+)" y2="[^"]+" class="link">', text)
    assert len(links) == len(SCHEDULE)
    assert all(documented == seen for documented, seen in links)
    places = [float(documented) for documented, _ in links]
    assert places == sorted(places)
    assert text.count('class="mark"') == text.count('class="refused"') == len(SCHEDULE)
    assert "27 h 35 min 5 s after the first; answered 503" in text


def test_missing_and_surplus_attempts_are_drawn(
    make_check: Callable[..., CheckResult], make_arrival: Callable[..., Arrival]
) -> None:
    moments = (*SCHEDULE, 200_000)
    [course] = courses(
        checked(make_check, *(make_arrival(n, s) for n, s in enumerate(moments, 1))), load_api("renderio")
    )
    assert timeline(course, TimeLevel.STEPPED).count('class="refused"') == 9
    [alone] = courses(checked(make_check, make_arrival(1, 0)), load_api("renderio"))
    text = timeline(alone, TimeLevel.NONE)
    assert text.count('class="mark"') == 8
    assert text.count('class="refused"') == 1


@pytest.mark.parametrize("answer", ["200", "204 after 3 s"])
def test_attempt_that_was_taken_has_another_colour(
    answer: str, make_check: Callable[..., CheckResult], make_arrival: Callable[..., Arrival]
) -> None:
    result = checked(make_check, make_arrival(1, 0, answer="held"), make_arrival(2, 20, answer=answer))
    [course] = courses(result, load_api("renderio"))
    text = timeline(course, TimeLevel.CONTROL)
    assert text.count('class="refused"') == text.count('class="accepted"') == 1


def test_nothing_is_drawn_where_it_would_tell_nothing(
    make_check: Callable[..., CheckResult], make_arrival: Callable[..., Arrival]
) -> None:
    taken = make_arrival(1, 0, answer="200")
    untimed = [replace(make_arrival(number, 0), target_at=None) for number in (1, 2)]
    api = load_api("renderio")
    assert courses(checked(make_check, taken), api) == []
    assert courses(checked(make_check, *untimed), api) == []
    assert courses(checked(make_check), api) == []


def test_messages_are_drawn_apart(make_check: Callable[..., CheckResult], make_arrival: Callable[..., Arrival]) -> None:
    other = b'{"data": {"command_id": "other"}}'
    arrivals = [make_arrival(1, 0), make_arrival(2, 1, body=other), make_arrival(3, 5), make_arrival(4, 6, body=other)]
    found = courses(checked(make_check, *arrivals), load_api("renderio"))
    assert [[attempt.arrival.number for attempt in course.attempts] for course in found] == [[1, 3], [2, 4]]
