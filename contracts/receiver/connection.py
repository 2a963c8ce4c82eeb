"""One connection to the receiver: reads requests (HTTP/1.1, by h11) and carries out what is answered."""

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import h11

from contracts.receiver.answers import Drop, Hang, Redirect, Reply, Reset, SlowBody
from contracts.receiver.hold import Hold, HoldEnd
from contracts.receiver.request import Request

MOST_BODY_BYTES = 64 * 1024 * 1024
PATIENCE_SECONDS = 60.0
LINGERING_SECONDS = 1.0
CHUNK_BYTES = 64 * 1024

Todo = Reply | Drop | Reset | Redirect | SlowBody | Hang | Hold
Answering = Callable[[Request], AbstractContextManager[tuple[Todo, Callable[[Hold, HoldEnd], None]]]]
"""What to do with a request, for as long as it is being done; the function hears how a hold has ended."""

_WITHOUT_BODY = frozenset({204, 304})
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Connection:
    """Serves one accepted socket in the calling thread; `closing` cuts every wait short."""

    def __init__(self, accepted: socket.socket, answering: Answering, closing: threading.Event) -> None:
        self._socket = accepted
        self._answering = answering
        self._closing = closing
        self._http = h11.Connection(h11.SERVER)
        self._method = ""

    def serve(self) -> None:
        """Answer requests until either side wants no more. Whatever the other side sends, nothing is raised."""
        with contextlib.suppress(OSError):
            self._socket.settimeout(PATIENCE_SECONDS)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                while self._serve_one():
                    self._http.start_next_cycle()
            except h11.RemoteProtocolError as error:
                self._refuse(error.error_status_hint)
            except h11.LocalProtocolError:  # what came before has left nothing that could be answered
                self._refuse(400)

    def _serve_one(self) -> bool:
        request = self._read()
        if request is None:
            return False
        with self._answering(request) as (todo, ended):
            if not isinstance(todo, Hold):
                return self._carry_out(todo)
            end = todo.wait(self._socket)
            ended(todo, end)
            return end.answer is not None and self._carry_out(end.answer)

    def _read(self) -> Request | None:
        head: h11.Request | None = None
        body = bytearray()
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                if self._http.they_are_waiting_for_100_continue:
                    self._send(h11.InformationalResponse(status_code=100, headers=[]))
                self._http.receive_data(self._socket.recv(CHUNK_BYTES))
            elif isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > MOST_BODY_BYTES:
                    message = f"the body is longer than {MOST_BODY_BYTES} bytes"
                    raise h11.RemoteProtocolError(message, error_status_hint=413)
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                return self._request(head, bytes(body))
            else:
                return None

    def _request(self, head: h11.Request, body: bytes) -> Request:
        self._method = head.method.decode("ascii")
        return Request(
            method=self._method,
            path=head.target.decode("latin-1"),
            headers=tuple(
                (name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers.raw_items()
            ),
            body=body,
            at=datetime.now(UTC),
            monotonic=time.monotonic(),
        )

    def _carry_out(self, todo: Reply | Drop | Reset | Redirect | SlowBody | Hang) -> bool:
        """Whether the connection goes on."""
        match todo:
            case Reply():
                return not self._closing.wait(todo.after_seconds) and self._reply(todo)
            case Redirect():
                return self._reply(Reply(todo.status, (("Location", todo.location),)))
            case SlowBody():
                self._reply_slowly(todo)
            case Reset():
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            case Drop() | Hang():
                self._socket.shutdown(socket.SHUT_RDWR)
        return False

    def _reply(self, reply: Reply) -> bool:
        given = {name.lower() for name, _ in reply.headers}
        headers = list(reply.headers)
        if "content-length" not in given and reply.status not in _WITHOUT_BODY:
            headers.append(("Content-Length", str(len(reply.body))))
        if "connection" not in given:
            headers.append(("Connection", "close"))
        events: list[h11.Event] = [h11.Response(status_code=reply.status, headers=headers)]
        if reply.body and reply.status not in _WITHOUT_BODY and self._method != "HEAD":
            events.append(h11.Data(data=reply.body))
        self._send(*events, h11.EndOfMessage())
        if self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
            return True
        self._linger()
        return False

    def _reply_slowly(self, answer: SlowBody) -> None:
        headers = [("Content-Length", str(answer.chunk_count)), ("Connection", "close")]
        self._send(h11.Response(status_code=answer.status, headers=headers))
        for _ in range(answer.chunk_count):
            if self._closing.wait(answer.pause_seconds):
                return
            self._send(h11.Data(data=b"."))
        self._send(h11.EndOfMessage())
        self._linger()

    def _refuse(self, status: int) -> None:
        if self._http.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            with contextlib.suppress(h11.LocalProtocolError):
                self._reply(Reply(status))

    def _send(self, *events: h11.Event) -> None:
        self._socket.sendall(b"".join(self._http.send(event) or b"" for event in events))

    def _linger(self) -> None:
        # To close while something unread is left would reset the connection, and could take the answer with it.
        self._socket.shutdown(socket.SHUT_WR)
        deadline = time.monotonic() + LINGERING_SECONDS
        while (left := deadline - time.monotonic()) > 0:
            self._socket.settimeout(left)
            if not self._socket.recv(CHUNK_BYTES):
                return
