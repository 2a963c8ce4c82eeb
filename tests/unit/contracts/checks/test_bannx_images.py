"""What answers of bannx show by themselves: readings, formats, colours, ids that are nobody's."""

import io
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from contracts.checks.bannx.absent_pages import absent_like
from contracts.checks.bannx.asks import Ask
from contracts.checks.bannx.calls import GET, POST
from contracts.checks.bannx.comparing import format_requirement
from contracts.checks.bannx.formats import OTHER_FORMATS, reading_of_other_format
from contracts.checks.bannx.forms import knows_drafts, reading_of_drafts, reading_of_json
from contracts.checks.bannx.odd_tweaks import reading_of_refusal
from contracts.checks.bannx.own_pages import has_color
from contracts.checks.bannx.publishing import COLORS, reading_of_foreign
from contracts.checks.bannx.showing import by_size
from contracts.checks.bannx.tweak_texts import texts_of
from contracts.checks.bannx.tweaks import paired
from contracts.client import Response
from contracts.images import decoded
from contracts.pages import Page

IDS = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", min_size=1, max_size=40)


def answer(status: int, body: bytes = b"", media_type: str = "") -> Response:
    """An answer with this body."""
    return Response(status, httpx.Headers({"Content-Type": media_type}), body, 1)


def png(color: str = "#e11d48", *, width: int = 12, height: int = 8) -> bytes:
    """A PNG of one colour."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), color).save(file, "PNG")
    return file.getvalue()


@pytest.mark.requirement("BNX-FMT-005")
@pytest.mark.parametrize(
    ("status", "body", "reading"),
    [
        (400, b"{}", "a"),
        (415, b"{}", "b"),
        (422, b"", "b"),
        (200, png(), "c"),
        (200, b"%PDF-1.7", "c"),
        (200, b"\xff\xd8\xff\xe0", None),
        (200, b'{"error": true}', None),
        (500, b"{}", None),
        (400, png(), None),
    ],
)
def test_an_answer_to_a_pdf_shows_its_reading(status: int, body: bytes, reading: str | None) -> None:
    assert reading_of_other_format(answer(status, body), OTHER_FORMATS["pdf"]) == reading


@pytest.mark.requirement("BNX-REN-010")
@pytest.mark.parametrize(
    ("status", "body", "reading"),
    [
        (200, b'{"file": {"url": "/renders/1.png"}}', "a"),
        (200, b'{"data": {"url": "/renders/1.png"}}', "b"),
        (200, b"[]", "b"),
        (200, png(), "c"),
        (400, b"{}", "c"),
        (200, b"<html></html>", None),
        (503, b"", None),
    ],
)
def test_an_answer_to_the_output_json_shows_its_reading(status: int, body: bytes, reading: str | None) -> None:
    assert reading_of_json(answer(status, body)) == reading


@pytest.mark.requirement("BNX-REN-009")
@pytest.mark.parametrize(
    ("by_get", "by_post", "reading"),
    [(True, True, "a"), (False, True, "b"), (False, False, "c"), (True, False, None), (None, True, None)],
)
def test_drafts_show_their_reading(*, by_get: bool | None, by_post: bool | None, reading: str | None) -> None:
    known: Mapping[str, bool | None] = {GET: by_get, POST: by_post}
    assert reading_of_drafts(known) == reading


@pytest.mark.requirement("BNX-REN-009")
def test_a_published_page_that_is_rendered_tells_nothing_of_drafts() -> None:
    assert knows_drafts(answer(200, png()), is_published=True) is None
    assert knows_drafts(answer(200, png()), is_published=False) is True
    assert knows_drafts(answer(404), is_published=True) is False


@pytest.mark.requirement("BNX-AUT-008")
def test_a_page_of_another_space_shows_its_reading() -> None:
    readings = {status: reading_of_foreign(answer(status)) for status in (404, 401, 403, 200, 400, 500)}
    assert readings == {404: "a", 401: "b", 403: "b", 200: "c", 400: None, 500: None}


@pytest.mark.requirement("BNX-TWK-008", "BNX-TWK-011")
def test_a_refusal_of_tweaks_shows_its_reading() -> None:
    readings = {status: reading_of_refusal(answer(status)) for status in (400, 422, 404, 200, 500)}
    assert readings == {400: "a", 422: "c", 404: "c", 200: None, 500: None}


@pytest.mark.parametrize("color", COLORS)
def test_a_picture_of_one_colour_has_it_and_no_other(color: str) -> None:
    picture = decoded(png(color))
    assert [each for each in COLORS if has_color(picture, each, COLORS)] == [color]


def test_a_picture_has_its_colour_under_a_translucent_layer() -> None:
    red, blue = COLORS
    assert has_color(decoded(png("#f00ea4")), red, COLORS)
    assert has_color(decoded(png("#9232f5")), blue, COLORS)


@given(IDS, st.sets(IDS))
def test_an_absent_id_is_another_one(identifier: str, known: set[str]) -> None:
    absent, is_exact = absent_like(identifier, {*known, identifier})
    assert absent != identifier
    if is_exact and not identifier.isdigit():
        assert len(absent) == len(identifier)
        assert [each.isdigit() for each in absent] == [each.isdigit() for each in identifier]


@pytest.mark.parametrize(
    ("identifier", "absent"),
    [("social-card", ("sociah-dbse", True)), ("card", ("card" + "0" * 20, False)), ("17", (str(2**31 - 1), True))],
)
def test_an_absent_id_has_the_form_of_one_that_is_there(identifier: str, absent: tuple[str, bool]) -> None:
    assert absent_like(identifier, {identifier})[1] is absent[1]


def test_an_absent_id_is_not_one_that_is_known() -> None:
    first, _ = absent_like("social-card", {"social-card"})
    second, is_exact = absent_like("social-card", {"social-card", first})
    assert first != second
    assert not is_exact


@pytest.mark.requirement("BNX-TWK-002")
@pytest.mark.parametrize(("value", "text"), [("a & b", "a & b"), (7, "7"), (True, "true"), (1.5, "1.5")])
def test_a_tweak_becomes_a_parameter_of_its_own(value: Any, text: str) -> None:
    ask = paired(Ask("card", tweaks={"title": value}))
    assert ask.tweaks is None
    assert ask.query == (("tweak:title", text),)


@pytest.mark.requirement("BNX-TWK-010")
@given(st.integers(0, 10**6))
def test_a_number_has_texts_that_look_otherwise(number: int) -> None:
    texts = texts_of(number)
    assert texts[0] == str(number)
    assert {int(text) for text in texts} == {number}
    assert len(set(texts)) > 1


def test_a_boolean_has_one_text() -> None:
    assert texts_of(value=True) == ("true",)


@pytest.mark.requirement("BNX-FMT-001", "BNX-FMT-003", "BNX-FMT-004")
def test_a_format_is_judged_by_what_was_asked_for() -> None:
    assert format_requirement(Ask("card", post=True)) == "BNX-FMT-001"
    assert format_requirement(Ask("card", image_format="svg")) == "BNX-FMT-003"
    assert format_requirement(Ask("card", post=True, image_format="svg")) == "BNX-FMT-004"


def test_the_smallest_page_comes_first() -> None:
    pages = [Page("large", 1200, 630), Page("small", 64, 90), Page("middle", 300, 200)]
    assert [page.id for page in by_size(pages)] == ["small", "middle", "large"]
