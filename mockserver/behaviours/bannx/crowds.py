"""Which renders of a space were made at the same time."""

from mockserver.behaviours.bannx.answers import Exchange
from mockserver.behaviours.memory import Recent
from mockserver.http.problems import Problem


class Crowd:
    """Which renders of a space were made while others were under way, but for the first of each such time."""

    def __init__(self) -> None:
        self._under_way = 0
        self._is_crowded = self._has_first = False
        self._renders: Recent[str, None] = Recent()

    def __contains__(self, render: str) -> bool:
        return render in self._renders

    def note(self, render: str) -> None:
        """A render was made."""
        if self._is_crowded and self._has_first:
            self._renders.put(render, None)
        self._has_first = True

    async def answer(self, exchange: Exchange) -> Problem:
        """Answer, and have it known that others are under way at the same time."""
        self._under_way += 1
        self._is_crowded = self._under_way > 1
        self._has_first = self._has_first and self._is_crowded
        try:
            return await exchange.usual()
        finally:
            self._under_way -= 1
