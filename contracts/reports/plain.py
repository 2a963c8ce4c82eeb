"""Bytes and text of a target as they can be shown without harm to a terminal or a page."""

import json
import unicodedata

_KEPT = frozenset("\n\t")


def printable(text: str) -> str:
    """The text with control, formatting and broken characters written as escapes, so that none of them acts."""
    return "".join(_escaped(character) for character in text) if not text.isprintable() else text


def _escaped(character: str) -> str:
    if character in _KEPT or character.isprintable() or unicodedata.category(character) == "Zs":
        return character
    point = ord(character)
    return f"\\x{point:02x}" if point <= 0xFF else f"\\u{point:04x}"  # noqa: PLR2004 - one byte


def one_line(text: str, most: int) -> str:
    """The text on one line, cut to about so many characters."""
    line = " ".join(printable(text[: 4 * most]).split())
    return line if len(line) <= most else line[: most - 2].rstrip() + " …"


def shortened(text: str, most: int) -> str:
    """The text, printable; of one longer than so many characters the beginning and the end."""
    if len(text) > most:
        text = f"{text[: most // 2]} … {text[-most // 2 :]}"
    return printable(text).strip()


def as_text(data: bytes) -> str | None:
    """A body as text; None where it is no UTF-8 or holds the zero byte."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def shown(data: bytes, most: int) -> str:
    """A body for reading, cut to about so many bytes."""
    text = as_text(data)
    if text is None:
        text = as_text(data[:most])  # what is not shown need not be text
    if text is None:
        part = data[: most // 3]
        return f"{part.hex(' ')}{' …' if len(part) < len(data) else ''} ({len(data)} bytes, no text)"
    if len(text) > most:
        return f"{printable(text[:most])} … ({len(data)} bytes)"
    return printable(text)


def indented(data: bytes, most: int) -> str:
    """A body for reading, with JSON spread over lines; cut like `shown`."""
    if len(data) > most:
        return shown(data, most)
    try:
        text = json.dumps(json.loads(data), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return shown(data, most)
    return printable(text)
