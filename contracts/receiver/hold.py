"""A request that is held: its sender waits until it is answered, or gives up."""

import selectors
import socket
import time
from dataclasses import dataclass

from contracts.receiver.answers import Reply


@dataclass(frozen=True, slots=True)
class HoldEnd:
    """How a hold ended: with an answer, with none, or since the sender gave up; `seconds` are real."""

    answer: Reply | None
    given_up: bool
    seconds: float


class Hold:
    """One held request; its connection's thread waits in `wait`, any other may call `release`."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._began = time.monotonic()
        self._answer: Reply | None = None
        self._here, self._there = socket.socketpair()

    def release(self, answer: Reply | None) -> None:
        """End it: answer the request, or close its connection where `answer` is None."""
        self._answer = answer
        self._there.close()

    def wait(self, connection: socket.socket) -> HoldEnd:
        """Wait until it is released or the sender closes its end of the connection."""
        with self._here, selectors.DefaultSelector() as selector:
            selector.register(self._here, selectors.EVENT_READ)
            selector.register(connection, selectors.EVENT_READ)
            while True:
                ready = {key.fileobj for key, _ in selector.select()}
                seconds = time.monotonic() - self._began
                if self._here in ready:
                    return HoldEnd(self._answer, given_up=False, seconds=seconds)
                if _is_closed(connection):
                    self._there.close()
                    return HoldEnd(None, given_up=True, seconds=seconds)
                # It has sent more than one request: that says nothing, and would be reported for ever.
                selector.unregister(connection)


def _is_closed(connection: socket.socket) -> bool:
    try:
        return not connection.recv(1, socket.MSG_PEEK)
    except OSError:
        return True
