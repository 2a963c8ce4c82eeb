"""ERR: invalid configurations, bodies that are no JSON, bodies that are too large, and the form of errors."""

from typing import Any

from contracts.check import check
from contracts.checks.closing import unseen
from contracts.checks.renderio.account import Account
from contracts.checks.renderio.calls import OK
from contracts.checks.renderio.error_bodies import judge_details, see_error_form
from contracts.checks.renderio.refusals import UNPROCESSABLE
from contracts.checks.renderio.succeeding import is_accepted, short
from contracts.errors import NoAnswerError
from contracts.trial import Trial

NO_URL: tuple[Any, ...] = ({}, {"secret": "whsec_without_a_url"}, {"webhook_url": "https://example.com/"})
NOT_URLS: tuple[Any, ...] = ("not a url", "", "/webhooks/renderio", 7, True, ["https://example.com/"], {})
"""None of them is a URL by any standard. Whether one of another scheme than http is valid, the pages leave open."""

LARGE_BYTES = 2 * 1024 * 1024


@check("RIO-ERR-001", "RIO-ERR-002", "RIO-ERR-003")
def a_configuration_without_a_valid_url_is_answered_422(trial: Trial) -> None:
    """PUT without a url, or with one that is none, is answered 422, which says what is wrong."""
    account = Account(trial)
    for requirement, bodies in (("RIO-ERR-001", NO_URL), ("RIO-ERR-002", [{"url": value} for value in NOT_URLS])):
        for body in bodies:
            response = account.send("setWebhookConfig", body=body, stands_on=requirement)
            unprocessable = trial.expect(
                requirement,
                response.status == UNPROCESSABLE,
                f"PUT of {short(body)} was to be answered 422, and was answered {response}",
                evidence=[response.evidence],
            )
            if unprocessable:
                judge_details(trial, response)
            elif response.status == OK:
                account.send("deleteWebhookConfig")  # it is not to stay the account's configuration
    unseen(trial, "RIO-ERR-003", because="no PUT was answered 422")


@check("RIO-ERR-006")
def a_body_that_is_no_json_is_refused(trial: Trial) -> None:
    """A body that is not JSON is refused with 422, 400 or 415."""
    account = Account(trial)
    readings = {422: "a", 400: "b", 415: "c"}
    for operation in ("setWebhookConfig", "runFfmpegCommand"):
        for media_type in ("application/json", "text/plain"):
            response = account.send(operation, content=b'{"url": ', headers={"Content-Type": media_type})
            if response.status in readings:
                because = f"{operation} as {media_type}: {response.status}"
                trial.saw("RIO-ERR-006", readings[response.status], because, evidence=[response.evidence])


@check("RIO-ERR-012")
def the_form_of_errors(trial: Trial) -> None:
    """Where the code of an error stands in its body."""
    account = Account(trial)
    see_error_form(trial, account.send("getWebhookConfig", anonymous=True))
    see_error_form(
        trial, account.send("getCommand", parameters={"commandId": f"absent-{trial.random.getrandbits(64):x}"})
    )
    see_error_form(trial, account.send("setWebhookConfig", body={}))
    see_error_form(trial, account.send("runFfmpegCommand", body={}))


@check("RIO-ERR-013")
def a_large_body(trial: Trial) -> None:
    """A body of two megabytes is answered 413, or like any other invalid one."""
    account = Account(trial)
    content = b'{"metadata": {"text": "' + b"x" * LARGE_BYTES + b'"}}'
    try:
        response = account.send("runFfmpegCommand", content=content, headers={"Content-Type": "application/json"})
    except NoAnswerError as error:
        trial.unobservable("RIO-ERR-013", because=f"the connection was closed while the body was sent: {error}")
        return
    if response.status == 413:  # noqa: PLR2004 - HTTP's Content Too Large
        trial.saw("RIO-ERR-013", "a", evidence=[response.evidence])
    elif 400 <= response.status < 500:  # noqa: PLR2004 - HTTP's client errors
        trial.saw("RIO-ERR-013", "b", f"it is answered {response.status}", evidence=[response.evidence])
    elif is_accepted(response):
        account.claimed(response)
