"""Ids that no page has, of the form that the target's pages have."""

from collections.abc import Collection

from contracts.checks.absent_ids import CHANGED, LONG, other_of_the_same_form

ROWS = ("0123456789", "abcdef", "ghijklmnopqrstuvwxyz", "ABCDEF", "GHIJKLMNOPQRSTUVWXYZ")
NEXT = str.maketrans("".join(ROWS), "".join(row[1:] + row[:1] for row in ROWS))

LEAST_CHANGED = 5
"""With fewer letters and digits, another page might happen to have the id."""


def absent_like(identifier: str, known: Collection[str]) -> tuple[str, bool]:
    """An id that no page has, and whether it is sure to have the form of this one: a page may be called by words."""
    if len(identifier) >= LONG or identifier.isdigit():
        return other_of_the_same_form(identifier)
    begin, end = identifier[:-CHANGED], identifier[-CHANGED:]
    changed = end.translate(NEXT)
    count = sum(one != other for one, other in zip(end, changed, strict=True))
    if count < LEAST_CHANGED or begin + changed in known:
        return other_of_the_same_form(identifier)
    return begin + changed, True
