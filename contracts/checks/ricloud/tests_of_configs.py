"""Tests of webhook configs: what begins one, what it is answered with, and what it concerns."""

import time
from collections.abc import Sequence
from typing import Any

from contracts.check import check
from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.calls import is_refusal, is_success
from contracts.checks.ricloud.outcomes import Failing, changed_from, over, require_failing, tested
from contracts.checks.ricloud.second_looks import rule_unrest_out
from contracts.checks.ricloud.task_resource import TEST
from contracts.client import Response
from contracts.receiver import Inbox
from contracts.trial import Trial

AT_ONCE_SECONDS = 1.5
"""Up to which real time a test event counts as sent at once."""

OTHER_SUCCESSES = (201, 202, 204)
NOT_FOUND, NOT_ALLOWED = 404, 405


@check("RCL-TST-003", "RCL-TST-025")
def a_creation_is_tested(trial: Trial) -> None:
    """Creating a config sends a test event to its URL, without further request."""
    with Account(trial) as account:
        inbox = trial.inbox()
        began = time.monotonic()
        config = account.create(inbox.url)
        at_once = bool(account.arrived(inbox, 1))
        arrivals = account.came(inbox, 1)
        if not arrivals:
            state = account.retrieve(config["id"]).get("state")
            because = f"a creation was to send a test event to the config's URL; none came, and the config is {state}"
            trial.failed("RCL-TST-003", because)
            return
        trial.passed("RCL-TST-003", evidence=[arrivals[0].number])
        if not account.can_move_time:
            at_once = arrivals[0].monotonic - began <= AT_ONCE_SECONDS
        trial.saw("RCL-TST-025", "a" if at_once else "b", evidence=[arrivals[0].number])


@check("RCL-TST-004")
def an_accepted_test_makes_a_config_valid(trial: Trial) -> None:
    """A config whose receiver answers the test event with 200 becomes valid, and is so after another such test."""
    with Account(trial) as account:
        inbox = trial.inbox()
        config = account.valid(inbox)
        trial.passed("RCL-TST-004")
        test = tested(account, config["id"], inbox)
        state = account.becomes(config["id"], "valid")["state"]
        because = f"a valid config was tested again and its receiver answered 200; it was to be valid and is {state}"
        trial.expect("RCL-TST-004", state == "valid", because, evidence=[test.response.evidence, test.arrival.number])


@check("RCL-TST-001", "RCL-TST-002", "RCL-TST-017")
def a_test_action_sends_a_test_event(trial: Trial) -> None:
    """POST without a body on the test path is accepted with a new task, and sends a test event to the config's URL."""
    with Account(trial) as account:
        inbox = trial.inbox()
        config = account.valid(inbox)
        answers = []
        for number in (1, 2):
            known = len(inbox.arrivals)
            response = account.try_test(config["id"])
            because = f"a test was to be accepted with a 2xx status, and was answered {response}"
            if number == 1:
                reading = {201: "a", 200: "b"}.get(response.status, "c")
                trial.expect(
                    "RCL-TST-001", is_success(response), because, reading=reading, evidence=[response.evidence]
                )
            if not is_success(response):
                break
            answers.append(response)
            trial.expect(
                "RCL-TST-002",
                len(account.came(inbox, known + 1)) > known,
                "a test action was to send a test event to the config's URL, and none came",
                evidence=[response.evidence],
            )
            over(account, response)
        _judge_answers(trial, answers)


def _judge_answers(trial: Trial, answers: Sequence[Response]) -> None:
    """Judge that each test action was answered with a new task."""
    if not answers:
        trial.unobservable("RCL-TST-002", "RCL-TST-017", because="no test was accepted")
        return
    tasks = [answer.object() for answer in answers]
    for answer, task in zip(answers, tasks, strict=True):
        told = task.get("id") not in (None, "") and task.get("resource") == "task" and task.get("type") == TEST
        because = f"it was to be answered with a task, with an id and the type {TEST}, and was answered {answer}"
        trial.expect("RCL-TST-017", told, because, evidence=[answer.evidence])
    ids = [str(task["id"]) for task in tasks if task.get("id") is not None]
    trial.expect(
        "RCL-TST-017",
        len(set(ids)) == len(ids),
        f"two tests were to be answered with a new task each, and both were with the task {ids[:1]}",
        evidence=[answer.evidence for answer in answers],
    )


@check("RCL-TST-014")
def null_is_a_body_like_none(trial: Trial) -> None:
    """POST on the test path with the JSON body null is accepted, and the config tested."""
    with Account(trial) as account:
        inbox = trial.inbox()
        config = account.valid(inbox)
        tested(account, config["id"], inbox)
        known = len(inbox.arrivals)
        response = account.try_test(config["id"], content=b"null")
        because = f"a test with the body null was to be accepted like one without a body, and was answered {response}"
        if not trial.expect("RCL-TST-014", is_success(response), because, evidence=[response.evidence]):
            return
        trial.expect(
            "RCL-TST-014",
            len(account.came(inbox, known + 1)) > known,
            "a test with the body null was to send a test event like one without a body, and none came",
            evidence=[response.evidence],
        )


@check("RCL-TST-015")
def get_on_the_test_path(trial: Trial) -> None:
    """How GET on the test path is answered: it is refused, or does the same as POST."""
    with Account(trial) as account:
        inbox = trial.inbox()
        config = account.valid(inbox)
        tested(account, config["id"], inbox)
        known = len(inbox.arrivals)
        response = account.try_test(config["id"], method="GET")
        if response.status in {NOT_FOUND, NOT_ALLOWED} and account.nothing_more(inbox, known):
            trial.saw("RCL-TST-015", "a", f"it was answered {response.status}", evidence=[response.evidence])
        elif is_success(response) and len(account.came(inbox, known + 1)) > known:
            trial.saw("RCL-TST-015", "b", evidence=[response.evidence])


@check("RCL-TST-016")
def a_deactivated_config_is_tested(trial: Trial) -> None:
    """What a test of a deactivated config does: it is refused, revives the config, or leaves it deactivated."""
    with Account(trial) as account:
        inbox = trial.inbox()
        config = account.valid(inbox)
        account.deactivate(config["id"])
        account.nothing_more(inbox, len(inbox.arrivals))  # the one of the update, RCL-UPD-011 b
        known = len(inbox.arrivals)
        response = account.try_test(config["id"])
        evidence = [response.evidence]
        if is_refusal(response):
            if account.nothing_more(inbox, known):
                trial.saw("RCL-TST-016", "a", f"it was answered {response.status}", evidence=evidence)
            return
        if not is_success(response) or len(account.came(inbox, known + 1)) == known:
            return
        over(account, response)
        state = changed_from(account, config["id"], "deactivated")
        reading = {"valid": "b", "deactivated": "c"}.get(state)
        if reading is not None:
            trial.saw("RCL-TST-016", reading, evidence=evidence)


@check("RCL-TST-010")
def other_successes(trial: Trial) -> None:
    """Which 2xx statuses other than 200 accept a test event."""
    with Account(trial) as account:
        refused = []
        for status in OTHER_SUCCESSES:
            inbox = trial.inbox(f"answers {status}")
            inbox.script(then=status)
            state = account.decided(account.create(inbox.url)["id"])["state"]
            if state != "valid":
                refused.append(status)
        if refused:
            trial.saw("RCL-TST-010", "b", f"{refused} do not")
        else:
            trial.saw("RCL-TST-010", "a", f"{OTHER_SUCCESSES} do")


@check("RCL-TST-013")
def a_test_concerns_its_own_config_alone(trial: Trial) -> None:
    """A test sends nothing to the URL of another config, and leaves its state as it is, however it ends."""
    with Account(trial) as account:
        first, second = trial.inbox("first URL"), trial.inbox("second URL")
        one, other = account.valid(first)["id"], account.valid(second)["id"]
        seen = len(second.arrivals)
        tested(account, one, first)
        if not _is_left_alone(account, other, second, seen):
            return
        first.script(then=500)
        test = tested(account, one, first)
        if not _is_left_alone(account, other, second, seen):
            return
        require_failing(
            account, Failing("RCL-TST-012", one, "a valid config's receiver answered 500", "valid", test.task)
        )
        tested(account, other, second)
        _keeps_its_state(account, one, "invalid")


def _is_left_alone(account: Account, other: Any, inbox: Inbox, known: int) -> bool:
    """Judge that nothing came to the URL of another config that is valid, and that it still is; whether it is so."""
    nothing_came = account.trial.expect(
        "RCL-TST-013",
        account.nothing_more(inbox, known),
        f"a test of one config was to send nothing to the URL of another, and {len(inbox.arrivals) - known} came there",
        evidence=[arrival.number for arrival in inbox.arrivals[known:]],
    )
    return _keeps_its_state(account, other, "valid") and nothing_came


def _keeps_its_state(account: Account, other: Any, before: str) -> bool:
    state = account.retrieve(other).get("state")
    if state != before:
        rule_unrest_out(account, before)
    because = f"a test of one config was to leave the state of another as it was, {before}; it is {state}"
    return account.trial.expect("RCL-TST-013", state == before, because)
