"""Moments as the API writes them, and what a comparison of moments leaves of a list."""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_ENDING = re.compile(r":\d\d(?:[.,](?P<decimals>\d+))?(?P<zone>[Zz]|[+-]\d\d:?\d\d)?$")
_MICROSECOND_DIGITS = 6

COMPARISONS: Mapping[str, Callable[[datetime, datetime], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
"""The operators of a filter by a moment: whether a creation at the first moment is left by a bound at the second."""


def moment_of(text: object) -> datetime | None:
    """The moment that an ISO 8601 text stands for, in UTC where it names no zone; None where it is none."""
    try:
        moment = datetime.fromisoformat(text.upper()) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment if moment is None or moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def written_like(sample: str, moment: datetime) -> str:
    """A moment in UTC, with as many decimals as another one is written with, and its way to say that it is UTC."""
    match = _ENDING.search(sample)
    decimals = min(len(match["decimals"] or ""), _MICROSECOND_DIGITS) if match else 0
    zone = (match["zone"] or "") if match else "Z"
    text = f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
    fraction = f".{moment.microsecond:06}"[: decimals + 1] if decimals else ""
    return f"{text}{fraction}{'Z' if zone.upper() == 'Z' else '+00:00' if zone else ''}"


@dataclass(frozen=True, slots=True)
class Created:
    """An item of a list with the moment of its creation, as it is shown and read."""

    id: str
    shown: str
    moment: datetime


def apart(created: Sequence[Created], bound: datetime, *, by: timedelta) -> Sequence[Created]:
    """Those whose moment is so far from a bound that no rounding makes a difference."""
    return [one for one in created if abs(one.moment - bound) >= by]


def wrongly_filtered(
    created: Sequence[Created], name: str, bound: datetime, listed: frozenset[str], *, by: timedelta
) -> Sequence[str]:
    """The ids that are listed or left out by an operator in spite of their moments, near ones left aside."""
    compare = COMPARISONS[name]
    return [one.id for one in apart(created, bound, by=by) if compare(one.moment, bound) is not (one.id in listed)]


def contradictions(answers: Mapping[str, bool]) -> Sequence[str]:
    """What operators say of one item with a bound at its own moment, and what cannot be true together.

    The moment that is stored may be finer than the one that is shown: it is the same as the bound, or before it, or
    after it, but not two of these. `answers` says by operator whether the item was listed.
    """
    opposites = (("gt", "lte"), ("gte", "lt"))
    implied = (("gt", "gte"), ("lt", "lte"))
    found = []
    for one, other in opposites:
        if one in answers and other in answers and answers[one] is answers[other]:
            found.append(
                f"{one} and {other} {'both' if answers[one] else 'neither'} list what was created at the moment"
            )
    for strict, loose in implied:
        if answers.get(strict) is True and answers.get(loose) is False:
            found.append(f"{strict} lists what {loose} leaves out")
    return found
