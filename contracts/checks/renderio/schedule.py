"""The retry schedule: when each attempt is made, and that the last one is the last."""

from collections.abc import Sequence
from itertools import pairwise

from contracts.attempts import Pursuit, Wait, between, span
from contracts.check import check
from contracts.checks.renderio.account import Account
from contracts.documents import load_api
from contracts.policy import DeliveryPolicy
from contracts.record import Arrival
from contracts.trial import Trial

WEBHOOK = "commandCompleted"
POLICY: DeliveryPolicy = load_api("renderio").policies[WEBHOOK]

ROWS = tuple(f"RIO-RTY-{10 + row:03}" for row in range(1, len(POLICY.delays_seconds) + 1))
"""The requirement of each row of the schedule, the first one being `Immediate`."""

FIRST_RETRY_SECONDS = POLICY.delays_seconds[1]
FAILURE = 503


@check("RIO-RTY-011")
def first_attempt_is_made_at_once(trial: Trial) -> None:
    """The first attempt is made as soon as the command is over."""
    account, inbox = Account(trial), trial.inbox()
    account.configure(inbox.url)
    run = account.run(inbox)  # ends the check, with RIO-RTY-011 recorded, where it comes late
    trial.passed("RIO-RTY-011", evidence=[run.arrivals[0].number])


@check(ROWS[1], span_seconds=FIRST_RETRY_SECONDS)
def second_attempt_follows_in_five_seconds(trial: Trial) -> None:
    """The second attempt is made 5 seconds after the first has failed."""
    account, inbox = Account(trial), trial.inbox()
    account.configure_from_zero(inbox)
    inbox.script(then=FAILURE)
    pursuit = Pursuit(trial.clock, inbox, account.run(inbox).command_id)
    if len(pursuit.attempts) > 1:  # rows are retries (reading b of RIO-RTY-008): the second follows immediately
        _expect_wait(trial, 2, pursuit.next_attempt(FIRST_RETRY_SECONDS), pursuit.attempts)
    else:
        wait = pursuit.next_attempt(FIRST_RETRY_SECONDS)
        if wait.seconds is not None and wait.seconds < trial.clock.tolerance.early_seconds:
            wait = pursuit.next_attempt(FIRST_RETRY_SECONDS)
        _expect_wait(trial, 2, wait, pursuit.attempts)
    inbox.script(then=200)


@check("RIO-RTY-008", "RIO-RTY-010", *ROWS[1:], "RIO-RTY-019", span_seconds=POLICY.span_seconds)
def whole_schedule_is_kept(trial: Trial) -> None:
    """Every attempt of a message that nobody takes is made at its moment, and none after the last."""
    account, inbox = Account(trial), trial.inbox()
    account.configure_from_zero(inbox)
    inbox.script(then=FAILURE)
    pursuit = Pursuit(trial.clock, inbox, account.run(inbox).command_id)
    delays = list(POLICY.delays_seconds[1:])
    waits: list[Wait] = []
    rows_are_retries = _second_is_immediate(trial, pursuit)
    for row, delay in enumerate(delays, start=2):
        wait = pursuit.next_attempt(delay)
        if wait.seconds is None and not account.config().get("is_active"):
            because = f"the webhook was disabled before attempt {row}"
            trial.unobservable(*ROWS[row - 1 :], because=because)
            break
        _expect_wait(trial, row, wait, pursuit.attempts)
        if wait.seconds is None:
            unseen = ROWS[row:]
            trial.unobservable(*unseen, because=f"attempt {row} did not come, so there is nothing to wait after")
            break
        waits.append(wait)
    _judge_order(trial, waits)
    if len(waits) == len(delays):
        _judge_end(trial, pursuit, rows_are_retries=rows_are_retries)
    else:
        trial.unobservable("RIO-RTY-008", "RIO-RTY-019", because="not every attempt of the schedule was made")


def _second_is_immediate(trial: Trial, pursuit: Pursuit) -> bool:
    """Whether a second request came with no wait at all: the rows may then be meant as retries."""
    attempts = pursuit.attempts
    return len(attempts) > 1 and between(attempts[0], attempts[1]) < trial.clock.tolerance.early_seconds


def _expect_wait(trial: Trial, row: int, wait: Wait, attempts: Sequence[Arrival]) -> None:
    documented = POLICY.delays_seconds[row - 1]
    trial.expect(
        ROWS[row - 1],
        wait.fits(documented, trial.clock.tolerance),
        f"attempt {row} was to come {span(documented)} after the failure of attempt {row - 1}; {wait}",
        evidence=[arrival.number for arrival in attempts[-2:]],
    )


def _judge_order(trial: Trial, waits: Sequence[Wait]) -> None:
    seconds = [wait.seconds for wait in waits if wait.seconds is not None]
    slack = trial.clock.tolerance.early_seconds + trial.clock.tolerance.late_seconds
    shorter = [
        f"{span(later)} after {span(earlier)}" for earlier, later in pairwise(seconds) if later < earlier - slack
    ]
    if len(seconds) < 2:  # noqa: PLR2004 - two waits make an order
        trial.unobservable("RIO-RTY-010", because="fewer than two waits were seen")
    else:
        trial.expect("RIO-RTY-010", not shorter, f"the waits were never to get shorter: {'; '.join(shorter)}")


def _judge_end(trial: Trial, pursuit: Pursuit, *, rows_are_retries: bool) -> None:
    expected = len(POLICY.delays_seconds) + rows_are_retries
    reading = "b" if rows_are_retries else "a"
    seen = len(pursuit.attempts)
    trial.expect(
        "RIO-RTY-008",
        seen == expected,
        f"the rows were to be numbered attempts, {expected} requests in all; {seen} came",
        reading=reading,
    )
    quiet = pursuit.quiet_for(3 * POLICY.delays_seconds[-1])
    trial.expect(
        "RIO-RTY-019",
        quiet,
        f"no attempt was to follow the last one of the schedule; {len(pursuit.attempts) - seen} came later",
    )
