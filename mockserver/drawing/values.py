"""The values of a page's variables in one render."""

from collections.abc import Mapping
from typing import Any

from mockserver.drawing.page import Page
from mockserver.drawing.variables import Value, coerced


def tweaked(page: Page, tweaks: Mapping[str, Any]) -> Mapping[str, Value]:
    """Name -> value of every variable: its default, or what a tweak with its id or its name (which wins) says.

    Text is read by the variable's type; tweaks for no variable are ignored. Raises `UnusableTweakError`.
    """
    values: dict[str, Value] = {}
    for variable in page.variables:
        values[variable.name] = variable.value
        for key in (variable.id, variable.name):
            if key in tweaks:
                values[variable.name] = coerced(key, variable.type, tweaks[key])
    return values
