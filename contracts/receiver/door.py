"""An address that refuses connections until it is opened: a receiver that was down and comes back."""

import contextlib
import socket
import threading
from collections.abc import Callable

BACKLOG = 64


class ClosedDoor:
    """A port that is bound and not listened on; once opened, its connections lead to the inbox whose path is in `url`."""

    def __init__(self, bound: socket.socket, url: str, start: Callable[[socket.socket], None]) -> None:
        self.url = url
        self._bound = bound
        self._start = start
        self._accepting: threading.Thread | None = None

    def open(self) -> None:
        """Accept connections from now on."""
        self._bound.listen(BACKLOG)
        self._accepting = threading.Thread(target=self._accept, name="receiver door", daemon=True)
        self._accepting.start()

    def close(self) -> None:
        """Refuse again."""
        with contextlib.suppress(OSError):
            self._bound.shutdown(socket.SHUT_RDWR)
        if self._accepting is not None:
            self._accepting.join()
        self._bound.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # it was closed
            while True:
                self._start(self._bound.accept()[0])
