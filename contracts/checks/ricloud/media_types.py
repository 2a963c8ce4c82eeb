"""CFG: how bodies are understood, whatever media type they are sent as."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from contracts.check import check
from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.calls import is_refusal, is_success
from contracts.client import Response
from contracts.trial import Trial

JSON = {"Content-Type": "application/json"}
OTHERS = ("text/plain", "application/x-www-form-urlencoded")

Send = Callable[[str, Mapping[str, str]], Response]
"""Sends a body with this URL and these headers; the answer that shows whether it was taken."""


@check("RCL-CFG-020", "RCL-CFG-021")
def a_creation_is_understood_as_json(trial: Trial) -> None:
    """The JSON body of a creation is understood as application/json, without a Content-Type, and perhaps as others."""
    with Account(trial) as account:

        def created(url: str, headers: Mapping[str, str]) -> Response:
            content = json.dumps({"url": url}).encode()
            response = account.send("createWebhookConfig", content=content, headers=headers)
            if is_success(response):
                account.keep(response.object())
            return response

        account.create(trial.inbox().url)
        _judge(trial, "a creation", created)


@check("RCL-CFG-020", "RCL-CFG-021")
def an_update_is_understood_as_json(trial: Trial) -> None:
    """The JSON body of an update is understood as application/json, without a Content-Type, and perhaps as others."""
    with Account(trial) as account:
        config = account.create(trial.inbox().url)["id"]
        account.retrieve(config)  # ends the check where there is no such config to be updated
        _require_stored(account, config)

        def updated(url: str, headers: Mapping[str, str]) -> Response:
            content, parameters = json.dumps({"url": url}).encode(), {"webhookConfigId": config}
            response = account.send("updateWebhookConfig", parameters=parameters, content=content, headers=headers)
            # What the answer to an update shows is judged elsewhere (RCL-UPD-001).
            return account.send("retrieveWebhookConfig", parameters=parameters) if is_success(response) else response

        _judge(trial, "an update", updated)


def _require_stored(account: Account, config: Any) -> None:
    """Go on only if an update is stored that is refused by nothing; one that is refused is what is judged then."""
    url = account.trial.inbox("stored").url
    if is_success(account.try_update(config, url=url)):
        shown = account.retrieve(config).get("url")
        because = f"an update of the url was to be stored, {url!r}, and the config has {shown!r}"
        account.trial.require("RCL-UPD-001", shown == url, because)


def _judge(trial: Trial, what: str, send: Send) -> None:
    for name, says, headers in (
        ("as application/json", "RCL-CFG-020", JSON),
        ("without a Content-Type", "RCL-CFG-021", {}),
    ):
        url = trial.inbox(f"{what} {name}").url
        response = send(url, headers)
        because = f"{what} {name} was to be understood, and was answered {response}"
        trial.expect(says, is_understood(response, url), because, evidence=[response.evidence])
    for media_type in OTHERS:
        url = trial.inbox(f"{what} as {media_type}").url
        response = send(url, {"Content-Type": media_type})
        because = f"{what} as {media_type}: {response.status}"
        if is_understood(response, url):
            trial.saw("RCL-CFG-020", "a", because, evidence=[response.evidence])
        elif is_refusal(response):
            trial.saw("RCL-CFG-020", "b", because, evidence=[response.evidence])


def is_understood(response: Response, url: str) -> bool:
    """Whether a request was accepted, and its url taken; an answer that shows no url says nothing against it."""
    return is_success(response) and response.object().get("url", url) == url
