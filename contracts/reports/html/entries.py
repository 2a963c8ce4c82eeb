"""The evidence of a check: each request and each delivery folded into one line, with all its parts below."""

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from contracts.documents import Credential
from contracts.record import Arrival, Entry, Exchange, Headers, Note
from contracts.reports.html.elements import Html, element, joined
from contracts.reports.pictures import picture_in_words
from contracts.reports.plain import indented, one_line, printable
from contracts.reports.repeat import curl_line
from contracts.reports.spans import in_words, moment

MOST_ENTRIES: Final = 40
MOST_BODY_BYTES: Final = 4096
MOST_HEADERS: Final = 40
MOST_VALUE_CHARACTERS: Final = 400
MOST_URL_CHARACTERS: Final = 2000

PICTURE: Final = Html("<!--picture-->")
"""Stands where a picture is to be; nothing that a target says can look so, as it is escaped."""


def anchor(check: str, number: int | None = None) -> str:
    """The id on the page of a check, or of one of its entries."""
    return f"check-{check}" if number is None else f"check-{check}-{number}"


def summary_line(entry: Entry) -> Html:
    """An entry in one line: its number, what it is, how it was answered."""
    number = element("span", f"#{entry.number}", class_="number")
    match entry:
        case Exchange():
            ok = entry.status is not None and entry.status < 400  # noqa: PLR2004 - where HTTP's errors begin
            answer = "no answer" if entry.status is None else str(entry.status)
            what = element("span", one_line(f"{entry.method} {_path(entry.url)}", 110), class_="what")
            return joined(
                [number, _direction("→", "request"), what, _answer(answer, good=ok), _aside(in_words(entry.seconds))]
            )
        case Arrival():
            what = element("span", one_line(f"{entry.method} {entry.path}", 110), class_="what")
            answer = _answer(one_line(entry.answer, 40), good=entry.answer.startswith("2"))
            when = entry.target_at or entry.at
            return joined([number, _direction("←", "delivery"), what, answer, _aside(moment(when))])
        case Note():
            return joined([number, _direction("·", "note"), element("em", one_line(entry.text, 240), class_="what")])


def entries(listed: Sequence[Entry], check: str, credential: Credential) -> Sequence[Html]:
    """Every entry as HTML, in order, with `PICTURE` where a picture is to be."""
    return [_entry(entry, anchor(check, entry.number), credential) for entry in listed]


@dataclass(frozen=True, slots=True)
class Room:
    """What there is room for: so many characters, and first of all the entries with these numbers."""

    first: Collection[int]
    cited: Collection[int]
    most_characters: int


def kept_within(listed: Sequence[Entry], made: Sequence[Html], room: Room) -> set[int]:
    """The numbers of the entries that there is room for, pictures not counted."""
    order = sorted(range(len(listed)), key=lambda at: (listed[at].number not in room.first, at))
    kept, used = set[int](), 0
    for at in order[:MOST_ENTRIES]:
        if used + len(made[at]) > room.most_characters and kept:
            break
        kept.add(listed[at].number)
        used += len(made[at])
    return kept


def shown(
    listed: Sequence[Entry], made: Sequence[Html], check: str, kept: Collection[int], cited: Collection[int]
) -> Iterator[Html]:
    """The entries that are kept, in order; links to one that is left out lead to where it would be."""
    pairs = zip(listed, made, strict=True)
    for is_kept, group in itertools.groupby(pairs, key=lambda pair: pair[0].number in kept):
        if is_kept:
            yield from (html for _, html in group)
        else:
            yield _gap([entry.number for entry, _ in group], check, cited)


def _gap(numbers: Sequence[int], check: str, cited: Collection[int]) -> Html:
    words = "1 more entry is" if len(numbers) == 1 else f"{len(numbers)} more entries are"
    places = [element("span", id=anchor(check, number)) for number in numbers if number in cited]
    return element("p", *places, f"{words} in report.json", class_="gap")


def _entry(entry: Entry, identifier: str, credential: Credential) -> Html:
    if isinstance(entry, Note):
        return element("p", summary_line(entry), class_="entry note", id=identifier)
    parts = _exchange(entry, credential) if isinstance(entry, Exchange) else _arrival(entry)
    return element("details", element("summary", summary_line(entry)), *parts, class_="entry", id=identifier)


def _exchange(entry: Exchange, credential: Credential) -> Iterator[Html]:
    yield _facts(f"sent at {moment(entry.at)}")
    yield _message("Request", f"{entry.method} {entry.url}", entry.request_headers, entry.request_body)
    if entry.status is None:
        yield element("p", f"no answer: {printable(entry.error or '')[:MOST_URL_CHARACTERS]}", class_="bad")
    else:
        first = f"{entry.status} after {in_words(entry.seconds)}"
        if entry.response_bytes is not None:
            first += f", {entry.response_bytes} bytes in all"
        words = picture_in_words(entry.response_body, entry)
        yield _message("Response", first, entry.response_headers, b"" if words else entry.response_body)
        yield from _pictured(words)
    yield curl(entry, credential)


def _arrival(entry: Arrival) -> Iterator[Html]:
    known = f", {moment(entry.target_at)} by the target's clock" if entry.target_at is not None else ""
    yield _facts(f"arrived at {moment(entry.at)}{known}; answered: {printable(entry.answer)[:MOST_VALUE_CHARACTERS]}")
    words = picture_in_words(entry.body)
    title, first = f"Delivery to {one_line(entry.inbox, 60)}", f"{entry.method} {entry.path}"
    yield _message(title, first, entry.headers, b"" if words else entry.body)
    yield from _pictured(words)


def _pictured(words: str | None) -> Iterator[Html]:
    if words is not None:
        yield element("pre", words, class_="body")
        yield PICTURE


def curl(entry: Exchange, credential: Credential) -> Html:
    """The line that repeats a request, with a button that copies it."""
    line = printable(curl_line(entry, credential))
    button = element("button", "copy", type="button", class_="copy", hidden=True)
    return element("div", element("h5", "To repeat"), button, element("pre", line), class_="curl")


def _message(title: str, first: str, headers: Headers, body: bytes) -> Html:
    rows = [
        joined(
            [
                element("b", printable(name)[:MOST_VALUE_CHARACTERS]),
                ": ",
                printable(value)[:MOST_VALUE_CHARACTERS],
                "\n",
            ]
        )
        for name, value in headers[:MOST_HEADERS]
    ]
    more = f"and {len(headers) - MOST_HEADERS} more\n" if len(headers) > MOST_HEADERS else None
    head = element("pre", printable(first)[:MOST_URL_CHARACTERS], "\n", *rows, more, class_="head")
    content = element("pre", indented(body, MOST_BODY_BYTES), class_="body") if body else None
    return joined([element("h5", title), head, content])


def _facts(words: str) -> Html:
    return element("p", words, class_="soft")


def _direction(arrow: str, title: str) -> Html:
    return element("span", arrow, class_=f"direction {title}", title=title)


def _answer(words: str, *, good: bool) -> Html:
    return element("span", words, class_="answer good" if good else "answer bad")


def _aside(words: str) -> Html:
    return element("span", words, class_="aside")


def _path(url: str) -> str:
    """The part of a URL after the server; the server is the same in all of them."""
    _, separator, rest = url.partition("://")
    return "/" + rest.partition("/")[2] if separator else url
