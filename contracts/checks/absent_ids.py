"""Ids that are nobody's, made from ids that are."""

LONG, CHANGED = 20, 6
"""Characters: from which length on an id cannot be counted up to, and how many of its last ones are changed."""

FAR_NUMBER = 2**31 - 1
"""The last id of a target that counts in 32 bits."""


def other_of_the_same_form(identifier: str) -> tuple[str, bool]:
    """An id that is nobody's, and whether it is sure to have the form of this one.

    The last letters and digits of a long one are others of the same kind. A short one may be a running number, of which
    the next ones may be there: a number far away takes its place, and else it gets more digits.
    """
    if identifier.isascii() and identifier.isdigit() and int(identifier) < FAR_NUMBER // 2:
        return str(FAR_NUMBER), True
    changed = identifier[:-CHANGED] + "".join(_next(character) for character in identifier[-CHANGED:])
    if len(identifier) < LONG or changed == identifier:
        return f"{identifier}{'0' * LONG}", False
    return changed, True


def _next(character: str) -> str:
    for row in ("0123456789", "abcdef", "ghijklmnopqrstuvwxyz", "ABCDEF", "GHIJKLMNOPQRSTUVWXYZ"):
        if character in row:
            return row[(row.index(character) + 1) % len(row)]
    return character
