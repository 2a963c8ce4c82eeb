"""The process: a miniature with the manners that the options name."""

import argparse
from functools import reduce

from tests.miniature_bannx.manners import PLAIN
from tests.miniature_bannx.serve import main
from tests.miniature_bannx_variations.variations import VARIATIONS
from tests.miniature_bannx_variations.wrongs import WRONGS


def run() -> None:
    """Serve until SIGTERM or SIGINT."""
    varies = {name: variation.vary for name, variation in VARIATIONS.items()} | dict(WRONGS)
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--vary", action="append", default=[], choices=sorted(varies))
    named, rest = parser.parse_known_args()
    main(reduce(lambda manners, name: varies[name](manners), named.vary, PLAIN), rest)


if __name__ == "__main__":
    run()
