"""UPD: what an update of the url does: it is stored and tested, and what the test says becomes the state."""

import time
from typing import Any

from contracts.check import check
from contracts.checks.closing import unseen
from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.calls import is_success
from contracts.checks.ricloud.holding import Held, held_update
from contracts.checks.ricloud.lists import TASKS, Item, ask
from contracts.checks.ricloud.outcomes import Failing, accepted_test, judge_failing, over, require_failing, tested
from contracts.checks.ricloud.signing import Material, inspect
from contracts.checks.ricloud.task_resource import TEST
from contracts.errors import NotObservable
from contracts.receiver import Inbox
from contracts.record import Arrival
from contracts.trial import Trial

BROKEN = 500
MISSPELT = "webhook_confg.test"
PROMPT_SECONDS = 5.0
"""How long, in real time, the answer to an update may take whose test goes on in the background."""

TICK_SECONDS = 0.05


@check("RCL-UPD-001", "RCL-UPD-002", "RCL-UPD-003")
def an_update_of_the_url_is_stored_and_tested(trial: Trial) -> None:
    """An update of the url is answered with the config, and tested at the new URL; nothing goes to the earlier one."""
    with Account(trial) as account:
        earlier, new = trial.inbox("earlier URL"), trial.inbox("new URL")
        config = account.valid(earlier)["id"]
        tested(account, config, earlier)  # no test is under way, and none is sent again
        known = len(earlier.arrivals)
        updated = account.update(config, url=new.url)
        stored = account.retrieve(config)
        for what, shown in (("the answer to an update", updated), ("the config after it", stored)):
            because = f"{what} was to show the url {new.url!r} that was sent, and shows {shown.get('url')!r}"
            trial.expect("RCL-UPD-001", shown.get("url") == new.url, because)
        came = account.came(new, 1)
        if came:  # whatever else the update sends has come by the time that one more test is over
            over(account, accepted_test(account, config))
            account.came(new, 2)
        quiet = account.nothing_more(earlier, known)
        astray = [arrival.number for arrival in earlier.arrivals[known:]]
        because = f"nothing was to be sent to the earlier URL after an update of the url, and {len(astray)} came there"
        trial.expect("RCL-UPD-003", quiet, because, evidence=astray)
        if came or quiet:
            because = "an update of the url was to send a test event to the new URL, and none came"
            trial.expect("RCL-UPD-002", came, because)
        else:
            trial.unobservable("RCL-UPD-002", because="the test event went to the earlier URL (RCL-UPD-003)")


@check("RCL-UPD-004")
def the_outcome_of_an_update_becomes_the_state(trial: Trial) -> None:
    """An update to a working receiver makes an invalid config valid, one to a broken receiver a valid one invalid."""
    with Account(trial) as account:
        broken, working, other = trial.inbox("broken"), trial.inbox("working"), trial.inbox("broken, too")
        for inbox in (broken, other):
            inbox.script(then=BROKEN)
        config = account.create(broken.url)["id"]
        trial.require("RCL-TST-003", account.came(broken, 1), "a creation was to send a test event, and none came")
        require_failing(account, Failing("RCL-TST-006", config, "its receiver answered 500"))
        _update(account, config, working)
        state = account.becomes(config, "valid")["state"]
        because = f"an invalid config was to become valid by an update to a working receiver, and is {state}"
        trial.expect("RCL-UPD-004", state == "valid", because)
        if state == "valid":
            _update(account, config, other)
            how = "a valid config was updated to a receiver that answered 500"
            judge_failing(account, Failing("RCL-UPD-004", config, how, before="valid"))


def _update(account: Account, config: Any, inbox: Inbox) -> None:
    account.update(config, url=inbox.url)
    because = f"an update of the url was to send a test event to {inbox.name}, and none came"
    account.trial.require("RCL-UPD-002", account.came(inbox, 1), because)


@check("RCL-UPD-005", "RCL-UPD-006")
def the_test_of_an_update_runs_in_the_background(trial: Trial) -> None:
    """An update is answered while the receiver still holds its test event; what the state is until the test is over."""
    with Account(trial) as account:
        inbox, new = trial.inbox(), trial.inbox("holds")
        config = account.valid(inbox)["id"]
        with held_update(account, config, new) as held:
            deadline = time.monotonic() + max(PROMPT_SECONDS, account.patience_seconds)
            while not held.answer.has_ended(TICK_SECONDS) and held.is_held and time.monotonic() < deadline:
                pass
            _judge_background(trial, held)
            if held.answer.has_ended(0):
                _see_state(account, config, held)


def _judge_background(trial: Trial, held: Held) -> None:
    is_answered, evidence = held.answer.has_ended(0), [held.arrival.number]
    held_seconds = held.inbox.held_seconds(held.arrival)
    if is_answered and held.is_held:
        trial.passed("RCL-UPD-005", evidence=evidence)
    elif held_seconds is not None and held_seconds < PROMPT_SECONDS:
        because = "the service waited for the receiver so shortly that it cannot be told which came first"
        trial.unobservable("RCL-UPD-005", because=because)
    else:
        because = "an update was to be answered while the receiver holds its test event, and was not"
        trial.failed("RCL-UPD-005", because, evidence=evidence)


def _see_state(account: Account, config: Any, held: Held) -> None:
    held.answer.answer(0)  # raises where the update was not accepted
    state = account.retrieve(config)["state"]
    if held.is_held and state in {"new", "valid"}:
        account.trial.saw("RCL-UPD-006", "a" if state == "new" else "b", f"it was {state}")


@check("RCL-UPD-014")
def an_update_leaves_the_secret_as_it_is(trial: Trial) -> None:
    """An update of the url leaves the secret as it is: it is shown as before, and test events are signed with it."""
    with Account(trial) as account:
        inbox, new = trial.inbox(), trial.inbox("new URL")
        config = account.valid(inbox)
        secret = account.secret_of(config)
        before = account.retrieve(config["id"]).get("secret")
        _update(account, config["id"], new)
        after = account.retrieve(config["id"]).get("secret")
        if before == secret:
            because = "an update of the url was to leave the secret as it is, and another is shown, or none"
            trial.expect("RCL-UPD-014", after == before, because)
        if not _is_signed(trial, inbox.arrivals[-1], secret):
            trial.note("the test of the creation was not signed as documented; signatures say nothing here")
            unseen(trial, "RCL-UPD-014", because="no secret is shown, and signatures are wrong already (SIG)")
            return
        because = (
            "after an update of the url a test event was to be signed with the secret of the creation, and was not"
        )
        is_signed = _is_signed(trial, new.arrivals[0], secret)
        trial.expect("RCL-UPD-014", is_signed, because, evidence=[new.arrivals[0].number])


def _is_signed(trial: Trial, arrival: Arrival, secret: str) -> bool:
    signature = trial.api.policies["webhookConfigTest"].signature
    found = inspect(signature, arrival.headers, arrival.body, Material("RCL-SIG-001", secret))
    return not found.flaws and not found.unclear


@check("RCL-UPD-016")
def the_task_of_an_update_has_a_type(trial: Trial) -> None:
    """How the type of an update's task is written, in which the page has a slip."""
    with Account(trial) as account:
        config = account.valid(trial.inbox())["id"]
        before = {task.get("id") for task in _tasks(account)}
        new = trial.inbox("new URL")
        _update(account, config, new)
        types = {task.get("type") for task in _tasks(account) if task.get("id") not in before}
        for reading, name in (("a", TEST), ("b", MISSPELT)):
            if name in types:
                trial.saw("RCL-UPD-016", reading, f"a new task is a {name}")


def _tasks(account: Account) -> list[Item]:
    """The newest tasks, or all of them where there are few; `NotObservable` where there is no list of tasks."""
    for query in ([("limit", "1000")], ()):
        response, page = ask(account, TASKS, query)
        if is_success(response) and page is not None:
            return list(page.items)
    raise NotObservable("the target lists no tasks, which is judged elsewhere")
