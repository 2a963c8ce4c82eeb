"""What becomes of deliveries when the configuration is replaced or disabled."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from contracts.attempts import Pursuit
from contracts.check import check
from contracts.checks.renderio.account import Account
from contracts.receiver import Inbox
from contracts.trial import Trial
from contracts.verdicts import TimeLevel

QUERY = "channel=renders&part=2"

OPTIONAL_SECONDS = 5.0
"""How long, in real time, to wait for a delivery that may or may not be made."""


@check("RIO-CFG-002", "RIO-CFG-011", "RIO-CFG-012")
def url_is_used_and_replaced(trial: Trial) -> None:
    """Deliveries go to the URL that GET shows, as it was configured; a second PUT replaces it."""
    account, first, second = Account(trial), trial.inbox("first URL"), trial.inbox("second URL")
    url = f"{first.url}?{QUERY}"
    account.configure(url)
    actives = [_judge_shown(trial, account, url)]
    arrival = account.run(first).arrivals[0]
    came_to = arrival.path.partition("?")[2]
    trial.expect(
        "RIO-CFG-011",
        came_to == QUERY,
        f"the delivery was to go to the URL as it was configured, with the query {QUERY}; its query was {came_to!r}",
        evidence=[arrival.number],
    )
    actives.append(account.config().get("is_active"))
    account.configure(second.url)
    config = account.config()
    actives.append(config.get("is_active"))
    _judge_replaced(trial, account, (first, second), shown=config.get("url"), before=url)
    trial.expect(
        "RIO-CFG-012",
        all(actives),
        f"is_active was to be true after a PUT, after a success, and after another PUT; it was {actives}",
    )


def _judge_shown(trial: Trial, account: Account, url: str) -> object:
    """Judge the URL that GET shows after a first PUT; is_active beside it."""
    config = account.config()
    trial.require("RIO-CFG-001", config.get("configured"), "GET was to answer configured true after a PUT")
    because = f"GET was to show the URL as it was configured, {url}, and shows {config.get('url')!r}"
    trial.expect("RIO-CFG-011", config.get("url") == url, because)
    return config.get("is_active")


def _judge_replaced(
    trial: Trial, account: Account, inboxes: tuple[Inbox, Inbox], *, shown: object, before: str
) -> None:
    first, second = inboxes
    command_id = account.finish_one()
    came = account.arrived(second, 1)
    if not came and not Pursuit(trial.clock, first, command_id).attempts:
        account.followed(second, command_id)  # ends the check: it was not delivered at all, or late
    trial.expect(
        "RIO-CFG-002",
        came and shown != before,
        f"after a PUT with another URL, GET was to show it and deliveries to go there; GET shows {shown!r}, and the "
        f"delivery went to the {'second' if came else 'first'} URL",
    )
    if shown not in {before, second.url}:
        trial.failed("RIO-CFG-011", f"GET was to show the URL as it was configured, {second.url}, and shows {shown!r}")


@check("RIO-CFG-015", "RIO-CFG-016", "RIO-CFG-017", "RIO-CFG-018", "RIO-WHK-018")
def delete_disables(trial: Trial) -> None:
    """After a DELETE nothing is delivered to the webhook, whose configuration is retained."""
    account, inbox, own = Account(trial), trial.inbox(), trial.inbox("own URL")
    account.configure(inbox.url)
    account.run(inbox)
    before = account.config()
    response = account.disable()
    trial.passed("RIO-CFG-015", evidence=[response.evidence])
    config = account.config()
    command_id = account.finish_one()
    own_id = account.finish_one(account.body(webhook_url=own.url))
    _judge_own(trial, own, own_id)
    account.nothing_more(inbox, 1)
    delivered = Pursuit(trial.clock, inbox, command_id).attempts
    trial.expect(
        "RIO-CFG-016",
        not delivered,
        "a command that finished after the DELETE was not to be delivered to the webhook, and was",
        evidence=[response.evidence, *(arrival.number for arrival in delivered)],
    )
    _judge_retained(trial, config, before.get("url"), is_delivered=bool(delivered))


def _judge_own(trial: Trial, own: Inbox, command_id: str) -> None:
    controlled = trial.clock.level is TimeLevel.CONTROL
    own.wait_or_count(1, 1.0 if controlled else min(OPTIONAL_SECONDS, trial.patience_seconds))
    delivered = Pursuit(trial.clock, own, command_id).attempts
    trial.saw("RIO-WHK-018", "a" if delivered else "b", evidence=[arrival.number for arrival in delivered])


def _judge_retained(trial: Trial, config: Mapping[str, Any], url: object, *, is_delivered: bool) -> None:
    if not config["configured"]:
        trial.passed("RIO-CFG-017", reading="b", because="GET answers configured false")
        trial.unobservable("RIO-CFG-018", because="GET shows no configuration after a DELETE (RIO-CFG-017 b)")
        return
    if config["is_active"] and is_delivered:
        trial.unobservable("RIO-CFG-017", "RIO-CFG-018", because="the DELETE had no effect (RIO-CFG-016)")
        return
    trial.expect(
        "RIO-CFG-017",
        config["url"] == url and not config["is_active"],
        f"GET was to show {url} with is_active false after a DELETE, and shows {config['url']!r} with is_active "
        f"{config['is_active']}",
        reading="a",
    )
    if config["disabled_at"] is None:
        trial.saw("RIO-CFG-018", "a")
    elif is_timestamp(config["disabled_at"]):
        trial.saw("RIO-CFG-018", "b", f"it is {config['disabled_at']}")


def is_timestamp(text: str) -> bool:
    """Whether a text is an ISO 8601 timestamp."""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
