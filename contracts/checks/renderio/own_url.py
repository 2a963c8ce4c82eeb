"""Deliveries to a command's own webhook_url."""

from contracts.attempts import Pursuit
from contracts.check import check
from contracts.checks.renderio.account import Account
from contracts.checks.renderio.material import plain_secret
from contracts.checks.renderio.schedule import FAILURE, FIRST_RETRY_SECONDS, POLICY
from contracts.checks.renderio.signing import flaws
from contracts.receiver import Inbox
from contracts.record import Arrival
from contracts.trial import Trial
from contracts.verdicts import TimeLevel

SHOWN = ("configured", "url", "is_active", "consecutive_failures")


@check("RIO-WHK-012", "RIO-WHK-013", "RIO-WHK-014", "RIO-SIG-011")
def own_url_overrides(trial: Trial) -> None:
    """A command's webhook_url takes the place of the configured webhook, for this command alone."""
    account, inbox, own = Account(trial), trial.inbox("configured URL"), trial.inbox("own URL")
    secret = plain_secret(trial.random)
    account.configure(inbox.url, secret)
    account.run(inbox)
    before = account.config()
    own_id = account.finish_one(account.body(webhook_url=own.url))
    account.arrived(own, 1)
    if not _attempts(trial, own, own_id) and not _attempts(trial, inbox, own_id):
        account.followed(own, own_id, stands_on="RIO-WHK-012")  # ends the check: not delivered at all, or late
    at_own = _attempts(trial, own, own_id)
    trial.expect("RIO-WHK-012", at_own, "a command with a webhook_url was to be delivered there, and was not")
    after = account.config()
    other_id = account.finish_one()
    account.arrived(inbox, 2)
    if not _attempts(trial, inbox, other_id) and not _attempts(trial, own, other_id):
        account.rule_lateness_out(inbox, len(inbox.arrivals) + 1)
        third_id = account.finish_one()
        account.arrived(inbox, len(inbox.arrivals) + 1)
        because = "every command was to be delivered to the configured webhook, and only some of them were"
        trial.require("RIO-WHK-011", not _attempts(trial, inbox, third_id), because)
    changed = [name for name in SHOWN if before.get(name) != after.get(name)]
    trial.expect(
        "RIO-WHK-014",
        _attempts(trial, inbox, other_id) and not _attempts(trial, own, other_id) and not changed,
        "another command was to be delivered to the configured webhook alone, whose configuration was to be "
        f"unchanged; it came to {_places(trial, other_id, inbox, own)}; {', '.join(changed) or 'nothing'} changed",
    )
    if at_own:
        at_inbox = _attempts(trial, inbox, own_id)
        because = "a command with a webhook_url was not to be delivered to the configured webhook as well, and was"
        trial.expect("RIO-WHK-013", not at_inbox, because, evidence=[arrival.number for arrival in at_inbox])
        _judge_signature(trial, at_own[0], secret)
    else:
        because = "the command was not delivered to its webhook_url"
        trial.unobservable("RIO-WHK-013", "RIO-SIG-011", because=because)


def _judge_signature(trial: Trial, arrival: Arrival, secret: str) -> None:
    value = arrival.header(POLICY.signature.header)
    if value is None:
        trial.saw("RIO-SIG-011", "b", evidence=[arrival.number])
    elif not flaws(POLICY.signature, value, secret, arrival.body):
        trial.saw("RIO-SIG-011", "a", evidence=[arrival.number])


@check("RIO-WHK-015", untouched=True)
def own_url_needs_no_configuration(trial: Trial) -> None:
    """A command with a webhook_url is delivered on an account that has no configured webhook."""
    account, own = Account(trial), trial.inbox("own URL")
    if not trial.untouched and account.config().get("configured"):
        trial.unobservable("RIO-WHK-015", because="the account has a configuration")
        return
    own_id = account.finish_one(account.body(webhook_url=own.url))
    if not account.arrived(own, 1):
        account.rule_lateness_out(own, 1)
        inbox = trial.inbox("configured URL")
        account.configure(inbox.url)
        with_configuration = account.finish_one(account.body(webhook_url=own.url))
        account.arrived(own, 1)
        because = "a command with a webhook_url was to be delivered there, and was not, with a configuration either"
        trial.require("RIO-WHK-012", _attempts(trial, own, with_configuration), because)
    trial.expect(
        "RIO-WHK-015",
        _attempts(trial, own, own_id),
        "a command with a webhook_url was to be delivered on an account without a configuration, and was not",
    )


@check("RIO-WHK-016", "RIO-WHK-017", span_seconds=FIRST_RETRY_SECONDS)
def own_url_fails(trial: Trial) -> None:
    """Whether a failed delivery to a webhook_url is tried again, and whether it counts on the account."""
    account, inbox, own = Account(trial), trial.inbox("configured URL"), trial.inbox("own URL")
    account.configure(inbox.url)
    inbox.script(FAILURE, then=200)
    account.run(inbox)
    before = int(account.config().get("consecutive_failures", 0))
    own.script(FAILURE, then=200)
    own_id = account.submit(account.body(webhook_url=own.url))
    account.followed(own, own_id, stands_on="RIO-WHK-012")
    after = int(account.config().get("consecutive_failures", 0))
    failed = 1
    if before == 0:
        because = "the count was 0 after a failed attempt at the configured URL, so it shows nothing about others"
        trial.unobservable("RIO-WHK-017", because=because)
    elif after == before:
        trial.saw("RIO-WHK-017", "a", f"the count stayed at {before}")
    elif after == before + failed:
        trial.saw("RIO-WHK-017", "b", f"the count went from {before} to {after}")
    trial.clock.pass_time(FIRST_RETRY_SECONDS + trial.clock.tolerance.late_seconds)
    trial.clock.settle()
    own.wait_or_count(failed + 1, 0.0 if trial.clock.level is TimeLevel.CONTROL else 1.0)
    retries = _attempts(trial, own, own_id)[failed:]
    trial.saw("RIO-WHK-016", "a" if retries else "b", evidence=[arrival.number for arrival in retries])


def _attempts(trial: Trial, inbox: Inbox, command_id: str) -> list[Arrival]:
    return list(Pursuit(trial.clock, inbox, command_id).attempts)


def _places(trial: Trial, command_id: str, *inboxes: Inbox) -> str:
    return " and ".join(f"the {inbox.name}" for inbox in inboxes if _attempts(trial, inbox, command_id)) or "none"
