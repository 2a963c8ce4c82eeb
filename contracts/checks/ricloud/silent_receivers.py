"""A receiver that takes the test event and does not answer: how long it is waited for, and what follows."""

import time

from contracts.check import check
from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.background import Background
from contracts.checks.ricloud.holding import held_creation
from contracts.checks.ricloud.outcomes import Failing, judge_failing
from contracts.checks.ricloud.waiting import Resource
from contracts.receiver import Hang, Inbox
from contracts.record import Arrival
from contracts.trial import Trial
from contracts.verdicts import TimeLevel

DOCUMENTED_SECONDS = 10.0
"""How long the reference server waits for an answer; the sources do not say how long others do."""

WAITED_SECONDS = 30.0
"""For how long it is watched in real time whether the service goes on waiting."""

LATER_SECONDS = (20.0, 60.0, 600.0, 3600.0, 86400.0)
"""In which steps that is watched for on a controlled clock."""

TICK_SECONDS = 1.0
LETTING_GO_SECONDS = 0.5
"""How long, in real time, it may take to show here that a request was given up."""


@check("RCL-TST-008", "RCL-TST-009", span_seconds=WAITED_SECONDS)
def a_silent_receiver_makes_a_config_invalid(trial: Trial) -> None:
    """A config whose receiver never answers is not valid, and is invalid when the service stops waiting."""
    with Account(trial) as account:
        inbox = trial.inbox()
        with held_creation(account, inbox) as held:
            inbox.script(then=Hang())  # if it comes again, RCL-TST-021
            waited_seconds = given_up(account, inbox, held.arrival)
            if waited_seconds is not None:
                as_documented = waited_seconds == DOCUMENTED_SECONDS
                trial.saw("RCL-TST-009", "a" if as_documented else "b", f"it waited for {waited_seconds:g} s")
            _judge(account, held.answer, has_given_up=waited_seconds is not None)


def _judge(account: Account, creation: Background[Resource], *, has_given_up: bool) -> None:
    trial = account.trial
    if has_given_up:
        config = creation.answer(account.patience_seconds)["id"]
        judge_failing(account, Failing("RCL-TST-008", config, "its receiver did not answer"))
        return
    if not creation.has_ended(0):
        trial.unobservable("RCL-TST-008", because="the service was still waiting for the receiver")
        return
    state = account.retrieve(creation.answer(0)["id"]).get("state")
    because = f"its receiver did not answer, and the service still waits for it; the config is {state}"
    if state == "valid":
        trial.failed("RCL-TST-008", because)
    elif account.workspace.clock.level is TimeLevel.CONTROL:
        trial.failed("RCL-TST-008", f"{because} after more than a day, and was to be invalid")
    else:
        trial.unobservable("RCL-TST-008", because=because)


def given_up(account: Account, inbox: Inbox, arrival: Arrival) -> float | None:
    """For how long the service waited, in seconds: as documented, or so long about; None where it goes on waiting."""
    clock = account.workspace.clock
    early_seconds, late_seconds = clock.tolerance.early_seconds, clock.tolerance.late_seconds
    if clock.level is TimeLevel.CONTROL:
        passed_seconds = 0.0
        for step in (DOCUMENTED_SECONDS - early_seconds, early_seconds + late_seconds, *LATER_SECONDS):
            clock.pass_time(step)
            passed_seconds += step
            if _lets_go(inbox, arrival, LETTING_GO_SECONDS):
                is_documented = passed_seconds == DOCUMENTED_SECONDS + late_seconds
                return DOCUMENTED_SECONDS if is_documented else passed_seconds
        return passed_seconds if _lets_go(inbox, arrival, account.trial.patience_seconds) else None
    for step in (WAITED_SECONDS,) if account.can_move_time else [TICK_SECONDS] * round(WAITED_SECONDS / TICK_SECONDS):
        clock.pass_time(step)
        if (seconds := inbox.held_seconds(arrival)) is not None:
            is_documented = -early_seconds <= seconds - DOCUMENTED_SECONDS <= late_seconds
            return DOCUMENTED_SECONDS if is_documented else round(seconds, 1)
    return None


def _lets_go(inbox: Inbox, arrival: Arrival, within_seconds: float) -> bool:
    """Whether a request is not held any more after so much real time, since its sender has gone away."""
    deadline = time.monotonic() + within_seconds
    while inbox.held_seconds(arrival) is None and time.monotonic() < deadline:
        time.sleep(0.02)
    return inbox.held_seconds(arrival) is not None
