"""How tests of configs end: waited for, told from tests that are not over yet, and judged."""

import time
from dataclasses import dataclass
from typing import Any

from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.calls import is_refusal, is_success
from contracts.checks.ricloud.second_looks import rule_way_out
from contracts.checks.ricloud.task_resource import ENDED
from contracts.checks.ricloud.waiting import QUIET_SECONDS, Resource
from contracts.checks.ricloud.ways import ANSWERS_500, ERROR_STATUS, WITHOUT_ANSWER, Way
from contracts.client import Response
from contracts.errors import NotObservable
from contracts.receiver import Inbox
from contracts.record import Arrival

OK = 200

LATER_SECONDS = 3.0
"""How long, in real time, a change may take to show of which it is open whether it comes."""


@dataclass(frozen=True, slots=True)
class Tested:
    """A test action that is over: its answer, its task where that can be seen, and the event that came."""

    response: Response
    task: Resource | None
    arrival: Arrival


def tested(account: Account, config_id: Any, inbox: Inbox) -> Tested:
    """Have a config tested that no other test is under way of, and wait until that is over.

    Ends the check where the test is not accepted (RCL-TST-001) or sends no event to the inbox (RCL-TST-002).
    """
    known = len(inbox.arrivals)
    response = accepted_test(account, config_id)
    arrivals = account.came(inbox, known + 1)
    account.trial.require(
        "RCL-TST-002",
        len(arrivals) > known,
        f"the test action was to send a test event to {inbox.name}, and none came",
        evidence=[response.evidence],
    )
    return Tested(response, over(account, response), arrivals[known])


def accepted_test(account: Account, config_id: Any, **request: Any) -> Response:
    """A test action; one that is refused while the test before it is being concluded is repeated (RCL-TST-024 c)."""
    response = account.try_test(config_id, **request)
    if is_success(response):
        return response
    time.sleep(QUIET_SECONDS)
    response = account.try_test(config_id, **request)
    if is_refusal(response):
        because = "tests that failed are all that has happened to a config, and it is deactivated"
        account.trial.require("RCL-STA-005", account.retrieve(config_id)["state"] != "deactivated", because)
    return response if is_success(response) else account.test(config_id, **request)


def over(account: Account, response: Response) -> Resource | None:
    """Wait until the task that a test action was answered with is over; None where no such task can be seen."""
    task_id = response.object().get("id")
    if task_id is not None and task_seen(account, task_id) is not None:
        return account.ended_task(task_id)
    account.workspace.clock.settle()
    if not account.can_move_time:
        time.sleep(QUIET_SECONDS)
    return None


def task_seen(account: Account, task_id: Any) -> Resource | None:
    """A task as it is now; None where the target shows none, which is judged elsewhere (RCL-TSK-001)."""
    response = account.send("retrieveTask", parameters={"taskId": task_id})
    content = response.object()
    return content if response.status == OK and content.get("id") == task_id else None


def changed_from(account: Account, config_id: Any, state: str) -> str:
    """The state of a config as soon as it is another than this one; this one, where it still is after a while."""
    account.workspace.clock.settle()
    deadline = time.monotonic() + (QUIET_SECONDS if account.can_move_time else LATER_SECONDS)
    while (shown := account.retrieve(config_id)["state"]) == state and time.monotonic() < deadline:
        time.sleep(account.trial.poll_seconds)
    return str(shown)


@dataclass(frozen=True, slots=True)
class Failing:
    """A test whose event was not accepted: of which config, in which state before, how it failed, and its task.

    `judged_by` is the requirement that says that the config becomes invalid; `way` is how its receiver has failed.
    """

    judged_by: str
    config_id: Any
    how: str
    before: str = "new"
    task: Resource | None = None
    way: Way = ANSWERS_500


def judge_failing(account: Account, failing: Failing) -> bool:
    """Judge that a config becomes invalid by a test that was not accepted; whether it is.

    Raises `NotObservable` where the test may not be over.
    """
    state, because = _end_of(account, failing)
    if state is None:
        raise NotObservable(because)
    return account.trial.expect(failing.judged_by, state == "invalid", because)


def require_failing(account: Account, failing: Failing) -> None:
    """Go on only if a config becomes invalid by a test that was not accepted."""
    state, because = _end_of(account, failing)
    if state is None:
        raise NotObservable(because)
    account.trial.require(failing.judged_by, state == "invalid", because)


def _end_of(account: Account, failing: Failing) -> tuple[str | None, str]:
    """The state after the test, and what to say of it; None where the test may not be over."""
    state = account.becomes(failing.config_id, "invalid")["state"]
    if state != "invalid" and state in ("new", failing.before) and not _is_over(account, failing):
        return None, (
            f"{failing.how}, and the config is still {state}; its test event may be sent again for hours (RCL-TST-021)"
        )
    account.trial.require(
        "RCL-STA-005",
        state != "deactivated",
        f"{failing.how}, and the config is deactivated, which only its owner does",
    )
    if state != "invalid" and failing.judged_by not in (WITHOUT_ANSWER, ERROR_STATUS):
        rule_way_out(account, failing.way)
    return state, f"{failing.how}, which was to make the config invalid; it is {state}"


def _is_over(account: Account, failing: Failing) -> bool:
    """Whether a test that has had its time is over: on a clock that can be moved, a day has passed."""
    return account.can_move_time or (failing.task or {}).get("state") in ENDED
