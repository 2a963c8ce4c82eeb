"""The outlines of glyphs as SVG path data, in units of the font."""

from functools import lru_cache
from typing import Any

import uharfbuzz

from mockserver.drawing.fonts import font
from mockserver.drawing.scene import FontKey


@lru_cache(maxsize=4096)
def outline(key: FontKey, glyph: int) -> str:
    """The path of a glyph, y pointing upwards; empty where it has none."""
    commands: list[str] = []
    font(key).handle.draw_glyph(glyph, _pen(), commands)
    return "".join(commands)


@lru_cache(maxsize=1)
def _pen() -> Any:
    pen = uharfbuzz.DrawFuncs()
    pen.set_move_to_func(lambda x, y, commands: commands.append(f"M{_pair(x, y)}"))
    pen.set_line_to_func(lambda x, y, commands: commands.append(f"L{_pair(x, y)}"))
    pen.set_quadratic_to_func(lambda x1, y1, x, y, commands: commands.append(f"Q{_pair(x1, y1)} {_pair(x, y)}"))
    pen.set_cubic_to_func(
        lambda x1, y1, x2, y2, x, y, commands: commands.append(f"C{_pair(x1, y1)} {_pair(x2, y2)} {_pair(x, y)}")
    )
    pen.set_close_path_func(lambda commands: commands.append("Z"))
    return pen


def _pair(x: float, y: float) -> str:
    return f"{round(x)} {round(y)}"
