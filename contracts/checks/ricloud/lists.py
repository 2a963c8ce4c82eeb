"""Lists as answers show them, whatever they are built like: the items, the page around them, the whole list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.calls import Pairs, is_success
from contracts.client import Response
from contracts.errors import NotObservable

CONFIGS, TASKS, EVENTS = "listWebhookConfigs", "listTasks", "listEvents"

LARGEST_LIMIT = 1000
MOST_PAGES = 200
"""How many pages a list may take until it is given up."""

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; `has_more` is None where the answer does not say it, and `content` what stands around it."""

    items: Sequence[Item]
    has_more: bool | None
    content: Mapping[str, Any]
    evidence: int

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the items as text, in order."""
        return ids_of(self.items)


def items_of(content: Any) -> list[Item] | None:
    """The objects of a list: those in `data`, or those of a plain array; None where there are none to be found."""
    data = content.get("data") if isinstance(content, dict) else content
    return data if isinstance(data, list) and all(isinstance(item, dict) for item in data) else None


def ids_of(items: Sequence[Item]) -> tuple[str, ...]:
    """Their ids as text, in order; those without one are left out."""
    return tuple(str(item["id"]) for item in items if item.get("id") is not None)


def read_page(response: Response) -> Page | None:
    """The page of an answer; None where it is no list of objects."""
    content = response.json() if response.is_json else None
    items = items_of(content) if is_success(response) else None
    if items is None:
        return None
    around = content if isinstance(content, dict) else {}
    has_more = around.get("has_more")
    return Page(items, has_more if isinstance(has_more, bool) else None, around, response.evidence)


def ask(account: Account, operation: str, query: Pairs = ()) -> tuple[Response, Page | None]:
    """One page of a list, as far as the answer is one."""
    response = account.send(operation, query=query)
    return response, read_page(response)


def page(account: Account, operation: str, query: Pairs = (), *, stands_on: str) -> Page:
    """One page of a list; ends the check where the answer is none.

    What is answered otherwise than 2xx breaks `stands_on`, what is no list of objects RCL-LST-011.
    """
    response, found = ask(account, operation, query)
    asked = f"{operation} with {dict(query)}" if query else operation
    evidence = [response.evidence]
    because = f"{asked} was to be answered with a list, and was answered {response}"
    account.trial.require(stands_on, is_success(response), because, evidence=evidence)
    if found is None:
        account.trial.require("RCL-LST-011", False, because, evidence=evidence)
        raise AssertionError  # `require` has ended the check
    return found


def whole(account: Account, operation: str, query: Pairs = (), *, stands_on: str) -> Sequence[Item]:
    """Every item of a list, in order and as often as it comes. `NotObservable` where it does not come to its end.

    The largest page is asked for, so that as little as possible stands on paging; the usual one where that is refused.
    """
    response, found = ask(account, operation, [*query, ("limit", str(LARGEST_LIMIT))])
    limit: Pairs = [("limit", str(LARGEST_LIMIT))]
    if found is None and not is_success(response):
        limit, found = [], page(account, operation, query, stands_on=stands_on)
    elif found is None:
        found = page(account, operation, [*query, *limit], stands_on=stands_on)
    items = list(found.items)
    for _ in range(MOST_PAGES):
        known = set(ids_of(items))
        if not found.has_more or not found.ids:
            return items
        cursor = ("after_id", found.ids[-1])
        found = page(account, operation, [*query, *limit, cursor], stands_on=stands_on)
        if known >= set(found.ids):
            return items
        items += found.items
    message = f"{operation} had not come to its end after {MOST_PAGES} pages"
    raise NotObservable(message)
