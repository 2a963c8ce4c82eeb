"""Requests that are held until a task is over (`Ricloud-Await`)."""

import asyncio
import re

MOST_SECONDS = 10

_NUMBER = re.compile(r"\s*[0-9]{1,2}(\.[0-9]+)?\s*")  # not all that Python takes for one, such as 1_0


def seconds_to_wait(header: str | None) -> float:
    """How long a request may be held; 0 for what is no number from 0 to 10."""
    seconds = float(header) if header is not None and _NUMBER.fullmatch(header) else 0.0
    return seconds if seconds <= MOST_SECONDS else 0.0


class Awaiting:
    """Tells those who wait that a task is over. The wait is one of real time: it holds a socket open."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], set[asyncio.Future[None]]] = {}

    def over(self, workspace: str, task: str) -> None:
        """A task has ended."""
        for held in self._held.pop((workspace, task), ()):
            if not held.done():
                held.set_result(None)

    def give_up(self, workspace: str | None = None) -> None:
        """Let go of all that are held for tasks of a workspace, or of any: their tasks will not end."""
        for owner, task in [key for key in self._held if workspace in {None, key[0]}]:
            self.over(owner, task)

    async def wait(self, workspace: str, task: str, seconds: float) -> None:
        """Wait until the task is over, but no longer than this; call it before the task can end."""
        held = asyncio.get_running_loop().create_future()
        others = self._held.setdefault((workspace, task), set())
        others.add(held)
        await asyncio.wait({held}, timeout=seconds)
        others.discard(held)
        if not others and self._held.get((workspace, task)) is others:
            del self._held[workspace, task]
