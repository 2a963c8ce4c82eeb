"""Odd requests can be sent as they are, and nothing in them leads anywhere."""

import json

from contracts.checks.bannx.odd_requests import odd_asks, odd_contents, odd_paths
from contracts.pages import Page, Variable, VariableType

TITLE = Variable("v1", "title", VariableType.STRING)
PICTURE = Variable("v2", "picture", VariableType.IMAGE)
PAGE = Page("card", 4, 2, variables=(PICTURE, TITLE))


def test_every_odd_ask_can_be_written() -> None:
    for ask in odd_asks(PAGE):
        if ask.post:
            assert json.dumps(ask.body, ensure_ascii=False).encode()
        assert all(isinstance(value, str) for _, value in ask.query)


def test_no_odd_ask_sets_an_image() -> None:
    told = [json.dumps([ask.body, ask.query]) for ask in odd_asks(PAGE)]
    assert any('"title"' in text for text in told)
    assert not any("picture" in text or "v2" in text for text in told)


def test_a_page_of_images_alone_has_no_odd_tweaks() -> None:
    asks = list(odd_asks(Page("card", 4, 2, variables=(PICTURE,))))
    assert not any("picture" in json.dumps([ask.body, ask.query]) for ask in asks)


def test_odd_paths_are_those_of_pages_in_ascii() -> None:
    paths = list(odd_paths("/api/render/{pageId}"))
    assert all(path.isascii() and path.startswith("/api/render/") for path in paths)
    assert len(set(paths)) == len(paths)


def test_odd_contents_name_the_page_or_something_wrong_as_one() -> None:
    assert all(b"pageId" in content.replace(b"\x00", b"") for content in odd_contents("card"))
