"""An address that refuses connections until it is opened: a receiver that was down and comes back."""

import socket
from collections.abc import Callable

from contracts.receiver.listener import Listener


class ClosedDoor:
    """A port that is bound and not listened on; `url` leads to an inbox once it is opened."""

    def __init__(self, bound: socket.socket, url: str, start: Callable[[socket.socket], None]) -> None:
        self.url = url
        self._bound = bound
        self._start = start
        self._listener: Listener | None = None

    def open(self) -> None:
        """Accept connections from now on."""
        if self._listener is None:
            self._listener = Listener(self._bound, self._start)

    def close(self) -> None:
        """Refuse again, for good."""
        if self._listener is not None:
            self._listener.close()
        self._bound.close()
