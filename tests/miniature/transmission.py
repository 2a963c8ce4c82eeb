"""One HTTP request to a receiver, which can be cut off from another thread."""

import contextlib
import hmac
import http.client
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import SplitResult, urlsplit

from .loopback import LoopbackConnection, SecureLoopbackConnection
from .manners import PLAIN, Manners

COURTESY_SECONDS = 1.0
"""How long, in real time, the rest of an answer is read, so that its sender sees no broken connection."""

COURTESY_BYTES = 65536
CHUNK_BYTES = 37


@dataclass(frozen=True)
class Message:
    """What every attempt of a delivery sends, byte for byte; without a secret it is not signed."""

    url: str
    body: bytes
    secret: str
    manners: Manners = PLAIN

    def headers(self) -> dict[str, str]:
        """The headers that the document names."""
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "RenderIO-Webhook/1.0",
        }
        if self.manners.delivery_in_chunks:
            headers["Transfer-Encoding"] = "chunked"
        else:
            headers["Content-Length"] = str(len(self.body))
        if self.secret:
            headers["X-Webhook-Signature"] = hmac.digest(self.secret.encode(), self.body, "sha256").hex()
        other = self.manners.delivery_headers or {}
        replaced = {name.lower() for name in other}
        return {**{name: value for name, value in headers.items() if name.lower() not in replaced}, **other}

    def parts(self) -> Iterator[bytes]:
        """What follows the headers."""
        if not self.manners.delivery_in_chunks:
            yield self.body
            return
        for start in range(0, len(self.body), CHUNK_BYTES):
            chunk = self.body[start : start + CHUNK_BYTES]
            yield b"%x\r\n%s\r\n" % (len(chunk), chunk)
        yield b"0\r\n\r\n"


class Transmission:
    """The request and its connection. It keeps no time: whoever thinks that it lasts too long cuts it off."""

    def __init__(self, message: Message) -> None:
        self._message = message
        self._lock = threading.Lock()
        self._is_cut_off = False
        self._socket: socket.socket | None = None
        self._answer: http.client.HTTPResponse | None = None

    def exchange(self) -> int:
        """Send and wait for the answer's status. OSError, HTTPException or ValueError where none comes."""
        parts = urlsplit(self._message.url)
        connection = self._connect(parts)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.putrequest("POST", target, skip_accept_encoding=True)
        for name, value in self._message.headers().items():
            connection.putheader(name, value)
        connection.endheaders()
        for part in self._message.parts():
            connection.send(part)
        self._answer = connection.getresponse()
        return self._answer.status

    def _connect(self, parts: SplitResult) -> http.client.HTTPConnection:
        connection: http.client.HTTPConnection
        if parts.scheme == "https":
            connection = SecureLoopbackConnection(parts.hostname or "", parts.port or 443)
        else:
            connection = LoopbackConnection(parts.hostname or "", parts.port or 80)
        connection.connect()
        with self._lock:
            # Kept here, as the connection forgets its socket when the receiver announces that it will hang up.
            self._socket = connection.sock
        if self._is_cut_off:
            raise ConnectionAbortedError
        return connection

    def cut_off(self) -> None:
        """Give up: nothing more is sent, and a wait for the answer ends."""
        with self._lock:
            self._is_cut_off = True
            if self._socket is not None:
                with contextlib.suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let the receiver finish what it has to say, within reason, and hang up."""
        if self._answer is not None and self._socket is not None:
            with contextlib.suppress(OSError, http.client.HTTPException):
                self._socket.settimeout(COURTESY_SECONDS)
                self._answer.read(COURTESY_BYTES)
            self._answer.close()
        if self._socket is not None:
            self._socket.close()


def delivers(status: int | None) -> bool:
    """Whether this answer, or none, ends the delivery."""
    return status is not None and HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
