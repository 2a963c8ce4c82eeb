"""What the spaces of a server with the same behaviour know of each other."""

from collections import defaultdict, deque
from collections.abc import Mapping

MOST_REMEMBERED = 1000


class Latest:
    """The renders that were made last, in all spaces, in their order."""

    def __init__(self) -> None:
        self._renders: deque[tuple[str, str]] = deque(maxlen=MOST_REMEMBERED)

    def note(self, workspace: str, render: str) -> None:
        """A space has made a render."""
        self._renders.append((workspace, render))

    def since(self, workspace: str) -> Mapping[str, set[str]]:
        """The renders of other spaces since the last one of this space, by space; none where it has made none."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for other, render in reversed(self._renders):
            if other == workspace:
                return found
            found[other].add(render)
        return {}
