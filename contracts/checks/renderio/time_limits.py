"""How long the receiver has to answer, and from when a wait is counted."""

from contracts.attempts import Pursuit, Wait, span
from contracts.check import check
from contracts.checks.renderio.account import Account
from contracts.checks.renderio.schedule import FAILURE, FIRST_RETRY_SECONDS, POLICY
from contracts.receiver import Hang, Inbox
from contracts.trial import Trial

TIMEOUT_SECONDS = POLICY.timeout_seconds
TRANSIT_SECONDS = 0.5
"""How long an answer of ours may be on its way, once it is sent."""

MARGIN_SECONDS = 1.5
"""How long before the time-out the kit answers, so that the answer is there in time over a network too."""


@check("RIO-RTY-004", span_seconds=TIMEOUT_SECONDS + 2 * FIRST_RETRY_SECONDS)
def silence_is_a_failure(trial: Trial) -> None:
    """An attempt without an answer within 15 seconds has failed and is followed by a retry."""
    account, inbox = Account(trial), trial.inbox()
    account.configure_from_zero(inbox)
    usual = _usual_wait(trial, account, inbox, 2)
    if usual is None:
        trial.unobservable("RIO-RTY-004", because="no retry follows a plain failure either")
        return
    inbox.script(Hang(), then=200)
    pursuit = Pursuit(trial.clock, inbox, account.run(inbox, count=len(inbox.arrivals) + 1).command_id)
    wait = pursuit.next_attempt(TIMEOUT_SECONDS + usual)
    inbox.release()
    trial.expect(
        "RIO-RTY-004",
        wait.seconds is not None and wait.seconds <= TIMEOUT_SECONDS + usual + trial.clock.tolerance.late_seconds,
        f"an attempt without an answer was to fail after {span(TIMEOUT_SECONDS)} and be tried again {span(usual)} "
        f"later, as after a plain failure; counted from its start, {wait}",
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
    trial.receiver.quiet(
        TRANSIT_SECONDS, 3 * TRANSIT_SECONDS
    )  # a clock that moves on at once would overtake the answer
    again = not pursuit.quiet_for(MARGIN_SECONDS + FIRST_RETRY_SECONDS + trial.clock.tolerance.late_seconds)
    trial.expect(
        "RIO-RTY-005",
        held and not again,
        f"an attempt that is answered 200 after {span(answered_seconds)} was to deliver; "
        + ("it was tried again" if held else "the connection was given up before"),
        evidence=[arrival.number for arrival in pursuit.attempts],
    )


@check("RIO-RTY-009", span_seconds=2 * sum(POLICY.delays_seconds[1:3]) + TIMEOUT_SECONDS)
def wait_counts_from_the_failure(trial: Trial) -> None:
    """The wait is measured from the failure of the attempt before it, also where that took its time."""
    account, inbox = Account(trial), trial.inbox()
    account.configure_from_zero(inbox)
    usual = _usual_wait(trial, account, inbox, 3)
    inbox.script(FAILURE, Hang(), then=200)
    pursuit = Pursuit(trial.clock, inbox, account.run(inbox, count=len(inbox.arrivals) + 1).command_id)
    if usual is None or len(pursuit.attempts) > 1 or pursuit.next_attempt(FIRST_RETRY_SECONDS).seconds is None:
        inbox.release()
        trial.unobservable("RIO-RTY-009", because="the attempts before did not come one after another")
        return
    trial.clock.pass_time(TIMEOUT_SECONDS + trial.clock.tolerance.late_seconds)
    still_held = not inbox.let_go_within(TRANSIT_SECONDS)
    wait = pursuit.next_attempt(TIMEOUT_SECONDS + usual)
    inbox.release()
    _judge_origin(trial, wait, usual, still_held=still_held)


def _judge_origin(trial: Trial, wait: Wait, usual: float, *, still_held: bool) -> None:
    tolerance = trial.clock.tolerance
    from_failure, from_start = wait.fits(TIMEOUT_SECONDS + usual, tolerance), wait.fits(usual, tolerance)
    if wait.arrival is None:
        trial.unobservable("RIO-RTY-009", because=f"the third attempt: {wait}")
    elif from_failure or from_start:
        trial.passed(
            "RIO-RTY-009",
            because=f"{span(usual)} are usual; {wait}, the attempt before having failed after {span(TIMEOUT_SECONDS)}",
            reading="a" if from_failure else "b",
            evidence=[wait.arrival.number],
        )
    elif still_held or usual < (wait.seconds or 0) < TIMEOUT_SECONDS + usual:
        because = f"the attempt before did not fail after {span(TIMEOUT_SECONDS)}, so its failure is not known"
        trial.unobservable("RIO-RTY-009", because=because)
    else:
        trial.failed(
            "RIO-RTY-009",
            f"{span(usual)}, as after a plain failure, were to pass from the failure of the attempt before, "
            f"{span(TIMEOUT_SECONDS)} after its start, or from its start; counted from there, {wait}",
            evidence=[wait.arrival.number],
        )


def _usual_wait(trial: Trial, account: Account, inbox: Inbox, row: int) -> float | None:
    """How long this target waits before attempt `row` of a message where every failure is instant."""
    inbox.script(then=FAILURE)
    pursuit = Pursuit(trial.clock, inbox, account.run(inbox, count=len(inbox.arrivals) + 1).command_id)
    seconds: float | None = None
    for delay in POLICY.delays_seconds[1:row]:
        wait = pursuit.next_attempt(delay)
        if wait.seconds is not None and wait.seconds < trial.clock.tolerance.early_seconds:
            wait = pursuit.next_attempt(delay)  # rows are retries (RIO-RTY-008 b): the first of them is immediate
        seconds = delay if wait.fits(delay, trial.clock.tolerance) else wait.seconds
    account.configure(inbox.url)  # the count of failures need not grow further
    return seconds
