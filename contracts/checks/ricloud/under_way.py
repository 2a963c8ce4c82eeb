"""What happens to a config while a test of it is under way: an update, a deactivation, a second test."""

from typing import Any

from contracts.check import check
from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.background import Background
from contracts.checks.ricloud.calls import is_refusal, is_success
from contracts.checks.ricloud.holding import PROMPT_SECONDS, Held, held_creation, held_test
from contracts.checks.ricloud.outcomes import changed_from
from contracts.checks.ricloud.second_looks import rule_test_out, rule_unrest_out, rule_update_out
from contracts.client import Response
from contracts.errors import NotObservable
from contracts.trial import Trial

OK, BROKEN = 200, 500


@check("RCL-TST-022")
def an_earlier_url_does_not_decide(trial: Trial) -> None:
    """The test of an earlier URL that ends after an update of the url does not decide, whichever of the two works."""
    with Account(trial) as account:
        for status_of_new, outcome in ((BROKEN, "invalid"), (OK, "valid")):
            earlier, new = trial.inbox(f"earlier, beside {status_of_new}"), trial.inbox(f"answers {status_of_new}")
            new.script(then=status_of_new)
            with held_creation(account, earlier) as held:
                config = held.config_id()
                _change(account, config, url=new.url)
                # Where one test waits for the other, nothing comes there yet.
                side_by_side = bool(new.wait_or_count(1, PROMPT_SECONDS))
                if side_by_side:
                    _once_it_is(account, config, outcome)
                held.require_held()
                earlier.release(OK if status_of_new == BROKEN else BROKEN)
            trial.require("RCL-UPD-002", account.came(new, 1), "an update of the url was to send a test event there")
            state = account.becomes(config, outcome)["state"]
            if state == outcome:
                state = changed_from(account, config, outcome)
            may_go_on = outcome == "invalid" and not account.can_move_time
            if may_go_on and (state == "new" or (state == "valid" and not side_by_side)):
                trial.unobservable("RCL-TST-022", because="its test event may be sent again for hours (RCL-TST-021)")
                continue
            if state != outcome:
                rule_unrest_out(account, outcome)
                rule_test_out(account, status_of_new)
                rule_update_out(account, status_of_new)
            because = (
                f"the new URL's receiver answered {status_of_new}, and then the earlier one's the other way; the "
                f"config was to be {outcome}, and is {state}"
            )
            trial.expect("RCL-TST-022", state == outcome, because)


@check("RCL-TST-023")
def a_test_does_not_undo_a_deactivation(trial: Trial) -> None:
    """A config that is deactivated while it is tested stays deactivated, whether the test is passed or not."""
    with Account(trial) as account:
        for status in (OK, BROKEN):
            inbox = trial.inbox(f"answers {status} in the end")
            with held_creation(account, inbox) as held:
                config = held.config_id()
                account.retrieve(config)  # so that it is known to be there
                response = _change(account, config, state="deactivated")
                trial.require(
                    "RCL-UPD-007",
                    response.object().get("state") == "deactivated",
                    f"an update to deactivated was to make the config deactivated, and was answered {response}",
                )
                held.require_held()
                inbox.script(then=status)
                inbox.release(status)
            state = changed_from(account, config, "deactivated")
            if state != "deactivated":
                state = _once_it_is(account, config, "deactivated")
            if state != "deactivated":
                rule_unrest_out(account, "deactivated")
            because = (
                f"it was deactivated while it was tested, and the receiver then answered {status}; it is {state!r}"
            )
            evidence = [response.evidence, held.arrival.number]
            trial.expect("RCL-TST-023", state == "deactivated", because, evidence=evidence)


def _change(account: Account, config: Any, **body: Any) -> Response:
    """Update a config that is being tested; `NotObservable` where the service wants the test to end first.

    The answer may wait for a test of its own, RCL-UPD-005, but is not waited for longer than an answer may take.
    """
    with Background(lambda: account.try_update(config, **body), lambda: None) as update:
        response = update.answer(account.trial.patience_seconds)
    if is_refusal(response):
        message = f"an update of a config that is being tested was refused: {response}"
        raise NotObservable(message)
    stands_on = "RCL-UPD-001" if "url" in body else "RCL-UPD-007"
    because = f"an update with {body} was to be answered 200, and was answered {response}"
    account.trial.require(stands_on, is_success(response), because, evidence=[response.evidence])
    return response


def _once_it_is(account: Account, config: Any, state: str) -> str:
    """This state, or another once everything due has happened."""
    return str(account.once(lambda: account.retrieve(config), lambda shown: shown.get("state") == state).get("state"))


@check("RCL-TST-024")
def a_second_test_while_one_is_under_way(trial: Trial) -> None:
    """Which of two tests of the same URL decides that run at once, or whether the second is refused or waits."""
    with Account(trial) as account:
        inbox = trial.inbox()
        config = account.valid(inbox)["id"]
        with held_test(account, config, inbox) as held:
            inbox.script(then=BROKEN)
            with Background(lambda: _tested_once(account, config), inbox.release) as second:
                known = len(inbox.arrivals)
                if not inbox.wait_or_count(known + 1, PROMPT_SECONDS)[known:]:
                    _refused_or_waiting(account, held, second, known)
                    return
                second_decided = _once_it_is(account, config, "invalid") == "invalid"
                held.require_held()
                inbox.release(OK)
        if not second_decided:
            return  # its event may be sent again, RCL-TST-021 b
        state = changed_from(account, config, "invalid")
        reading = {"invalid": "a", "valid": "b"}.get(state)
        if reading is not None:
            trial.saw("RCL-TST-024", reading, f"the first ended after the second, and the config is {state}")


def _tested_once(account: Account, config: Any) -> Response:
    """A test action, whose answer is taken as it is: a 429 may be what is looked for."""
    operation = account.trial.api.operations["testWebhookConfig"]
    return account.workspace.client.request(operation.method, operation.url(webhookConfigId=str(config)))


def _refused_or_waiting(account: Account, held: Held, second: Background[Response], known: int) -> None:
    response = second.answer(0) if second.has_ended(PROMPT_SECONDS) else None
    if response is not None and is_refusal(response):
        because = f"it was answered {response.status}"
        account.trial.saw("RCL-TST-024", "c", because, evidence=[response.evidence])
        return
    held.inbox.release(OK)
    account.came(held.inbox, known + 1)
    came = len(held.inbox.arrivals) > known
    because = "it was sent when the first was over" if came else "it was answered, and no test event was sent"
    account.trial.saw("RCL-TST-024", "d", because)
