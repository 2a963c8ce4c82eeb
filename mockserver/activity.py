"""Knowing when nothing is going on: the quiescence that a virtual clock waits for."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Activity:
    """Counts the pieces of work in progress in one workspace."""

    def __init__(self) -> None:
        self._count = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    def begin(self) -> None:
        """One more piece of work is in progress."""
        self._count += 1
        self._quiet.clear()

    def end(self) -> None:
        """One piece of work is over. What follows from it must have begun before."""
        self._count -= 1
        if self._count == 0:
            self._quiet.set()

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Count the block as one piece of work."""
        self.begin()
        try:
            yield
        finally:
            self.end()

    async def quiet(self) -> None:
        """Wait until no work is in progress."""
        while self._count:
            await self._quiet.wait()
