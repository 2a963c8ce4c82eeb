"""What a space's log and its credits say, and what is new in them; values."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from contracts.checks.bannx.asking import Rendered
from contracts.renders import LoggedRender, StoredFile


@dataclass(frozen=True, slots=True)
class Ledger:
    """The log of a space, oldest first, and how many credits it has used; or what is new of both."""

    entries: tuple[LoggedRender, ...] = ()
    credits: int = 0

    def since(self, before: "Ledger") -> "Ledger":
        """What is new.

        Ids that are used again are no new entries' fault: of equal ones, as many are old as there were before.
        """
        known = Counter(entry.request_id for entry in before.entries)
        new: list[LoggedRender] = []
        for entry in self.entries:
            if known[entry.request_id]:
                known[entry.request_id] -= 1
            else:
                new.append(entry)
        return Ledger(tuple(new), self.credits - before.credits)

    @property
    def files(self) -> Sequence[StoredFile]:
        """The files of the entries that have one."""
        return [entry.file for entry in self.entries if entry.file is not None]


@dataclass(frozen=True, slots=True)
class Followed:
    """Some renders, in the order in which they were asked for, and what was new afterwards."""

    renders: tuple[Rendered, ...]
    new: Ledger

    @property
    def evidence(self) -> Sequence[int]:
        """The answers' numbers in the record."""
        return [number for render in self.renders for number in render.evidence]


@dataclass(frozen=True, slots=True)
class Whole:
    """One render whose callback did all that it has to: its entry with the file, and how many credits it counted."""

    render: Rendered
    entry: LoggedRender
    file: StoredFile
    credits: int


def digest_of(body: bytes) -> str:
    """The SHA-256 of a body, as lower-case hex."""
    return hashlib.sha256(body).hexdigest()
