"""Pictures in reports: told in words everywhere, shown on the page, never dumped."""

import base64
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from importlib.resources import files

import jsonschema_rs
import pytest
from PIL import Image
from rich.console import Console

from contracts.client import MOST_KEPT_BYTES, MOST_KEPT_PICTURE_BYTES, Address, Client
from contracts.documents import load_api
from contracts.receiver import Receiver, Reply
from contracts.record import Entry, Exchange, Record
from contracts.reports.html.entries import PICTURE
from contracts.reports.html.gallery import Gallery
from contracts.reports.html.page import html_report
from contracts.reports.json_report import document
from contracts.reports.terminal import show
from contracts.results import CheckResult, Results
from contracts.verdicts import Finding, Status, TimeLevel, verdict

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"><script>alert(1)</script></svg>'
SHOWN_ELSEWHERE = "It is shown with another entry."
NO_ROOM = "There is no room for it on this page."
TOO_LARGE = "It was too large to be kept, so that it cannot be shown."

MakeExchange = Callable[..., Exchange]


def png(colour: str = "red", size: tuple[int, int] = (4, 3)) -> bytes:
    """A picture of one colour."""
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()


def webp() -> bytes:
    """A picture of another kind."""
    file = io.BytesIO()
    Image.new("RGB", (4, 3)).save(file, "WEBP")
    return file.getvalue()


def told(body: bytes, media_type: str = "image/png") -> str:
    """How a report calls a picture."""
    return f"{media_type}, {len(body):,} bytes, sha256 {hashlib.sha256(body).hexdigest()}"


class Images(HTMLParser):
    """The images of a page, and the places that its links lead to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.shown: list[tuple[str, bytes]] = []
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.ids |= {found.get("id", "")}
        self.links |= {found["href"][1:]} if found.get("href", "").startswith("#") else set()
        if tag == "img":
            kind, _, data = found["src"].removeprefix("data:").partition(";base64,")
            self.shown.append((kind, base64.b64decode(data, validate=True)))


@pytest.fixture
def with_entries(everything: Results) -> Callable[..., Results]:
    """A run of one check for each sequence of entries; each fails by the entries that are named."""
    requirement = next(each.requirement for each in everything.verdicts.values() if each.status is Status.FAILED)

    def made(*sequences: tuple[Entry, ...], failing: tuple[int, ...] = ()) -> Results:
        checks: list[CheckResult] = []
        for entries, pattern in zip(sequences, everything.checks, strict=False):
            finding = Finding(requirement.id, Status.FAILED, "no", pattern.check.id, TimeLevel.NONE, evidence=failing)
            checks.append(replace(pattern, entries=entries, findings=(finding,)))
        verdicts = {requirement.id: verdict(requirement, [each for check in checks for each in check.findings])}
        return Results(everything.information, verdicts, tuple(checks))

    return made


@pytest.mark.parametrize(("body", "media_type"), [(png(), "image/png"), (webp(), "image/webp"), (SVG, "image/svg+xml")])
def test_a_picture_is_shown_on_the_page_and_told_in_words(
    body: bytes, media_type: str, with_entries: Callable[..., Results], make_exchange: MakeExchange
) -> None:
    page = html_report(with_entries((make_exchange(1, response_body=body),)))
    assert Images(page).shown == [(media_type, body)]
    assert told(body, media_type) in unescape(page)
    assert "89 50 4e 47" not in page
    assert "<script>alert" not in page
    assert "img-src data:" in unescape(page)


def test_a_picture_is_shown_once(with_entries: Callable[..., Results], make_exchange: MakeExchange) -> None:
    exchanges = tuple(make_exchange(number, response_body=png()) for number in (1, 2))
    page = html_report(with_entries(exchanges, exchanges))
    images = Images(page)
    assert len(images.shown) == 1
    assert page.count(SHOWN_ELSEWHERE) == 3
    assert images.links <= images.ids


def test_pictures_of_failures_have_room_before_others(
    with_entries: Callable[..., Results], make_exchange: MakeExchange
) -> None:
    bodies = [png(colour) for colour in ("red", "blue")]
    exchanges = tuple(make_exchange(number, response_body=body) for number, body in enumerate(bodies, 1))
    (result,) = with_entries(exchanges, failing=(2,)).checks
    gallery = Gallery.of([(result, {1, 2})], most_bytes=len(bodies[1]))
    hung = [gallery.hang(exchange, PICTURE, result.check.id) for exchange in exchanges]
    assert NO_ROOM in hung[0]
    assert [body for _, body in Images(hung[1]).shown] == [bodies[1]]


def test_a_picture_that_was_cut_is_not_shown(with_entries: Callable[..., Results], make_exchange: MakeExchange) -> None:
    cut = make_exchange(1, response_body=png()[:40], response_bytes=700_000, response_sha256="ab" * 32)
    results = with_entries((cut,))
    page = html_report(results)
    assert (Images(page).shown, TOO_LARGE in page) == ([], True)
    assert f"image/png, 700,000 bytes, sha256 {'ab' * 32}" in page
    assert document(results)["checks"][0]["entries"][0]["response_body"] == {
        "media_type": "image/png",
        "sha256": "ab" * 32,
        "bytes": 700_000,
        "shortened": True,
    }


def test_links_to_pictures_lead_somewhere_where_entries_are_left_out(
    with_entries: Callable[..., Results], make_exchange: MakeExchange
) -> None:
    exchanges = tuple(make_exchange(number, response_body=png()) for number in range(1, 60))
    images = Images(html_report(with_entries(exchanges, exchanges, failing=(59,))))
    assert len(images.shown) == 1
    assert images.links <= images.ids


@pytest.mark.parametrize("body", [png(), webp()])
def test_json_has_the_digest_of_a_picture_in_place_of_it(
    body: bytes, with_entries: Callable[..., Results], make_exchange: MakeExchange
) -> None:
    report = document(with_entries((make_exchange(1, response_body=body),)))
    jsonschema_rs.validate(
        json.loads(files("contracts.reports").joinpath("report.schema.json").read_text("utf-8")), report
    )
    written = report["checks"][0]["entries"][0]["response_body"]
    assert (written["sha256"], written["bytes"]) == (hashlib.sha256(body).hexdigest(), len(body))
    assert base64.b64encode(body).decode() not in json.dumps(report)


def test_json_has_an_svg_as_the_text_that_it_is(
    with_entries: Callable[..., Results], make_exchange: MakeExchange
) -> None:
    report = document(with_entries((make_exchange(1, response_body=SVG),)))
    assert report["checks"][0]["entries"][0]["response_body"]["text"] == SVG.decode()


def test_terminal_tells_a_picture_in_words(with_entries: Callable[..., Results], make_exchange: MakeExchange) -> None:
    console = Console(file=io.StringIO(), width=200)
    show(with_entries((make_exchange(1, response_body=png()),), failing=(1,)), console)
    text = console.file.getvalue()  # type: ignore[attr-defined] # it is the one given above
    assert told(png()) in " ".join(text.split())
    assert "PNG" not in text.replace("image/png", "")


@pytest.fixture(scope="module")
def running() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.mark.parametrize(
    ("body", "kept_bytes"),
    [
        (png() + bytes(MOST_KEPT_BYTES), None),
        (png() + bytes(MOST_KEPT_PICTURE_BYTES), MOST_KEPT_PICTURE_BYTES),
        (b"no picture" + bytes(MOST_KEPT_BYTES), MOST_KEPT_BYTES),
    ],
)
def test_more_of_a_picture_is_kept_than_of_other_answers(
    running: Receiver, body: bytes, kept_bytes: int | None
) -> None:
    inbox = running.inbox("target", record=Record())
    inbox.script(Reply(200, (("Content-Type", "image/png"),), body))
    credential, record = load_api("bannx").credential, Record()
    client = Client(Address(inbox.url, accept="*/*"), record, credential=credential, secret="t")  # noqa: S106 - no worth
    response = client.request("GET", inbox.url)
    client.close()
    (entry,) = record.entries
    assert isinstance(entry, Exchange)
    assert response.body == body
    assert len(entry.response_body) == (kept_bytes or len(body))
    whole = (None, None) if kept_bytes is None else (len(body), hashlib.sha256(body).hexdigest())
    assert (entry.response_bytes, entry.response_sha256) == whole
    assert inbox.arrivals[0].header("accept") == "*/*"
    assert not re.search("PNG", str(response))
    inbox.retire()
