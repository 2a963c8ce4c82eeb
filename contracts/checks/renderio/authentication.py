"""AUT: the API key, and what is answered without a valid one."""

import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.check import check
from contracts.checks.renderio.account import Account
from contracts.checks.renderio.calls import UNAUTHORIZED
from contracts.trial import Trial

INVALID_BODY = frozenset({400, 422})
KEY_PREFIX = "ffsk_"


@check("RIO-AUT-001")
def a_valid_key_is_enough(trial: Trial) -> None:
    """Every operation lets a request in that has a valid key and no other credential."""
    account = Account(trial)
    # A key that is refused ends the check in `Account.send`, as what this check is about.
    for operation, request in _requests(account, account.submit()):
        account.send(operation, stands_on="RIO-AUT-001", **request)
    trial.passed("RIO-AUT-001", because="no operation has refused the key")


@check("RIO-AUT-002", "RIO-AUT-003")
def no_valid_key_is_answered_401(trial: Trial) -> None:
    """Every operation answers 401 to a request without a key, and to one whose key is not valid."""
    account = Account(trial)
    command_id = account.submit()
    header = trial.api.credential.header
    invalid = f"proofreel-{secrets.token_hex(24)}"
    for operation, request in _requests(account, command_id):
        _expect_refusal(account, "RIO-AUT-002", operation, "without a key", anonymous=True, **request)
        _expect_refusal(account, "RIO-AUT-003", operation, "with an invalid key", headers={header: invalid}, **request)
    # Neither is a key that has lost its prefix, nor the empty one.
    for how, key in _not_the_key(trial.client.secret):
        trial.record.hide(key)
        _expect_refusal(account, "RIO-AUT-003", "getWebhookConfig", how, headers={header: key})


@check("RIO-AUT-005")
def the_key_or_the_body_is_judged_first(trial: Trial) -> None:
    """A request that has neither a key nor a valid body is refused for one of the two."""
    account = Account(trial)
    for operation in ("setWebhookConfig", "runFfmpegCommand"):
        response = account.send(operation, anonymous=True, body={})
        if response.status == UNAUTHORIZED:
            trial.saw("RIO-AUT-005", "a", f"{operation}: 401", evidence=[response.evidence])
        elif response.status in INVALID_BODY:
            trial.saw("RIO-AUT-005", "b", f"{operation}: {response.status}", evidence=[response.evidence])


def _requests(account: Account, command_id: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """A valid request to each operation. The last one leaves the configuration disabled."""
    yield "runFfmpegCommand", {"body": account.body()}
    yield "getCommand", {"parameters": {"commandId": command_id}}
    yield "setWebhookConfig", {"body": {"url": account.trial.inbox().url}}
    yield "getWebhookConfig", {}
    yield "deleteWebhookConfig", {}


def _expect_refusal(account: Account, requirement: str, operation: str, how: str, **request: Any) -> None:
    response = account.send(operation, stands_on=requirement, **request)
    account.trial.expect(
        requirement,
        response.status == UNAUTHORIZED,
        f"{operation} {how} was to be answered 401, and was answered {response}",
        evidence=[response.evidence],
    )


def _not_the_key(key: str) -> Iterator[tuple[str, str]]:
    yield "with an empty key", ""
    if key.startswith(KEY_PREFIX):
        yield "with the key without its prefix", key.removeprefix(KEY_PREFIX)
