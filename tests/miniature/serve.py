"""The process: its options, its socket and its end."""

import argparse
import functools
import signal
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from werkzeug.serving import WSGIRequestHandler, make_server

from .account import Place
from .accounts import Accounts
from .application import Application
from .render import Studio
from .timeline import RealTimeline, Timeline, VirtualTimeline


class Handler(WSGIRequestHandler):
    """Answers without delay and without a log."""

    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: the log is for what goes wrong."""


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    options = _options()
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, _end)
    with tempfile.TemporaryDirectory(prefix="miniature-", ignore_cleanup_errors=True) as folder:
        _serve(options, Studio(Path(folder)))


def _serve(options: argparse.Namespace, studio: Studio) -> None:
    pulse = threading.Condition()
    timeline_for_one = _timelines(options.clock, pulse)

    def place() -> Place:
        return Place(timeline_for_one(), pulse, base_url, options.grace)

    accounts = Accounts(studio, pulse, place)
    application = Application(accounts, studio, offers_control=options.control)
    server = make_server("127.0.0.1", options.port, application, threaded=True, request_handler=Handler)
    base_url = f"http://127.0.0.1:{server.port}"
    print(f"listening on {base_url}", flush=True)  # noqa: T201 - what the process says to whoever started it
    try:
        server.serve_forever()
    finally:
        studio.close()


def _timelines(mode: str, pulse: threading.Condition) -> Callable[[], Timeline]:
    if mode == "virtual":
        return functools.partial(VirtualTimeline, pulse)
    shared = RealTimeline(pulse)
    return lambda: shared


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="miniature", description="A small RenderIO server for tests, on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one, which the first line of output names")
    parser.add_argument("--clock", choices=("virtual", "real"), default="virtual")
    parser.add_argument("--grace", type=float, default=1.0, metavar="SECONDS", help="of real time for silent receivers")
    parser.add_argument("--no-control", dest="control", action="store_false", help="offer no control protocol")
    return parser.parse_args()


def _end(*_: object) -> NoReturn:
    sys.exit(0)


if __name__ == "__main__":
    main()
