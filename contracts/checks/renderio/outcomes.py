"""What delivers and what has failed: statuses, redirects, broken connections."""

import time
from collections.abc import Sequence
from typing import TypeVar

from contracts.attempts import Pursuit
from contracts.check import check
from contracts.checks.renderio.account import Account
from contracts.checks.renderio.schedule import FIRST_RETRY_SECONDS
from contracts.receiver import Answer, Drop, Inbox, Redirect, Reset
from contracts.trial import Trial
from contracts.verdicts import TimeLevel

SUCCESSES = (201, 202, 204, 206, 226, 299)
FAILURES = (400, 404, 410, 429, 500)
"""Fewer than the failures in a row that disable a webhook, so that all of them can be pending at once."""

REFUSED_SECONDS = 1.5
"""How long an address refuses, in real time, after a command is over: less than until the first retry."""

FAR_BEYOND_SECONDS = 120.0
"""Whether a retry comes is the question here, not when."""

Scripted = TypeVar("Scripted", bound=Answer | int)


@check("RIO-RTY-001", span_seconds=FIRST_RETRY_SECONDS)
def nothing_follows_a_success(trial: Trial) -> None:
    """An attempt that is answered 200 is the last one."""
    account, inbox = Account(trial), trial.inbox()
    account.configure(inbox.url)
    pursuit = Pursuit(trial.clock, inbox, account.run(inbox).command_id)
    _pass_first_retry(trial)
    count = len(account.arrived(inbox, 1))
    trial.expect(
        "RIO-RTY-001",
        count == 1,
        f"no attempt was to follow one that was answered 200; {count - 1} came",
        evidence=[arrival.number for arrival in pursuit.attempts],
    )


@check("RIO-RTY-002", span_seconds=FIRST_RETRY_SECONDS)
def every_2xx_delivers(trial: Trial) -> None:
    """Every status from 200 to 299 delivers, not only 200."""
    account, inbox = Account(trial), trial.inbox()
    account.configure(inbox.url)
    statuses = trial.random.sample(SUCCESSES, k=4)
    subjects = _one_command_each(account, inbox, statuses, then=200)
    _pass_first_retry(trial)
    account.arrived(inbox, len(statuses))
    again = [status for status, subject in subjects if len(Pursuit(trial.clock, inbox, subject).attempts) > 1]
    trial.expect("RIO-RTY-002", not again, f"every 2xx was to deliver; attempts came again after {_listed(again)}")


@check("RIO-RTY-003", span_seconds=FIRST_RETRY_SECONDS)
def other_statuses_are_tried_again(trial: Trial) -> None:
    """An attempt that is answered 4xx or 5xx is followed by a retry."""
    account, inbox = Account(trial), trial.inbox()
    account.configure_from_zero(inbox)
    subjects = _one_command_each(account, inbox, FAILURES, then=200)
    _pass_first_retry(trial)
    account.arrived(inbox, 2 * len(FAILURES))
    ended = [status for status, subject in subjects if len(Pursuit(trial.clock, inbox, subject).attempts) < 2]  # noqa: PLR2004 - a retry
    if len(ended) == len(FAILURES) and _is_disabled(account):
        trial.unobservable("RIO-RTY-003", because=f"the webhook was disabled after {len(FAILURES)} failures")
        return
    trial.expect("RIO-RTY-003", not ended, f"a retry was to follow every 4xx and 5xx; none followed {_listed(ended)}")


@check("RIO-RTY-006", span_seconds=FIRST_RETRY_SECONDS)
def broken_connections_are_tried_again(trial: Trial) -> None:
    """An attempt whose connection is closed, reset or refused without an answer is followed by a retry."""
    account, inbox = Account(trial), trial.inbox()
    account.configure_from_zero(inbox)
    answers = (Drop(), Reset())
    door = trial.receiver.closed_door(inbox)
    refused = None
    if door is not None:
        account.configure(door.url)  # and no PUT after it, which may drop what is pending (RIO-RTY-020 c)
        refused = account.finish_one()
        if trial.clock.level in {TimeLevel.NONE, TimeLevel.DECLARED}:
            time.sleep(REFUSED_SECONDS)
        door.open()
    subjects = _one_command_each(account, inbox, answers, then=200, leaving_out=refused)
    _pass_first_retry(trial)
    wanted = 2 * len(answers) + (refused is not None)
    account.arrived(inbox, wanted)
    ended = [str(answer) for answer, subject in subjects if len(Pursuit(trial.clock, inbox, subject).attempts) < 2]  # noqa: PLR2004 - a retry
    if refused is not None and not Pursuit(trial.clock, inbox, refused).attempts:
        ended.append("refused")
    trial.expect(
        "RIO-RTY-006",
        not ended,
        f"a retry was to follow a connection that broke without an answer; none followed: {_listed(ended)}",
    )


@check("RIO-RTY-007", span_seconds=FIRST_RETRY_SECONDS)
def redirect_does_not_deliver(trial: Trial) -> None:
    """An answer with a 3xx status does not by itself deliver."""
    account, inbox, elsewhere = Account(trial), trial.inbox(), trial.inbox("elsewhere")
    account.configure_from_zero(inbox)
    answers = tuple(Redirect(elsewhere.url, status) for status in (301, 302, 307, 308))
    subjects = _one_command_each(account, inbox, answers, then=200)
    _pass_first_retry(trial)
    followed = len(elsewhere.arrivals)
    account.arrived(inbox, len(answers) if followed else 2 * len(answers))
    taken = [
        str(answer.status)
        for answer, subject in subjects
        if len(Pursuit(trial.clock, inbox, subject).attempts) < 2  # noqa: PLR2004 - a retry
    ]
    trial.expect(
        "RIO-RTY-007",
        followed >= len(taken),
        f"a redirect was to be followed, or to be a failure that is tried again; neither was so for {_listed(taken)}",
        reading="b" if followed else "a",
    )


def _one_command_each(
    account: Account, inbox: Inbox, answers: Sequence[Scripted], *, then: int, leaving_out: str | None = None
) -> list[tuple[Scripted, str]]:
    """Run a command for each answer; its first attempt is answered so, every later one with `then`.

    What comes about a command that is left out is answered with `then`, too.
    """
    order: dict[str | None, int] = {}

    def choose(subject: str | None, before: int) -> Answer | int:
        if subject is not None and subject == leaving_out:
            return then
        place = order.setdefault(subject, len(order))
        return answers[place] if before == 0 and place < len(answers) else then

    inbox.answer_by(choose)
    subjects = []
    for count, answer in enumerate(answers, start=1):
        command_id = account.submit()
        subjects.append((answer, command_id))
        account.followed(inbox, command_id, count=count)
    return subjects


def _pass_first_retry(trial: Trial) -> None:
    """Let time pass to where a retry would have come, and far beyond where that costs nothing."""
    trial.clock.pass_time(FIRST_RETRY_SECONDS + trial.clock.tolerance.late_seconds)
    if trial.clock.level in {TimeLevel.CONTROL, TimeLevel.STEPPED}:
        trial.clock.pass_time(FAR_BEYOND_SECONDS)
    trial.clock.settle()


def _is_disabled(account: Account) -> bool:
    return not account.config().get("is_active", True)


def _listed(values: Sequence[object]) -> str:
    return ", ".join(map(str, values))
