"""Made-up requests made harmless: nothing is fetched from elsewhere, and no picture is larger than it need be."""

import json
import re
from collections.abc import Mapping
from typing import Any

from contracts.fuzzing import NO_BODY

MOST_PIXELS = 256
"""How wide and how high a made-up page may be."""

_ELSEWHERE = re.compile(r"//|\bhttps?:|\bftp:|\bfile:", re.IGNORECASE)
_DOTS = re.compile(r"(?:\.|%2e)*", re.IGNORECASE)


def is_name(identifier: str) -> bool:
    """Whether a made-up id, as it stands in a path, is one segment of it, and no way through it."""
    return not _DOTS.fullmatch(identifier) and "/" not in identifier and "%2f" not in identifier.lower()


def harmless(value: Any, url: str) -> Any:
    """The same JSON value, with `url` in the place of every text that something could be fetched by."""
    if isinstance(value, Mapping):
        return {key: harmless(inner, url) for key, inner in value.items()}
    if isinstance(value, list):
        return [harmless(inner, url) for inner in value]
    return url if isinstance(value, str) and _ELSEWHERE.search(value) else value


def harmless_body(body: Any, *, page: str, url: str) -> Any:
    """A made-up body that renders the target's own `page` where it names one, or a small one that it holds."""
    if not isinstance(body, Mapping):
        return body
    made = dict(harmless(body, url))
    if isinstance(made.get("pageId"), str) and made["pageId"]:
        made["pageId"] = page
    if isinstance(made.get("page"), Mapping):
        sizes = {key: _smaller(made["page"][key]) for key in ("width", "height") if key in made["page"]}
        made["page"] = {**made["page"], **sizes}
    return made


def _smaller(length: Any) -> Any:
    is_large = isinstance(length, int | float) and not isinstance(length, bool) and length > MOST_PIXELS
    return MOST_PIXELS if is_large else length


def rule_broken_by(body: Any) -> str | None:
    """The requirement by which a body is refused, whatever else it holds; None where none is known."""
    if not isinstance(body, Mapping):
        return "BNX-BOD-002"
    return None if {"pageId", "page"} & body.keys() else "BNX-BOD-001"


def as_content(body: Any) -> bytes:
    """How a made-up body is sent: bytes as they are, and any other value as JSON."""
    if body is NO_BODY:
        return b""
    return body if isinstance(body, bytes) else json.dumps(body).encode()
