"""ERR: the form of errors, bodies that are no JSON or no object, methods that a path does not have, large bodies."""

from collections.abc import Iterator
from typing import Any

from contracts.check import check
from contracts.checks.absent_ids import other_of_the_same_form
from contracts.checks.closing import unseen
from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.calls import is_refusal, is_success
from contracts.checks.ricloud.error_bodies import (
    BAD_REQUEST,
    CODES,
    FORM,
    NOT_FOUND,
    UNAUTHORIZED,
    form_problems,
    judge_form,
    reading_of_codes,
)
from contracts.checks.ricloud.witness import Witness
from contracts.client import Response
from contracts.errors import NoAnswerError
from contracts.trial import Trial

JSON = {"Content-Type": "application/json"}
NO_OBJECTS = (b"[]", b'"text"', b"7", b"null")
LARGE_BYTES = 2 * 1024 * 1024
TOO_LARGE, NOT_ALLOWED = 413, 405


@check(FORM, CODES)
def errors_have_a_code_and_a_message(trial: Trial) -> None:
    """Every error is answered with a JSON object that has a code and a message."""
    with Account(trial) as account:
        config = account.create(trial.inbox().url)["id"]
        absent = {"webhookConfigId": other_of_the_same_form(str(config))[0]}
        present = {"webhookConfigId": config}
        errors = {
            "a list without a token": account.send("listWebhookConfigs", anonymous=True),
            "a creation without a token": account.send("createWebhookConfig", anonymous=True, body={}),
            "a retrieval of what does not exist": account.send("retrieveWebhookConfig", parameters=absent),
            "an update of what does not exist": account.send("updateWebhookConfig", parameters=absent, body={}),
            "a test of what does not exist": account.send("testWebhookConfig", parameters=absent),
            "a creation without a url": account.send("createWebhookConfig", body={}),
            "a body that is no JSON": account.send("createWebhookConfig", content=b"{", headers=JSON),
            "an update with the state valid": account.send(
                "updateWebhookConfig", parameters=present, body={"state": "valid"}
            ),
        }
        refused = {what: response for what, response in errors.items() if is_refusal(response)}
        for what, response in refused.items():
            judge_form(trial, response, what)
        unseen(trial, FORM, because="none of the requests that are to be refused was")
        codes = {
            response.status: response.object()["error"]
            for response in refused.values()
            if response.status in {UNAUTHORIZED, NOT_FOUND} and not form_problems(response)
        }
        reading = reading_of_codes(codes)
        if reading is not None:
            trial.saw(CODES, reading, f"{codes}")


@check("RCL-ERR-002")
def a_body_that_is_no_json(trial: Trial) -> None:
    """A body that is no JSON is answered 400 with the error invalid-body, and does nothing."""
    with Account(trial) as account:
        witness = Witness(account)
        config, inbox = account.valid(trial.inbox())["id"], trial.inbox("in what is no JSON")
        account.update(config, url=trial.inbox("new URL").url)  # what is refused then is not for being an update
        before = account.retrieve(config).get("url")
        for content in (f'{{"url": "{inbox.url}"', f"url={inbox.url}", f'{{"url": "{inbox.url}"}} more'):
            for operation, parameters in _with_bodies(account, config):
                response = account.send(
                    operation, parameters=parameters, content=content.encode(), headers=JSON, stands_on="RCL-ERR-002"
                )
                _judge_no_json(account, response, f"{operation} of {content}")
        after = account.retrieve(config).get("url")
        quiet = witness.nothing_came(inbox, 0)
        because = f"a body that is no JSON was to do nothing; the url was {before!r} and is {after!r}, and "
        because += "nothing was tested" if quiet else "its url was tested"
        trial.expect("RCL-ERR-002", quiet and after == before, because)


def _judge_no_json(account: Account, response: Response, what: str) -> None:
    if is_success(response) and what.startswith("createWebhookConfig"):
        account.keep(response.object())
    if is_refusal(response) and form_problems(response):
        judge_form(account.trial, response, what)
        return
    account.trial.expect(
        "RCL-ERR-002",
        response.status == BAD_REQUEST and response.object().get("error") == "invalid-body",
        f"{what}, which is no JSON, was to be answered 400 with the error invalid-body, and was answered {response}",
        evidence=[response.evidence],
    )


def _with_bodies(account: Account, config: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The operations that take a body, as far as they are offered, with their parameters."""
    yield "createWebhookConfig", {}
    yield "updateWebhookConfig", {"webhookConfigId": config}
    if is_success(account.send("updateOrganisation", body={})):
        yield "updateOrganisation", {}
    key = account.send("retrieveCurrentKey").object().get("id")
    if key is not None and is_success(account.send("updateKey", parameters={"keyId": key}, body={})):
        yield "updateKey", {"keyId": key}


@check("RCL-ERR-003")
def a_body_that_is_no_object(trial: Trial) -> None:
    """How a body is answered that is JSON and no object."""
    with Account(trial) as account:
        config = account.create(trial.inbox().url)["id"]
        for content in NO_OBJECTS:
            for operation, parameters in (
                ("createWebhookConfig", {}),
                ("updateWebhookConfig", {"webhookConfigId": config}),
            ):
                response = account.send(operation, parameters=parameters, content=content, headers=JSON)
                is_plain = response.status == BAD_REQUEST and response.object().get("error") == "invalid-body"
                as_empty = operation == "updateWebhookConfig" and is_success(response)
                if is_refusal(response) or as_empty:
                    because = f"{operation} of {content.decode()}: {response.status}"
                    trial.saw("RCL-ERR-003", "a" if is_plain else "b", because, evidence=[response.evidence])


@check("RCL-ERR-010")
def a_method_that_a_path_does_not_have(trial: Trial) -> None:
    """How PUT and PATCH on the path of a config are answered."""
    with Account(trial) as account:
        inbox = trial.inbox()
        config = account.valid(inbox)["id"]
        for method in ("PUT", "PATCH"):
            response = account.send(
                "updateWebhookConfig", parameters={"webhookConfigId": config}, method=method, body={"url": inbox.url}
            )
            because, evidence = f"{method}: {response.status}", [response.evidence]
            if response.status == NOT_ALLOWED:
                trial.saw("RCL-ERR-010", "a", because, evidence=evidence)
            elif is_refusal(response):
                trial.saw("RCL-ERR-010", "b", because, evidence=evidence)
            elif is_success(response):
                trial.saw("RCL-ERR-010", "c", because, evidence=evidence)


@check("RCL-ERR-011")
def a_large_body(trial: Trial) -> None:
    """Whether a body of two megabytes is answered 413, otherwise, or accepted."""
    with Account(trial) as account:
        body = {"url": trial.inbox().url, "padding": "x" * LARGE_BYTES}
        try:
            response = account.send("createWebhookConfig", body=body)
        except NoAnswerError as error:
            trial.unobservable("RCL-ERR-011", because=f"the connection was closed while the body was sent: {error}")
            return
        evidence = [response.evidence]
        if is_success(response):
            account.keep(response.object())
            trial.saw("RCL-ERR-011", "b", "it is accepted", evidence=evidence)
        elif is_refusal(response):
            reading = "a" if response.status == TOO_LARGE else "b"
            trial.saw("RCL-ERR-011", reading, f"it is answered {response.status}", evidence=evidence)
