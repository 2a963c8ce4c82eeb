"""What may be submitted: the bodies of requests, and everything that is wrong with one."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

MAXIMAL_METADATA = 10
MAXIMAL_COMMAND_LENGTH = 16384
MAXIMAL_NAME_LENGTH = 128
MAXIMAL_PORT = 65535

REQUIRED = ("input_files", "output_files", "ffmpeg_command")
KNOWN = frozenset({*REQUIRED, "metadata", "webhook_url"})

INPUT_KEY = re.compile(r"in_[a-zA-Z0-9_]+")
OUTPUT_KEY = re.compile(r"out_[a-zA-Z0-9_]+")
OUTPUT_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*\.[A-Za-z0-9]+")
URL_TEXT = re.compile(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")

Location = tuple[str, ...]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and where."""

    loc: Location
    msg: str
    type: str = "value_error"


@dataclass(frozen=True)
class Submission:
    """A valid submission."""

    input_files: Mapping[str, str]
    output_files: Mapping[str, str]
    ffmpeg_command: str
    metadata: Mapping[str, str | float | bool] | None
    webhook_url: str | None

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "Submission":
        """What a body without problems says."""
        return cls(
            body["input_files"],
            body["output_files"],
            body["ffmpeg_command"],
            body.get("metadata"),
            body.get("webhook_url"),
        )

    def echo(self) -> dict[str, Any]:
        """The original request, as the command shows it."""
        return {
            "input_files": self.input_files,
            "output_files": self.output_files,
            "ffmpeg_command": self.ffmpeg_command,
        }


def missing_fields(body: object) -> list[str]:
    """The required fields of a submission that are not there; all of them where the body is no object."""
    return [name for name in REQUIRED if not isinstance(body, dict) or name not in body]


def submission_problems(body: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with a submission that has all required fields."""
    return [
        *(Problem((name,), "is not known here") for name in body if name not in KNOWN),
        *_file_problems("input_files", body["input_files"], INPUT_KEY),
        *_file_problems("output_files", body["output_files"], OUTPUT_KEY),
        *_command_problems(body["ffmpeg_command"]),
        *_metadata_problems(body.get("metadata", {})),
        *(url_problems(("webhook_url",), body["webhook_url"]) if "webhook_url" in body else ()),
    ]


def webhook_problems(body: object) -> list[Problem]:
    """What is wrong with the body of a PUT of the webhook configuration."""
    if not isinstance(body, dict):
        return [Problem((), "must be an object", "type_error")]
    if "url" not in body:
        return [Problem(("url",), "is required")]
    return [*url_problems(("url",), body["url"]), *_secret_problems(body.get("secret", ""))]


def advance_problems(body: object, *, maximal_seconds: float) -> list[Problem]:
    """What is wrong with the body of an advance of the clock."""
    if not isinstance(body, dict):
        return [Problem((), "must be an object", "type_error")]
    seconds = body.get("seconds")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return [Problem(("seconds",), "must be a number", "type_error")]
    if not 0 <= seconds <= maximal_seconds:
        return [Problem(("seconds",), f"must be from 0 to {maximal_seconds:.0f}")]
    return []


def url_problems(loc: Location, value: object) -> Iterator[Problem]:
    """What keeps a value from being an absolute http or https URL with a host."""
    if not isinstance(value, str):
        yield Problem(loc, "must be a string", "type_error")
    elif not _is_web_url(value):
        yield Problem(loc, "must be a valid http or https URL")


def _is_web_url(value: str) -> bool:
    if not URL_TEXT.fullmatch(value):
        return False
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and (port is None or port <= MAXIMAL_PORT)


def _secret_problems(secret: object) -> Iterator[Problem]:
    if not isinstance(secret, str):
        yield Problem(("secret",), "must be a string", "type_error")
    elif not _is_encodable(secret):
        yield Problem(("secret",), "must be text that UTF-8 can write")


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _file_problems(field: str, files: object, key: re.Pattern[str]) -> Iterator[Problem]:
    if not isinstance(files, dict):
        yield Problem((field,), "must be an object", "type_error")
    elif not files:
        yield Problem((field,), "must not be empty")
    else:
        for alias, value in files.items():
            if not key.fullmatch(alias):
                yield Problem((field, alias), f"must be a name of the form {key.pattern}")
            elif key is INPUT_KEY:
                yield from url_problems((field, alias), value)
            else:
                yield from _name_problems((field, alias), value)


def _name_problems(loc: Location, name: object) -> Iterator[Problem]:
    if not isinstance(name, str):
        yield Problem(loc, "must be a string", "type_error")
    elif len(name) > MAXIMAL_NAME_LENGTH or not OUTPUT_NAME.fullmatch(name):
        yield Problem(loc, "must be a plain file name with an extension")


def _command_problems(command: object) -> Iterator[Problem]:
    if not isinstance(command, str):
        yield Problem(("ffmpeg_command",), "must be a string", "type_error")
    elif not 0 < len(command) <= MAXIMAL_COMMAND_LENGTH:
        yield Problem(("ffmpeg_command",), f"must have 1 to {MAXIMAL_COMMAND_LENGTH} characters")


def _metadata_problems(metadata: object) -> Iterator[Problem]:
    if not isinstance(metadata, dict):
        yield Problem(("metadata",), "must be an object", "type_error")
        return
    if len(metadata) > MAXIMAL_METADATA:
        yield Problem(("metadata",), f"must have at most {MAXIMAL_METADATA} keys")
    for name, value in metadata.items():
        if not isinstance(value, str | int | float):
            yield Problem(("metadata", name), "must be a string, a number or a boolean", "type_error")
        elif isinstance(value, float) and not math.isfinite(value):
            yield Problem(("metadata", name), "must be a number that JSON can write")
