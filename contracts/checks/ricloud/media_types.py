"""CFG: how bodies are understood, whatever media type they are sent as."""

import json
from collections.abc import Mapping
from typing import Any

from contracts.check import check
from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.calls import is_refusal, is_success
from contracts.client import Response
from contracts.trial import Trial

JSON = {"Content-Type": "application/json"}
OTHERS = ("text/plain", "application/x-www-form-urlencoded")


@check("RCL-CFG-020", "RCL-CFG-021")
def json_is_understood(trial: Trial) -> None:
    """A JSON body is understood as application/json and without a Content-Type; how it is with other media types."""
    with Account(trial) as account:
        config = account.create(trial.inbox().url)["id"]
        account.retrieve(config)  # ends the check where there is no such config to be updated
        for name, says, headers in (
            ("as application/json", "RCL-CFG-020", JSON),
            ("without a Content-Type", "RCL-CFG-021", {}),
        ):
            for what, response, url in _sent(account, config, name, headers):
                trial.expect(
                    says,
                    is_understood(response, url),
                    f"{what} {name} was to be understood, and was answered {response}",
                    evidence=[response.evidence],
                )
        for media_type in OTHERS:
            for what, response, url in _sent(account, config, media_type, {"Content-Type": media_type}):
                because = f"{what} as {media_type}: {response.status}"
                if is_understood(response, url):
                    trial.saw("RCL-CFG-020", "a", because, evidence=[response.evidence])
                elif is_refusal(response):
                    trial.saw("RCL-CFG-020", "b", because, evidence=[response.evidence])


def _sent(account: Account, config: Any, name: str, headers: Mapping[str, str]) -> list[tuple[str, Response, str]]:
    """A creation and an update with these headers, each in a word, its answer or the config after it, and its URL."""
    sent: list[tuple[str, Response, str]] = []
    for what, operation, parameters in (
        ("a creation", "createWebhookConfig", {}),
        ("an update", "updateWebhookConfig", {"webhookConfigId": config}),
    ):
        url = account.trial.inbox(f"{what} {name}").url
        content = json.dumps({"url": url}).encode()
        response = account.send(operation, parameters=parameters, content=content, headers=headers)
        if is_success(response) and operation == "createWebhookConfig":
            account.keep(response.object())
        elif is_success(response):  # what its answer shows is judged elsewhere (RCL-UPD-001)
            response = account.send("retrieveWebhookConfig", parameters=parameters)
        sent.append((what, response, url))
    return sent


def is_understood(response: Response, url: str) -> bool:
    """Whether a request was accepted, and its url taken; an answer that shows no url says nothing against it."""
    return is_success(response) and response.object().get("url", url) == url
