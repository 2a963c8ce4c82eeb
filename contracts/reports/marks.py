"""Finds out quickly which of many secrets a text may hold: a run can see thousands of both."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

MARK_LENGTH = 6

FEW_MARKS = 100
"""So many are looked for one by one sooner than by all parts of a text."""

Replacement = Callable[[str], str]

_RUN = re.compile(rf"[A-Za-z0-9]{{{MARK_LENGTH},}}")


class ByMark:
    """Replacements in their order, each with what it looks for.

    Letters and digits are written alike everywhere. So a text that holds a secret, however it is escaped, holds the
    secret's mark: some letters and digits in a row of it. What has no mark is always tried.
    """

    def __init__(self, replacements: Iterable[tuple[str, Replacement]]) -> None:
        self._replacements: list[Replacement] = []
        self._unmarked: list[int] = []
        self._marked: defaultdict[str, list[int]] = defaultdict(list)
        for place, (looked_for, replacement) in enumerate(replacements):
            self._replacements.append(replacement)
            mark = _mark(looked_for)
            (self._unmarked if mark is None else self._marked[mark]).append(place)

    def that_may_apply_to(self, text: str) -> Sequence[Replacement]:
        """The replacements, in order, that can change this text; some that cannot may be among them."""
        found = [place for mark in self._marks_in(text) for place in self._marked[mark]]
        return [self._replacements[place] for place in sorted([*found, *self._unmarked])]

    def _marks_in(self, text: str) -> Iterable[str]:
        if len(self._marked) <= FEW_MARKS:
            return [mark for mark in self._marked if mark in text]
        parts = {
            run[start : start + MARK_LENGTH]
            for run in set(_RUN.findall(text))
            for start in range(len(run) - MARK_LENGTH + 1)
        }
        return self._marked.keys() & parts


def _mark(looked_for: str) -> str | None:
    # The end of the longest run: secrets of one kind often begin alike.
    longest = max(_RUN.findall(looked_for), key=len, default=None)
    return None if longest is None else longest[-MARK_LENGTH:]
