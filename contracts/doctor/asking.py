"""Requests of the doctor: each ends by its deadline, whatever the other side does, and each outcome is a value."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import httpx

from contracts.client import USER_AGENT, Address, trusted
from contracts.doctor.diagnosis import Deadline

MOST_BODY_BYTES = 64 * 1024
WORDS_SHOWN = 120

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Question:
    """A request to send."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    content: bytes | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.url}"


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer; `body` is its beginning."""

    question: Question
    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def media_type(self) -> str:
        """The Content-Type without parameters, in lower case."""
        return str(self.headers.get("content-type", "")).partition(";")[0].strip().lower()

    def __str__(self) -> str:
        text = " ".join(self.body.decode("utf-8", "replace").split())
        shown = text if len(text) <= WORDS_SHOWN else f"{text[:WORDS_SHOWN]} …"
        kind = f" ({self.media_type})" if self.media_type else ""
        return f"{self.status}{kind} {shown}".rstrip()


@dataclass(frozen=True, slots=True)
class Unanswered:
    """No answer, and why; `error` is None where there simply was none in time."""

    question: Question
    error: Exception | None

    def causes(self) -> list[BaseException]:
        """The error and what it comes from, outermost first."""
        found: list[BaseException] = []
        cause: BaseException | None = self.error
        while cause is not None and cause not in found:
            found.append(cause)
            cause = cause.__cause__ or cause.__context__
        return found

    def __str__(self) -> str:
        if self.error is None:
            return "nothing within the time that there is for it"
        return f"{type(self.error).__name__}: {self.error}".rstrip(": ")


Outcome = Answered | Unanswered


@dataclass(slots=True)
class _Box(Generic[T]):
    value: T | None = None
    full: threading.Event = field(default_factory=threading.Event)


def ask(question: Question, address: Address, deadline: Deadline) -> Outcome:
    """Send a request; redirects are not followed. It may take longer than the deadline where bytes come one by one."""
    seconds = max(0.05, deadline.remaining_seconds)
    try:
        with httpx.Client(
            timeout=seconds,
            trust_env=not address.is_local,
            verify=trusted(address),
            headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
        ) as client:
            request = client.build_request(
                question.method, question.url, headers=list(question.headers), content=question.content
            )
            response = client.send(request, stream=True)
            try:
                return Answered(question, response.status_code, response.headers, _beginning(response, deadline))
            finally:
                response.close()
    except httpx.TimeoutException as error:
        return Unanswered(question, error if isinstance(error, httpx.ConnectTimeout) else None)
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
        return Unanswered(question, error)


def ask_all(questions: Sequence[Question], address: Address, deadline: Deadline) -> list[Outcome]:
    """Send requests side by side; one that has no outcome by the deadline is left alone, and is unanswered."""
    outcomes = side_by_side([_asking(question, address, deadline) for question in questions], deadline)
    return [
        outcome if outcome is not None else Unanswered(question, None)
        for question, outcome in zip(questions, outcomes, strict=True)
    ]


def side_by_side(tasks: Sequence[Callable[[], T]], deadline: Deadline) -> list[T | None]:
    """What each of several tasks gives; None for one that is not over by the deadline."""
    boxes = [_Box[T]() for _ in tasks]

    def fill(box: "_Box[T]", task: Callable[[], T]) -> None:
        box.value = task()
        box.full.set()

    for box, task in zip(boxes, tasks, strict=True):
        # A thread that is stuck must keep nobody from leaving.
        threading.Thread(target=fill, args=(box, task), name="doctor", daemon=True).start()
    for box in boxes:
        box.full.wait(deadline.remaining_seconds)
    return [box.value if box.full.is_set() else None for box in boxes]


def _asking(question: Question, address: Address, deadline: Deadline) -> Callable[[], Outcome]:
    return lambda: ask(question, address, deadline)


def _beginning(response: httpx.Response, deadline: Deadline) -> bytes:
    parts, size = [], 0
    try:
        for part in response.iter_bytes():
            parts.append(part)
            size += len(part)
            if size >= MOST_BODY_BYTES or not deadline.remaining_seconds:
                break
    except (httpx.HTTPError, httpx.StreamError):
        # The status and what came of the body say enough.
        pass
    return b"".join(parts)[:MOST_BODY_BYTES]
