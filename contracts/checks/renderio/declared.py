"""What the target's own log of attempts says of waits that are too long to be waited for."""

from datetime import timedelta

from contracts.attempts import Pursuit, span
from contracts.check import check
from contracts.checks.renderio.account import Account
from contracts.checks.renderio.schedule import FAILURE, FIRST_RETRY_SECONDS, POLICY, ROWS
from contracts.clocks import DeclaredAttempt, DeclaredClock
from contracts.errors import NotObservable
from contracts.trial import Trial


@check(ROWS[1], ROWS[2], span_seconds=FIRST_RETRY_SECONDS)
def log_names_the_next_attempts(trial: Trial) -> None:
    """By the target's own log, the second and the third attempt are due at their moments."""
    clock = trial.clock
    if not isinstance(clock, DeclaredClock):
        raise NotObservable("it takes a target in real time with a log of its attempts (capability deliveries)")
    account, inbox = Account(trial), trial.inbox()
    account.configure(inbox.url)
    inbox.script(then=FAILURE)
    pursuit = Pursuit(clock, inbox, account.run(inbox).command_id)
    for row, requirement in enumerate(ROWS[1:3], start=2):
        # Where rows are retries (RIO-RTY-008 b), the second attempt is there at once, and the log is one row behind.
        logged = _last(account, clock, pursuit)
        if logged is None or logged.next_attempt_at is None or logged.finished_at is None:
            trial.unobservable(*ROWS[row - 1 : 3], because=f"the log names no next attempt after {row - 1}")
            break
        documented = timedelta(seconds=POLICY.delays_seconds[row - 1])
        declared = logged.next_attempt_at - logged.finished_at
        slack = timedelta(seconds=clock.tolerance.early_seconds)
        from_start = logged.next_attempt_at - logged.started_at  # the other reading of RIO-RTY-009
        behind = timedelta(seconds=POLICY.delays_seconds[row - 2]) if len(pursuit.attempts) >= row else documented
        trial.expect(
            requirement,
            any(abs(wait - due) <= slack for wait in (declared, from_start) for due in (documented, behind)),
            f"attempt {row} was to come {span(documented.total_seconds())} after the failure of attempt {row - 1}; "
            f"the target's log says {span(declared.total_seconds())}",
        )
        if row == 2 and pursuit.next_attempt(FIRST_RETRY_SECONDS).seconds is None:  # noqa: PLR2004 - the first retry
            trial.unobservable(ROWS[2], because="the second attempt did not come")
            break
    inbox.script(then=200)


def _last(account: Account, clock: DeclaredClock, pursuit: Pursuit) -> DeclaredAttempt | None:
    """The last attempt that the log holds, once it holds as many as have come and says what follows."""
    last: DeclaredAttempt | None = None

    def complete(_: object) -> bool:
        nonlocal last
        logged = clock.declared_attempts(pursuit.subject)
        last = logged[-1] if logged else None
        return len(logged) >= len(pursuit.attempts) and last is not None and last.next_attempt_at is not None

    account.config_once(complete)
    return last
