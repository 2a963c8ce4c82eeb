"""What becomes of a pending retry, and of commands that nobody was told of: open questions, every answer permitted."""

from contracts.attempts import Pursuit
from contracts.check import check
from contracts.checks.renderio.account import Account
from contracts.checks.renderio.schedule import FAILURE, FIRST_RETRY_SECONDS
from contracts.errors import NotObservable
from contracts.trial import Trial
from contracts.verdicts import TimeLevel


@check("RIO-RTY-020", span_seconds=FIRST_RETRY_SECONDS)
def retry_while_the_url_changes(trial: Trial) -> None:
    """Where a pending retry goes after a PUT with another URL."""
    account, before, after = Account(trial), trial.inbox("old URL"), trial.inbox("new URL")
    account.configure(before.url, "whsec_before")
    before.script(FAILURE, then=200)
    run = account.run(before)
    account.configure(after.url, "whsec_after")
    trial.clock.pass_time(FIRST_RETRY_SECONDS + trial.clock.tolerance.late_seconds)
    trial.clock.settle()
    after.wait_or_count(1, 0.0 if trial.clock.level is TimeLevel.CONTROL else 1.0)
    if Pursuit(trial.clock, after, run.command_id).attempts:
        trial.saw("RIO-RTY-020", "a", "the retry came to the new URL")
    elif len(Pursuit(trial.clock, before, run.command_id).attempts) > 1:
        trial.saw("RIO-RTY-020", "b", "the retry came to the old URL")
    else:
        trial.saw("RIO-RTY-020", "c", "no retry came")


@check("RIO-RTY-021", span_seconds=FIRST_RETRY_SECONDS)
def retry_while_the_webhook_is_disabled(trial: Trial) -> None:
    """What becomes of a pending retry at a DELETE."""
    account, inbox = Account(trial), trial.inbox()
    account.configure(inbox.url)
    inbox.script(FAILURE, then=200)
    pursuit = Pursuit(trial.clock, inbox, account.run(inbox).command_id)
    account.disable()
    trial.clock.pass_time(FIRST_RETRY_SECONDS + trial.clock.tolerance.late_seconds)
    trial.clock.settle()
    if len(pursuit.attempts) > 1:
        trial.saw("RIO-RTY-021", "b", "the retry came all the same")
    else:
        trial.saw("RIO-RTY-021", "a", "no retry came")


@check("RIO-DIS-010")
def commands_that_finished_while_inactive(trial: Trial) -> None:
    """Whether a command that finished while the webhook was disabled is delivered once it is active again."""
    account, inbox = Account(trial), trial.inbox()
    account.configure(inbox.url)
    account.disable()
    command_id = account.finish_one()
    account.configure(inbox.url)
    if not account.config().get("is_active"):
        raise NotObservable("the webhook is not active after the PUT")
    account.run(inbox)  # by when one that was kept back would have come, too
    if Pursuit(trial.clock, inbox, command_id).attempts:
        trial.saw("RIO-DIS-010", "b", "it was delivered after the PUT")
    else:
        trial.saw("RIO-DIS-010", "a", "it was not delivered")


@check("RIO-DIS-009", span_seconds=FIRST_RETRY_SECONDS)
def other_retries_when_the_webhook_is_disabled(trial: Trial) -> None:
    """What becomes of the pending retries of other messages when failures disable the webhook."""
    account, inbox = Account(trial), trial.inbox()
    account.configure(inbox.url)
    inbox.script(then=FAILURE)
    threshold = trial.api.policies["commandCompleted"].failure_threshold or 0
    for _ in range(threshold):
        account.finish_one()
    if account.config().get("is_active", True):
        because = f"{threshold} failed attempts of as many messages do not disable the webhook here (RIO-DIS-001)"
        trial.unobservable("RIO-DIS-009", because=because)
        return
    count = len(inbox.arrivals)
    trial.clock.pass_time(FIRST_RETRY_SECONDS + trial.clock.tolerance.late_seconds)
    trial.clock.settle()
    if len(inbox.arrivals) > count:
        trial.saw("RIO-DIS-009", "b", f"{len(inbox.arrivals) - count} retries came all the same")
    else:
        trial.saw("RIO-DIS-009", "a", "no retry came")
