"""The count of failures in a row: what makes it grow, and what sets it back."""

from contracts.attempts import Pursuit, span
from contracts.check import check
from contracts.checks.renderio.account import Account
from contracts.checks.renderio.schedule import FAILURE, FIRST_RETRY_SECONDS, POLICY
from contracts.receiver import Inbox
from contracts.trial import Trial


@check("RIO-DIS-001", "RIO-DIS-002", "RIO-DIS-007", span_seconds=FIRST_RETRY_SECONDS)
def failures_are_counted(trial: Trial) -> None:
    """The count begins at 0, grows by 1 with each failure, and goes back to 0 with a success; nothing is disabled."""
    account, inbox = Account(trial), trial.inbox()
    if trial.untouched:
        account.configure(inbox.url)
    else:
        account.configure_from_zero(inbox)
    at_first = _count(trial, account, expected=0)
    inbox.script(then=FAILURE)
    pursuit = Pursuit(trial.clock, inbox, account.run(inbox, count=len(inbox.arrivals) + 1).command_id)
    counts = [_count(trial, account, expected=1)]
    # Where rows are retries (RIO-RTY-008 b) the second attempt is there already.
    while len(pursuit.attempts) < 2 and pursuit.next_attempt(FIRST_RETRY_SECONDS).seconds is not None:  # noqa: PLR2004 - a retry
        counts.append(_count(trial, account, expected=counts[-1] + 1))
    _judge_growth(trial, at_first, counts, failures=len(pursuit.attempts))
    _see_scope(trial, account, before=counts[-1])
    _judge_reset(trial, account, inbox)


def _judge_growth(trial: Trial, at_first: int, counts: list[int], *, failures: int) -> None:
    seen = ", ".join(map(str, counts))
    by_attempt = list(range(failures - len(counts) + 1, failures + 1))
    if at_first == 0 and not any(counts):
        trial.passed("RIO-DIS-001", reading="b", because="failed attempts did not count while retries were to come")
        return
    trial.expect(
        "RIO-DIS-001",
        at_first == 0 and counts == by_attempt,
        f"the count was to begin at 0 and to grow by 1 with each failure: {', '.join(map(str, by_attempt))}; "
        f"it began at {at_first}, and was {seen}",
    )


def _see_scope(trial: Trial, account: Account, *, before: int) -> None:
    """Whether the failure of another message adds to the count."""
    if before:
        account.finish_one()
        after = _count(trial, account, expected=before + 1)
        reading = "a" if after == before + 1 else "c"
        trial.saw("RIO-DIS-001", reading, f"the failure of another message made {after} of {before}")


def _judge_reset(trial: Trial, account: Account, inbox: Inbox) -> None:
    before = int(account.config().get("consecutive_failures", 0))
    inbox.script(then=200)
    if before == 0:
        if not trial.clock.reaches(POLICY.span_seconds):
            because = f"the count was 0 before, and it would take {span(POLICY.span_seconds)} to make it grow"
            trial.unobservable("RIO-DIS-002", because=because)
            return
        inbox.script(then=FAILURE)
        trial.clock.pass_time(POLICY.span_seconds + len(POLICY.delays_seconds))
        trial.clock.settle()
        inbox.script(then=200)
        before = _count(trial, account, expected=1)
    already = len(inbox.arrivals)
    account.finish_one()
    account.arrived(inbox, already + 1)
    after = _count(trial, account, expected=0)
    if before == 0:
        trial.unobservable("RIO-DIS-002", because="the count never left 0, so nothing could set it back")
    else:
        because = f"a successful delivery was to set the count back to 0; it was {before} before and {after} after"
        trial.expect("RIO-DIS-002", after == 0, because)


def _count(trial: Trial, account: Account, *, expected: int) -> int:
    """The count, while the webhook must be active: disabled_at is null then (RIO-DIS-007)."""
    config = account.config_once(lambda config: config.get("consecutive_failures") == expected)
    if config.get("is_active"):
        disabled_at = config["disabled_at"]
        trial.expect(
            "RIO-DIS-007", disabled_at is None, f"disabled_at was to be null while active, and was {disabled_at!r}"
        )
    else:
        trial.unobservable("RIO-DIS-007", because="the webhook was not active")
    return int(config.get("consecutive_failures", 0))


@check("RIO-DIS-015")
def put_while_failures_are_counted(trial: Trial) -> None:
    """Whether a PUT on an active webhook sets its count of failures to 0."""
    account, inbox = Account(trial), trial.inbox()
    account.configure(inbox.url)
    inbox.script(then=FAILURE)
    account.run(inbox)
    before = account.config_once(lambda config: bool(config.get("consecutive_failures"))).get("consecutive_failures", 0)
    account.configure(inbox.url)
    after = account.config().get("consecutive_failures", 0)
    inbox.script(then=200)
    if before == 0:
        trial.unobservable("RIO-DIS-015", because="a failed attempt did not make the count grow (RIO-DIS-001 b)")
    elif after == 0:
        trial.saw("RIO-DIS-015", "a", f"the count was {before} before the PUT and 0 after it")
    else:
        trial.saw("RIO-DIS-015", "b", f"the count was {before} before the PUT and {after} after it")
