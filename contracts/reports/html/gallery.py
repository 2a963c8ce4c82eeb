"""The pictures of a run on the page: each once, those of failures first, as far as there is room."""

import base64
import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Self

from contracts.images import kind_of
from contracts.record import Entry
from contracts.reports.html.elements import Html, element
from contracts.reports.html.entries import PICTURE, anchor
from contracts.reports.pictures import picture_in_words, picture_of
from contracts.results import CheckResult
from contracts.verdicts import Status

MOST_BYTES: Final = 2 * 1024 * 1024
"""Of all pictures together, before they are written as base64."""

Place = tuple[str, int]
"""The id of a check, and the number of one of its entries."""


@dataclass(frozen=True, slots=True)
class Gallery:
    """Where each picture is shown, by its digest; what is not there has no room."""

    shown_at: Mapping[bytes, Place]

    @classmethod
    def of(cls, results: Iterable[tuple[CheckResult, Collection[int]]], *, most_bytes: int = MOST_BYTES) -> Self:
        """The pictures that there is room for: first the evidence of failures, then other evidence, then the rest.

        Each result comes with the numbers of the entries that are on the page.
        """
        shown_at: dict[bytes, Place] = {}
        used = 0
        for _, place, body in sorted(_pictures(results), key=lambda picture: picture[0]):
            digest = _digest(body)
            if digest not in shown_at and used + len(body) <= most_bytes:
                shown_at[digest] = place
                used += len(body)
        return cls(shown_at)

    def hang(self, entry: Entry, html: Html, check: str) -> Html:
        """Put the picture of an entry into its HTML, or words why it is not here."""
        return Html(html.replace(PICTURE, self._picture(entry, check))) if PICTURE in html else html

    def _picture(self, entry: Entry, check: str) -> Html:
        body = picture_of(entry)
        if body is None:
            return _words("It was too large to be kept, so that it cannot be shown.")
        at = self.shown_at.get(_digest(body))
        if at == (check, entry.number):
            return _image(body)
        if at is None:
            return _words("There is no room for it on this page.")
        return element("p", element("a", "It is shown with another entry.", href=f"#{anchor(*at)}"), class_="soft")


def _pictures(results: Iterable[tuple[CheckResult, Collection[int]]]) -> Iterator[tuple[int, Place, bytes]]:
    for result, kept in results:
        cited = {number for finding in result.findings for number in finding.evidence}
        failed = {
            number for finding in result.findings if finding.status is Status.FAILED for number in finding.evidence
        }
        for entry in result.entries:
            if entry.number in kept and (body := picture_of(entry)) is not None:
                rank = 0 if entry.number in failed else 1 if entry.number in cited else 2
                yield rank, (result.check.id, entry.number), body


def _image(body: bytes) -> Html:
    kind = kind_of(body)
    # An image never runs a script, nor loads anything, whatever an SVG holds.
    source = f"data:{kind.media_type if kind is not None else ''};base64,{base64.b64encode(body).decode()}"
    words = picture_in_words(body) or ""
    return element("img", src=source, alt=words, class_="picture", loading="lazy", decoding="async")


def _words(text: str) -> Html:
    return element("p", text, class_="soft")


def _digest(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()
