"""The little Markdown that descriptions use: paragraphs, lists, `code`, **bold** and links; the rest is plain text."""

import re
from collections.abc import Iterator

from mockserver.http.reference.html import Html, element, joined

_INLINE = re.compile(r"`(?P<code>[^`]+)`|\*\*(?P<bold>[^*]+)\*\*|\[(?P<words>[^\]]+)\]\((?P<url>[^()\s]+)\)")
_ITEM = re.compile(r"(?P<bullet>[-*])\s+|\d{1,9}\.\s+")
_HARMLESS_URL = re.compile(r"https?://|mailto:|[#/.]")


def blocks(text: str) -> Html:
    """Paragraphs and lists."""
    return joined(_block(lines) for lines in _paragraphs(text))


def inline(text: str) -> Html:
    """One run of text."""
    return joined(_runs(text))


def _paragraphs(text: str) -> Iterator[list[str]]:
    """Groups of lines: an empty line ends a group, and so does the step from prose to a list."""
    group: list[str] = []
    for line in text.splitlines():
        stripped = line.strip()
        begins_list = bool(group) and _ITEM.match(stripped) is not None and _ITEM.match(group[0]) is None
        if group and (not stripped or begins_list):
            yield group
            group = []
        if stripped:
            group.append(stripped)
    if group:
        yield group


def _block(lines: list[str]) -> Html:
    first = _ITEM.match(lines[0])
    if first is None:
        return element("p", inline(" ".join(lines)))
    return element("ul" if first["bullet"] else "ol", *(element("li", inline(item)) for item in _items(lines)))


def _items(lines: list[str]) -> list[str]:
    items: list[str] = []
    for line in lines:
        marker = _ITEM.match(line)
        if marker is not None:
            items.append(line[marker.end() :])
        else:
            items[-1] += f" {line}"
    return items


def _runs(text: str) -> Iterator[str]:
    end = 0
    for found in _INLINE.finditer(text):
        yield text[end : found.start()]
        yield _run(found)
        end = found.end()
    yield text[end:]


def _run(found: re.Match[str]) -> str:
    if found["code"] is not None:
        return element("code", found["code"])
    if found["bold"] is not None:
        return element("strong", inline(found["bold"]))
    if _HARMLESS_URL.match(found["url"]):
        return element("a", inline(found["words"]), href=found["url"])
    return found[0]
