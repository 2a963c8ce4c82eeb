"""What a receiver can do to a test: every way in which it fails makes the config invalid, and a repair is seen."""

import functools
from collections.abc import Callable
from typing import Any

from contracts.check import check
from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.outcomes import Failing, judge_failing, require_failing, tested
from contracts.checks.ricloud.second_looks import rule_test_out
from contracts.checks.ricloud.waiting import DAY_SECONDS
from contracts.checks.ricloud.ways import ANSWERS, DROPS, ERROR_STATUS, RESETS, TYPICAL, WITHOUT_ANSWER, fails
from contracts.receiver import Inbox, Redirect, Reply
from contracts.trial import Trial

OK, SERVER_ERROR = 200, 500
WATCHED_SECONDS = 5.0
"""How long it is watched whether a test event comes again, where time is real."""


@check(WITHOUT_ANSWER)
def no_answer_makes_a_config_invalid(trial: Trial) -> None:
    """A config whose receiver refuses the connection, or closes it without an answer, becomes invalid."""
    with Account(trial) as account:
        for way in (DROPS, RESETS):
            config = fails(way, account, trial.inbox(way.words))
            judge_failing(account, Failing(WITHOUT_ANSWER, config, way.words))
        door = trial.receiver.closed_door(trial.inbox("refuses connections"))
        if door is None:
            trial.note("the receiver has one public port alone, so that no connection can be refused")
            return
        config = account.create(door.url)["id"]
        judge_failing(account, Failing(WITHOUT_ANSWER, config, "its receiver refused the connection"))


@check(ERROR_STATUS)
def an_error_status_makes_a_config_invalid(trial: Trial) -> None:
    """A config whose receiver answers with a 4xx or 5xx status becomes invalid."""
    with Account(trial) as account:
        for way in ANSWERS.values():
            config = fails(way, account, trial.inbox(way.words))
            judge_failing(account, Failing(ERROR_STATUS, config, way.words))


@check("RCL-TST-011")
def a_repaired_receiver_makes_it_valid(trial: Trial) -> None:
    """An invalid config that is tested after its receiver was repaired becomes valid, however it was broken."""
    with Account(trial) as account:
        for way in TYPICAL:
            inbox = trial.inbox(way.words)
            config = fails(way, account, inbox)
            require_failing(account, Failing(way.judged_by, config, way.words))
            _judge_repaired(account, config, inbox, functools.partial(inbox.script))
        inbox = trial.inbox("refuses connections")
        door = trial.receiver.closed_door(inbox)
        if door is not None:
            config = account.create(door.url)["id"]
            require_failing(account, Failing(WITHOUT_ANSWER, config, "its receiver refused the connection"))
            _judge_repaired(account, config, inbox, door.open)


def _judge_repaired(account: Account, config: Any, inbox: Inbox, repair: Callable[[], None]) -> None:
    repair()
    test = tested(account, config, inbox)
    state = account.becomes(config, "valid")["state"]
    because = f"an invalid config was tested again, and its receiver answered 200; it was to be valid and is {state}"
    evidence = [test.response.evidence, test.arrival.number]
    if state != "valid":
        rule_test_out(account, OK)
    account.trial.expect("RCL-TST-011", state == "valid", because, evidence=evidence)


@check("RCL-TST-012")
def a_broken_receiver_makes_it_invalid(trial: Trial) -> None:
    """A valid config that is tested after its receiver broke becomes invalid, however it is broken."""
    with Account(trial) as account:
        for way in TYPICAL:
            inbox = trial.inbox(way.words)
            config = account.valid(inbox)["id"]
            inbox.script(then=way.answer)
            test = tested(account, config, inbox)
            how = f"a valid config was tested again, and {way.words}"
            judge_failing(account, Failing("RCL-TST-012", config, how, "valid", test.task, way))


@check("RCL-TST-007")
def a_redirect_is_no_acceptance(trial: Trial) -> None:
    """An answer with a 3xx status does not by itself make a config valid; where it is followed, the last decides."""
    with Account(trial) as account:
        for then in (OK, SERVER_ERROR):
            inbox, other = trial.inbox("redirects"), trial.inbox("redirected to")
            inbox.script(then=Redirect(other.url))
            other.script(then=then)
            _judge_redirected(account, _created_and_tested(account, inbox), other, then)
        nowhere = trial.inbox("redirects nowhere")
        nowhere.script(then=Reply(301))
        state = _created_and_tested(account, nowhere)
        because = "the test event was answered 301 without a Location, which was not to make the config valid; it is"
        trial.expect("RCL-TST-007", state != "valid", because)


def _created_and_tested(account: Account, inbox: Inbox) -> str:
    """The state of a new config once its test is over."""
    config = account.create(inbox.url)["id"]
    account.trial.require("RCL-TST-003", account.came(inbox, 1), "a creation was to send a test event, and none came")
    return str(account.decided(config)["state"])


def _judge_redirected(account: Account, state: str, other: Inbox, status: int) -> None:
    trial, followed = account.trial, bool(other.arrivals)
    evidence = [arrival.number for arrival in other.arrivals]
    if followed and state == ("valid" if status == OK else "invalid"):
        trial.saw("RCL-TST-007", "b", f"it was followed to an answer of {status}", evidence=evidence)
    elif not followed and state == "invalid":
        trial.saw("RCL-TST-007", "a")
    else:
        went = f"followed to an answer of {status}" if followed else "not followed"
        because = f"a redirect of the test event was {went}, and was not to make the config valid; it is {state}"
        right = state != "valid" or (followed and status == OK)
        trial.expect("RCL-TST-007", right, because, evidence=evidence)


@check("RCL-TST-021", span_seconds=WATCHED_SECONDS)
def a_test_event_that_fails_may_come_again(trial: Trial) -> None:
    """Whether a test event that was not accepted is sent again; where time can be moved, a day is watched."""
    with Account(trial) as account:
        inbox = trial.inbox()
        inbox.script(then=SERVER_ERROR)
        config = account.create(inbox.url)["id"]
        account.trial.require("RCL-TST-003", account.came(inbox, 1), "a creation was to send a test event")
        trial.clock.pass_time(DAY_SECONDS if account.can_move_time else WATCHED_SECONDS)
        arrivals = account.arrived(inbox, 1)
        state = account.retrieve(config).get("state")
        if len(arrivals) > 1:
            evidence = [arrival.number for arrival in arrivals]
            trial.saw("RCL-TST-021", "b", f"it came {len(arrivals)} times", evidence=evidence)
        elif account.can_move_time and state == "invalid":
            trial.saw("RCL-TST-021", "a", "it came once in a day")
