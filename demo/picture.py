"""Keeps what a recording console has shown as a picture."""

import re
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console


def save_picture(console: Console, path: Path, *, title: str) -> None:
    """Write an SVG that loads nothing; the file's name without its ending tells its styles from those of others."""
    console.save_svg(str(path), title=title, code_format=_without_web_fonts(), unique_id=path.stem)


def _without_web_fonts() -> str:
    """Rich's picture frame, but one that fetches nothing: the viewer's own monospaced font will do."""
    return re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
