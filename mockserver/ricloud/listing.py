"""What a list is asked for: filters, a cursor, a number of items."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, Literal, TypeVar

from mockserver.errors import InvalidQuery, Violation

Comparison = Literal["=", ">", ">=", "<", "<="]

DATE_CREATED = "date_created"
DEFAULT_LIMIT = 10
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECONDS_PER_SECOND = 1_000_000

_COMPARISONS: Mapping[str, Comparison] = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}

_FORM = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?)?", re.IGNORECASE
)

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Created:
    """A bound of the moment of creation, in microseconds since 1970."""

    comparison: Comparison
    moment_us: int


@dataclass(frozen=True, slots=True)
class Query:
    """One page of a list: `equal` by attribute, and `hidden` states that are left out; the newest item comes first.

    The page begins after the item `after` and ends before the item `before`, where they are given.
    """

    equal: Mapping[str, str]
    created: Sequence[Created] = ()
    hidden: frozenset[str] = frozenset()
    after: str | None = None
    before: str | None = None
    limit: int = DEFAULT_LIMIT


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """The items of a page; `has_more` says whether others follow, `total` how many the filters leave in all."""

    items: Sequence[Item]
    has_more: bool
    total: int


def query(
    parameters: Mapping[str, Any], raw: Iterable[tuple[str, str]], *, filters: Sequence[str], hidden: frozenset[str]
) -> Query:
    """The query that a request makes; `hidden` states are shown where the request asks for a state.

    Raises `InvalidQuery` for a moment or a comparison that cannot be read.
    """
    return Query(
        equal={name: parameters[name] for name in filters if name in parameters},
        created=tuple(_created(dict(raw))),
        hidden=frozenset() if "state" in parameters else hidden,
        after=parameters.get("after_id"),
        before=parameters.get("before_id"),
        limit=parameters.get("limit", DEFAULT_LIMIT),
    )


def _created(raw: Mapping[str, str]) -> Iterable[Created]:
    for name, value in raw.items():
        comparison = _comparison(name)
        if comparison is not None:
            yield Created(comparison, _moment_us(name, value))


def _comparison(name: str) -> Comparison | None:
    """What a parameter compares the moment of creation by; None where it is another parameter."""
    if name == DATE_CREATED:
        return "="
    if name.startswith(f"{DATE_CREATED}[") and name.endswith("]"):
        operator = name.removeprefix(f"{DATE_CREATED}[").removesuffix("]")
    elif name.startswith(f"{DATE_CREATED}__"):
        operator = name.removeprefix(f"{DATE_CREATED}__")
    else:
        return None
    if operator not in _COMPARISONS:
        message = f"there is no comparison {operator!r}; there are {', '.join(_COMPARISONS)}"
        raise InvalidQuery([Violation((name,), message)])
    return _COMPARISONS[operator]


def _moment(text: str) -> datetime:
    # The document's forms alone: Python reads more, and the document cannot declare every name of a comparison.
    if not _FORM.fullmatch(text):
        message = f"{text!r} is none"
        raise ValueError(message)
    return datetime.fromisoformat(text.upper())


def _moment_us(name: str, text: str) -> int:
    try:
        moment = _moment(text)
    except ValueError as error:
        message = f"must be a moment such as 2026-01-01T00:00:00Z: {error}"
        raise InvalidQuery([Violation((name,), message)]) from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    since = moment - EPOCH
    return (since.days * 86_400 + since.seconds) * MICROSECONDS_PER_SECOND + since.microseconds
