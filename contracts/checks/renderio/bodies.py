"""Bodies by the documented rules alone: which of them a body breaks, and how a made-up one is made harmless."""

import math
import re
from collections.abc import Mapping
from typing import Any

from contracts.checks.made_up_urls import is_plainly_no_url, not_elsewhere

DOCUMENTED = ("input_files", "output_files", "ffmpeg_command", "metadata", "webhook_url")
INPUT_KEY, OUTPUT_KEY = re.compile(r"in_[a-zA-Z0-9_]+"), re.compile(r"out_[a-zA-Z0-9_]+")
MOST_METADATA = 10
MOST_FILES = 5
MOST_CHARACTERS = 60
"""How long a made-up word may be: the pages name no limit, and any implementation has one."""

EXACT_NUMBERS = 2**53
"""Up to here every whole number is itself in every implementation of JSON."""


def rules_broken_by_submission(body: Any) -> frozenset[str]:
    """The requirements by which this body of a submission is refused; empty where the pages do not say that it is."""
    if not isinstance(body, Mapping):
        return frozenset({"RIO-ERR-005"})
    broken = set()
    inputs, outputs, metadata = body.get("input_files"), body.get("output_files"), body.get("metadata")
    if not isinstance(inputs, Mapping) or not inputs:
        broken.add("RIO-CMD-029")
    elif not all(INPUT_KEY.fullmatch(key) for key in inputs):
        broken.add("RIO-CMD-027")
    if "output_files" not in body:
        broken.add("RIO-CMD-030")
    elif isinstance(outputs, Mapping) and not all(OUTPUT_KEY.fullmatch(key) for key in outputs):
        broken.add("RIO-CMD-028")
    if not isinstance(body.get("ffmpeg_command"), str):
        broken.add("RIO-CMD-031")
    if isinstance(metadata, Mapping) and len(metadata) > MOST_METADATA:
        broken.add("RIO-CMD-038")
    if is_plainly_no_url(body.get("webhook_url")):
        broken.add("RIO-CMD-040")
    return frozenset(broken)


def rules_broken_by_configuration(body: Any) -> frozenset[str]:
    """The same for a PUT of the webhook's configuration."""
    if not isinstance(body, Mapping):
        return frozenset()
    if "url" not in body:
        return frozenset({"RIO-ERR-001"})
    return frozenset({"RIO-ERR-002"}) if is_plainly_no_url(body["url"]) else frozenset()


def harmless_configuration(body: Any, url: str) -> Any:
    """The documented properties of a made-up configuration, with `url` in place of whatever might be a URL."""
    if not isinstance(body, Mapping):
        return body
    kept = {"url": not_elsewhere(body["url"], url)} if "url" in body else {}
    secret = _printable(body["secret"]).strip()[:MOST_CHARACTERS] if isinstance(body.get("secret"), str) else ""
    return {**kept, "secret": secret} if secret else kept


def harmless_submission(body: Any, *, input_url: str, webhook_url: str) -> Any:
    """The documented properties of a made-up submission, from which nothing elsewhere is fetched or told."""
    if not isinstance(body, Mapping):
        return body
    kept = {key: body[key] for key in DOCUMENTED if key in body}
    for key, url in (("input_files", input_url), ("webhook_url", webhook_url)):
        if key in kept:
            kept[key] = not_elsewhere(kept[key], url)
    return kept


def made_valid(body: Mapping[str, Any]) -> dict[str, Any]:
    """A harmless submission that keeps every documented rule: keys and metadata as made up, around a plain command."""
    inputs = dict(list(_matching(body.get("input_files"), INPUT_KEY).items())[:MOST_FILES])
    keys = list(_matching(body.get("output_files"), OUTPUT_KEY))[:MOST_FILES]
    words = ["ffmpeg", *(f"-i {{{{{key}}}}}" for key in inputs), *(f"-frames:v 1 {{{{{key}}}}}" for key in keys)]
    valid = {
        "input_files": inputs,
        "output_files": {key: f"result_{number}.png" for number, key in enumerate(keys)},
        "ffmpeg_command": " ".join(words),
    }
    if isinstance(body.get("metadata"), Mapping):
        valid["metadata"] = _plain_metadata(body["metadata"])
    if isinstance(body.get("webhook_url"), str) and not is_plainly_no_url(body["webhook_url"]):
        valid["webhook_url"] = body["webhook_url"]
    return valid


def _matching(files: Any, key: re.Pattern[str]) -> dict[str, Any]:
    if not isinstance(files, Mapping):
        return {}
    return {name[:MOST_CHARACTERS]: value for name, value in files.items() if key.fullmatch(name)}


def _plain_metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """What no implementation of JSON and no database stumbles over."""
    plain: dict[str, Any] = {}
    for key, value in metadata.items():
        if isinstance(value, float | int) and not (math.isfinite(value) and abs(value) < EXACT_NUMBERS):
            continue
        if isinstance(value, str | float | int) and _printable(key):
            name = _printable(key)[:MOST_CHARACTERS]
            plain[name] = _printable(value)[:MOST_CHARACTERS] if isinstance(value, str) else value
    return dict(list(plain.items())[:MOST_METADATA])


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable())
