"""ERR: too many requests, where the target has a limit that a modest burst reaches."""

from contracts.check import check
from contracts.checks.renderio.account import Account
from contracts.checks.renderio.calls import TOO_MANY
from contracts.checks.renderio.retry_after import LONGEST_WAIT_SECONDS, judge_retry_after, wait_out
from contracts.client import Response
from contracts.trial import Trial
from contracts.verdicts import TimeLevel

BURST = 24
"""Quick requests in a row; the public pages name no threshold, so that none may be reached."""


@check("RIO-ERR-010", "RIO-ERR-011")
def too_many_requests(trial: Trial) -> None:
    """An answer 429 says in Retry-After how long to wait, and a request after that is let in again."""
    refused = _burst(trial)
    if refused is None:
        trial.unobservable("RIO-ERR-010", "RIO-ERR-011", because=f"{BURST} quick requests did not reach a limit")
        return
    seconds = judge_retry_after(trial, refused)
    if seconds is None or seconds > LONGEST_WAIT_SECONDS:
        value = refused.headers.get("Retry-After")
        trial.unobservable("RIO-ERR-011", because=f"Retry-After {value!r} is no time that this run can wait for")
        return
    wait_out(trial.clock, seconds, by_its_clock=False)
    again = trial.client.request("GET", _path(trial))
    if again.status == TOO_MANY and trial.clock.level is TimeLevel.CONTROL:  # the limit may be counted on its clock
        wait_out(trial.clock, seconds, by_its_clock=True)
        again = trial.client.request("GET", _path(trial))
    if again.status == TOO_MANY and not trial.is_alone:
        because = "other checks ran at the same time, and the limit may be for all of them (--workers 1)"
        trial.unobservable("RIO-ERR-011", because=because)
    else:
        trial.expect(
            "RIO-ERR-011",
            again.status != TOO_MANY,
            f"a request after the {seconds:g} s of Retry-After was to be let in, and was answered {again}",
            evidence=[refused.evidence, again.evidence],
        )
    # What else was refused meanwhile is waited for here, so that the next check does not meet the limit.
    Account(trial).send("getWebhookConfig")


def _burst(trial: Trial) -> Response | None:
    """The first answer 429 to requests as quick as they go, past the account's own waiting."""
    path = _path(trial)
    for _ in range(BURST):
        response = trial.client.request("GET", path)
        if response.status == TOO_MANY:
            return response
    return None


def _path(trial: Trial) -> str:
    return trial.api.operations["getWebhookConfig"].path
