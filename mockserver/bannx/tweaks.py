"""Which tweaks hold where a request names a variable twice."""

from collections.abc import Mapping
from typing import Any

from mockserver.bannx.request import Tweaking
from mockserver.drawing.page import Page


def pairs_first(page: Page, tweaking: Tweaking) -> Mapping[str, Any]:
    """All tweaks; a `tweak:` pair stands in the place of what the JSON object has for the same variable."""
    aliases = [{variable.id, variable.name} for variable in page.variables]
    taken = {alias for key in tweaking.single for names in aliases if key in names for alias in names}
    return {**{key: value for key, value in tweaking.together.items() if key not in taken}, **tweaking.single}
