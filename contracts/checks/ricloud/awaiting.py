"""When a test action is answered: at once, or when its task is over and the caller has asked for that."""

import time
from dataclasses import dataclass
from typing import Any

from contracts.check import check
from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.background import Background
from contracts.checks.ricloud.calls import is_refusal, is_success
from contracts.checks.ricloud.outcomes import accepted_test, over
from contracts.checks.ricloud.task_resource import ENDED, STATES
from contracts.client import Response
from contracts.errors import NotObservable
from contracts.receiver import Hang, Inbox
from contracts.trial import Trial

AWAIT = "Ricloud-Await"
LONGEST_SECONDS, SHORT_SECONDS = 10.0, 2.0
EARLY_SECONDS, LATE_SECONDS = 0.5, 4.0
"""How far an answer may be off its moment: in real time, as it holds a connection open."""

TOO_LARGE = "3600"
NO_NUMBERS = ("soon", "-1")


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a test action, and after how many real seconds it came."""

    response: Response
    seconds: float

    @property
    def state(self) -> object:
        """The state of the task in the answer."""
        return self.response.object().get("state")


class Action:
    """A test action with or without the header, whose event the inbox holds until it is released."""

    def __init__(self, account: Account, inbox: Inbox, config_id: Any) -> None:
        self.account = account
        self.inbox = inbox
        self.config_id = config_id

    def send(self, seconds: str | None, *, is_accepted: bool = True) -> Background[Answered]:
        """Send it; with `is_accepted` the check ends where it is not accepted (RCL-TST-001)."""
        headers = {} if seconds is None else {AWAIT: seconds}
        call = accepted_test if is_accepted else Account.try_test

        def timed() -> Answered:
            began = time.monotonic()
            response = call(self.account, self.config_id, headers=headers)
            return Answered(response, time.monotonic() - began)

        return Background(timed, self.inbox.release)

    def is_held(self, count: int) -> bool:
        """Whether the inbox holds the event of the `count`th request to it, which is waited for."""
        return len(self.account.came(self.inbox, count)) >= count and self.inbox.holding > 0


def _prepared(account: Account) -> Action:
    inbox = account.trial.inbox()
    config = account.valid(inbox)["id"]
    inbox.script(then=Hang())
    return Action(account, inbox, config)


@check("RCL-TST-019")
def an_answer_does_not_wait_unasked(trial: Trial) -> None:
    """Without Ricloud-Await, or with 0 in it, a test action is answered while the receiver still holds the event."""
    with Account(trial) as account:
        action = _prepared(account)
        for seconds in (None, "0"):
            known = len(action.inbox.arrivals)
            with action.send(seconds) as answer:
                held = action.is_held(known + 1)
                ended = answer.has_ended(LATE_SECONDS)
                if not ended and not (held and action.inbox.holding):
                    raise NotObservable("the test event did not stay held for as long as it takes to look")
                asked = "without Ricloud-Await" if seconds is None else "with Ricloud-Await: 0"
                because = f"a test action {asked} was to be answered while the receiver holds the event; it was not"
                trial.expect("RCL-TST-019", ended, because)
                action.inbox.release()
                over(account, answer.answer(account.trial.patience_seconds).response)


@check("RCL-TST-018")
def an_answer_waits_when_asked(trial: Trial) -> None:
    """With Ricloud-Await and up to 10 seconds, a test action is answered when its task is over, or that time is."""
    with Account(trial) as account:
        action = _prepared(account)
        _judge_unfinished(action)
        _judge_finished_meanwhile(action)
        action.inbox.script(then=200)
        with action.send(f"{LONGEST_SECONDS:g}") as answer:
            answered = answer.answer(LONGEST_SECONDS + account.trial.patience_seconds)
        _judge_state(trial, answered, "the receiver answered the event at once")


def _judge_unfinished(action: Action) -> None:
    """The event is held: the answer comes when the time is over."""
    account, trial = action.account, action.account.trial
    known = len(action.inbox.arrivals)
    with action.send(f"{SHORT_SECONDS:g}") as answer:
        held = action.is_held(known + 1)
        if not answer.has_ended(SHORT_SECONDS + LATE_SECONDS) and account.can_move_time:
            account.workspace.clock.pass_time(SHORT_SECONDS)  # where the target counts by its own clock
        ended = answer.has_ended(LATE_SECONDS if account.can_move_time else 0)
        if not (held and action.inbox.holding):
            raise NotObservable("the test event did not stay held for as long as it takes to look")
        because = f"the task was not over, so that the answer was to come after {SHORT_SECONDS:g} s; it did not come"
        if trial.expect("RCL-TST-018", ended, because):
            answered = answer.answer(0)
            trial.expect(
                "RCL-TST-018",
                answered.seconds >= SHORT_SECONDS - EARLY_SECONDS,
                f"the task was not over, so that the answer was to come after {SHORT_SECONDS:g} s; it came after "
                f"{answered.seconds:.1f} s",
                evidence=[answered.response.evidence],
            )
        action.inbox.release()
        over(account, answer.answer(trial.patience_seconds).response)


def _judge_finished_meanwhile(action: Action) -> None:
    """The event is held for a moment: the answer comes soon after that, and shows that the task is over."""
    trial = action.account.trial
    known = len(action.inbox.arrivals)
    with action.send(f"{LONGEST_SECONDS:g}") as answer:
        if not action.is_held(known + 1) or answer.has_ended(EARLY_SECONDS):
            return  # it came too early, as was judged before
        released = time.monotonic()
        action.inbox.release()
        answered = answer.answer(LONGEST_SECONDS + trial.patience_seconds)
        waited_seconds = time.monotonic() - released
    _judge_state(trial, answered, "the receiver answered the event after a moment")
    trial.expect(
        "RCL-TST-018",
        waited_seconds <= LATE_SECONDS or not _completed_before(answered),
        f"the answer was to come when the task was over, and came {waited_seconds:.1f} s after the receiver's",
        evidence=[answered.response.evidence],
    )


def _completed_before(answered: Answered) -> bool:
    """Whether the task in the answer was over long before that."""
    return answered.seconds >= LONGEST_SECONDS - EARLY_SECONDS and answered.state in ENDED


def _judge_state(trial: Trial, answered: Answered, what: str) -> None:
    """Judge that the answer shows a task that is over, unless the time is."""
    if answered.state not in STATES:
        raise NotObservable("the answer to a test action shows no task with a state")
    timely = answered.state in ENDED or answered.seconds >= LONGEST_SECONDS - EARLY_SECONDS
    trial.expect(
        "RCL-TST-018",
        timely,
        f"{what}, and the answer was to wait for the end of the task, for {LONGEST_SECONDS:g} s at most; it came after "
        f"{answered.seconds:.1f} s, with the task {answered.state}",
        evidence=[answered.response.evidence],
    )


@check("RCL-TST-020")
def an_await_that_is_out_of_range(trial: Trial) -> None:
    """How a Ricloud-Await is taken that is no number from 0 to 10: as 0, as the most, or not at all."""
    with Account(trial) as account:
        action = _prepared(account)
        for value in (*NO_NUMBERS, TOO_LARGE):
            known = len(action.inbox.arrivals)
            with action.send(value, is_accepted=False) as answer:
                ended = answer.has_ended(SHORT_SECONDS)
                if ended and is_refusal(response := answer.answer(0).response):
                    because = f"{value!r} was answered {response.status}"
                    trial.saw("RCL-TST-020", "b", because, evidence=[response.evidence])
                    continue
                if not action.is_held(known + 1):
                    return
                if ended and is_success(response):
                    trial.saw("RCL-TST-020", "a", f"{value!r} was answered at once", evidence=[response.evidence])
                elif not ended and value == TOO_LARGE:
                    trial.saw("RCL-TST-020", "c", f"{value!r} was not answered for {SHORT_SECONDS:g} s")
                action.inbox.release()
                over(account, answer.answer(trial.patience_seconds).response)
