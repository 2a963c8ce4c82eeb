"""Datetimes in answers: their documented form, and whether two of them are the same moment."""

import re
from datetime import datetime, timedelta

from contracts.checks.ricloud.creation_moments import moment_of
from contracts.clock import Tolerance

REFERENCE_DECIMALS = 6
"""How many decimals the seconds of the reference server have."""

_FORM = re.compile(r"\d{4}-?\d\d-?\d\dT\d\d:?\d\d(:?\d\d([.,]\d+)?)?Z")
_DECIMALS = re.compile(r"[.,](\d+)")


def is_documented(value: object) -> bool:
    """Whether it is a datetime by ISO 8601, date and time, in UTC, which ends in Z."""
    if not isinstance(value, str) or not value.isascii() or _FORM.fullmatch(value) is None:
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def decimals_of(value: str) -> int:
    """How many decimals the seconds have."""
    found = _DECIMALS.search(value)
    return len(found.group(1)) if found else 0


def is_same(one: str, other: str) -> bool:
    """Whether two datetimes are the same moment, as far as the less exact of them says.

    A store may keep fewer decimals than the answer to a creation had, rounded or cut off.
    """
    first, second = moment_of(one), moment_of(other)
    if first is None or second is None:
        return one == other
    decimals = min(decimals_of(one), decimals_of(other))
    if decimals >= REFERENCE_DECIMALS or decimals_of(one) == decimals_of(other):
        return first == second
    return abs(first - second) <= timedelta(seconds=10**-decimals)


def is_within(moment: datetime, first: datetime, last: datetime, tolerance: Tolerance) -> bool:
    """Whether a moment lies between two others, as exactly as can be judged."""
    early, late = timedelta(seconds=tolerance.early_seconds), timedelta(seconds=tolerance.late_seconds)
    return first - early <= moment <= last + late
