"""Who may have an image drawn now: spaces take turns, so that one with many or heavy pages keeps no other waiting."""

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import AsyncIterator


class Turns:
    """So many drawings at a time, `of_one` of them for one space at most; spaces that wait come one after the other."""

    def __init__(self, *, in_all: int, of_one: int) -> None:
        self._free = in_all
        self._of_one = of_one
        self._held: Counter[str] = Counter()
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    @contextlib.asynccontextmanager
    async def turn(self, space: str) -> AsyncIterator[None]:
        """Wait for a turn of this space, and have it for the length of the block."""
        waiting = self._waiting.setdefault(space, deque())
        mine = asyncio.get_running_loop().create_future()
        waiting.append(mine)
        self._grant()
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self._give_back(space)  # it was granted just when the caller went away
            raise
        try:
            yield
        finally:
            self._give_back(space)

    def _give_back(self, space: str) -> None:
        self._held[space] -= 1
        self._free += 1
        self._grant()

    def _grant(self) -> None:
        """Give free turns to those that wait longest, one for each space, until nobody can be given one."""
        granted = True
        while granted and self._free:
            granted = False
            for space in list(self._waiting):
                if self._free and self._held[space] < self._of_one and (mine := self._next(space)):
                    mine.set_result(None)
                    self._held[space] += 1
                    self._free -= 1
                    granted = True
        self._held = +self._held

    def _next(self, space: str) -> asyncio.Future[None] | None:
        """The first of a space that still waits; the space goes to the end of those that wait."""
        waiting = self._waiting.pop(space)
        while waiting:
            mine = waiting.popleft()
            if not mine.done():
                if waiting:
                    self._waiting[space] = waiting
                return mine
        return None
