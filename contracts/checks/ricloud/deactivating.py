"""UPD: how a config is deactivated and revived, and what else is done to one that is deactivated."""

from typing import Any

from contracts.check import check
from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.calls import is_refusal, is_success
from contracts.checks.ricloud.holding import held_update
from contracts.checks.ricloud.outcomes import Failing, judge_failing, require_failing
from contracts.checks.ricloud.witness import Witness
from contracts.client import Response
from contracts.errors import NotObservable
from contracts.receiver import Inbox
from contracts.trial import Trial

DEACTIVATED = "deactivated"
BROKEN = 500


@check("RCL-UPD-007", "RCL-UPD-011")
def any_config_can_be_deactivated(trial: Trial) -> None:
    """An update to deactivated makes a config deactivated, whether it is valid, invalid, or deactivated already."""
    with Account(trial) as account:
        witness = Witness(account)
        inbox = trial.inbox("valid")
        config = account.valid(inbox)["id"]
        known = len(inbox.arrivals)
        _judge_deactivated(account, config, "valid")
        trial.saw("RCL-UPD-011", "a" if witness.nothing_came(inbox, known) else "b")
        account.try_update(config, state=DEACTIVATED)  # it may be refused, and stays deactivated
        _judge_shown(account, config, "deactivated already")
        _judge_deactivated(account, _invalid(account), "invalid")


def _judge_deactivated(account: Account, config: Any, before: str) -> None:
    _judge_answer(account, account.try_update(config, state=DEACTIVATED), before)
    _judge_shown(account, config, before)


def _judge_answer(account: Account, response: Response, before: str) -> None:
    state = response.object().get("state")
    account.trial.expect(
        "RCL-UPD-007",
        is_success(response) and state == DEACTIVATED,
        f"an update to deactivated of a config that was {before} was to be answered with it, deactivated, and was "
        f"answered {response}",
        evidence=[response.evidence],
    )


def _judge_shown(account: Account, config: Any, before: str) -> None:
    state = account.retrieve(config)["state"]
    because = f"a config that was {before} was to be deactivated after an update to it, and is {state}"
    account.trial.expect("RCL-UPD-007", state == DEACTIVATED, because)


def _invalid(account: Account) -> Any:
    """The id of a config that has failed its test."""
    inbox = account.trial.inbox("invalid")
    inbox.script(then=BROKEN)
    config = account.create(inbox.url)["id"]
    account.trial.require("RCL-TST-003", account.came(inbox, 1), "a creation was to send a test event, and none came")
    require_failing(account, Failing("RCL-TST-006", config, "its receiver answered 500"))
    return config


@check("RCL-UPD-007")
def a_config_can_be_deactivated_while_it_is_tested(trial: Trial) -> None:
    """An update to deactivated makes a config deactivated that is new, as the test of its url is under way."""
    with Account(trial) as account:
        config, new = account.valid(trial.inbox("before"))["id"], trial.inbox("holds")
        with held_update(account, config, new) as held:
            if not held.answer.has_ended(account.patience_seconds):
                raise NotObservable("the update of the url waits for its test, which is judged elsewhere (RCL-UPD-005)")
            held.answer.answer(0)
            response = account.try_update(config, state=DEACTIVATED)
            if is_refusal(response):  # the service may want one thing to end before another begins
                because = f"an update of a config that is being tested was refused: {response}"
                trial.unobservable("RCL-UPD-007", because=because)
                return
            _judge_answer(account, response, "being tested")
            _judge_shown(account, config, "being tested")


@check("RCL-UPD-008", "RCL-UPD-009")
def a_deactivated_config_is_revived(trial: Trial) -> None:
    """An update of a deactivated config to new revives it, and it is tested like a new one; or it is refused."""
    with Account(trial) as account:
        for status, outcome in ((200, "valid"), (BROKEN, "invalid")):
            inbox = trial.inbox(f"answers {status}")
            config = account.valid(inbox)["id"]
            account.deactivate(config)
            account.nothing_more(inbox, len(inbox.arrivals))  # the test of the deactivation, RCL-UPD-011 b
            inbox.script(then=status)
            known = len(inbox.arrivals)
            response = account.try_update(config, state="new")
            if is_refusal(response):
                trial.saw("RCL-UPD-008", "b", f"it was answered {response.status}", evidence=[response.evidence])
                trial.unobservable("RCL-UPD-009", because="reviving is refused (RCL-UPD-008 b)")
                return
            _judge_revived(account, config, known, inbox, outcome)


def _judge_revived(account: Account, config: Any, known: int, inbox: Inbox, outcome: str) -> None:
    trial = account.trial
    arrivals = account.came(inbox, known + 1)
    because = "an update of a deactivated config to new was to send a test event, and none came"
    if not trial.expect("RCL-UPD-009", len(arrivals) > known, because):
        return
    evidence = [arrival.number for arrival in arrivals[known:]]
    if outcome == "invalid":
        how = "a config was revived, and its receiver answered 500"
        if account.becomes(config, outcome)["state"] == "valid":
            _rule_updates_out(account)
        if judge_failing(account, Failing("RCL-UPD-009", config, how, before=DEACTIVATED)):
            trial.saw("RCL-UPD-008", "a", evidence=evidence)
        return
    state = account.becomes(config, outcome)["state"]
    because = f"a config was revived, and its receiver answered 200; it was to be valid, and is {state}"
    if trial.expect("RCL-UPD-009", state == outcome, because, evidence=evidence):
        trial.saw("RCL-UPD-008", "a", evidence=evidence)


def _rule_updates_out(account: Account) -> None:
    """End the check where it is not reviving that is wrong: no update is judged by its test (RCL-UPD-004)."""
    new = account.trial.inbox("broken")
    new.script(then=BROKEN)
    config = account.valid(account.trial.inbox("before"))["id"]
    account.update(config, url=new.url)
    account.trial.require("RCL-UPD-002", account.came(new, 1), "an update of the url was to send a test event")
    how = "a valid config was updated to a receiver that answered 500"
    require_failing(account, Failing("RCL-UPD-004", config, how, before="valid"))


@check("RCL-UPD-012")
def the_url_of_a_deactivated_config(trial: Trial) -> None:
    """What an update of the url alone does to a deactivated config: it is stored or refused, and tested or not."""
    with Account(trial) as account:
        witness = Witness(account)
        inbox, new = trial.inbox(), trial.inbox("new URL")
        config = account.valid(inbox)["id"]
        account.deactivate(config)
        response = account.try_update(config, url=new.url)
        evidence = [response.evidence]
        if is_refusal(response):
            trial.saw("RCL-UPD-012", "d", f"it was answered {response.status}", evidence=evidence)
            return
        is_tested = not witness.nothing_came(new, 0)
        shown = account.once(lambda: account.retrieve(config), lambda shown: shown["state"] == "valid" or not is_tested)
        reading = {(False, DEACTIVATED): "a", (True, "valid"): "b", (True, DEACTIVATED): "c"}.get(
            (is_tested, shown["state"])
        )
        if reading is not None and shown.get("url") == new.url:
            trial.saw("RCL-UPD-012", reading, evidence=evidence)


@check("RCL-UPD-013")
def an_update_that_changes_nothing(trial: Trial) -> None:
    """Whether an update that changes nothing is tested, not tested, or refused."""
    with Account(trial) as account:
        witness = Witness(account)
        readings: dict[str, str] = {}
        for what in ("an empty object", "the same url", "the state new"):
            inbox = trial.inbox(what)
            config = account.valid(inbox)["id"]
            body = {"an empty object": {}, "the same url": {"url": inbox.url}}.get(what, {"state": "new"})
            known = len(inbox.arrivals)
            response = account.try_update(config, **body)
            if is_refusal(response):
                readings[what] = "c"
            elif is_success(response):
                readings[what] = "b" if witness.nothing_came(inbox, known) else "a"
        seen = set(readings.values())
        if seen:
            trial.saw("RCL-UPD-013", seen.pop() if len(seen) == 1 else "d", f"{readings}")
