"""The pages that are always there."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from mockserver.drawing.page import Page, page_from

FOLDER = Path(__file__).parent / "builtin"
ORDER = ("social-card", "square", "story", "certificate", "coming-soon")

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class BuiltinPage:
    """A page that is always there: as a document and read, and whether it is published at first."""

    document: Mapping[str, Any]
    page: Page
    is_published: bool


@cache
def builtin_pages() -> Mapping[str, BuiltinPage]:
    """Id -> page."""
    return {identifier: _loaded(FOLDER / f"{identifier}.yaml") for identifier in ORDER}


def _loaded(path: Path) -> BuiltinPage:
    content = yaml.load(path.read_text("utf-8"), _LOADER)  # noqa: S506 - the loader is a safe one
    return BuiltinPage(content["page"], page_from(content["page"]), content["published"])
