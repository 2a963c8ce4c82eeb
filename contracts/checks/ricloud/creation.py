"""CFG: what a creation makes, and how it is retrieved."""

from collections.abc import Sequence
from typing import Any

from contracts.check import check
from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.calls import is_refusal, is_success
from contracts.checks.ricloud.causes import is_of_special_kind
from contracts.client import Response
from contracts.trial import Trial

CREATED, OK = 201, 200
NO_URLS = ("not a url", "/webhooks/")
OWN_SECRET, OWN_ID = "a-secret-of-the-caller", 987654321


@check("RCL-CFG-001", "RCL-CFG-006", "RCL-CFG-007", "RCL-CFG-018")
def a_creation_makes_a_config(trial: Trial) -> None:
    """POST with a url creates a config with a secret of its own, which can be retrieved from then on."""
    with Account(trial) as account:
        inbox, other = trial.inbox(), trial.inbox("another URL")
        first = account.creation(inbox.url)
        configs = [first.object(), account.create(inbox.url), account.create(other.url)]
        for config in configs:
            account.retrieve(config["id"])  # ends the check where it is not answered with it
        trial.passed("RCL-CFG-018")
        trial.passed("RCL-CFG-001", reading={CREATED: "a", OK: "b"}.get(first.status), evidence=[first.evidence])
        _judge_secrets(trial, [config.get("secret") for config in configs])


def _judge_secrets(trial: Trial, secrets: Sequence[object]) -> None:
    """Judge the secrets of three configs, of which the first two have the same URL."""
    wrong = [secret for secret in secrets if not (isinstance(secret, str) and secret)]
    because = f"every creation was to be answered with a secret, a non-empty string; there was {wrong}"
    if not trial.expect("RCL-CFG-006", not wrong, because):
        trial.unobservable("RCL-CFG-007", because="not every creation shows a secret (RCL-CFG-006)")
        return
    same = "two with the same url" if secrets[0] == secrets[1] else "two with different urls"
    because = f"every config was to have a secret of its own, and {same} have the same"
    trial.expect("RCL-CFG-007", len(set(secrets)) == len(secrets), because)


@check("RCL-CFG-019")
def a_deactivated_config_can_be_retrieved(trial: Trial) -> None:
    """A deactivated config is hidden from the list alone: it can be retrieved by its id."""
    with Account(trial) as account:
        config = account.valid(trial.inbox())
        account.deactivate(config["id"])
        account.retrieve(config["id"])  # ends the check where it cannot be
        trial.passed("RCL-CFG-019")


@check("RCL-CFG-015")
def a_url_that_is_none(trial: Trial) -> None:
    """Whether a string in url that is no absolute URL is refused, or makes a config whose test fails."""
    with Account(trial) as account:
        valid = account.create(trial.inbox().url)
        for text in NO_URLS:
            created = account.send("createWebhookConfig", body={"url": text})
            updated = account.try_update(valid["id"], url=text)
            if is_refusal(created) and is_refusal(updated):
                trial.saw("RCL-CFG-015", "a", f"{text!r}", evidence=[created.evidence, updated.evidence])
            elif is_success(created):
                account.keep(created.object())
                trial.saw("RCL-CFG-015", "b", f"{text!r}", evidence=[created.evidence])


@check("RCL-CFG-016")
def a_url_that_is_not_public(trial: Trial) -> None:
    """Whether a plain http URL, or one of a loopback address, is accepted and called like any other."""
    with Account(trial) as account:
        inbox = trial.inbox()
        if not is_of_special_kind(inbox.url):
            trial.unobservable("RCL-CFG-016", because="the receiver has a public https URL")
            return
        response = account.send("createWebhookConfig", body={"url": inbox.url})
        if is_success(response):
            account.keep(response.object())
            if account.came(inbox, 1):
                trial.saw("RCL-CFG-016", "a", evidence=[response.evidence])
        elif is_refusal(response):
            trial.saw("RCL-CFG-016", "b", f"it was answered {response}", evidence=[response.evidence])


@check("RCL-CFG-017")
def properties_that_are_no_parameters(trial: Trial) -> None:
    """Whether properties that are no parameters are ignored, refused, or taken."""
    with Account(trial) as account:
        plain = account.create(trial.inbox().url)
        extra: dict[str, Any] = {"secret": OWN_SECRET, "id": OWN_ID, "colour": "red"}
        created = account.send("createWebhookConfig", body={"url": trial.inbox("with more").url, **extra})
        updated = account.try_update(plain["id"], url=trial.inbox("updated with more").url, **extra)
        if is_success(created):
            account.keep(created.object())
        for response in (created, updated):
            reading = _reading_of_more(response)
            if reading is not None:
                trial.saw("RCL-CFG-017", reading, f"it was answered {response.status}", evidence=[response.evidence])


def _reading_of_more(response: Response) -> str | None:
    if is_refusal(response):
        return "b"
    if not is_success(response):
        return None
    config = response.object()
    taken = config.get("secret") == OWN_SECRET or config.get("id") == OWN_ID or "colour" in config
    return "c" if taken else "a"
