"""A miniature's process: its options, its clocks, its socket and its end."""

import argparse
import functools
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from tests.miniature_parts.timeline import RealTimeline, Timeline, VirtualTimeline

Wsgi = Callable[[dict[str, Any], Callable[..., Callable[[bytes], object]]], Iterable[bytes]]


class Handler(WSGIRequestHandler):
    """Answers without delay and without a log."""

    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: the log is for what goes wrong."""


@dataclass(frozen=True)
class Door:
    """Where a server listens: a loopback address, the path that everything lies under, and the version of HTTP."""

    host: str = "127.0.0.1"
    prefix: str = ""
    http: str = "HTTP/1.0"

    def open(self, port: int, application: Wsgi) -> tuple[BaseWSGIServer, str]:
        """A server that is about to listen, and its URL."""
        handler = type("Mannered", (Handler,), {"protocol_version": self.http})
        server = make_server(self.host, port, application, threaded=True, request_handler=handler)
        host = f"[{self.host}]" if ":" in self.host else self.host
        return server, f"http://{host}:{server.port}{self.prefix}"


def announce(base_url: str) -> None:
    """Say where it listens, to whoever started the process."""
    print(f"listening on {base_url}", flush=True)  # noqa: T201 - the first line of output, which others read


def end_when_asked() -> None:
    """Have SIGTERM and SIGINT end the process with 0."""
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, _end)


def timelines(mode: str, pulse: threading.Condition, offset_ms: int) -> Callable[[], Timeline]:
    """What gives everybody a clock: a virtual one of their own, or the machine's."""
    if mode == "virtual":
        return functools.partial(VirtualTimeline, pulse, offset_ms=offset_ms)
    shared = RealTimeline(pulse, offset_ms=offset_ms)
    return lambda: shared


def options(description: str, arguments: Sequence[str] | None) -> argparse.Namespace:
    """`port`, `clock`, `grace` and `control`. Without `arguments`, those of the command line are taken."""
    parser = argparse.ArgumentParser(prog="miniature", description=description)
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one, which the first line of output names")
    parser.add_argument("--clock", choices=("virtual", "real"), default="virtual")
    parser.add_argument("--grace", type=float, default=1.0, metavar="SECONDS", help="of real time for silent receivers")
    parser.add_argument("--no-control", dest="control", action="store_false", help="offer no control protocol")
    return parser.parse_args(arguments)


def _end(*_: object) -> NoReturn:
    sys.exit(0)
