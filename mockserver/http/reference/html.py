"""Builds HTML so that nothing gets in unescaped: plain text is escaped wherever it is put, `Html` alone is not."""

from collections.abc import Iterable
from html import escape

_VOID = frozenset({"br", "hr", "link", "meta", "wbr"})


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def element(name: str, /, *content: str | None, **attributes: str | bool | None) -> Html:
    """An element. None leaves a child or an attribute out; `class_` is how Python has to write `class`."""
    opening = f"<{name}{_attributes(attributes)}>" if attributes else f"<{name}>"
    return Html(opening if name in _VOID else f"{opening}{_text(content)}</{name}>")


def joined(parts: Iterable[str], separator: str = "") -> Html:
    """Parts one after another."""
    return Html(separator.join([part if isinstance(part, Html) else escape(part, quote=False) for part in parts]))


def _text(content: Iterable[str | None]) -> Html:
    return joined(part for part in content if part is not None)


def _attributes(attributes: dict[str, str | bool | None]) -> str:
    written = ""
    for name, value in attributes.items():
        if value is not None and value is not False:
            plain = name.removesuffix("_").replace("_", "-")
            written += f" {plain}" if value is True else f' {plain}="{escape(value)}"'
    return written
