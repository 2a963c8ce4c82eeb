"""Runs the reference server on a socket."""

import contextlib
import dataclasses
import gc
import resource
import signal
import socket
import sys
from collections.abc import Callable
from types import FrameType

import uvicorn

from mockserver.app import Server
from mockserver.errors import SetUpError
from mockserver.settings import Settings

GRACEFUL_STOP_SECONDS = 5
BACKLOG = 2048


def serve(settings: Settings, *, host: str, port: int, public_url: str | None, announce: Callable[[str], None]) -> None:
    """Serve until a signal stops it; `announce` hears the server's URL once it answers. Raises `SetUpError`."""
    # Until uvicorn takes the signals over: an exit that cleans up, where the default would leave a temporary folder.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with contextlib.closing(_listen(host, port)) as listener:
        _allow_many_connections()
        url = _url(listener, host)
        server = Server(dataclasses.replace(settings, public_url=public_url or url))
        config = uvicorn.Config(
            server.application,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=GRACEFUL_STOP_SECONDS,
            timeout_keep_alive=30,
        )
        _HttpServer(config, server, lambda: announce(url)).run(sockets=[listener])


class _HttpServer(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, server: Server, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._server = server
        self._announce = announce

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - a signal handler's signature
        """Stop gracefully, and end as a program does that did what it was asked to; a second Ctrl-C stops at once."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # First, so that a request that waits for an attempt or for FFmpeg does not hold the shutdown up.
        await self._server.stop()
        await super().shutdown(sockets=sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        # What the start has made stays as long as the server: there is nothing in it to be collected.
        gc.freeze()
        gc.enable()
        if self.started:
            self._announce()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        message = f"{host}:{port} cannot be listened on: {error}. Choose another --port (0 takes a free one) or --host"
        raise SetUpError(message) from error
    return listener


def _url(listener: socket.socket, host: str) -> str:
    port = listener.getsockname()[1]
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - compared, not bound
    return f"http://{name}:{port}"


def _allow_many_connections() -> None:
    # A thousand workspaces may have an attempt under way at once, each on a connection of its own.
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65_536), hard))
