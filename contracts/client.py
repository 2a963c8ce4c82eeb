"""Requests to the target: every one is kept as evidence, and no answer is an error with a reason."""

import functools
import hashlib
import json
import math
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from contracts.documents import Credential
from contracts.errors import NoAnswerError, NotRun, SetUpError
from contracts.images import kind_of
from contracts.record import Exchange, Record

MOST_BODY_BYTES = 16 * 1024 * 1024
MOST_KEPT_BYTES = 64 * 1024
"""How much of an answer is kept as evidence, which lives as long as the run; more than any report shows."""

MOST_KEPT_PICTURE_BYTES = 512 * 1024
"""The same of a picture, of which a part shows nothing."""

LEAST_SECONDS = 2.0
"""How long an answer is waited for even if the time budget ends before."""

USER_AGENT = "proofreel-contracts/1.0"


@dataclass(frozen=True, slots=True)
class Response:
    """An answer; `evidence` is its number in the record."""

    status: int
    headers: httpx.Headers
    body: bytes
    evidence: int

    @property
    def is_success(self) -> bool:
        """Whether the status is one of 200 to 299."""
        return 200 <= self.status <= 299  # noqa: PLR2004 - HTTP's successes

    @property
    def is_json(self) -> bool:
        """Whether the body can be read as JSON."""
        try:
            self.json()
        except ValueError:
            return False
        return True

    def json(self) -> Any:
        """The body as JSON; `ValueError` where it is none, or nested beyond all reason."""
        return read_json(self.body)

    def object(self) -> dict[str, Any]:
        """The body where it is a JSON object, else an empty one."""
        value = self.json() if self.is_json else None
        return value if isinstance(value, dict) else {}

    def __str__(self) -> str:
        if (kind := kind_of(self.body)) is not None:
            return f"{self.status} with {kind.media_type} of {len(self.body)} bytes"
        text = self.body[:300].decode("utf-8", "replace")
        return f"{self.status} {text}" if text else f"{self.status} without a body"


@dataclass(frozen=True, slots=True)
class Address:
    """Where requests go, what authorities are trusted besides the usual ones, and what kinds of answers they accept."""

    base_url: str
    timeout_seconds: float = 30.0
    ca_file: str | None = None
    accept: str = "application/json"

    @property
    def is_local(self) -> bool:
        """Whether it is this machine; then no proxy stands between."""
        return urlsplit(self.base_url).hostname in {"127.0.0.1", "::1", "localhost"}


class Client:
    """One account's view of the target. Safe to use from several threads."""

    def __init__(
        self,
        address: Address,
        record: Record,
        *,
        credential: Credential,
        secret: str,
        remaining_seconds: Callable[[], float] = lambda: math.inf,
    ) -> None:
        self.record = record
        self._remaining_seconds = remaining_seconds
        self.secret = secret
        self.address = address
        self.credential = credential
        record.hide(secret)
        self._http = httpx.Client(
            base_url=address.base_url,
            timeout=address.timeout_seconds,
            # A connection that the server closes while it is idle would make the next request fail by our own fault.
            limits=httpx.Limits(max_keepalive_connections=0),
            trust_env=not address.is_local,
            verify=trusted(address),
            headers={"User-Agent": USER_AGENT, "Accept": address.accept},
        )

    def request(  # noqa: PLR0913 - the parts of a request
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        anonymous: bool = False,
        timeout_seconds: float | None = None,
    ) -> Response:
        """Send a request: `body` as JSON or `content` as it is, with the account's credential unless `anonymous`.

        `timeout_seconds` is how long the answer may take, in place of what is usual at this address. Redirects are not
        followed. Raises `NoAnswerError`, and `NotRun` where no time is left for it.
        """
        seconds = self._allowed_seconds(timeout_seconds or self.address.timeout_seconds)
        sent = dict(headers or {})
        if not anonymous:
            sent.setdefault(self.credential.header, self.credential.header_value(self.secret))
        if body is not None:
            content = json.dumps(body, ensure_ascii=False).encode()
            sent.setdefault("Content-Type", "application/json")
        request = self._http.build_request(method, path, content=content, headers=sent, timeout=seconds)
        number, at, began = self.record.next_number(), datetime.now(UTC), time.monotonic()
        response, error = None, None
        answer = b""
        try:
            response = self._http.send(request, stream=True)
            answer = read_body(response, began + seconds)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as failure:
            error = f"{type(failure).__name__}: {failure}".rstrip(": ")
        finally:
            if response is not None:
                response.close()
        kept_bytes = MOST_KEPT_PICTURE_BYTES if kind_of(answer) is not None else MOST_KEPT_BYTES
        self.record.add(
            Exchange(
                number=number,
                at=at,
                method=method,
                url=str(request.url),
                request_headers=tuple(request.headers.multi_items()),
                request_body=request.content,
                status=None if error or response is None else response.status_code,
                response_headers=tuple(response.headers.multi_items()) if response is not None else (),
                response_body=answer[:kept_bytes],
                response_bytes=len(answer) if len(answer) > kept_bytes else None,
                response_sha256=hashlib.sha256(answer).hexdigest() if len(answer) > kept_bytes else None,
                seconds=time.monotonic() - began,
                error=error,
            )
        )
        if error is not None or response is None:
            message = f"{method} {path} had no answer: {error}"
            raise NoAnswerError(message)
        return Response(response.status_code, response.headers, answer, number)

    def _allowed_seconds(self, wanted: float) -> float:
        left = self._remaining_seconds()
        if left <= 0:
            raise NotRun("the time budget ended in the middle of the check")
        return min(wanted, left + LEAST_SECONDS)

    def close(self) -> None:
        """Release the connections."""
        self._http.close()


def trusted(address: Address) -> ssl.SSLContext:
    """The TLS context for an address. Raises `SetUpError` where its certificate authorities cannot be read."""
    return _context(address.ca_file)


@functools.cache
def _context(ca_file: str | None) -> ssl.SSLContext:
    # It takes longer to make than a request to a target nearby, and every check has clients of its own.
    if ca_file is None:
        return httpx.create_ssl_context()
    try:
        context = httpx.create_ssl_context()
        context.load_verify_locations(ca_file)  # besides the usual ones: files may be stored elsewhere
    except OSError as error:
        message = f"the certificates in {ca_file} (--ca-file) cannot be read: {error}"
        raise SetUpError(message) from error
    return context


def read_json(body: bytes) -> Any:
    """A body as JSON; `ValueError` where it is none, or nested beyond all reason."""
    try:
        return json.loads(body)
    except RecursionError as error:
        message = "it is nested too deeply"
        raise ValueError(message) from error


def read_body(response: httpx.Response, deadline: float) -> bytes:
    """The whole body; `ValueError` where it is too long, `TimeoutError` where it lasts beyond a monotonic deadline."""
    parts, size = [], 0
    for part in response.iter_bytes():
        parts.append(part)
        size += len(part)
        if size > MOST_BODY_BYTES:
            message = f"the answer is longer than {MOST_BODY_BYTES} bytes"
            raise ValueError(message)
        if time.monotonic() > deadline:
            raise TimeoutError("the answer did not come to its end in time")
    return b"".join(parts)
