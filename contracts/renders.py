"""Renders as a target's own log tells them; values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from contracts.json_object import JsonObject

_DIGEST = re.compile("[0-9a-f]{64}")


class Step(StrEnum):
    """A step of what follows a successful render."""

    UPLOAD = "upload"
    LOG = "log"
    CREDITS = "credits"


class Fault(StrEnum):
    """How a step can be told to go wrong: it fails, or it hangs before it works."""

    FAIL = "fail"
    HANG = "hang"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """The file of a render: where it can be fetched, its length in bytes, and their SHA-256 as lower-case hex."""

    url: str
    content_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class LoggedRender:
    """One entry of the log: the page that was asked for, if any, and the HTTP status that was sent.

    `file` is None until the file is uploaded and the log holds it.
    """

    request_id: str
    page_id: str | None
    status: int
    created_at: datetime
    file: StoredFile | None


def read_renders(content: Mapping[str, Any]) -> tuple[LoggedRender, ...]:
    """The log from a reply, oldest first; `ValueError` says what is wrong with it."""
    return tuple(map(_render, JsonObject(content, "the reply").objects("renders", "render")))


def read_credits(content: Mapping[str, Any]) -> int:
    """The number of credits from a reply; `ValueError` where it holds none."""
    return JsonObject(content, "the reply").count("used")


def _render(entry: JsonObject) -> LoggedRender:
    file = entry.content.get("file")
    return LoggedRender(
        request_id=entry.text("request_id"),
        page_id=None if entry.content.get("page_id") is None else entry.text("page_id"),
        status=entry.count("status"),
        created_at=entry.moment("created_at"),
        file=None if file is None else _file(JsonObject.of(file, f"the file of {entry.place}")),
    )


def _file(entry: JsonObject) -> StoredFile:
    digest = entry.text("sha256")
    if not _DIGEST.fullmatch(digest):
        entry.refuse("sha256", "SHA-256 in lower-case hex")
    return StoredFile(entry.text("url"), entry.text("content_type"), entry.count("size"), digest)
