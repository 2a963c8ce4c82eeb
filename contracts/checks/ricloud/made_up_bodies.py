"""Made-up bodies by the documented rules alone: which of them a body breaks, and how it is made harmless."""

from collections.abc import Mapping
from typing import Any

from contracts.checks.made_up_urls import is_plainly_no_url, not_elsewhere

OF_CREATION, PARAMETERS = frozenset({"url"}), frozenset({"url", "state"})
"""The parameters of a creation, and those of an update."""

SETTABLE = frozenset({"new", "deactivated"})


def harmless(body: Any, url: str) -> Any:
    """The same body, with `url` in place of every string in it that might be a URL."""
    return not_elsewhere(body, url)


def documented(body: Any) -> dict[str, Any]:
    """The parameters of a body and nothing else; of one that is no object, nothing."""
    return {name: body[name] for name in sorted(PARAMETERS) if name in body} if isinstance(body, Mapping) else {}


def rules_broken_by_creation(body: Any) -> frozenset[str]:
    """The requirements by which a creation is refused; empty where the sources do not say that it is."""
    if not isinstance(body, Mapping):
        return frozenset()
    if body.get("url") is None:
        return frozenset({"RCL-CFG-013"})
    return frozenset() if isinstance(body["url"], str) else frozenset({"RCL-CFG-014"})


def rules_broken_by_update(body: Any) -> frozenset[str]:
    """The same for an update. That null or nothing stands for what is not given is permitted."""
    if not isinstance(body, Mapping):
        return frozenset()
    broken = set()
    url, state = body.get("url"), body.get("state")
    if url is not None and not isinstance(url, str):
        broken.add("RCL-CFG-014")
    if isinstance(state, str) and state.strip().lower() not in {*SETTABLE, ""}:
        broken.add("RCL-UPD-010")
    return frozenset(broken)


def is_plain(body: Any, parameters: frozenset[str]) -> bool:
    """Whether a body has no properties but parameters; others may be refused for being there (RCL-CFG-017)."""
    return isinstance(body, Mapping) and parameters.issuperset(body)


def is_valid_creation(body: Any) -> bool:
    """Whether a creation is to be accepted: what is in `url` may be a URL, and nothing else is there."""
    return isinstance(body, Mapping) and set(body) == {"url"} and _may_be_url(body["url"])


def moves(body: Any, before: str) -> bool:
    """Whether an update of a config that is in use, and has this URL, is to be accepted.

    Whether one is that changes nothing, is open (RCL-UPD-013).
    """
    if not isinstance(body, Mapping) or not body or not PARAMETERS.issuperset(body):
        return False
    if set(body) == {"url"}:
        return _may_be_url(body["url"]) and body["url"] != before
    return set(body) == {"state"} and body["state"] == "deactivated"


def _may_be_url(value: object) -> bool:
    return isinstance(value, str) and not is_plainly_no_url(value)
