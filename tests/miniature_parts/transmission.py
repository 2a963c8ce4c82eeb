"""One HTTP request to a receiver, which can be cut off from another thread."""

import contextlib
import http.client
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urljoin, urlsplit

from tests.miniature_parts.loopback import LoopbackConnection, SecureLoopbackConnection

COURTESY_SECONDS = 1.0
"""How long, in real time, the rest of an answer is read, so that its sender sees no broken connection."""

COURTESY_BYTES = 65536
CHUNK_BYTES = 37

REDIRECTS_THAT_KEEP_THE_METHOD = frozenset({307, 308})
REDIRECTS = frozenset({301, 302, 303}) | REDIRECTS_THAT_KEEP_THE_METHOD


@dataclass(frozen=True)
class Message:
    """A POST, byte for byte. Its headers are beside those that say how long the body is or that it comes in chunks."""

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    in_chunks: bool = False
    most_redirects: int = 0


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
        message = self._message
        url, method = message.url, "POST"
        answer = self._ask(method, url)
        for _ in range(message.most_redirects):
            location = answer.getheader("Location")
            if answer.status not in REDIRECTS or location is None:
                break
            url = urljoin(url, location)
            method = method if answer.status in REDIRECTS_THAT_KEEP_THE_METHOD else "GET"
            self.close()
            answer = self._ask(method, url)
        return answer.status

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

    def _ask(self, method: str, url: str) -> http.client.HTTPResponse:
        parts = urlsplit(url)
        connection = self._connect(parts)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.putrequest(method, target, skip_accept_encoding=True)
        if method == "POST":
            self._send_message(connection)
        else:
            connection.endheaders()
        self._answer = connection.getresponse()
        return self._answer

    def _send_message(self, connection: http.client.HTTPConnection) -> None:
        body, in_chunks = self._message.body, self._message.in_chunks
        framing = {"Transfer-Encoding": "chunked"} if in_chunks else {"Content-Length": str(len(body))}
        for name, value in {**framing, **self._message.headers}.items():
            connection.putheader(name, value)
        connection.endheaders()
        if not in_chunks:
            connection.send(body)
            return
        for start in range(0, len(body), CHUNK_BYTES):
            chunk = body[start : start + CHUNK_BYTES]
            connection.send(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        connection.send(b"0\r\n\r\n")

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
