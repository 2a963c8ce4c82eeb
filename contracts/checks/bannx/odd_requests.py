"""Requests that nobody means, each odd in one way: a server refuses them, or makes sense of them."""

import json
from collections.abc import Iterator
from typing import Any

from contracts.checks.bannx.asks import TWEAK, Ask
from contracts.pages import Page, VariableType

DEPTH = 2_000
"""How deep lists are nested that exhaust a parser which calls itself."""

ODD_FORMATS = ("", "PNG", "png ", "jpeg", "image/png", "../png", "\x00", "🦊")
ODD_VALUES: tuple[Any, ...] = (None, True, -1, 1e308, [], ["x"], {}, {"x": [None]}, "", "\x00", "x" * 10_000)
ODD_PARAMETERS: tuple[Any, ...] = ({}, [None], 7, None)
ODD_IDS = ("%00", "%ff", "%2e%2e%2f%2e%2e%2fetc", "%F0%9F%A6%8A", "%20", "'%20or%20'1'='1", "%7B%7D", "a" * 2_000, "-1")


def odd_asks(page: Page) -> Iterator[Ask]:
    """Renders of a page with odd parameters."""
    for value in ODD_FORMATS:
        yield Ask(page.id, image_format=value)
    for tweaks in ("", "null", "7", "[]", '"x"', "{", '{"a": NaN}', '{"a": 1e999}', "[" * DEPTH, "\x00"):
        yield Ask(page.id, tweaks=tweaks)
    for pairs in (
        ((TWEAK, "x"),),
        ((f"{TWEAK}absent", "x"), (f"{TWEAK}absent", "y")),
        (("format", "png"), ("format", "webp")),
        (("tweaks", "{}"), ("tweaks", "{}")),
        (("", ""),),
        (("draft", "perhaps"),),
        (("output", "nothing"),),
    ):
        yield Ask(page.id, pairs=pairs)
    for name in ("format", "draft", "tweaks", "output", "binary", "page", "templateVariables", "globalVariables"):
        for wrong in ODD_PARAMETERS:
            yield Ask(page.id, post=True, further={name: wrong})
    yield from _odd_tweaks(page)


def _odd_tweaks(page: Page) -> Iterator[Ask]:
    # A value of an image may be fetched, so none that could be a URL is among these.
    variable = next((each for each in page.variables if each.type is not VariableType.IMAGE), None)
    if variable is None:
        return
    for value in ODD_VALUES:
        yield Ask(page.id, post=True, tweaks={variable.name: value})
    for value in ("\x00", "\u202e\ufeff\u0301" * 50, "x" * 4_000):
        yield Ask(page.id, pairs=((f"{TWEAK}{variable.name}", value),))
    yield Ask(page.id, pairs=((f"{TWEAK}{variable.name}", "x"), (f"{TWEAK}{variable.id}", "y")))


def odd_paths(described: str) -> Iterator[str]:
    """Paths of pages with odd ids, and with queries that are none."""
    for identifier in ODD_IDS:
        yield described.format(pageId=identifier)
    for query in ("?&&=&", "?%zz=%", "?format=%ff", "?tweaks=%ff", "?tweak%3Atitle=%ff", "?" + "&".join(["x=y"] * 300)):
        yield described.format(pageId="absent") + query


def odd_contents(page: str) -> Iterator[bytes]:
    """Bodies of a POST that are objects, or nearly so, and hold what parsers stumble over.

    What plainly is none, and objects without a page, are asked for elsewhere.
    """
    named = json.dumps(page).encode()
    yield b'{"pageId": "\xff\xfe"}'
    yield b'{"pageId": "\\ud800"}'
    yield b'{"pageId": "\\u0000"}'
    yield b"\xef\xbb\xbf" + b'{"pageId": %s}' % named
    yield json.dumps({"pageId": page}).encode("utf-16")
    yield b'{"pageId": %s, "tweaks": {"a": NaN}}' % named
    yield b'{"pageId": %s, "tweaks": {"a": 1e999}}' % named
    yield b'{"pageId": %s, "tweaks": {"a": %s}}' % (named, b"9" * 5_000)
    yield b'{"pageId": %s, "tweaks": {"a": %s%s}}' % (named, b"[" * DEPTH, b"]" * DEPTH)
    yield b'{"pageId": %s, "tweaks": {"title": "\\ud800", "\\udfff": "x"}}' % named
    yield b'{"pageId": %s, "pageId": %s}' % (named, named)
    for value in (b"7", b"true", b"[]", b"{}", b'""', b'" "'):
        yield b'{"pageId": %s}' % value
