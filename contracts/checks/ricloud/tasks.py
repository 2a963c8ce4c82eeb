"""The tasks of tests: how they are shown, how they end, and what they say of a receiver that has failed."""

from collections.abc import Mapping, Sequence
from typing import Any

from contracts.check import check
from contracts.checks.ricloud import task_resource as resource
from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.holding import PROMPT_SECONDS, held_test
from contracts.checks.ricloud.outcomes import Failing, accepted_test, require_failing, tested
from contracts.checks.ricloud.receivers import WATCHED_SECONDS
from contracts.checks.ricloud.second_looks import rule_test_out
from contracts.checks.ricloud.silent_receivers import WAITED_SECONDS, given_up
from contracts.checks.ricloud.states import watch
from contracts.checks.ricloud.waiting import Resource
from contracts.checks.ricloud.ways import ANSWERS, DROPS
from contracts.client import Response
from contracts.errors import NotObservable
from contracts.receiver import Answer, Hang, Redirect, Reply
from contracts.trial import Trial

OK = 200


def named_by(response: Response) -> Any:
    """The id of the task that a test action was answered with; `NotObservable` where there is none (RCL-TST-017)."""
    identifier = response.object().get("id")
    if identifier in (None, "") or response.object().get("resource", "task") != "task":
        raise NotObservable("the answer to a test action names no task (RCL-TST-017)")
    return identifier


@check("RCL-TSK-001", "RCL-TSK-002", "RCL-TSK-008", "RCL-TSK-009", "RCL-TSK-010", "RCL-TSK-013")
def a_task_is_shown(trial: Trial) -> None:
    """What the task of a test looks like, while the test is under way and after it."""
    with Account(trial) as account:
        inbox = trial.inbox()
        config = account.valid(inbox)
        with held_test(account, config["id"], inbox) as held:
            answer: Response | None = held.answer.answer(0) if held.answer.has_ended(PROMPT_SECONDS) else None
            shown = [] if answer is None else [answer.object(), _retrieved(account, named_by(answer))]
            inbox.release()
            answer = held.answer.answer(trial.patience_seconds)
            identifier = named_by(answer)
        shown.append(_retrieved(account, identifier))
        shown.append(account.ended_task(identifier))
        for task in shown:
            _judge_shown(trial, task)
        trial.saw("RCL-TSK-008", resource.reading_of_target(shown[-1], config), f"it is {shown[-1].get('target')!r}")
        reading = resource.reading_of_results(shown[-1])
        if reading is not None:
            trial.saw("RCL-TSK-013", reading)


def _retrieved(account: Account, identifier: Any) -> Resource:
    """The task by its path, with all that belongs to one; ends the check where it is not there (RCL-TSK-001)."""
    task = account.task(identifier)
    lacking = resource.lacking(task)
    account.trial.expect(
        "RCL-TSK-001", not lacking, f"the task {identifier} was to have {', '.join(lacking)} as well: {dict(task)}"
    )
    return task


def _judge_shown(trial: Trial, task: Resource) -> None:
    state, extra, wrong = task.get("state"), resource.filled_in(task), resource.wrong_moments(task)
    because = f"the state of a task was to be one of {', '.join(resource.STATES)}, and is {state!r}"
    trial.expect("RCL-TSK-002", state in resource.STATES, because)
    because = f"in the task of a test, {' and '.join(extra)} were to be null or left out: {dict(extra)}"
    trial.expect("RCL-TSK-009", not extra, because)
    trial.expect("RCL-TSK-010", wrong is None, str(wrong))


@check("RCL-TSK-003", "RCL-TSK-004", "RCL-TSK-006", span_seconds=WATCHED_SECONDS)
def a_task_ends_and_keeps_its_end(trial: Trial) -> None:
    """A passed test's task ends as succeeded, a failed one's as failed with an error; neither changes any more."""
    with Account(trial) as account:
        inbox = trial.inbox()
        config = account.valid(inbox)["id"]
        with held_test(account, config, inbox) as held:
            states = []
            if held.answer.has_ended(PROMPT_SECONDS):
                answer: Response = held.answer.answer(0)
                states = [answer.object().get("state"), account.task(named_by(answer)).get("state")]
            inbox.release()
            passed = named_by(held.answer.answer(trial.patience_seconds))
        task = account.ended_task(passed)
        trial.expect(
            "RCL-TSK-003",
            task.get("state") == "succeeded" and resource.is_without_error(task),
            f"the receiver answered 200, and the task was to end as succeeded, without an error; it is {_told(task)}",
        )
        inbox.script(then=500)
        test = tested(account, config, inbox)
        failed = named_by(test.response)
        ends = [task, account.ended_task(failed)]
        if _may_go_on(account, ends[1]):
            because = "the task of a failed test is not over; its event may be sent again (RCL-TST-021)"
            trial.unobservable("RCL-TSK-004", because=because)
        else:
            _judge_failed(account, ends[1], ANSWERS[500].words)
        watch(account)
        for identifier, end, seen in ((passed, ends[0], states), (failed, ends[1], [])):
            later = account.task(identifier)
            back = resource.step_back([str(state) for state in (*seen, end.get("state"), later.get("state"))])
            trial.expect("RCL-TSK-006", back is None, f"a task was to go forward alone, and {back}")


def _told(task: Mapping[str, Any]) -> str:
    return f"{task.get('state')} with the error {task.get('error')!r}"


def _may_go_on(account: Account, task: Resource) -> bool:
    """Whether a test that has failed may not be over: in real time, a task that has had its time says nothing."""
    return task.get("state") not in resource.ENDED and not account.can_move_time


def _judge_failed(account: Account, task: Resource, what: str) -> bool:
    """Judge that a test's task ends as failed and says why; `NotObservable` where it may not be over."""
    if _may_go_on(account, task):
        message = f"{what}, and its task is still {task.get('state')}; its event may be sent again (RCL-TST-021)"
        raise NotObservable(message)
    failed = task.get("state") == "failed" and resource.says_why(task)
    because = f"{what}, and the task was to end as failed with an error that says why; it is {_told(task)}"
    account.trial.expect("RCL-TSK-004", failed, because)
    return failed


@check("RCL-TSK-004", "RCL-TSK-005")
def a_failed_task_says_why(trial: Trial) -> None:
    """Whatever a receiver has done to a test, the test's task ends as failed and says why."""
    with Account(trial) as account:
        nowhere = trial.receiver.missing_url
        ways: Sequence[tuple[Answer, str, str]] = [
            (DROPS.answer, DROPS.words, resource.UNREACHABLE),
            (ANSWERS[404].answer, ANSWERS[404].words, resource.REFUSED),
            (ANSWERS[500].answer, ANSWERS[500].words, resource.REFUSED),
            (Redirect(nowhere), "its receiver redirected to a place that answers 404", resource.REDIRECTED),
            (Reply(301), "its receiver answered 301 without a Location", resource.REDIRECTED),
        ]
        inbox = trial.inbox()
        config = account.valid(inbox)["id"]
        for answer, what, code in ways:
            inbox.script(then=answer)
            _judge_reason(account, tested(account, config, inbox).response, what, code)
        door = trial.receiver.closed_door(trial.inbox("refuses connections"))
        if door is not None:
            refused = account.decided(account.create(door.url)["id"])["id"]
            what = "its receiver refused the connection"
            _judge_reason(account, accepted_test(account, refused), what, resource.UNREACHABLE)


@check("RCL-TSK-004", "RCL-TSK-005", span_seconds=WAITED_SECONDS)
def silence_is_a_reason(trial: Trial) -> None:
    """The task of a test whose receiver did not answer ends as failed and says why."""
    with Account(trial) as account:
        inbox = trial.inbox()
        config = account.valid(inbox)["id"]
        with held_test(account, config, inbox) as held:
            inbox.script(then=Hang())
            if given_up(account, inbox, held.arrival) is None:
                raise NotObservable("the service was still waiting for the receiver")
            answer = held.answer.answer(trial.patience_seconds)
            _judge_reason(account, answer, "its receiver did not answer", resource.TIMED_OUT)


def _judge_reason(account: Account, answer: Response, what: str, code: str) -> None:
    task = account.ended_task(named_by(answer))
    if _judge_failed(account, task, what):
        because = f"{what}: {task.get('error')!r}"
        account.trial.saw("RCL-TSK-005", resource.reading_of_error(task, code), because)


@check("RCL-TSK-007")
def the_config_shows_the_outcome_with_its_task(trial: Trial) -> None:
    """As soon as the task of a test shows its end, the config shows the outcome."""
    with Account(trial) as account:
        inbox = trial.inbox()
        config = account.valid(inbox)["id"]
        for status, outcome in ((500, "invalid"), (OK, "valid"), (404, "invalid")):
            inbox.script(then=status)
            known = len(inbox.arrivals)
            task = account.ended_task(named_by(accepted_test(account, config)))
            trial.require("RCL-TST-002", len(inbox.arrivals) > known, "a test action was to send a test event")
            if task.get("state") not in resource.ENDED:
                trial.unobservable("RCL-TSK-007", because=f"the task of a test is still {task.get('state')}")
                return
            state = account.retrieve(config)["state"]
            if state != outcome:
                _require_in_the_end(account, config, status, task)
            because = f"the task of a test was over, and the config still {state}; it became {outcome} later"
            trial.expect("RCL-TSK-007", state == outcome, because)


def _require_in_the_end(account: Account, config: Any, status: int, task: Resource) -> None:
    """Go on only if the config shows the outcome later: else it is not a matter of when."""
    how = f"the receiver answered {status}"
    if status != OK:
        require_failing(account, Failing("RCL-TST-012", config, how, "valid", task, ANSWERS[status]))
        return
    state = account.becomes(config, "valid")["state"]
    if state != "valid":
        rule_test_out(account, OK)
    because = f"{how}, which was to make the config valid; it is {state}"
    account.trial.require("RCL-TST-011", state == "valid", because)
