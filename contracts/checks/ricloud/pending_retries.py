"""EVT: what becomes of a retry that is pending when its config changes: open questions, every answer permitted."""

from contracts.check import check
from contracts.checks.ricloud.addressing import FAILURE, retire
from contracts.checks.ricloud.choosing import Chooser, Occurrence
from contracts.checks.ricloud.delivery import EVENT_POLICY
from contracts.trial import Trial


@check("RCL-EVT-019", span_seconds=EVENT_POLICY.span_seconds)
def retry_while_the_url_changes(trial: Trial) -> None:
    """Where a pending retry goes after an update of the url."""
    with Chooser(trial) as account:
        account.require_events()
        before, after = trial.inbox("earlier URL"), trial.inbox("later URL")
        config = account.in_use(before)
        before.script(FAILURE, then=200)
        _, occurrence = account.happen(before)
        account.first_attempt(occurrence)
        moved = Occurrence(trial.clock, after)
        account.update(config["id"], url=after.url)
        account.becomes(config["id"], "valid")
        came_again = account.next_attempt(occurrence, EVENT_POLICY.delays_seconds[1])
        if moved.attempts:
            trial.saw("RCL-EVT-019", "a", "the retry came to the later URL")
        elif came_again or account.can_move_time:
            trial.saw("RCL-EVT-019", "b" if came_again else "c")


@check("RCL-EVT-020", span_seconds=EVENT_POLICY.span_seconds)
def retry_while_the_config_is_deactivated(trial: Trial) -> None:
    """What becomes of a pending retry when its config is deactivated."""
    with Chooser(trial) as account:
        account.require_events()
        inbox = trial.inbox()
        config = account.in_use(inbox)
        inbox.script(FAILURE, then=200)
        _, occurrence = account.happen(inbox)
        account.first_attempt(occurrence)
        retire(account, config)
        came_again = account.next_attempt(occurrence, EVENT_POLICY.delays_seconds[1])
        if came_again or account.can_move_time:
            trial.saw("RCL-EVT-020", "b" if came_again else "a")
