"""What a page has to be, judged by the ids in it and the order of the whole list."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

SIZE, USUAL_SIZE, AFTER, BEFORE = "RCL-LST-012", "RCL-LST-013", "RCL-LST-016", "RCL-LST-017"
MORE, WALK = "RCL-LST-018", "RCL-LST-019"

USUAL_LIMIT, LARGEST_LIMIT = 10, 1000
MOST_STEPS = 16
"""How many pages a walk may take."""

Ids = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """A requirement that a page breaks, and how."""

    requirement: str
    because: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as it was answered: the ids in it, and whether others follow; None where it does not say so.

    `limit` is what was asked for, None where nothing was.
    """

    ids: Ids
    has_more: bool | None
    limit: int | None = None

    @property
    def most(self) -> int:
        """How many items it may have."""
        return USUAL_LIMIT if self.limit is None else self.limit

    def __str__(self) -> str:
        return f"a page with limit={self.limit}" if self.limit is not None else "a page without a limit"


def limits(count: int) -> Sequence[int]:
    """Limits for walks through a list of so many items: of small pages, and of pages that just hold it, or just not."""
    wanted = {math.ceil(count / (MOST_STEPS - 1)), math.ceil(count / 4), count - 1, count}
    return sorted(limit for limit in wanted if 1 <= limit <= LARGEST_LIMIT and count / limit <= MOST_STEPS - 1)


def of_first(page: Shown, order: Ids) -> list[Problem]:
    """What is wrong with the first page of a list. Another order is all that is said then."""
    if page.ids != order[: len(page.ids)]:
        return [Problem(WALK, f"{page} was to begin like the whole list, {_told(order)}; it holds {_told(page.ids)}")]
    return [*_of_size(page, len(order)), *_of_more(page, order)]


def of_next(page: Shown, after: str, order: Ids) -> list[Problem]:
    """What is wrong with the page after an item. Where it begins wrongly, that is all that is said."""
    rest = order[order.index(after) + 1 :]
    if page.ids[:1] != rest[:1]:
        expected = f"begin with {rest[0]}" if rest else "be empty"
        return [Problem(AFTER, f"{page} after {after} was to {expected}; it holds {_told(page.ids)}")]
    if page.ids != rest[: len(page.ids)]:
        because = f"{page} after {after} was to go on like the whole list, {_told(rest)}; it holds {_told(page.ids)}"
        return [Problem(WALK, because)]
    return [*_of_size(page, len(rest)), *_of_more(page, order)]


def of_previous(page: Shown, before: str, order: Ids) -> list[Problem]:
    """What is wrong with the page before an item: it is the beginning of the list, or what is directly before."""
    front = order[: order.index(before)]
    ids = frozenset(page.ids)
    if page.ids and ids <= set(front) and (wrong := _of_size(page, len(front))):
        return wrong
    if ids not in (frozenset(front[: page.most]), frozenset(front[-page.most :] if front else ())):
        expected = f"hold only items of {_told(front)}" if front else "be empty"
        return [Problem(BEFORE, f"{page} before {before} was to {expected}; it holds {_told(page.ids)}")]
    return []


def reading_of_previous(page: Shown, before: str, order: Ids) -> str | None:
    """Which reading a right page before an item shows; None where it is the same by both."""
    front = order[: order.index(before)]
    if len(front) <= page.most:
        return None
    return "a" if set(page.ids) == set(front[: page.most]) else "b"


def of_walk(walked: Sequence[str], order: Ids, what: str) -> list[Problem]:
    """What is wrong with all that a walk has given."""
    repeated = [identifier for identifier, count in Counter(walked).items() if count > 1]
    missing = [identifier for identifier in order if identifier not in set(walked)]
    foreign = [identifier for identifier in walked if identifier not in set(order)]
    named = {"twice": repeated, "not at all": missing, "in spite of the filter": foreign}
    if any(named.values()):
        told = "; ".join(f"{name}: {_told(tuple(ids))}" for name, ids in named.items() if ids)
        return [Problem(WALK, f"{what} was to give every item of the list once; {told}")]
    if tuple(walked) != order:
        return [
            Problem(WALK, f"{what} was to give the items in the order {_told(order)}, and gave {_told(tuple(walked))}")
        ]
    return []


def _of_size(page: Shown, left: int) -> list[Problem]:
    requirement = USUAL_SIZE if page.limit is None else SIZE
    if len(page.ids) > page.most:
        return [Problem(requirement, f"{page} was to have at most {page.most} items, and has {len(page.ids)}")]
    if len(page.ids) < min(page.most, left):
        return [Problem(requirement, f"{page} was to have {min(page.most, left)} items, and has {len(page.ids)}")]
    return []


def _of_more(page: Shown, order: Ids) -> list[Problem]:
    if page.has_more is None or not page.ids:
        return []
    follows = page.ids[-1] != order[-1]
    if page.has_more is follows:
        return []
    others = "others follow" if follows else "none follow"
    return [Problem(MORE, f"has_more of {page} is {page.has_more}, and {others} after its last item")]


def _told(ids: Ids) -> str:
    most = 6
    return f"{', '.join(ids[:most]) or 'nothing'}{' …' if len(ids) > most else ''}"
