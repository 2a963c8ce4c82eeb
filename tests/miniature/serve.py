"""The process: its options, its socket and its end."""

import argparse
import functools
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from werkzeug.serving import WSGIRequestHandler, make_server

from .account import Place
from .accounts import Accounts
from .application import Application
from .manners import PLAIN, Manners
from .render import Studio
from .timeline import RealTimeline, Timeline, VirtualTimeline


class Handler(WSGIRequestHandler):
    """Answers without delay and without a log."""

    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: the log is for what goes wrong."""


def main(manners: Manners = PLAIN, arguments: Sequence[str] | None = None) -> None:
    """Serve until SIGTERM or SIGINT. Without `arguments`, those of the command line are taken."""
    options = _options(arguments)
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, _end)
    with tempfile.TemporaryDirectory(prefix="miniature-", ignore_cleanup_errors=True) as folder:
        _serve(options, Studio(Path(folder)), manners)


def _serve(options: argparse.Namespace, studio: Studio, manners: Manners) -> None:
    pulse = threading.Condition()
    timeline_for_one = _timelines(options.clock, pulse, manners.clock_offset_ms)

    def place() -> Place:
        return Place(timeline_for_one(), pulse, base_url, options.grace, manners)

    accounts = Accounts(studio, pulse, place, at_a_time=manners.at_a_time)
    application = manners.wrapped(Application(accounts, studio, manners, offers_control=options.control))
    handler = type("Mannered", (Handler,), {"protocol_version": manners.http})
    server = make_server(manners.host, options.port, application, threaded=True, request_handler=handler)
    host = f"[{manners.host}]" if ":" in manners.host else manners.host
    base_url = f"http://{host}:{server.port}{manners.prefix}"
    print(f"listening on {base_url}", flush=True)  # noqa: T201 - what the process says to whoever started it
    try:
        server.serve_forever()
    finally:
        studio.close()


def _timelines(mode: str, pulse: threading.Condition, offset_ms: int) -> Callable[[], Timeline]:
    if mode == "virtual":
        return functools.partial(VirtualTimeline, pulse, offset_ms=offset_ms)
    shared = RealTimeline(pulse)
    return lambda: shared


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="miniature", description="A small RenderIO server for tests, on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one, which the first line of output names")
    parser.add_argument("--clock", choices=("virtual", "real"), default="virtual")
    parser.add_argument("--grace", type=float, default=1.0, metavar="SECONDS", help="of real time for silent receivers")
    parser.add_argument("--no-control", dest="control", action="store_false", help="offer no control protocol")
    return parser.parse_args(arguments)


def _end(*_: object) -> NoReturn:
    sys.exit(0)


if __name__ == "__main__":
    main()
