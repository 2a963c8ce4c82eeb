"""What stands around the miniature alone: downloads that are kept elsewhere, and requests that are refused."""

import json
import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from urllib.parse import quote

from tests.miniature_parts.around import Answer, Environ, StartResponse, ask, page, tell
from tests.miniature_parts.serving import Wsgi

API, CONTROL, FILES = "/api/", "/_control", "/files/"


def too_many(retry_after: Callable[[], str]) -> Callable[[], Answer]:
    """A refusal with 429, which says when to come again."""
    return lambda: Answer("429 Too Many Requests", (("Retry-After", retry_after()), ("Content-Length", "0")), b"")


def errors_as_pages(_: Environ, answer: Answer) -> Answer:
    """With the errors of HTTP itself (an unknown route, a method, a media type) told in HTML."""
    is_error = answer.status[:3] in {"404", "405", "413", "415"}
    return page(answer.status, "Oops") if is_error and b"NOT_FOUND" not in answer.body else answer


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
