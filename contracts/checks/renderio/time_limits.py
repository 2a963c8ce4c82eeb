"""How long the receiver has to answer, and from when a wait is counted."""

import time

from contracts.attempts import Pursuit, span
from contracts.check import check
from contracts.checks.renderio.account import Account
from contracts.checks.renderio.schedule import FAILURE, FIRST_RETRY_SECONDS, POLICY
from contracts.receiver import Hang
from contracts.trial import Trial

TIMEOUT_SECONDS = POLICY.timeout_seconds
TRANSIT_SECONDS = 0.5
"""How long an answer of ours may be on its way."""

MARGIN_SECONDS = 1.5
"""How long before the time-out the kit answers, so that the answer is there in time over a network too."""


@check("RIO-RTY-004", span_seconds=TIMEOUT_SECONDS + FIRST_RETRY_SECONDS)
def silence_is_a_failure(trial: Trial) -> None:
    """An attempt without an answer within 15 seconds has failed and is followed by a retry."""
    account, inbox = Account(trial), trial.inbox()
    account.configure(inbox.url)
    inbox.script(Hang(), then=200)
    pursuit = Pursuit(trial.clock, inbox, account.run(inbox).command_id)
    tolerance = trial.clock.tolerance
    # Through the time-out first: a clock that moves past it and past the retry at once could not tell the two apart.
    trial.clock.pass_time(TIMEOUT_SECONDS + tolerance.late_seconds)
    wait = pursuit.next_attempt(FIRST_RETRY_SECONDS, since_seconds=TIMEOUT_SECONDS)
    inbox.release()
    latest = FIRST_RETRY_SECONDS + tolerance.late_seconds
    trial.expect(
        "RIO-RTY-004",
        wait.seconds is not None and wait.seconds <= latest,
        f"an attempt without an answer was to fail after {span(TIMEOUT_SECONDS)} and be tried again "
        f"{span(FIRST_RETRY_SECONDS)} later at the latest; counted from the time-out, {wait}",
        evidence=[arrival.number for arrival in pursuit.attempts],
    )


@check("RIO-RTY-005", span_seconds=TIMEOUT_SECONDS + FIRST_RETRY_SECONDS)
def late_answer_still_delivers(trial: Trial) -> None:
    """An attempt that is answered 200 shortly before the 15 seconds are over delivers."""
    account, inbox = Account(trial), trial.inbox()
    account.configure(inbox.url)
    inbox.script(Hang(), then=200)
    pursuit = Pursuit(trial.clock, inbox, account.run(inbox).command_id)
    answered_seconds = TIMEOUT_SECONDS - MARGIN_SECONDS
    trial.clock.pass_time(answered_seconds)
    held = inbox.holding
    inbox.release(200)
    time.sleep(TRANSIT_SECONDS)  # a clock that moves on at once would overtake the answer
    again = not pursuit.quiet_for(MARGIN_SECONDS + FIRST_RETRY_SECONDS + trial.clock.tolerance.late_seconds)
    trial.expect(
        "RIO-RTY-005",
        held and not again,
        f"an attempt that is answered 200 after {span(answered_seconds)} was to deliver; "
        + ("it was tried again" if held else "the connection was given up before"),
        evidence=[arrival.number for arrival in pursuit.attempts],
    )


@check("RIO-RTY-009", span_seconds=sum(POLICY.delays_seconds[1:3]) + TIMEOUT_SECONDS)
def wait_counts_from_the_failure(trial: Trial) -> None:
    """The wait is measured from the failure of the attempt before it, also where that took its time."""
    account, inbox = Account(trial), trial.inbox()
    account.configure(inbox.url)
    inbox.script(FAILURE, Hang(), then=200)
    pursuit = Pursuit(trial.clock, inbox, account.run(inbox).command_id)
    delay = POLICY.delays_seconds[2]
    if len(pursuit.attempts) > 1 or pursuit.next_attempt(FIRST_RETRY_SECONDS).seconds is None:
        inbox.release()
        trial.unobservable("RIO-RTY-009", because="the second attempt was not made after its wait")
        return
    tolerance = trial.clock.tolerance
    trial.clock.pass_time(TIMEOUT_SECONDS + tolerance.late_seconds)
    # From the start of the attempt that stayed without an answer; the two readings are 15 seconds apart.
    wait = pursuit.next_attempt(delay)
    if wait.seconds is None:
        wait = pursuit.next_attempt(delay, since_seconds=TIMEOUT_SECONDS)
    inbox.release()
    seconds = None if wait.arrival is None else (wait.seconds or 0.0)
    if seconds is None:
        trial.unobservable("RIO-RTY-009", because=f"no third attempt came: {wait}")
    else:
        _judge(trial, seconds, delay, wait.arrival.number if wait.arrival else 0)


def _judge(trial: Trial, seconds: float, delay: float, evidence: int) -> None:
    tolerance = trial.clock.tolerance

    def near(expected: float) -> bool:
        return expected - tolerance.early_seconds <= seconds <= expected + tolerance.late_seconds

    from_failure, from_start = near(TIMEOUT_SECONDS + delay), near(delay)
    trial.expect(
        "RIO-RTY-009",
        from_failure or from_start,
        f"{span(delay)} were to pass from the failure of the attempt before, {span(TIMEOUT_SECONDS)} after its start, "
        f"or from its start; it came {span(seconds)} after its start",
        reading="a" if from_failure else "b",
        evidence=[evidence],
    )
