"""Sockets that the receiver listens on, and the URLs that lead to them."""

import contextlib
import selectors
import socket
import threading
from collections.abc import Callable

from contracts.errors import SetUpError
from contracts.target import ReceiverOptions

BACKLOG = 256


class Listener:
    """Accepts connections on a bound socket in a thread of its own, and owns that socket from now on."""

    def __init__(self, bound: socket.socket, start: Callable[[socket.socket], None]) -> None:
        self._bound = bound
        self._start = start
        self._woken, self._wake = socket.socketpair()
        bound.listen(BACKLOG)
        bound.setblocking(False)
        self._thread = threading.Thread(target=self._accept, name=f"receiver {bound.getsockname()[1]}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Accept nothing more; what was accepted goes on."""
        self._wake.close()
        self._thread.join()

    def _accept(self) -> None:
        with self._bound, self._woken, selectors.DefaultSelector() as selector:
            selector.register(self._bound, selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ)
            while self._woken not in {key.fileobj for key, _ in selector.select()}:
                with contextlib.suppress(OSError):  # who has gone away again before we came
                    self._start(self._bound.accept()[0])


def bound(host: str, port: int) -> socket.socket:
    """A bound socket that does not listen: connections to it are refused. Raises `OSError`."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    made = socket.socket(family, kind, protocol)
    try:
        if port:  # the last run's closed connections must not keep it from us
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
    except OSError:
        made.close()
        raise
    return made


def bound_by(options: ReceiverOptions) -> socket.socket:
    """The socket where the receiver is to listen. Raises `SetUpError`."""
    made = None
    try:
        made = bound(options.host, options.port)
        made.listen(BACKLOG)  # only this shows that nobody else does
    except OSError as error:
        if made is not None:
            made.close()
        message = (
            f"the receiver cannot listen on port {options.port} of {options.host} ({error.strerror or error}); "
            "choose another port (--receiver-port), or 0 for any that is free"
        )
        raise SetUpError(message) from error
    return made


def url_of(host: str, port: int) -> str:
    """The URL of a port of this machine, reachable from here where it is bound to all addresses."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - translated, not bound
    return f"http://{bracketed(reachable)}:{port}"


def bracketed(host: str) -> str:
    """A host as it stands in a URL."""
    return f"[{host}]" if ":" in host else host
