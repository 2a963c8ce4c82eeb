"""Which values hold where a request names a variable twice, by its name or by its id."""

from collections.abc import Mapping
from typing import Any

from mockserver.bannx.request import Tweaking
from mockserver.drawing.page import Page


def pairs_first(page: Page, tweaking: Tweaking) -> Mapping[str, Any]:
    """All tweaks; a `tweak:` pair stands in the place of what the JSON object has for the same variable."""
    return overlaid(page, tweaking.together, tweaking.single)


def overlaid(page: Page, *scopes: Mapping[str, Any]) -> Mapping[str, Any]:
    """All values; a later scope's stands in the place of what an earlier one has for the same variable."""
    aliases = [{variable.id, variable.name} for variable in page.variables]
    result: dict[str, Any] = {}
    for scope in scopes:
        taken = {alias for names in aliases if not names.isdisjoint(scope) for alias in names}
        result = {**{key: value for key, value in result.items() if key not in taken}, **scope}
    return result
