"""Writes spans of time for people."""

from typing import Final

_UNITS: Final = (("h", 3_600_000), ("min", 60_000), ("s", 1000), ("ms", 1))


def in_words(milliseconds: int, *, most_units: int = len(_UNITS)) -> str:
    """Such as `27 h 35 min 5 s`; with `most_units`, the finer ones are left out."""
    parts = []
    for unit, length in _UNITS:
        count, milliseconds = divmod(milliseconds, length)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:most_units]) or "0 s"
