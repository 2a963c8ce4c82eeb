"""The process: its options and its end."""

import argparse
import threading
from collections.abc import Sequence

from tests.miniature_parts.serving import Door, announce, end_when_asked

from .application import FILES, Application
from .manners import PLAIN, Manners
from .storage import Storage


def main(manners: Manners = PLAIN, arguments: Sequence[str] | None = None) -> None:
    """Serve until SIGTERM or SIGINT. Without `arguments`, those of the command line are taken."""
    parser = argparse.ArgumentParser(prog="miniature", description="A small bannx server for tests, on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one, which the first line of output names")
    parser.add_argument("--no-control", dest="control", action="store_false", help="offer no control protocol")
    chosen = parser.parse_args(arguments)
    end_when_asked()
    surroundings = manners.surroundings
    storage = Storage(is_apart=surroundings.storage == "apart", redirects=surroundings.files_redirect)
    application = Application(storage, manners, offers_control=chosen.control)
    server, base_url = surroundings.door.open(chosen.port, surroundings.wrapped(application))
    storage.url = FILES if surroundings.links_are_paths else base_url + FILES
    if surroundings.storage == "apart":
        bucket, bucket_url = Door().open(0, storage)
        storage.url = f"{bucket_url}/bucket"
        threading.Thread(target=bucket.serve_forever, name="storage", daemon=True).start()
    announce(base_url)
    server.serve_forever()


if __name__ == "__main__":
    main()
