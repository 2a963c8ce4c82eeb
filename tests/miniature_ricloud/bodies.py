"""Request bodies: read as JSON, and held against the parameters of their operations."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn
from urllib.parse import urlsplit

from .manners import Identifier, Manners
from .refusal import Refused, refuse_parameters

# Strings are matched first, so that a comma within one is left alone.
STRING_OR_LAST_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|(?<=["\]}\w]),(?=\s*[}\]])')

URL = re.compile(r"https?://[^\s/?#]\S*", re.IGNORECASE)
MAXIMAL_PORT = 65535
MAXIMAL_NAME_LENGTH = 200


def read_object(content: bytes, media_type: str, manners: Manners, *, forgives: bool = False) -> Mapping[str, Any]:
    """The object in a body; `Refused` where there is none. `media_type` is empty where none was named."""
    if media_type not in {"", "application/json"} and not manners.configs.takes_any_media_type:
        raise Refused(415, "The body is to be JSON.", code="unsupported-media-type")
    try:
        text = content.decode()
        if forgives and manners.configs.forgives_commas:
            text = STRING_OR_LAST_COMMA.sub(lambda found: found[1] or "", text)
        body = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "The body is not JSON.", code="invalid-body") from error
    if isinstance(body, dict):
        return body
    if forgives and manners.errors.empty_updates_for_no_object:
        return {}
    raise Refused(manners.errors.status_of_no_object, "The body is no JSON object.", code="invalid-body")


def look_at_creation(body: Mapping[str, Any], manners: Manners) -> None:
    """`Refused` where something is wrong with the body of a creation."""
    problems = dict(_unknown(body, {"url"}, manners))
    if body.get("url") is None:
        problems["url"] = "is required"
    _refuse({**problems, **dict(_of_url(body, manners))})


def look_at_update(body: Mapping[str, Any], manners: Manners) -> None:
    """`Refused` where something is wrong with the body of an update."""
    problems = dict(_unknown(body, {"url", "state"}, manners))
    if "state" in body and body["state"] not in ("new", "deactivated"):
        problems["state"] = "can be changed to new or deactivated only"
    _refuse({**problems, **dict(_of_url(body, manners))})


def look_at_choice(body: Mapping[str, Any], choice: str, others: frozenset[str], manners: Manners) -> None:
    """`Refused` where something is wrong with the body of a choice, which may come with other parameters."""
    problems = dict(_unknown(body, {choice, *others}, manners))
    name = body.get("name", "-")
    if "name" in others and not (isinstance(name, str) and 0 < len(name) <= MAXIMAL_NAME_LENGTH):
        problems["name"] = f"must be text of 1 to {MAXIMAL_NAME_LENGTH} characters"
    chosen = body.get(choice)
    if chosen is not None and (isinstance(chosen, bool) or not isinstance(chosen, Identifier)):
        problems[choice] = "must be the id of a config"
    if choice in body and chosen is None and not manners.choices.takes_null:
        problems[choice] = "must be the id of a config"
    _refuse(problems)


def seconds_to_await(value: str | None, manners: Manners) -> float:
    """What the header Ricloud-Await asks for."""
    most = 10.0
    if value is None:
        return 0.0
    seconds = float(value) if re.fullmatch(r"[0-9]+(\.[0-9]+)?", value.strip()) else -1.0
    if 0 <= seconds <= most:
        return seconds
    match manners.tests.odd_await:
        case "refused":
            raise Refused(400, "Ricloud-Await is a number from 0 to 10.", code="invalid-header")
        case "capped":
            return most if seconds > most else 0.0
        case "zero":
            return 0.0


def _of_url(body: Mapping[str, Any], manners: Manners) -> Iterator[tuple[str, str]]:
    url = body.get("url")
    if "url" not in body:
        return
    if not isinstance(url, str):
        yield "url", "must be text"
    elif not url:
        yield "url", "must not be empty"
    elif not manners.configs.takes_any_text and not _is_web_url(url):
        yield "url", "must be an http or https URL"
    elif url.lower().startswith("http:") and not manners.configs.takes_plain_http:
        yield "url", "must be an https URL"


def _is_web_url(value: str) -> bool:
    if not URL.fullmatch(value):
        return False
    try:
        port = urlsplit(value).port
    except ValueError:
        return False
    return bool(urlsplit(value).hostname) and (port is None or port <= MAXIMAL_PORT)


def _unknown(body: Mapping[str, Any], known: set[str], manners: Manners) -> Iterator[tuple[str, str]]:
    match manners.configs.unknown_properties:
        case "refused":
            yield from ((name, "is not known") for name in body.keys() - known)
        case "taken":
            if not isinstance(body.get("secret", "-"), str) or not body.get("secret", "-"):
                yield "secret", "must be text"


def _refuse(problems: Mapping[str, str]) -> None:
    if problems:
        refuse_parameters(problems)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
