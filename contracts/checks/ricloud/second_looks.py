"""Second looks at a state that is not what it was to be: whether something simpler is broken, which is then said.

Each ends the check where that is so.
"""

from typing import Any

from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.life_cycle_model import left_alone
from contracts.checks.ricloud.waiting import DAY_SECONDS
from contracts.checks.ricloud.ways import ANSWERS_500, Way, fails

ASKED_TIMES = 2
OK = 200


def rule_way_out(account: Account, way: Way) -> None:
    """Go on only if a new config whose receiver fails in this way becomes invalid, as far as that can be told."""
    config = fails(way, account, account.trial.inbox("second look, fails"))
    state = account.becomes(config, "invalid")["state"]
    may_go_on = state == "new" and not account.can_move_time
    because = f"a config was created, and {way.words}, which was to make it invalid; it is {state}"
    account.trial.require(way.judged_by, state == "invalid" or may_go_on, because)


def rule_unrest_out(account: Account, state: str) -> None:
    """Go on only if a config stays in this state while it is merely looked at, and a day passes where that is quick."""
    inbox = account.trial.inbox("second look")
    if state == "invalid":
        config = fails(ANSWERS_500, account, inbox)
        if account.becomes(config, "invalid")["state"] != "invalid":
            return
    else:
        config = account.valid(inbox)["id"]
    if state == "deactivated":
        account.deactivate(config)
    for _ in range(ASKED_TIMES):
        _require_rest(account, config, state, "was looked at alone")
    known = len(inbox.arrivals)
    if account.can_move_time:
        account.workspace.clock.pass_time(DAY_SECONDS)
        account.workspace.clock.settle()
        if len(inbox.arrivals) == known:
            _require_rest(account, config, state, "was left alone for a day")


def _require_rest(account: Account, config: Any, state: str, what: str) -> None:
    shown = account.retrieve(config)["state"]
    because = f"a config that was {state} {what}, and is {shown}"
    account.trial.require(left_alone(state), shown == state, because)


def rule_update_out(account: Account, status: int) -> None:
    """Go on only if the outcome of an update's test becomes the state, where nothing else is under way."""
    outcome = "valid" if status == OK else "invalid"
    config = account.valid(account.trial.inbox("second look"))["id"]
    inbox = account.trial.inbox(f"second look, answers {status}")
    inbox.script(then=status)
    account.update(config, url=inbox.url)
    account.trial.require("RCL-UPD-002", account.came(inbox, 1), "an update of the url was to send a test event there")
    state = account.becomes(config, outcome)["state"]
    may_go_on = outcome == "invalid" and not account.can_move_time
    because = f"the url of a valid config was updated, and its receiver answered {status}; it is {state}"
    account.trial.require("RCL-UPD-004", state == outcome or may_go_on, because)


def rule_test_out(account: Account, status: int) -> None:
    """Go on only if a creation's test has the outcome that the receiver's answer makes."""
    if status == OK:
        account.valid(account.trial.inbox("second look"))
    else:
        rule_way_out(account, ANSWERS_500)
