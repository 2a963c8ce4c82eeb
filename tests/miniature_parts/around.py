"""What stands around a WSGI application: answers that are written, sent or withheld in other ways."""

import gzip
import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.miniature_parts.serving import Wsgi

Environ = dict[str, Any]
StartResponse = Callable[..., Callable[[bytes], object]]


@dataclass(frozen=True)
class Answer:
    """A whole answer."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The value of a header; empty where it is absent."""
        return next((value for key, value in self.headers if key.lower() == name), "")

    def with_body(self, body: bytes) -> "Answer":
        """The same with another body."""
        kept = tuple(pair for pair in self.headers if pair[0].lower() != "content-length")
        return Answer(self.status, (*kept, ("Content-Length", str(len(body)))), body)


def page(status: str, text: str) -> Answer:
    """An answer in HTML."""
    body = f"<!doctype html><title>{text}</title><h1>{text}</h1>\n".encode()
    return Answer(status, (("Content-Type", "text/html"), ("Content-Length", str(len(body)))), body)


def ask(application: Wsgi, environ: Environ) -> Answer:
    """What an application answers, as a whole."""
    begun: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> Callable[[bytes], object]:
        begun.append((status, headers))
        return lambda _: None

    parts = application(environ, start_response)
    try:
        body = b"".join(parts)
    finally:
        if close := getattr(parts, "close", None):
            close()
    status, headers = begun[-1]
    return Answer(status, tuple(headers), body)


def tell(answer: Answer, start_response: StartResponse) -> Iterable[bytes]:
    """Send an answer."""
    start_response(answer.status, list(answer.headers))
    return [answer.body] if answer.body else []


def answering(change: Callable[[Environ, Answer], Answer]) -> Callable[[Wsgi], Wsgi]:
    """Have every answer changed."""

    def wrapped(application: Wsgi) -> Wsgi:
        return lambda environ, start_response: tell(change(environ, ask(application, environ)), start_response)

    return wrapped


def asking(intercept: Callable[[Environ], Answer | None]) -> Callable[[Wsgi], Wsgi]:
    """Have requests answered before the application hears of them, where `intercept` has an answer."""

    def wrapped(application: Wsgi) -> Wsgi:
        def call(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
            answer = intercept(environ)
            return application(environ, start_response) if answer is None else tell(answer, start_response)

        return call

    return wrapped


def json_written(write: Callable[[Any], bytes]) -> Callable[[Wsgi], Wsgi]:
    """Have the JSON of answers written in another way, or be changed."""

    def change(_: Environ, answer: Answer) -> Answer:
        is_json = answer.header("content-type").startswith("application/json")
        return answer.with_body(write(json.loads(answer.body))) if is_json else answer

    return answering(change)


def later(seconds: float, folder: str = "/") -> Callable[[Wsgi], Wsgi]:
    """Have requests below a folder take so long."""

    def intercept(environ: Environ) -> None:
        if environ["PATH_INFO"].startswith(folder):
            time.sleep(seconds)

    return asking(intercept)


def below(prefix: str) -> Callable[[Wsgi], Wsgi]:
    """Have everything lie below a path, and nothing beside it."""

    def wrapped(application: Wsgi) -> Wsgi:
        def call(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
            path = environ["PATH_INFO"]
            if not path.startswith(f"{prefix}/"):
                return tell(page("404 Not Found", "Nothing here"), start_response)
            inner = {**environ, "PATH_INFO": path.removeprefix(prefix), "SCRIPT_NAME": prefix}
            return application(inner, start_response)

        return call

    return wrapped


def unlengthened(_: Environ, answer: Answer) -> Answer:
    """Without Content-Length: over HTTP/1.1 it is sent in chunks."""
    return Answer(answer.status, tuple(pair for pair in answer.headers if pair[0] != "Content-Length"), answer.body)


def compressed(environ: Environ, answer: Answer) -> Answer:
    """In gzip, files too, for whom can read it."""
    if "gzip" not in environ.get("HTTP_ACCEPT_ENCODING", "") or not answer.body:
        return answer
    short = answer.with_body(gzip.compress(answer.body))
    return Answer(short.status, (*short.headers, ("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")), short.body)


def in_small_letters(_: Environ, answer: Answer) -> Answer:
    """With the names of headers in small letters."""
    return Answer(answer.status, tuple((name.lower(), value) for name, value in answer.headers), answer.body)


def with_headers(headers: Mapping[str, str]) -> Callable[[Environ, Answer], Answer]:
    """With further headers."""
    return lambda _, answer: Answer(answer.status, (*answer.headers, *headers.items()), answer.body)


class EveryNth:
    """Answers every nth request with a refusal in its place, but for those below some folders."""

    def __init__(self, nth: int, refusal: Callable[[], Answer], *, spares: tuple[str, ...]) -> None:
        self._nth = nth
        self._refusal = refusal
        self._spares = spares
        self._count = 0

    def __call__(self, environ: Environ) -> Answer | None:
        """The refusal, or None."""
        if environ["PATH_INFO"].startswith(self._spares):
            return None
        self._count += 1
        return None if self._count % self._nth else self._refusal()


def with_length_alone(environ: Environ) -> Answer | None:
    """Refuse bodies whose length is not told before."""
    needs = environ["REQUEST_METHOD"] in {"PUT", "POST"} and "CONTENT_LENGTH" not in environ
    return page("411 Length Required", "How long?") if needs else None
