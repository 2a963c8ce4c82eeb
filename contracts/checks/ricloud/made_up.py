"""Sends made-up requests about configs, each made harmless, and judges what can be judged of any answer."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from contracts import fuzzing
from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.calls import FIRST_SERVER_ERROR, is_refusal, is_success
from contracts.checks.ricloud.config_shapes import flaws
from contracts.checks.ricloud.error_bodies import judge_form, judge_invalid_parameter
from contracts.client import Response
from contracts.fuzzing import Generated, Mode
from contracts.trial import Trial

ANY_CONTENT = "RCL-ERR-012"
NAMES = {"RCL-CFG-013": "url", "RCL-CFG-014": "url", "RCL-UPD-010": "state"}
"""The parameter that is wrong where one of these requirements is not kept."""

MOST, FEW = 60, 20
"""How many requests to an operation are sent at most, to an account of the check's own and to another."""

VALID, INVALID = 8, 16
"""How many requests are made up at random for an operation, besides those that go through its schemas."""


def made_up(account: Account, operation: str, mode: Mode) -> Iterator[Generated]:
    """Made-up requests to an operation; a random selection of them where there are too many."""
    trial = account.trial
    count = VALID if mode is Mode.POSITIVE else INVALID
    found = list(fuzzing.requests_to(trial.api, operation, mode, count=count, seed=trial.seed))
    most = MOST if account.workspace.untouched else FEW
    yield from found if len(found) <= most else trial.random.sample(found, most)


def sent(body: Any) -> dict[str, Any]:
    """How a made-up body is sent: a JSON value, null too, bytes as they are, or none at all."""
    if body is fuzzing.NO_BODY:
        return {}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return {"content": content, "headers": {"Content-Type": "application/json"}}


def in_short(body: Any) -> str:
    """A body for a sentence."""
    text = "no body" if body is fuzzing.NO_BODY else repr(body)
    return text if len(text) <= 200 else f"{text[:200]} …"  # noqa: PLR2004 - two lines


class Prober:
    """Sends requests of whatever content, and judges that none of them is answered with a 5xx."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.trial: Trial = account.trial

    def send(self, operation: str, what: str, **request: Any) -> Response:
        """Send a request; one that is answered with a 5xx is sent once more, as a service may be disturbed at times."""
        response = self.account.send(operation, stands_on=ANY_CONTENT, **request)
        if response.status >= FIRST_SERVER_ERROR:
            response = self.account.send(operation, stands_on=ANY_CONTENT, **request)
        self.trial.expect(
            ANY_CONTENT,
            response.status < FIRST_SERVER_ERROR,
            f"{what} was not to be answered with a 5xx status, and was answered {response}",
            evidence=[response.evidence],
        )
        return response

    def judge_refusal(self, rules: frozenset[str], response: Response, what: str, *, is_plain: bool) -> None:
        """Judge a request that breaks rules: it is refused, and its answer names what is wrong, where that is one.

        `is_plain`: it holds nothing else that may be refused.
        One that is answered with a 5xx is judged by that alone: it may hold other things that disturb the service.
        """
        if response.status >= FIRST_SERVER_ERROR:
            return
        for rule in rules:
            because = f"{what} was to be refused with a client error, and was answered {response}"
            self.trial.expect(rule, is_refusal(response), because, evidence=[response.evidence])
        if is_refusal(response) and len(rules) == 1 and is_plain:
            judge_invalid_parameter(self.trial, response, what, *(NAMES[rule] for rule in rules))
        elif is_refusal(response):
            judge_form(self.trial, response, what)

    def judge_config(self, response: Response) -> None:
        """Judge the attributes of a config in an answer that are there."""
        config: Mapping[str, Any] = response.object()
        for requirement, because in flaws(config).items():
            self.trial.failed(requirement, because, evidence=[response.evidence])

    def keep(self, response: Response) -> None:
        """Remember a config that was created after all."""
        if is_success(response):
            self.account.keep(response.object())
