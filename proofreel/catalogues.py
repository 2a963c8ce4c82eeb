"""The way from a requirement's id to its API, also where the id is mistyped."""

import difflib
from collections.abc import Sequence

from contracts.catalogue import Requirement, known_apis, load_catalogue

MOST_SUGGESTIONS = 3


def find(identifier: str) -> tuple[str, Requirement] | None:
    """The API and the requirement with this id, in capitals or not; None where there is none."""
    for name in known_apis():
        requirement = load_catalogue(name).get(identifier.strip().upper())
        if requirement is not None:
            return name, requirement
    return None


def near(identifier: str) -> Sequence[str]:
    """Ids that look like this one, the likeliest first."""
    known = [each for name in known_apis() for each in load_catalogue(name)]
    wanted = identifier.strip().upper()
    # Somebody who writes RTY-12 means RIO-RTY-012.
    ending = [each for each in known if each.endswith(wanted) or _bare(each).endswith(_bare(wanted))] if wanted else []
    return list(dict.fromkeys([*ending, *difflib.get_close_matches(wanted, known, MOST_SUGGESTIONS)]))[
        :MOST_SUGGESTIONS
    ]


def _bare(identifier: str) -> str:
    return "-".join(part.lstrip("0") for part in identifier.split("-"))
