"""Keeps to the characters that a terminal or a pipe can take, whatever its encoding."""

from typing import Final

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment
from rich.text import Text

_LIKE: Final = str.maketrans(
    {
        "✗": "x",
        "✓": "+",
        "▲": "!",
        "·": "-",
        "─": "-",
        "…": ".",
        "“": '"',
        "”": '"',
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    }
)


class Encodable:
    """Something to print, with characters that the console's encoding lacks replaced by others of the same width."""

    def __init__(self, content: RenderableType) -> None:
        self._content = Text(content) if isinstance(content, str) else content

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for segment in console.render(self._content, options):
            yield Segment(_fitting(segment.text, console.encoding), segment.style, segment.control)


def _fitting(text: str, encoding: str) -> str:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_LIKE).encode(encoding, "replace").decode(encoding)
    return text
