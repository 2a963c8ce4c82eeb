"""Where pictures are kept: whoever knows a URL may fetch what lies there."""

import hashlib
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any


@dataclass(frozen=True)
class File:
    """A picture, its media type as it is sent, and the key that it lies under."""

    key: str
    content_type: str
    body: bytes

    @property
    def sha256(self) -> str:
        """Of the body, as lower-case hex."""
        return hashlib.sha256(self.body).hexdigest()


def new_key(format_: str) -> str:
    """A key that nobody guesses."""
    return f"{uuid.uuid4().hex}.{format_}"


class Storage:
    """A WSGI application; `url` is the folder that it answers for. One apart wants no credential beside its URLs."""

    def __init__(self, *, is_apart: bool, redirects: bool = False) -> None:
        self.url = ""
        self._is_apart = is_apart
        self._redirects = redirects
        self._files: dict[str, File] = {}

    def put(self, file: File) -> None:
        """Keep a file."""
        self._files[file.key] = file

    def url_of(self, key: str) -> str:
        """Where a file is, or will be."""
        return f"{self.url}/{key}"

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Callable[[bytes], object]]
    ) -> Iterable[bytes]:
        """WSGI."""
        file = self._files.get(environ["PATH_INFO"].rpartition("/")[2])
        if self._is_apart and "HTTP_AUTHORIZATION" in environ:
            return _told(start_response, HTTPStatus.BAD_REQUEST, "text/plain", b"Two credentials are one too many.\n")
        if file is None or environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return _told(start_response, HTTPStatus.NOT_FOUND, "text/plain", b"Nothing is kept here.\n")
        if self._redirects and not environ.get("QUERY_STRING"):
            start_response("302 Found", [("Location", f"{self.url_of(file.key)}?signature=1"), ("Content-Length", "0")])
            return []
        return _told(start_response, HTTPStatus.OK, file.content_type, file.body)


def _told(
    start_response: Callable[..., Callable[[bytes], object]], status: HTTPStatus, content_type: str, body: bytes
) -> Iterable[bytes]:
    headers = [("Content-Type", content_type), ("Content-Length", str(len(body)))]
    start_response(f"{status.value} {status.phrase}", headers)
    return [body]
