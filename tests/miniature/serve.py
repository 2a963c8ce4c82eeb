"""The process: its options and its end."""

import argparse
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from tests.miniature_parts.serving import Door, announce, end_when_asked, options, timelines

from .account import Place
from .accounts import Accounts
from .application import Application
from .manners import PLAIN, Manners
from .render import Studio


def main(manners: Manners = PLAIN, arguments: Sequence[str] | None = None) -> None:
    """Serve until SIGTERM or SIGINT. Without `arguments`, those of the command line are taken."""
    chosen = options("A small RenderIO server for tests, on 127.0.0.1.", arguments)
    end_when_asked()
    with tempfile.TemporaryDirectory(prefix="miniature-", ignore_cleanup_errors=True) as folder:
        _serve(chosen, Studio(Path(folder)), manners)


def _serve(chosen: argparse.Namespace, studio: Studio, manners: Manners) -> None:
    pulse = threading.Condition()
    timeline_for_one = timelines(chosen.clock, pulse, manners.clock_offset_ms)

    def place() -> Place:
        return Place(timeline_for_one(), pulse, base_url, chosen.grace, manners)

    accounts = Accounts(studio, pulse, place, at_a_time=manners.at_a_time)
    application = manners.wrapped(Application(accounts, studio, manners, offers_control=chosen.control))
    server, base_url = Door(manners.host, manners.prefix, manners.http).open(chosen.port, application)
    announce(base_url)
    try:
        server.serve_forever()
    finally:
        studio.close()


if __name__ == "__main__":
    main()
