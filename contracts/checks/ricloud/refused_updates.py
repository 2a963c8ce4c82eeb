"""UPD: updates that are to be refused; nothing is changed by them, and nothing is sent."""

from collections.abc import Mapping
from typing import Any

from contracts.check import check
from contracts.checks.closing import unseen
from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.calls import is_refusal, is_success
from contracts.checks.ricloud.error_bodies import INVALID_PARAMETER, PARAMS, judge_invalid_parameter
from contracts.checks.ricloud.outcomes import Failing, require_failing, tested
from contracts.checks.ricloud.refused_creations import NO_STRINGS
from contracts.receiver import Inbox
from contracts.trial import Trial

OTHER_STATES = ("valid", "invalid", "active", "disabled")
BROKEN = 500


@check("RCL-UPD-010", INVALID_PARAMETER, PARAMS)
def no_other_state_can_be_set(trial: Trial) -> None:
    """An update with a state other than new and deactivated is refused, and the state stays as it is."""
    with Account(trial) as account:
        working, broken = trial.inbox("working"), trial.inbox("broken")
        broken.script(then=BROKEN)
        valid, invalid = account.valid(working)["id"], account.create(broken.url)["id"]
        trial.require("RCL-TST-003", account.came(broken, 1), "a creation was to send a test event, and none came")
        require_failing(account, Failing("RCL-TST-006", invalid, "its receiver answered 500"))
        other = account.create(trial.inbox("other").url)["id"]
        account.update(other, url=working.url)  # what is refused then is not refused for being an update
        for config, before in ((valid, "valid"), (invalid, "invalid")):
            for state in OTHER_STATES:
                _judge_refused(account, config, before, state)
        unseen(trial, INVALID_PARAMETER, PARAMS, because="no update was refused with it")


def _judge_refused(account: Account, config: Any, before: str, state: str) -> None:
    trial = account.trial
    response = account.try_update(config, state=state)
    evidence = [response.evidence]
    because = f"an update with the state {state!r} was to be refused with a client error, and was answered {response}"
    trial.expect("RCL-UPD-010", is_refusal(response), because, evidence=evidence)
    shown = account.retrieve(config)["state"]
    if shown == "new":  # a test was started, which is judged elsewhere (RCL-UPD-015)
        shown = account.becomes(config, before)["state"]
    because = f"an update with the state {state!r} was to leave the state as it was, {before}, and it is {shown}"
    trial.expect("RCL-UPD-010", shown == before, because, evidence=evidence)
    judge_invalid_parameter(trial, response, f"an update with the state {state!r}", "state")


@check("RCL-CFG-014", INVALID_PARAMETER, PARAMS)
def a_url_that_is_no_string_is_refused(trial: Trial) -> None:
    """An update with a url that is a number, a boolean, an array or an object is refused, and the parameter named."""
    with Account(trial) as account:
        config = account.create(trial.inbox().url)["id"]
        account.update(config, url=trial.inbox("new URL").url)  # what is refused then is not for being an update
        for value in NO_STRINGS:
            response = account.try_update(config, url=value)
            because = f"an update with the url {value!r} was to be refused with a client error: {response}"
            trial.expect("RCL-CFG-014", is_refusal(response), because, evidence=[response.evidence])
            judge_invalid_parameter(trial, response, f"an update with the url {value!r}", "url")
        unseen(trial, INVALID_PARAMETER, PARAMS, because="no update was refused with it")


@check("RCL-UPD-015")
def a_refused_update_changes_nothing(trial: Trial) -> None:
    """An update that is refused changes nothing, also where another parameter of it is right, and starts no test."""
    with Account(trial) as account:
        inbox, other = trial.inbox(), trial.inbox("of a refused update")
        config = account.valid(inbox)
        tested(account, config["id"], inbox)  # nothing is under way any more
        known, before = len(inbox.arrivals), account.retrieve(config["id"])
        bodies: tuple[dict[str, Any], ...] = (
            {"url": other.url, "state": "valid"},
            {"url": 7, "state": "deactivated"},
            {"url": other.url, "state": "active"},
        )
        refused = 0
        for body in bodies:
            response = account.try_update(config["id"], **body)
            if is_success(response):
                because = (
                    f"an update with {body} was to be refused, which is judged elsewhere, and was answered {response}"
                )
                trial.unobservable("RCL-UPD-015", because=because)
                return
            refused += is_refusal(response)
            if not _judge_unchanged(account, before, body):
                return
        if not refused:
            trial.unobservable("RCL-UPD-015", because="no update was refused with a client error")
            return
        _judge_untested(account, config["id"], (inbox, known), other)


def _judge_unchanged(account: Account, before: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
    after = account.retrieve(before["id"])
    changed = {name: after.get(name) for name in ("url", "state") if after.get(name) != before.get(name)}
    because = f"an update with {body} was refused, and was to change nothing; it has changed {changed}"
    return account.trial.expect("RCL-UPD-015", not changed, because)


def _judge_untested(account: Account, config: Any, own: tuple[Inbox, int], other: Inbox) -> None:
    """Judge that no test was started: a test that comes after has come, and it is the only one."""
    inbox, known = own
    tested(account, config, inbox)
    quiet = account.nothing_more(inbox, known + 1) and account.nothing_more(other, 0)
    came = [arrival.number for arrival in (*inbox.arrivals[known:], *other.arrivals)]
    because = f"refused updates were to start no test, and {len(came) - 1} test events came"
    account.trial.expect("RCL-UPD-015", quiet, because, evidence=came)


@check("RCL-UPD-017")
def a_comma_after_the_last_property(trial: Trial) -> None:
    """Whether a body is understood that has a comma after its last property, like the page's example of an update."""
    with Account(trial) as account:
        config, new = account.create(trial.inbox().url)["id"], trial.inbox("new URL")
        response = account.send(
            "updateWebhookConfig",
            parameters={"webhookConfigId": config},
            content=f'{{\n    "url": "{new.url}",\n}}'.encode(),
            headers={"Content-Type": "application/json"},
        )
        if is_refusal(response):
            trial.saw("RCL-UPD-017", "a", f"it was answered {response.status}", evidence=[response.evidence])
        elif is_success(response) and account.retrieve(config).get("url") == new.url:
            trial.saw("RCL-UPD-017", "b", evidence=[response.evidence])
