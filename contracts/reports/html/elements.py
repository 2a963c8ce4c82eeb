"""HTML from functions: what is not HTML already is escaped, so that no text of a target becomes a part of the page."""

from collections.abc import Iterable
from html import escape

_VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def element(name: str, /, *content: str | None, **attributes: str | bool | None) -> Html:
    """An element. None leaves a child or an attribute out, True gives an attribute without a value.

    Underscores in attribute names become dashes; a last one is dropped (`class_`).
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items() if value not in (None, False))
    opening = f"<{name}{written}>"
    return Html(opening if name in _VOID else f"{opening}{joined(content)}</{name}>")


def joined(parts: Iterable[str | None], separator: str = "") -> Html:
    """Parts one after another."""
    return Html(separator.join(part if isinstance(part, Html) else escape(part) for part in parts if part is not None))


def _attribute(key: str, value: object) -> str:
    name = key.removesuffix("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
