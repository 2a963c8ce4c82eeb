"""Tweaks: what the variables of a page show in one render."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from PIL import ImageColor

from .manners import Requests
from .pages import Page, Variable
from .refusal import Refused

MOST_CHARACTERS = 120
MOST_CHARACTERS_OF_SOURCES = 1_000_000

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def shown(page: Page, tweaks: Iterable[Mapping[str, Any]], manners: Requests) -> dict[str, str]:
    """What every variable shows, by its name. What comes later among `tweaks` wins. `Refused` where one cannot be."""
    values = {variable.name: _shown(variable, variable.value) or "" for variable in page.variables}
    for key, value in (pair for several in tweaks for pair in several.items()):
        variable = page.variable(key)
        if variable is None:
            if manners.unknown_tweaks == "refused":
                raise Refused(400, f"No variable is called {key[:MOST_CHARACTERS]}.")
            continue
        taken = _shown(variable, value) if manners.texts_stay else _shown(variable, _read(variable, value))
        if taken is not None:
            values[variable.name] = taken
        elif manners.wrong_values != "own":
            raise Refused(manners.wrong_values, f"{variable.name} is to be a {variable.type}.")
    return values


def _read(variable: Variable, value: Any) -> Any:
    """A text as the variable's type has it; no text, and what it cannot be read as, as it is."""
    if not isinstance(value, str):
        return value
    if variable.type == "boolean":
        return {"true": True, "false": False}.get(value)
    if variable.type == "number":
        try:
            return float(value) if re.search(r"[.eE]", value) else int(value)
        except ValueError:
            return None
    return value


def _shown(variable: Variable, value: Any) -> str | None:
    """What a value is in the picture; None where it is none for this variable."""
    taken: str | None = None
    match variable.type, value:
        case "image", str():
            taken = value[:MOST_CHARACTERS_OF_SOURCES]
        case "color", str():
            taken = _colour(value)
        case "boolean", bool():
            taken = "yes" if value else "no"
        case "number", int() | float() if not isinstance(value, bool):
            taken = f"{value} pcs."[:MOST_CHARACTERS]
        case "string" | "number" | "boolean", str():
            taken = _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", value)[:MOST_CHARACTERS]
    return taken


def _colour(text: str) -> str | None:
    try:
        return "#{:02x}{:02x}{:02x}".format(*ImageColor.getrgb(text)[:3])
    except ValueError:
        return None
