"""A request as the receiver has read it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from contracts.record import Headers

SubjectOf = Callable[[bytes], str | None]
"""Reads from a body what a delivery is about; None where it does not say."""


@dataclass(frozen=True, slots=True)
class Request:
    """One whole request; `path` has the query in it, `at` and `monotonic` are the kit's time when it was complete."""

    method: str
    path: str
    headers: Headers
    body: bytes
    at: datetime
    monotonic: float

    def header(self, name: str) -> str | None:
        """The first value of a header; None where it is absent."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def command_id(body: bytes) -> str | None:
    """The text at `data.command_id` in a JSON body; None where there is none."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return None
    data = content.get("data") if isinstance(content, dict) else None
    subject = data.get("command_id") if isinstance(data, dict) else None
    return subject if isinstance(subject, str) else None
