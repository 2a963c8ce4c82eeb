"""What the variations do in other ways: ids, secrets, moments of retries, headers, and more properties."""

import itertools
import json
import secrets
from typing import Any
from urllib.parse import quote

from tests.miniature_parts.around import Answer
from tests.miniature_ricloud.manners import Identifier

_SHARES = itertools.cycle((900, 0, 450, 700, 100))


def jittered(moment_ms: int) -> int:
    """Up to nine tenths of a second later."""
    return moment_ms + next(_SHARES)


def odd_id() -> Identifier:
    """An id with characters that mean something in a URL, and some beyond ASCII."""
    return f"a/{secrets.token_hex(6)}/ü?#%20&+=ключ:{secrets.token_hex(20)}"


def below_quoted(url: str, event_id: Identifier) -> str:
    """The event's id as one part of the path, whatever it is made of."""
    return f"{url.rstrip('/')}/{quote(str(event_id), safe='')}"


def odd_secret() -> str:
    """A secret that is not written in ASCII, and looks like base64 to whom wants it to."""
    return f"kłucz {secrets.token_hex(8)}+/=="


def few_accepted(status: int | None) -> bool:
    """Those that say that something was done."""
    return status in {200, 201}


def with_more(content: Any) -> bytes:
    """With properties that no document knows, in each item of a list, too."""
    if isinstance(content, dict):
        content = _told_more(content)
        if content.get("resource") == "list":
            content["data"] = [_told_more(item) for item in content["data"]]
    return json.dumps(content).encode()


def _told_more(view: dict[str, Any]) -> dict[str, Any]:
    more = {"request_id": "7f3c", "_links": {"self": "/"}, "warnings": None}
    unused: dict[str, Any] = (
        {"user": None, "source": "", "session": None, "poll": {}} if view.get("resource") == "task" else {}
    )
    return {**more, **unused, **view}


def too_many() -> Answer:
    """A refusal with 429 for a second."""
    body = json.dumps({"error": "limit-exceeded", "message": "Come again in a second."}).encode()
    headers = (("Retry-After", "1"), ("Content-Type", "application/json"))
    return Answer("429 Too Many Requests", headers, b"").with_body(body)


MORE_HEADERS = {"X-Request-Id": "7f3c", "Cache-Control": "no-store", "Set-Cookie": "session=1; Path=/"}
MORE_OF_DELIVERIES = {
    "Accept": "*/*",
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "X-Delivery-Id": "42",
    "content-type": "Application/JSON",
    "Connection": "keep-alive",
}
