"""Behaviours that make another page of a list: another selection, another order, other bounds."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar

from mockserver.behaviours.ricloud.answers import UPDATE
from mockserver.behaviours.ricloud.composing import in_turn
from mockserver.behaviours.ricloud.origins import Origins, by_origin
from mockserver.behaviours.ricloud.stores import (
    OtherConfigs,
    OtherEvents,
    OtherTasks,
    around_configs,
    around_events,
    around_tasks,
)
from mockserver.ricloud.blueprint import Change
from mockserver.ricloud.config import WebhookConfig
from mockserver.ricloud.errors import NothingThere
from mockserver.ricloud.event import Event
from mockserver.ricloud.listing import Page, Query
from mockserver.ricloud.task import Task

MOST_ITEMS = 1_000_000
EVERY_ITEM = Query(equal={}, limit=MOST_ITEMS)
"""Asks for a whole list, with what is hidden."""


class Identified(Protocol):
    """What a list has as its items."""

    @property
    def id(self) -> int | str:
        """The item's id."""


Item = TypeVar("Item", bound=Identified)


@dataclass(frozen=True, slots=True)
class Listed(Generic[Item]):
    """A whole list in its order: `items` are those that the filters leave of all, whose ids are `ids`."""

    items: Sequence[Item]
    ids: Sequence[str]

    def between(self, first: int, end: int) -> list[Item]:
        """The items from one place to before another; the places are those of the ids."""
        ids = set(self.ids[first:end])
        return [item for item in self.items if str(item.id) in ids]

    def place(self, parameter: str, cursor: str) -> int:
        """Where the item stands that a cursor names; raises `NothingThere`."""
        if cursor not in self.ids:
            raise NothingThere(parameter, cursor)
        return self.ids.index(cursor)

    def in_order(self, ids: Sequence[str]) -> "Listed[Item]":
        """The same list in the order of these ids."""
        by_id = {str(item.id): item for item in self.items}
        return Listed([by_id[it] for it in ids if it in by_id], ids)

    def only(self, items: Sequence[Item]) -> "Listed[Item]":
        """The list as though the filters had left these items alone."""
        return replace(self, items=items)


def page_of(listed: Listed[Item], query: Query) -> Page[Item]:
    """The page of a whole list that a query asks for."""
    first = 0 if query.after is None else listed.place("after_id", query.after) + 1
    end = len(listed.ids) if query.before is None else listed.place("before_id", query.before)
    items = listed.between(first, end)
    return Page(items[: query.limit], has_more=len(items) > query.limit, total=len(listed.items))


Paging = Callable[[Listed[Any], Query], Page[Any]]
"""Makes a page of a whole list."""

Pages = Callable[[str, Query], Awaitable[Page[Item]]]
"""(a workspace's id, a query) → a page."""


def _by(paging: Paging, pages: Pages[Item]) -> Pages[Item]:
    async def page(workspace: str, query: Query) -> Page[Item]:
        everything = await pages(workspace, EVERY_ITEM)
        whole = await pages(workspace, replace(query, after=None, before=None, limit=MOST_ITEMS))
        return paging(Listed(whole.items, [str(item.id) for item in everything.items]), query)

    return page


def paged_configs(paging: Paging) -> Change:
    """Make the pages of configs by themselves, from whole lists."""

    class Configs(OtherConfigs):
        async def page(self, workspace: str, query: Query) -> Page[WebhookConfig]:
            return await _by(paging, super().page)(workspace, query)

    return around_configs(Configs)


def _paged_tasks(paging: Paging) -> Change:
    class Tasks(OtherTasks):
        async def page(self, workspace: str, query: Query) -> Page[Task]:
            return await _by(paging, super().page)(workspace, query)

    return around_tasks(Tasks)


def _paged_events(paging: Paging) -> Change:
    class Events(OtherEvents):
        async def page(self, workspace: str, query: Query) -> Page[Event]:
            return await _by(paging, super().page)(workspace, query)

    return around_events(Events)


def _paged(paging: Paging) -> Change:
    return in_turn(paged_configs(paging), _paged_tasks(paging), _paged_events(paging))


def _oldest_first(listed: Listed[Any], query: Query) -> Page[Any]:
    return page_of(listed.in_order(listed.ids[::-1]), query)


def _by_digest(listed: Listed[Any], query: Query) -> Page[Any]:
    return page_of(listed.in_order(sorted(listed.ids, key=lambda it: hashlib.sha256(it.encode()).digest())), query)


def _after_with_it(listed: Listed[Any], query: Query) -> Page[Any]:
    if query.after is None:
        return page_of(listed, query)
    place = listed.place("after_id", query.after)
    return page_of(listed, replace(query, after=listed.ids[place - 1] if place else None))


def _before_with_it(listed: Listed[Any], query: Query) -> Page[Any]:
    if query.before is None:
        return page_of(listed, query)
    place = listed.place("before_id", query.before) + 1
    return page_of(listed, replace(query, before=listed.ids[place] if place < len(listed.ids) else None))


def _directly_before(listed: Listed[Any], query: Query) -> Page[Any]:
    if query.before is None:
        return page_of(listed, query)
    page = page_of(listed, replace(query, limit=MOST_ITEMS))
    return replace(page, items=page.items[-query.limit :], has_more=len(page.items) > query.limit)


def _more_when_full(listed: Listed[Any], query: Query) -> Page[Any]:
    page = page_of(listed, query)
    return replace(page, has_more=len(page.items) == query.limit)


def _one_too_many(listed: Listed[Any], query: Query) -> Page[Any]:
    is_first = query.after is None and query.before is None
    return page_of(listed, replace(query, limit=query.limit + 1) if is_first else query)


def _hidden_counted(listed: Listed[Any], query: Query) -> Page[Any]:
    page = page_of(listed, query)
    return replace(page, total=len(listed.ids)) if query.hidden else page


def _no_updates(origins: Origins) -> Change:
    """Leave out of the list of tasks those of updates."""

    def paging(listed: Listed[Task], query: Query) -> Page[Task]:
        items = [task for task in listed.items if not origins.is_by(UPDATE, task.id)]
        return page_of(listed.only(items), query)

    return _paged_tasks(paging)


def _no_tests(listed: Listed[Event], query: Query) -> Page[Event]:
    return page_of(listed.only([event for event in listed.items if event.task is None]), query)


CHANGES: Mapping[str, Change] = {
    "lists-begin-with-the-oldest": _paged(_oldest_first),
    "lists-have-an-order-of-their-own": _paged(_by_digest),
    "page-has-one-item-too-many": _paged(_one_too_many),
    "after-id-includes-the-named-item": _paged(_after_with_it),
    "before-id-includes-the-named-item": _paged(_before_with_it),
    "before-id-ends-directly-before": _paged(_directly_before),
    "full-page-has-more": _paged(_more_when_full),
    "hidden-configs-are-counted": paged_configs(_hidden_counted),
    "tasks-leave-out-those-of-updates": by_origin(_no_updates),
    "events-leave-out-tests": _paged_events(_no_tests),
}
