"""What the receiver can do with a request: frozen values, each with a few words for the evidence."""

from dataclasses import dataclass

import h11

LOWEST_STATUS, HIGHEST_STATUS = 200, 599


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with this status, after a real wait; it closes the connection unless a header says otherwise.

    `ValueError` where the status is no final one (200 to 599), or a header is none that HTTP knows.
    """

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    after_seconds: float = 0.0

    def __post_init__(self) -> None:
        _checked(self.status, self.headers)

    def __str__(self) -> str:
        return f"{self.status} after {self.after_seconds:g} s" if self.after_seconds else str(self.status)


@dataclass(frozen=True, slots=True)
class Hang:
    """Hold the request until it is released or the receiver closes, which closes the connection without an answer."""

    def __str__(self) -> str:
        return "held"


@dataclass(frozen=True, slots=True)
class Drop:
    """Close the connection in good order, without an answer, after the whole request was read."""

    def __str__(self) -> str:
        return "dropped"


@dataclass(frozen=True, slots=True)
class Reset:
    """Reset the connection (TCP RST), without an answer, after the whole request was read."""

    def __str__(self) -> str:
        return "reset"


@dataclass(frozen=True, slots=True)
class Redirect:
    """Answer with a redirect to a URL."""

    location: str
    status: int = 302

    def __post_init__(self) -> None:
        _checked(self.status, (("Location", self.location),))

    def __str__(self) -> str:
        return f"{self.status} to {self.location}"


@dataclass(frozen=True, slots=True)
class SlowBody:
    """Answer status and headers at once, then a body of `chunk_count` bytes, each after a real pause."""

    status: int = 200
    chunk_count: int = 10
    pause_seconds: float = 1.0

    def __post_init__(self) -> None:
        _checked(self.status)

    def __str__(self) -> str:
        return f"{self.status} with a body that takes {self.chunk_count * self.pause_seconds:g} s"


Answer = Reply | Hang | Drop | Reset | Redirect | SlowBody


def as_answer(answer: Answer | int) -> Answer:
    """A status alone is a reply with it."""
    return Reply(answer) if isinstance(answer, int) else answer


def _checked(status: int, headers: tuple[tuple[str, str], ...] = ()) -> None:
    if not LOWEST_STATUS <= status <= HIGHEST_STATUS:
        message = f"{status} is no final status"
        raise ValueError(message)
    try:
        h11.Response(status_code=status, headers=list(headers))
    except (h11.LocalProtocolError, UnicodeError) as error:
        message = f"{headers} cannot be sent: {error}"
        raise ValueError(message) from error
