"""The list of tasks: every test has a task of its own in it, and how it can be filtered."""

import time
from collections.abc import Sequence
from typing import Any

from contracts.check import check
from contracts.checks.ricloud import task_resource as resource
from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.lists import TASKS, ask, ids_of, whole
from contracts.checks.ricloud.outcomes import tested
from contracts.checks.ricloud.tasks import named_by
from contracts.checks.ricloud.waiting import STORED_SECONDS, Resource
from contracts.errors import NotObservable
from contracts.trial import Trial

NO_SUCH_TYPE = "no_such.type"
LONG_AGO, FAR_AHEAD = "2000-01-01T00:00:00Z", "9000-01-01T00:00:00Z"
LATER = ("date_created[gt]", "date_created__gt")
FILTERS_PAGE = ("limit", "100")


@check("RCL-TSK-011", "RCL-TSK-002")
def every_test_has_a_task_of_its_own(trial: Trial) -> None:
    """A creation, an update of the url and a test action each make a task, which the list of tasks shows."""
    with Account(trial) as account:
        first, second, other = trial.inbox("first URL"), trial.inbox("second URL"), trial.inbox("another config")
        # Where there are no tasks at all, that is what is to be said.
        account.task(named_by(tested(account, account.valid(other)["id"], other).response))
        seen = _Seen(account)
        config = account.valid(first)["id"]
        seen.judge_new("a creation")
        account.update(config, url=second.url)
        trial.require("RCL-UPD-002", account.came(second, 1), "an update of the url was to send a test event there")
        seen.judge_new("an update of the url")
        account.becomes(config, "valid")
        named = tested(account, config, second).response.object().get("id")
        new = seen.judge_new("a test action")
        if new and named is not None:
            because = f"the task {named} that a test action was answered with was to be in the list of tasks; it is not"
            trial.expect("RCL-TSK-011", str(named) in ids_of(new), because)
        for task in seen.tasks:
            state = task.get("state")
            because = f"the state of a task was to be one of {', '.join(resource.STATES)}, and is {state!r}"
            trial.expect("RCL-TSK-002", state in resource.STATES, because)


class _Seen:
    """The tasks that were listed so far."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.known = set(ids_of(self._listed()))
        self.tasks: list[Resource] = []
        """Those that came since."""

    def judge_new(self, cause: str) -> Sequence[Resource]:
        """Judge that a task has come since the last look; those that have."""
        account, seconds = self.account, STORED_SECONDS if self.account.can_move_time else self.account.patience_seconds
        deadline = time.monotonic() + seconds
        while not (new := self._unknown()) and time.monotonic() < deadline:
            time.sleep(account.trial.poll_seconds)
        because = f"{cause} was to make a task of its own, and the list of tasks shows no more of them than before"
        account.trial.expect("RCL-TSK-011", new, because)
        self.known |= set(ids_of(new))
        self.tasks += new
        return new

    def _unknown(self) -> list[Resource]:
        return [task for task in self._listed() if task.get("id") is not None and str(task["id"]) not in self.known]

    def _listed(self) -> Sequence[Resource]:
        return whole(self.account, TASKS, stands_on="RCL-TSK-011")


@check("RCL-TSK-012")
def filters_of_the_list_of_tasks(trial: Trial) -> None:
    """Which filters the list of tasks has: type, state and date_created, or others."""
    with Account(trial) as account:
        inbox = trial.inbox()
        config = account.valid(inbox)["id"]
        test = tested(account, config, inbox)
        if test.task is None or test.task.get("state") != "succeeded":
            raise NotObservable("the task of a test cannot be seen, or has not succeeded")
        identifier = str(test.task["id"])
        kinds = {
            "type": _filters(account, identifier, ("type", resource.TEST), ("type", NO_SUCH_TYPE)),
            "state": _filters(account, identifier, ("state", "succeeded"), ("state", "failed")),
            "date_created": any(_filters(account, identifier, (name, LONG_AGO), (name, FAR_AHEAD)) for name in LATER),
        }
        missing = [name for name, works in kinds.items() if not works]
        trial.saw("RCL-TSK-012", "b" if missing else "a", f"{', '.join(missing)} does not filter it" if missing else "")


def _filters(account: Account, identifier: Any, fitting: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether a filter that fits the task leaves it on the first page, and one that does not hides it."""
    shown = []
    for query in (fitting, other):
        response, page = ask(account, TASKS, [query, FILTERS_PAGE])
        if page is None:
            page_ids: Sequence[str] = ()
            if query == fitting:
                return False
            account.trial.note(f"{query} was answered {response.status}")
        else:
            page_ids = page.ids
        shown.append(identifier in page_ids)
    return shown == [True, False]
