"""Behaviours that read the query of a list in another way, or show the page in another way."""

from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl

from mockserver.behaviours.exchange import Json, content, json
from mockserver.behaviours.requests import Pairs, with_query
from mockserver.behaviours.ricloud.answers import (
    BAD_REQUEST,
    LIST,
    LISTS,
    NOT_FOUND,
    Answerer,
    Exchange,
    answering_to,
    edited,
    failure,
    refusing,
    wrong_parameter,
)
from mockserver.http.problems import Problem
from mockserver.ricloud.blueprint import Change
from mockserver.ricloud.listing import DATE_CREATED, DEFAULT_LIMIT

LARGEST = 1000
SMALLER_LARGEST = 100
BROKEN = 500
CURSORS = ("after_id", "before_id")


def _pairs(exchange: Exchange) -> Pairs:
    return parse_qsl(exchange.incoming.request.scope["query_string"].decode("latin-1"), keep_blank_values=True)


def _read_as(read: Callable[[Pairs], Pairs]) -> Change:
    """Answer lists as though the query were another."""

    async def answer(exchange: Exchange) -> Problem:
        return await exchange.instead(await with_query(exchange.incoming, read(_pairs(exchange))))

    return answering_to(LISTS, lambda: answer)


def _dropped(is_dropped: Callable[[str], bool]) -> Callable[[Pairs], Pairs]:
    return lambda pairs: [pair for pair in pairs if not is_dropped(pair[0])]


def _by_underscores(name: str) -> bool:
    return name.startswith(f"{DATE_CREATED}__")


def _by_brackets(name: str) -> bool:
    return name.startswith(f"{DATE_CREATED}[")


def _twice_as_many(pairs: Pairs) -> Pairs:
    is_given = any(name == "limit" for name, _ in pairs)
    return pairs if is_given else [*pairs, ("limit", str(2 * DEFAULT_LIMIT))]


def _limit_as(change: Callable[[str], str]) -> Callable[[Pairs], Pairs]:
    return lambda pairs: [(name, change(value) if name == "limit" else value) for name, value in pairs]


def _whole(text: str) -> int | None:
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() else None


def _nearest(text: str) -> str:
    value = _whole(text)
    return str(DEFAULT_LIMIT if value is None else min(max(value, 1), LARGEST))


def _at_most(text: str) -> str:
    value = _whole(text)
    return str(LARGEST) if value is not None and value > LARGEST else text


async def _large_limit(exchange: Exchange) -> Problem | None:
    for name, value in _pairs(exchange):
        if name == "limit" and (_whole(value) or 0) > SMALLER_LARGEST:
            return wrong_parameter("limit", f"must be at most {SMALLER_LARGEST}")
    return None


async def _limit_of_letters(exchange: Exchange) -> Problem | None:
    is_broken = any(name == "limit" and _whole(value) is None for name, value in _pairs(exchange))
    return failure(BROKEN, "internal-error", "The server broke while answering.") if is_broken else None


async def _unknown_parameter(exchange: Exchange) -> Problem | None:
    known = {parameter.name for parameter in exchange.incoming.operation.query}
    for name, _ in _pairs(exchange):
        if name not in known and not _by_underscores(name) and not _by_brackets(name):
            return wrong_parameter(name, "is not known")
    return None


# Filters that cannot be understood.


def _is_filter(name: str) -> bool:
    return name == "state" or name.startswith(DATE_CREATED)


def _wrong(problem: Problem) -> list[str]:
    """The parameters that an answer says are wrong."""
    body = content(problem) if problem.status == BAD_REQUEST else {}
    return list(body.get("params", {}))


def _nothing_at(exchange: Exchange) -> Problem:
    url = exchange.incoming.operation.path
    return json(200, {"resource": "list", "data": [], "has_more": False, "total_count": 0, "url": url})


async def _nothing_matches(exchange: Exchange) -> Problem:
    usual = await exchange.usual()
    wrong = _wrong(usual)
    return _nothing_at(exchange) if wrong and all(map(_is_filter, wrong)) else usual


def _ignoring(is_ignored: Callable[[str], bool]) -> Answerer:
    """Answer as though parameters that cannot be understood were not there."""

    async def answer(exchange: Exchange) -> Problem:
        answered, pairs = await exchange.usual(), _pairs(exchange)
        while wrong := [name for name in _wrong(answered) if is_ignored(name)]:
            pairs = [pair for pair in pairs if pair[0] not in wrong]
            answered = await exchange.instead(await with_query(exchange.incoming, pairs))
        return answered

    return answer


async def _unknown_state_matches_nothing(exchange: Exchange) -> Problem:
    usual = await exchange.usual()
    return _nothing_at(exchange) if "state" in _wrong(usual) else usual


async def _cursor_is_404(exchange: Exchange) -> Problem:
    usual = await exchange.usual()
    return failure(NOT_FOUND, "not-found", "There is no such item.") if set(_wrong(usual)) & set(CURSORS) else usual


# What is shown.


def _every_item(edit: Callable[[Json], None]) -> Change:
    async def change(body: Json, _: Exchange) -> None:
        for item in body["data"]:
            edit(item)

    return edited([LIST], change)


def _no_organisation(item: Json) -> None:
    item.pop("organisation", None)


async def _another_resource(body: Json, exchange: Exchange) -> None:
    body["resource"] = exchange.incoming.operation.path.rpartition("/")[2]


async def _absolute_url(body: Json, exchange: Exchange) -> None:
    body["url"] = f"{str(exchange.incoming.request.base_url).rstrip('/')}{body['url']}"


async def _no_count(body: Json, _: Exchange) -> None:
    body.pop("total_count", None)


CHANGES: Mapping[str, Change] = {
    "date-created-filters-nothing": _read_as(_dropped(lambda name: name.startswith(DATE_CREATED))),
    "date-operators-in-brackets-alone": _read_as(_dropped(_by_underscores)),
    "date-operators-by-underscores-alone": _read_as(_dropped(_by_brackets)),
    "page-has-twenty-items-by-default": _read_as(_twice_as_many),
    "largest-limit-is-a-hundred": refusing(LISTS, _large_limit),
    "limit-of-letters-is-500": refusing(LISTS, _limit_of_letters),
    "nearest-limit-is-used": _read_as(_limit_as(_nearest)),
    "large-limit-counts-as-the-largest": _read_as(_limit_as(_at_most)),
    "unknown-list-parameter-is-refused": refusing(LISTS, _unknown_parameter),
    "unreadable-filter-matches-nothing": answering_to(LISTS, lambda: _nothing_matches),
    "unreadable-filter-is-ignored": answering_to(LISTS, lambda: _ignoring(_is_filter)),
    "unknown-state-matches-nothing": answering_to(LISTS, lambda: _unknown_state_matches_nothing),
    "unknown-cursor-is-404": answering_to(LISTS, lambda: _cursor_is_404),
    "unknown-cursor-is-ignored": answering_to(LISTS, lambda: _ignoring(lambda name: name in CURSORS)),
    "listed-config-has-no-organisation": _every_item(_no_organisation),
    "list-has-another-resource": edited(LISTS, _another_resource),
    "list-has-an-absolute-url": edited(LISTS, _absolute_url),
    "list-has-no-count": edited(LISTS, _no_count),
}
