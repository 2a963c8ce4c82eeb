"""A request as the receiver has read it."""

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


def no_subject(body: bytes) -> str | None:  # noqa: ARG001 - the signature of `SubjectOf`
    """No delivery says what it is about."""
    return None
