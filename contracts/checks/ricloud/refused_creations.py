"""CFG and ERR: creations that are to be refused, and what they are answered with."""

from typing import Any

from contracts.check import check
from contracts.checks.closing import unseen
from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.calls import is_refusal, is_success
from contracts.checks.ricloud.error_bodies import INVALID_PARAMETER, PARAMS, judge_invalid_parameter
from contracts.trial import Trial

WITHOUT_URL: tuple[Any, ...] = ({}, {"url": None}, {"state": "new"})
NO_STRINGS: tuple[Any, ...] = (7, 0.5, True, False, ["https://receiver.invalid/"], {"url": "https://receiver.invalid/"})
"""No strings, whatever a URL may look like."""


@check("RCL-CFG-013", "RCL-CFG-014", INVALID_PARAMETER, PARAMS)
def a_creation_without_a_url_is_refused(trial: Trial) -> None:
    """A creation without a url, with null, or with a url that is no string is refused, and the parameter named."""
    with Account(trial) as account:
        account.create(trial.inbox().url)  # what is refused then is not refused for being a creation
        bodies = [("RCL-CFG-013", body) for body in WITHOUT_URL]
        bodies += [("RCL-CFG-014", {"url": value}) for value in NO_STRINGS]
        for requirement, body in bodies:
            response = account.send("createWebhookConfig", body=body, stands_on=requirement)
            if is_success(response):
                account.keep(response.object())
            because = f"a creation with {body} was to be refused with a client error, and was answered {response}"
            trial.expect(requirement, is_refusal(response), because, evidence=[response.evidence])
            if "state" not in body:  # which may be refused for being there
                judge_invalid_parameter(trial, response, f"a creation with {body}", "url")
        unseen(trial, INVALID_PARAMETER, PARAMS, because="no creation was refused with it")
