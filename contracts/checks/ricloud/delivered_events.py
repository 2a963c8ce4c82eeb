"""What a delivery of an event holds, and where it was sent to: pure judgements of bytes and texts."""

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from contracts.checks.ricloud.config_datetimes import is_same

TYPE, ACTION = "webhook_config", "test"
JSON_MEDIA_TYPE = "application/json"
IDENTITY = ("id", "type", "action", "data")
"""What all attempts of an event have in common."""

_FOLDER = "/hooks/"
_SECRET = "secret"  # noqa: S105 - the name of an attribute
_MOST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Delivered:
    """The body of a delivery; `problem` says why it is no JSON object in UTF-8, and `content` is empty then."""

    content: Mapping[str, Any]
    problem: str | None = None


def read(body: bytes) -> Delivered:
    """A body as an event, whatever it is."""
    try:
        content = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        return Delivered({}, f"it is no JSON in UTF-8: {error}")
    if not isinstance(content, dict):
        return Delivered({}, f"it is {shown(content)} and no object")
    return Delivered(content)


def is_test(content: Mapping[str, Any]) -> bool:
    """Whether an event is that of a test."""
    return content.get("type") == TYPE and content.get("action") == ACTION


def form_problems(content: Mapping[str, Any]) -> Sequence[str]:
    """In words, which attributes of an event are missing, or of a kind that they cannot be of."""
    return list(_form_problems(content))


def _form_problems(content: Mapping[str, Any]) -> Iterator[str]:
    identifier, retries = content.get("id"), content.get("retries")
    if isinstance(identifier, bool) or not isinstance(identifier, str | int) or identifier == "":
        yield f"id is {shown(identifier)}"
    if content.get("resource") != "event":
        yield f"resource is {shown(content.get('resource'))}"
    for name in ("type", "action", "state", "date_created"):
        if not isinstance(content.get(name), str) or not content[name]:
            yield f"{name} is {shown(content.get(name))}"
    if not isinstance(content.get("data"), dict):
        yield f"data is {shown(content.get('data'))}"
    if isinstance(retries, bool) or not isinstance(retries, int | float) or retries < 0:
        yield f"retries is {shown(retries)}"


def media_type_problem(value: str | None) -> str | None:
    """Why a Content-Type is not that of JSON in UTF-8; None where it is."""
    first, *parameters = (part.strip().lower() for part in (value or "").split(";"))
    if first != JSON_MEDIA_TYPE:
        return f"its Content-Type is {value!r}"
    charsets = [part.partition("=")[2].strip('" ') for part in parameters if part.startswith("charset=")]
    return None if all(charset in {"utf-8", "utf8"} for charset in charsets) else f"its Content-Type is {value!r}"


def url_reading(url: str, path: str, identifier: object) -> str | None:
    """Which reading of RCL-EVT-002 a request to `path` shows for an event of a config with this `url`; None for none.

    What a proxy may have put before the path is left aside.
    """
    wanted, sent = (text[max(text.find(_FOLDER), 0) :] for text in (urlsplit(url).path, path.partition("?")[0]))
    if sent == wanted:
        return "a"
    below = f"{wanted.removesuffix('/')}/"
    return "b" if sent.startswith(below) and unquote(sent.removeprefix(below)) == str(identifier) else None


def differences(one: Mapping[str, Any], other: Mapping[str, Any], names: Sequence[str] = IDENTITY) -> Sequence[str]:
    """In words, in which attributes two views of an event differ; a secret in its data is shown or not."""
    return [
        f"{name} is {shown(one.get(name))} and {shown(other.get(name))}"
        for name in names
        if not _is_same(name, one.get(name), other.get(name))
    ]


def is_uuid(value: object) -> bool:
    """Whether an id is a UUID in its usual form."""
    try:
        return isinstance(value, str) and str(uuid.UUID(value)) == value.lower()
    except ValueError:
        return False


def shows_secret(content: Mapping[str, Any]) -> bool:
    """Whether the data of an event has a secret."""
    data = content.get("data")
    return isinstance(data, dict) and data.get(_SECRET) is not None


def shown(value: object) -> str:
    """A JSON value for people, cut short where it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def _is_same(name: str, one: object, other: object) -> bool:
    if name == "date_created" and isinstance(one, str) and isinstance(other, str):
        return is_same(one, other)  # one of them may be written with fewer decimals
    return _without_secret(one) == _without_secret(other)


def _without_secret(value: object) -> object:
    return {name: item for name, item in value.items() if name != _SECRET} if isinstance(value, dict) else value
