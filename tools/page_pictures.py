"""Makes the pictures in `docs/pictures/pages/`: each page that every space has, and the page that docs/bannx.md makes.

python -m tools.page_pictures
"""

import io
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from mockserver.drawing.drawing import draw
from mockserver.drawing.gallery import builtin_pages
from mockserver.drawing.page import Page, page_from
from mockserver.drawing.values import tweaked

DOCS = Path(__file__).parents[1] / "docs"
FOLDER = DOCS / "pictures" / "pages"
SNIPPET = DOCS / "snippets" / "bannx_page.sh"
LONGEST_SIDE = 800


def pictures() -> Iterator[tuple[str, Image.Image]]:
    """Name and picture of every page; the longer side has at most `LONGEST_SIDE` pixels."""
    for builtin in builtin_pages().values():
        yield builtin.page.id, _picture(builtin.page, {})
    text = SNIPPET.read_text("utf-8")
    document = re.search(r"<<'PAGE'\n(.*?)^PAGE$", text, re.DOTALL | re.MULTILINE)
    tweaks = re.search(r"'tweaks=(\{.*\})'", text)
    if document is None or tweaks is None:
        message = f"{SNIPPET.name} has no page, or renders it without tweaks"
        raise ValueError(message)
    own = page_from(json.loads(document[1]))
    yield own.id, _picture(own, json.loads(tweaks[1]))


def _picture(page: Page, tweaks: Mapping[str, Any]) -> Image.Image:
    picture = Image.open(io.BytesIO(draw(page, tweaked(page, tweaks), "png", {}).content)).convert("RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    return picture


def main() -> None:
    """Write them."""
    for name, picture in pictures():
        picture.save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
