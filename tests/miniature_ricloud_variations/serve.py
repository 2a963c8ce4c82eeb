"""The process: a miniature with the manners that the options name."""

import argparse
from functools import reduce

from tests.miniature_ricloud.manners import PLAIN
from tests.miniature_ricloud.serve import main
from tests.miniature_ricloud_variations.variations import VARIATIONS


def run() -> None:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--vary", action="append", default=[], choices=sorted(VARIATIONS))
    named, rest = parser.parse_known_args()
    main(reduce(lambda manners, name: VARIATIONS[name].vary(manners), named.vary, PLAIN), rest)


if __name__ == "__main__":
    run()
