"""What stands around a WSGI application: answers that are written, sent or withheld in other ways."""

import gzip
import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from tests.miniature.manners import Wsgi

API, CONTROL, FILES = "/api/", "/_control", "/files/"

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


def errors_as_pages(_: Environ, answer: Answer) -> Answer:
    """With the errors of HTTP itself (an unknown route, a method, a media type) told in HTML."""
    is_error = answer.status[:3] in {"404", "405", "413", "415"}
    return page(answer.status, "Oops") if is_error and b"NOT_FOUND" not in answer.body else answer


class EveryNth:
    """Answers every nth request of the API with 429 in its place."""

    def __init__(self, nth: int, retry_after: Callable[[], str]) -> None:
        self._nth = nth
        self._retry_after = retry_after
        self._count = 0

    def __call__(self, environ: Environ) -> Answer | None:
        """Wait your turn, or None."""
        if not environ["PATH_INFO"].startswith(API):
            return None
        self._count += 1
        if self._count % self._nth:
            return None
        return Answer("429 Too Many Requests", (("Retry-After", self._retry_after()), ("Content-Length", "0")), b"")


def stored_elsewhere(environ: Environ) -> Answer | None:
    """Redirect a download that comes by the public way, first to a path and then to another name of this host."""
    path = quote(environ["PATH_INFO"])
    if path.startswith("/public/"):
        location = path.replace("/public/", "/private/")
        return Answer("302 Found", (("Location", f"{location}?{environ['QUERY_STRING']}"),), b"")
    if path.startswith("/private/"):
        url = f"http://localhost:{environ['SERVER_PORT']}{path.replace('/private/', FILES)}"
        return Answer("307 Temporary Redirect", (("Location", f"{url}?{environ['QUERY_STRING']}"),), b"")
    return None


def stored_for_signed_gets(environ: Environ) -> Answer | None:
    """Refuse downloads without a signature, and every method but GET."""
    if not environ["PATH_INFO"].startswith(FILES):
        return None
    if environ["REQUEST_METHOD"] != "GET":
        return page("405 Method Not Allowed", "GET alone")
    return None if "X-Signature=" in environ["QUERY_STRING"] else page("403 Forbidden", "Not signed")


def with_length_alone(environ: Environ) -> Answer | None:
    """Refuse bodies whose length is not told before."""
    needs = environ["REQUEST_METHOD"] in {"PUT", "POST"} and "CONTENT_LENGTH" not in environ
    return page("411 Length Required", "How long?") if needs else None


def stored_for_the_key(environ: Environ) -> Answer | None:
    """Refuse downloads without a key."""
    is_refused = environ["PATH_INFO"].startswith(FILES) and "HTTP_X_API_KEY" not in environ
    return page("401 Unauthorized", "Who are you?") if is_refused else None


def ids_of_one_form(environ: Environ) -> Answer | None:
    """Refuse an id that could not be one of this server's before anything is looked up."""
    folder, _, command_id = environ["PATH_INFO"].rpartition("/commands/")
    if (
        not folder
        or re.fullmatch("[0-9a-f]{20}", command_id)
        or not environ.get("HTTP_X_API_KEY", "").startswith("ffsk_")
    ):
        return None
    detail = [{"loc": ["commandId"], "msg": "is no id", "type": "value_error"}]
    return Answer("422 Unprocessable Content", (("Content-Type", "application/json"),), b"").with_body(
        json.dumps({"detail": detail}).encode()
    )


def limited_by_its_clock(application: Wsgi) -> Wsgi:
    """Answer 429 after every 8 requests of an account, until a second has passed on that account's clock."""
    counts: dict[str, int] = {}
    until: dict[str, datetime] = {}

    def call(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        key = environ.get("HTTP_X_API_KEY", "")
        if not environ["PATH_INFO"].startswith(API) or not key.startswith("ffsk_"):
            return application(environ, start_response)
        counts[key] = counts.get(key, 0) + 1
        if key not in until and counts[key] % 8:
            return application(environ, start_response)
        asked = {**environ, "REQUEST_METHOD": "GET", "PATH_INFO": f"{CONTROL}/clock"}
        now = datetime.fromisoformat(json.loads(ask(application, asked).body)["now"])
        if now >= until.setdefault(key, now + timedelta(seconds=1)):
            del until[key]
            return application(environ, start_response)
        return tell(
            Answer("429 Too Many Requests", (("Retry-After", "1"), ("Content-Length", "0")), b""), start_response
        )

    return call
