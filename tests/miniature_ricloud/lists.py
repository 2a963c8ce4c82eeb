"""Lists: which items the filters leave, and which of them are on a page."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NoReturn

from tests.miniature_parts.moments import EPOCH

from .manners import Identifier, Manners
from .refusal import Refused, refuse_parameter
from .resources import Shown

USUAL_LIMIT, MAXIMAL_LIMIT = 10, 1000
DAY_LENGTH = len("2026-01-01")
DAY_MICROSECONDS = 86_400_000_000
OF_PAGES = frozenset({"limit", "after_id", "before_id"})

COMPARISONS: Mapping[str, Callable[[int, int], bool]] = {
    "gt": int.__gt__,
    "gte": int.__ge__,
    "lt": int.__lt__,
    "lte": int.__le__,
}


@dataclass(frozen=True)
class Item:
    """Something that can be listed: what it is filtered by, and what is shown of it."""

    id: Identifier
    created_ms: int
    properties: Mapping[str, str]
    shown: Shown

    @property
    def created_microseconds(self) -> int:
        """A filter may be more precise than moments are kept."""
        return self.created_ms * 1000


@dataclass(frozen=True)
class Kind:
    """A list: the properties that filter it, and the values that some of these can have."""

    path: str
    filters: Sequence[str]
    values: Mapping[str, Sequence[str]]
    hidden_states: frozenset[str] = frozenset()


@dataclass
class Asked:
    """What the parameters of a request come to."""

    conditions: list[Callable[[Item], bool]] = field(default_factory=list)
    shows_hidden: bool = False
    of_page: dict[str, str] = field(default_factory=dict)


def page(kind: Kind, items: Iterable[Item], query: Iterable[tuple[str, str]], manners: Manners) -> Shown:
    """One page of the items, which come oldest first."""
    asked = _asked(kind, query, manners)
    everything = _ordered(list(items), manners)
    found = [
        item
        for item in everything
        if (asked.shows_hidden or item.properties.get("state") not in kind.hidden_states)
        and all(condition(item) for condition in asked.conditions)
    ]
    begin, end = _bounds(found, asked.of_page, manners)
    view: Shown = {
        "resource": "list",
        "data": [item.shown for item in found[begin:end]],
        "has_more": begin < end < len(found),
        "url": kind.path,
    }
    if manners.lists.total != "left out":
        view["total_count"] = len(found if manners.lists.total == "filtered" else everything)
    return view


def _ordered(items: list[Item], manners: Manners) -> list[Item]:
    match manners.lists.order:
        case "newest first":
            return items[::-1]
        case "oldest first":
            return items
        case "other":
            return sorted(items, key=lambda item: hashlib.sha256(str(item.id).encode()).digest())


def _asked(kind: Kind, query: Iterable[tuple[str, str]], manners: Manners) -> Asked:
    asked = Asked()
    for name, value in query:
        if name in OF_PAGES:
            asked.of_page[name] = value
        elif name in kind.filters and name != "date_created":
            _filter_by_property(asked, kind, (name, value), manners)
        elif "date_created" in kind.filters and (operator := _operator(name, manners)) is not None:
            asked.shows_hidden |= manners.lists.deactivated_by_date
            _filter_by_date(asked, (name, operator, value), manners)
        elif manners.lists.unknown == "refused":
            refuse_parameter(name, "is not known")
    return asked


def _filter_by_property(asked: Asked, kind: Kind, pair: tuple[str, str], manners: Manners) -> None:
    name, value = pair
    if value not in kind.values.get(name, (value,)):
        _handle_unreadable(asked, name, manners)
        return
    asked.shows_hidden |= name == "state"
    asked.conditions.append(lambda item: item.properties.get(name) == value)


def _filter_by_date(asked: Asked, parameter: tuple[str, str, str], manners: Manners) -> None:
    name, operator, value = parameter
    moment = _microseconds(value)
    if moment is None or operator not in {"", *COMPARISONS}:
        _handle_unreadable(asked, name, manners)
    elif operator:
        compare = COMPARISONS[operator]
        asked.conditions.append(lambda item: compare(item.created_microseconds, moment))
    else:
        span = DAY_MICROSECONDS if manners.lists.days and len(value) == DAY_LENGTH else 1
        asked.conditions.append(lambda item: moment <= item.created_microseconds < moment + span)


def _operator(name: str, manners: Manners) -> str | None:
    """The operator in a parameter's name: empty where there is none, None where the name is another one."""
    if name == "date_created":
        return ""
    for form in manners.lists.operators:
        head, tail = form.format("date_created", "\0").split("\0")
        if name.startswith(head) and name.endswith(tail) and len(name) > len(head) + len(tail):
            return name[len(head) : len(name) - len(tail)]
    return None


def _microseconds(value: str) -> int | None:
    try:
        moment = datetime.fromisoformat(value.replace(" ", "+") if "T" in value else value)
        moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        return (moment - EPOCH) // timedelta(microseconds=1)
    except (ValueError, OverflowError):
        return None


def _handle_unreadable(asked: Asked, name: str, manners: Manners) -> None:
    way = manners.lists.unreadable
    if way == "differ":
        way = "empty" if name == "state" else "refused" if name == "date_created" else "ignored"
    if way == "refused":
        refuse_parameter(name, "cannot be read")
    if way == "empty":
        asked.conditions.append(lambda _: False)


def _bounds(found: Sequence[Item], of_page: Mapping[str, str], manners: Manners) -> tuple[int, int]:
    limit = _limit(of_page.get("limit"), manners)
    positions = {str(item.id): index for index, item in enumerate(found)}
    begin, end = 0, len(found)
    for name in ("after_id", "before_id"):
        if name not in of_page:
            continue
        position = positions.get(of_page[name])
        if position is None:
            match manners.lists.odd_cursors:
                case "empty":
                    return 0, 0
                case "ignored":
                    continue
                case status:
                    _refuse_cursor(name, int(status))
        if name == "after_id":
            begin = position + 1
        else:
            end = position
    if "before_id" in of_page and "after_id" not in of_page and manners.lists.before == "directly before":
        begin = max(begin, end - limit)
    return begin, min(end, begin + limit)


def _limit(value: str | None, manners: Manners) -> int:
    if value is None:
        return USUAL_LIMIT
    try:
        limit = int(value)
    except ValueError:
        limit = 0
    if 0 < limit <= MAXIMAL_LIMIT:
        return limit
    way = manners.lists.odd_limits
    if way == "refused" or (way == "differ" and limit < 1):
        refuse_parameter("limit", f"must be 1 to {MAXIMAL_LIMIT}")
    return USUAL_LIMIT if way == "usual" else max(1, min(limit, MAXIMAL_LIMIT))


def _refuse_cursor(name: str, status: int) -> NoReturn:
    if status == 404:
        raise Refused(404, f"{name} names nothing here.")
    refuse_parameter(name, "names nothing here", status=status)
