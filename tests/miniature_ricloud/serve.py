"""The process: its options and its end."""

import threading
from collections.abc import Sequence

from tests.miniature_parts.serving import announce, end_when_asked, options, timelines

from .application import Application
from .directory import Directory
from .manners import PLAIN, Manners
from .organisation import Place


def main(manners: Manners = PLAIN, arguments: Sequence[str] | None = None) -> None:
    """Serve until SIGTERM or SIGINT. Without `arguments`, those of the command line are taken."""
    chosen = options("A small ricloud server for tests, on 127.0.0.1.", arguments)
    end_when_asked()
    pulse = threading.Condition()
    timeline_for_one = timelines(chosen.clock, pulse, manners.surroundings.clock_offset_ms)

    def place() -> Place:
        return Place(timeline_for_one(), pulse, chosen.grace, manners)

    application = Application(Directory(pulse, manners, place), manners, offers_control=chosen.control)
    server, base_url = manners.surroundings.door.open(chosen.port, manners.surroundings.wrapped(application))
    announce(base_url)
    server.serve_forever()


if __name__ == "__main__":
    main()
