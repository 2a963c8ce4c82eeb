"""The receiver's socket: accepts connections, a thread for each, and finds the inbox or file that a path means."""

import contextlib
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlsplit

from contracts.receiver.answers import Reply
from contracts.receiver.connection import Connection, Todo
from contracts.receiver.door import ClosedDoor
from contracts.receiver.hold import Hold, HoldEnd
from contracts.receiver.inbox import Inbox, Keeping
from contracts.receiver.listener import Listener, bound, bound_by, bracketed, url_of
from contracts.receiver.request import Request, SubjectOf, no_subject
from contracts.receiver.static import Download, StaticFile
from contracts.record import Record
from contracts.target import ReceiverOptions

TOKEN_BYTES = 16
CLOSING_SECONDS = 0.15
HOOKS, FILES, NO_FILES = "/hooks/", "/files/", "/missing/"


class Receiver:
    """A real HTTP server; a context manager that listens from its making on. Raises `SetUpError` where it cannot."""

    def __init__(self, options: ReceiverOptions | None = None, *, subject_of: SubjectOf = no_subject) -> None:
        self.options = options or ReceiverOptions()
        self._subject_of = subject_of
        listening = bound_by(self.options)
        self.port: int = listening.getsockname()[1]
        self._refusing = bound(self.options.host, 0)
        self._doors: list[ClosedDoor] = []
        self._base = (self.options.public_url or url_of(self.options.host, self.port)).rstrip("/")
        self._inboxes: dict[str, Inbox] = {}
        self._files: dict[str, StaticFile] = {}
        self._downloads: list[Download] = []
        self._connections: dict[socket.socket, threading.Thread] = {}
        self._lock = threading.Lock()
        self._in_flight = 0
        self._last_event = time.monotonic()
        self._closing = threading.Event()
        self._missing = f"{self._base}{NO_FILES}{secrets.token_urlsafe(TOKEN_BYTES)}"
        self._listener = Listener(listening, self._start)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ------------------------------------------------------------------------------------------ what is given out

    @property
    def url(self) -> str:
        """The base of every URL that is given out: the public one, or where it listens."""
        return self._base

    def inbox(
        self,
        name: str,
        *,
        record: Record,
        stamp: Callable[[], datetime | None] = lambda: None,
        is_foreign: Callable[[str], bool] = lambda _: False,
    ) -> Inbox:
        """A new inbox at a URL that nobody can guess; see `Keeping`."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        url = f"{self._base}{HOOKS}{token}/{quote(name, safe='')}"
        made = Inbox(name, url, Keeping(record, stamp, is_foreign, self._subject_of))
        with self._lock:
            self._inboxes[token] = made
        return made

    def serve(self, name: str, content: bytes, content_type: str) -> str:
        """Give out a file; its URL, which ends with `name`."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        with self._lock:
            self._files[token] = StaticFile(content, content_type)
        return f"{self._base}{FILES}{token}/{quote(name, safe='')}"

    @property
    def refused_url(self) -> str:
        """A URL whose port is kept free of any listener as long as the receiver runs."""
        port = self._refusing.getsockname()[1]
        if self.options.public_url is None:
            return f"{url_of(self.options.host, port)}/refused"
        public = urlsplit(self.options.public_url)
        return f"{public.scheme}://{bracketed(public.hostname or '')}:{port}/refused"

    def closed_door(self, inbox: Inbox) -> ClosedDoor | None:
        """An address of an inbox that refuses connections until it is opened.

        None behind a public URL, which has one port alone.
        """
        if self.options.public_url is not None:
            return None
        closed = bound(self.options.host, 0)
        base = url_of(self.options.host, closed.getsockname()[1])
        door = ClosedDoor(closed, f"{base}{urlsplit(inbox.url).path}", self._start)
        with self._lock:
            self._doors.append(door)
        return door

    @property
    def missing_url(self) -> str:
        """A URL that answers 404."""
        return self._missing

    # ------------------------------------------------------------------------------------------ what has happened

    @property
    def downloads(self) -> Sequence[Download]:
        """The requests for files, and for the missing one, in order."""
        with self._lock:
            return tuple(self._downloads)

    @property
    def holding(self) -> int:
        """How many requests all inboxes hold now."""
        with self._lock:
            inboxes = list(self._inboxes.values())
        return sum(inbox.holding for inbox in inboxes)

    @property
    def strays(self) -> int:
        """How many requests have come that nobody waited for any more, and were answered 200."""
        with self._lock:
            return sum(inbox.strays for inbox in self._inboxes.values())

    @property
    def in_flight(self) -> int:
        """How many requests have been read and not yet been answered, for whatever reason."""
        with self._lock:
            return self._in_flight

    def quiet(self, seconds: float, within_seconds: float, *, since: float = 0.0) -> bool:
        """Wait until nothing has begun or ended for `seconds` and only held requests are left; whether that came."""
        deadline = time.monotonic() + within_seconds
        while True:
            with self._lock:
                in_flight, last = self._in_flight, max(since, self._last_event)
            now = time.monotonic()
            if in_flight <= self.holding and now - last >= seconds:
                return True
            if now >= deadline or self._closing.is_set():
                return False
            self._closing.wait(min(deadline - now, max(0.005, last + seconds - now)))

    # ------------------------------------------------------------------------------------------ the socket

    def close(self) -> None:
        """Stop at once: what is held or half sent ends without an answer."""
        if self._closing.is_set():
            return
        self._closing.set()
        self._listener.close()
        with self._lock:
            inboxes, doors = list(self._inboxes.values()), list(self._doors)
        for door in doors:
            door.close()
        with self._lock:
            connections = dict(self._connections)
        for inbox in inboxes:
            inbox.close()
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        deadline = time.monotonic() + CLOSING_SECONDS
        for thread in connections.values():
            thread.join(max(0.0, deadline - time.monotonic()))
        self._refusing.close()

    def _start(self, connection: socket.socket) -> None:
        connection.setblocking(True)
        name = f"receiver {self.port} connection"
        thread = threading.Thread(target=self._serve, args=(connection,), name=name, daemon=True)
        with self._lock:
            self._connections[connection] = thread
        thread.start()

    def _serve(self, accepted: socket.socket) -> None:
        try:
            Connection(accepted, self._answering, self._closing).serve()
        finally:
            with self._lock:
                self._connections.pop(accepted, None)
            accepted.close()

    @contextlib.contextmanager
    def _answering(self, request: Request) -> Iterator[tuple[Todo, Callable[[Hold, HoldEnd], None]]]:
        self._count(1)
        try:
            inbox = self._inboxes.get(_token(request.path, HOOKS))
            if inbox is None:
                yield self._download(request), _nothing_held
            else:
                yield inbox.take(request), inbox.let_go
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._lock:
            self._in_flight += change
            self._last_event = time.monotonic()

    def _download(self, request: Request) -> Reply:
        file = self._files.get(_token(request.path, FILES))
        if file is not None or _token(request.path, NO_FILES):
            with self._lock:
                self._downloads.append(Download(request.path, request.method, request.at, request.monotonic))
        return Reply(404) if file is None else file.reply(request.method, request.header("Range"))


def _nothing_held(hold: Hold, end: HoldEnd) -> None:
    """Only an inbox holds requests."""


def _token(path: str, folder: str) -> str:
    """What follows `folder` up to the next slash, wherever a proxy has put it; empty where it is not there."""
    return path.partition(folder)[2].partition("/")[0].partition("?")[0]
