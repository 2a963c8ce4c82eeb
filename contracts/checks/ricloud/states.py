"""The states of a config: new until its test is over, and then what the test or the owner has made it."""

from collections.abc import Sequence
from typing import Any

from contracts.check import check
from contracts.checks.ricloud.account import DECIDED, Account
from contracts.checks.ricloud.holding import PROMPT_SECONDS, held_creation, held_test
from contracts.checks.ricloud.outcomes import Failing, judge_failing, require_failing, tested
from contracts.checks.ricloud.receivers import WATCHED_SECONDS
from contracts.checks.ricloud.waiting import DAY_SECONDS
from contracts.checks.ricloud.ways import ANSWERS_500, fails
from contracts.trial import Trial

MANY_FAILURES, SOME_FAILURES = 10, 4
"""How many failing tests in a row, where time costs nothing and where it does."""


@check("RCL-STA-001", "RCL-STA-002", "RCL-TST-004")
def new_until_its_test_is_over(trial: Trial) -> None:
    """A config is new while its receiver holds the first test event, and valid once that is accepted."""
    with Account(trial) as account:
        inbox = trial.inbox()
        with held_creation(account, inbox) as held:
            config_id = held.config_id()
            state = account.retrieve(config_id).get("state")
            held.require_held()
            because = f"the receiver still holds the first test event, and the config was to be new; it is {state!r}"
            trial.expect("RCL-STA-001", state == "new", because, evidence=[held.arrival.number])
            waits = not held.answer.has_ended(0)
            inbox.release()
            created = held.answer.answer(account.patience_seconds + PROMPT_SECONDS)
        shown = created.get("state")
        if waits:
            if shown in DECIDED:
                trial.saw("RCL-STA-002", "b")
        else:
            because = f"the creation was answered before the test was over, and shows the state {shown!r}, not new"
            if trial.expect("RCL-STA-001", shown == "new", because):
                trial.saw("RCL-STA-002", "a")
        if inbox.held_seconds(held.arrival) is not None:
            trial.unobservable("RCL-TST-004", because="the service did not wait for the receiver's answer")
            return
        state = account.becomes(config_id, "valid")["state"]
        because = (
            f"the receiver answered the test event with 200 after a while; the config was to be valid and is {state}"
        )
        trial.expect("RCL-TST-004", state == "valid", because, evidence=[held.arrival.number])


@check("RCL-TST-026")
def state_during_a_test_action(trial: Trial) -> None:
    """Which state a valid and an invalid config show while a test action's event is held."""
    with Account(trial) as account:
        good, bad = trial.inbox("works"), trial.inbox("answers 500")
        valid, invalid = account.valid(good)["id"], fails(ANSWERS_500, account, bad)
        require_failing(account, Failing("RCL-TST-006", invalid, ANSWERS_500.words))
        for config, inbox, before in ((valid, good, "valid"), (invalid, bad, "invalid")):
            with held_test(account, config, inbox) as held:
                state = account.retrieve(config).get("state")
                held.require_held()
                reading = {before: "a", "new": "b"}.get(str(state))
                if reading is not None:
                    trial.saw("RCL-TST-026", reading, f"a config that was {before} is {state}")


@check("RCL-STA-003", span_seconds=WATCHED_SECONDS)
def an_invalid_config_stays_so(trial: Trial) -> None:
    """A config that is neither updated nor tested stays invalid, even if its receiver works by then."""
    with Account(trial) as account:
        inbox = trial.inbox()
        config = fails(ANSWERS_500, account, inbox)
        require_failing(account, Failing("RCL-TST-006", config, ANSWERS_500.words))
        inbox.script(then=200)
        known = len(inbox.arrivals)
        watch(account)
        state = account.retrieve(config).get("state")
        if len(inbox.arrivals) > known:
            trial.unobservable("RCL-STA-003", because="its test event was sent again by itself (RCL-TST-021 b)")
            return
        because = f"an invalid config was neither updated nor tested; it was to stay invalid, and is {state!r}"
        trial.expect("RCL-STA-003", state == "invalid", because)


@check("RCL-STA-004", span_seconds=WATCHED_SECONDS)
def a_valid_config_stays_so(trial: Trial) -> None:
    """A config that is neither updated nor tested stays valid, even if its receiver is broken by then."""
    with Account(trial) as account:
        inbox = trial.inbox()
        config = account.valid(inbox)["id"]
        inbox.script(then=500)
        known = len(inbox.arrivals)
        watch(account)
        state = account.retrieve(config).get("state")
        if len(inbox.arrivals) > known:
            trial.unobservable("RCL-STA-004", because="an event was sent to it by itself")
            return
        because = f"a valid config was neither updated nor tested; it was to stay valid, and is {state!r}"
        trial.expect("RCL-STA-004", state == "valid", because)


@check("RCL-STA-005")
def failing_tests_do_not_deactivate(trial: Trial) -> None:
    """Tests that fail, however many in a row, leave a config invalid."""
    with Account(trial) as account:
        inbox = trial.inbox()
        config = fails(ANSWERS_500, account, inbox)
        require_failing(account, Failing("RCL-TST-006", config, ANSWERS_500.words))
        count = MANY_FAILURES if account.can_move_time else SOME_FAILURES
        for number in range(2, count + 1):
            test = tested(account, config, inbox)
            failing = Failing("RCL-STA-005", config, f"{number} tests failed in a row", "invalid", test.task)
            if not judge_failing(account, failing):
                return


@check("RCL-STA-006", span_seconds=WATCHED_SECONDS)
def a_deactivated_config_stays_so(trial: Trial) -> None:
    """A config that its owner has deactivated stays so by itself, and whatever is done to others."""
    with Account(trial) as account:
        first, second, other = trial.inbox("was valid"), trial.inbox("was invalid"), trial.inbox("another")
        was_valid, was_invalid = account.valid(first)["id"], fails(ANSWERS_500, account, second)
        require_failing(account, Failing("RCL-TST-006", was_invalid, ANSWERS_500.words))
        second.script(then=200)
        configs = ((was_valid, "valid"), (was_invalid, "invalid"))
        for config, _ in configs:
            account.deactivate(config)
        tested(account, account.valid(other)["id"], other)
        _judge_deactivated(account, configs, "another config was created and tested")
        watch(account)
        _judge_deactivated(account, configs, "nothing was done")


def _judge_deactivated(account: Account, configs: Sequence[tuple[Any, str]], since: str) -> None:
    for config, before in configs:
        state = account.retrieve(config, stands_on="RCL-CFG-019").get("state")
        because = f"a config that was {before} was deactivated by its owner, and then {since}; it is {state!r}"
        account.trial.expect("RCL-STA-006", state == "deactivated", because)


def watch(account: Account) -> None:
    """Let a day pass where that costs nothing, else some seconds."""
    account.workspace.clock.pass_time(DAY_SECONDS if account.can_move_time else WATCHED_SECONDS)
    account.workspace.clock.settle()
