"""One list of the target, asked for page by page; what is wrong with its form, its pages and its walks."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from urllib.parse import urlsplit

from contracts.checks.closing import unseen
from contracts.checks.ricloud.account import DECIDED, Account
from contracts.checks.ricloud.calls import Pairs, is_refusal
from contracts.checks.ricloud.lists import CONFIGS, EVENTS, LARGEST_LIMIT, TASKS, Page, ask, ids_of, page, whole
from contracts.checks.ricloud.paging_rules import (
    AFTER,
    BEFORE,
    MORE,
    SIZE,
    USUAL_LIMIT,
    USUAL_SIZE,
    WALK,
    Ids,
    Problem,
    Shown,
    limits,
    of_first,
    of_next,
    of_previous,
    of_walk,
    reading_of_previous,
)
from contracts.client import Response
from contracts.errors import NotObservable

LEAST_ITEMS = USUAL_LIMIT + 2
"""How many items a list has to have until its pages can be seen."""

FORM, LARGEST, URL = "RCL-LST-011", "RCL-LST-014", "RCL-LST-023"
PAGING = (FORM, SIZE, USUAL_SIZE, LARGEST, AFTER, BEFORE, MORE, WALK, URL)

OPTIONAL = {TASKS: "tasks", EVENTS: "events"}
"""Lists that a target may not have, which is judged where they are."""

BY_STATE = {CONFIGS: "valid", TASKS: "succeeded", EVENTS: "delivered"}
"""The states by which each list is walked, too."""


class Paged:
    """One list with items enough for several pages; `order` are the ids of all of them, in order."""

    def __init__(self, account: Account, operation: str) -> None:
        self.account = account
        self.trial = account.trial
        self.operation = operation
        response, _ = ask(account, operation)
        if operation in OPTIONAL and is_refusal(response):
            message = f"there is no list of {OPTIONAL[operation]} here: it was answered {response}"
            raise NotObservable(message)
        self._fill(LEAST_ITEMS - len(self._whole()))
        self.order = self._whole()
        self.problems: list[Problem] = []
        self._unsaid = False

    def judge(self) -> None:
        """Judge the form of the list and its pages, and say something of all."""
        trial = self.trial
        self._judge_form()
        if len(self.order) < LEAST_ITEMS or len(set(self.order)) < len(self.order):
            because = f"the list has {len(set(self.order))} different items, too few for several pages"
            unseen(trial, *PAGING, because=because)
            return
        again = self._whole()
        if again != self.order and set(again) == set(self.order):
            self.problems.append(Problem(WALK, "the same list was answered in two orders within a moment"))
        else:
            self._look_at_pages()
        if set(self._whole()) != set(self.order):
            raise NotObservable("the list was changed by others meanwhile")
        for problem in self.problems:
            trial.failed(problem.requirement, problem.because)
        if self._unsaid:
            unseen(trial, MORE, WALK, because="has_more does not say whether there is more")
        if self.problems:
            seen = () if self._has(WALK) else (SIZE, USUAL_SIZE, LARGEST, AFTER, BEFORE, MORE)
            broken = {problem.requirement for problem in self.problems}
            trial.passed(*(requirement for requirement in seen if requirement not in broken))
        else:
            found = {finding.requirement for finding in trial.findings if finding.reading is None}
            trial.passed(*(requirement for requirement in PAGING if requirement not in found))
        unseen(trial, *PAGING, because="pages of the list are wrong already")

    # -------------------------------------------------------------------------------------------- what is asked for

    def _look_at_pages(self) -> None:
        self.problems += of_first(self._shown(), self.order)
        self._ask_for_the_largest()
        if not self._has(WALK):
            for limit in limits(len(self.order)):
                self._walk(limit)
            self._look_around(self.order[len(self.order) // 2])
        if not self.problems:
            self._walk_by_state()

    def _ask_for_the_largest(self) -> None:
        response, found = ask(self.account, self.operation, [("limit", str(LARGEST_LIMIT))])
        if found is None:
            because = f"a limit of {LARGEST_LIMIT} was to be accepted, and was answered {response}"
            self.problems.append(Problem(LARGEST, because))
        else:
            self.problems += of_first(Shown(found.ids, found.has_more, LARGEST_LIMIT), self.order)

    def _walk(self, limit: int) -> None:
        """Go through the list; a page that is wrong by itself is said of it, and only else what all of them give."""
        pages = list(self._pages([], limit))
        problems = of_first(pages[0], self.order)
        for previous, following in pairwise(pages):
            problems += of_next(following, previous.ids[-1], self.order) if not problems else []
        self.problems += problems
        if not problems and not self._unsaid:
            walked = [identifier for shown in pages for identifier in shown.ids]
            self.problems += of_walk(walked, self.order, f"a walk with limit={limit}")

    def _walk_by_state(self) -> None:
        query = [("state", BY_STATE[self.operation])]
        if self._unsaid or ask(self.account, self.operation, query)[1] is None:
            return
        filtered = self._whole(query)
        problems: list[Problem] = []
        for limit in limits(len(filtered))[:2]:
            walked = [identifier for shown in self._pages(query, limit) for identifier in shown.ids]
            problems += of_walk(walked, filtered, f"a walk with state={query[0][1]} and limit={limit}")
        if len(filtered) < len(self.order) and self._whole(query) == filtered:  # else it may have changed meanwhile
            self.problems += problems

    def _look_around(self, middle: str) -> None:
        for cursor in (middle, self.order[-1]):
            self.problems += of_next(self._shown([("after_id", cursor)]), cursor, self.order)
        for cursor, limit in ((middle, 2), (middle, None), (self.order[0], 2)):
            shown = self._shown([("before_id", cursor)], limit)
            problems = of_previous(shown, cursor, self.order)
            reading = reading_of_previous(shown, cursor, self.order)
            self.problems += problems
            if not problems and reading is not None:
                self.trial.saw(BEFORE, reading)

    def _pages(self, query: Pairs, limit: int) -> Iterator[Shown]:
        """The pages of a walk: until there are no more, or one brings nothing new."""
        seen: set[str] = set()
        cursor: Pairs = []
        while True:
            shown = self._shown([*query, *cursor], limit)
            yield shown
            if not shown.has_more or not shown.ids or seen >= set(shown.ids):
                return
            seen |= set(shown.ids)
            cursor = [("after_id", shown.ids[-1])]

    def _shown(self, query: Pairs = (), limit: int | None = None) -> Shown:
        limited = [("limit", str(limit))] if limit is not None else []
        found = page(self.account, self.operation, [*query, *limited], stands_on=_stands_on(query, limit))
        self._unsaid = self._unsaid or found.has_more is None
        return Shown(found.ids, found.has_more, limit)

    def _whole(self, query: Pairs = ()) -> Ids:
        return ids_of(whole(self.account, self.operation, query, stands_on=_stands_on(query, None)))

    def _has(self, requirement: str) -> bool:
        return any(problem.requirement == requirement for problem in self.problems)

    # -------------------------------------------------------------------------------------------- the form of a list

    def _judge_form(self) -> None:
        response, found = ask(self.account, self.operation)
        problems = form_problems(response, found)
        because = f"a list was to be answered 200 with resource, data and has_more; {'; '.join(problems)}"
        self.trial.expect(FORM, not problems, because, evidence=[response.evidence])
        path = self.trial.api.operations[self.operation].path
        below = urlsplit(self.account.workspace.client.address.base_url).path.rstrip("/")
        for query in ([], [("limit", "1")]):
            url = page(self.account, self.operation, query, stands_on=_stands_on(query, 1)).content.get("url")
            because = f"url was to be the path that was asked for, {path}, and is {url!r}"
            self.trial.expect(URL, url in {path, f"{below}{path}"}, because)

    def _fill(self, count: int) -> None:
        """Create configs, by turns with a receiver that works and one that does not, until all are tested."""
        account = self.account
        urls = (self.trial.inbox().url, self.trial.receiver.refused_url)
        for config in [account.create(urls[number % 2]) for number in range(count)]:
            retrieve = partial(account.retrieve, config["id"])
            if account.eventually(retrieve, lambda seen: seen.get("state") in DECIDED).get("state") not in DECIDED:
                break  # the others will not be tested either


def _stands_on(query: Pairs, limit: int | None) -> str:
    """What a page that is answered otherwise than with a list breaks."""
    names = [name for name, _ in query]
    if "before_id" in names:
        return BEFORE
    if "after_id" in names:
        return AFTER
    return FORM if limit is None else SIZE


def form_problems(response: Response, found: Page | None) -> Sequence[str]:
    """In words, what an answer lacks to be a list."""
    problems = [] if response.status == 200 else [f"it was answered {response.status}"]  # noqa: PLR2004 - HTTP's OK
    content = response.object()
    if content.get("resource") != "list":
        problems.append(f"resource is {content.get('resource')!r}")
    if found is None or not isinstance(content.get("data"), list):
        problems.append("data is no array of objects")
    if not isinstance(content.get("has_more"), bool):
        problems.append(f"has_more is {content.get('has_more')!r}")
    return problems
