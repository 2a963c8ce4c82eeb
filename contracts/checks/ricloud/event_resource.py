"""EVT: events as the API shows them: one by its id, its way to its end, all of them in a list."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from contracts.check import check
from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.choosing import DAY_SECONDS
from contracts.checks.ricloud.config_datetimes import is_within
from contracts.checks.ricloud.creation_moments import moment_of
from contracts.checks.ricloud.dates import heeds_dates
from contracts.checks.ricloud.delivered_events import IDENTITY, differences, read, shown
from contracts.checks.ricloud.events import tested
from contracts.checks.ricloud.holding import held_creation
from contracts.checks.ricloud.lists import EVENTS, ask, ids_of, page, whole
from contracts.checks.ricloud.target_time import tolerance_of
from contracts.errors import NotObservable
from contracts.record import Arrival
from contracts.trial import Trial

HELD_SECONDS = 2.0
"""How long an attempt is held, of the target's time: enough for its end to be told from its beginning."""

FAILURE = 503
SAME = (*IDENTITY, "date_created")
LISTED = "RCL-EVT-024"


@check("RCL-EVT-010")
def event_is_shown_as_it_was_sent(trial: Trial) -> None:
    """GET on the path of an event answers with the event that was sent."""
    with Account(trial) as account:
        inbox = trial.inbox()
        _, arrival = tested(account, inbox, inbox.url)
        found = differences(read(arrival.body).content, account.event(id_of(arrival)), SAME)
        because = f"an event was to be shown as it was sent; sent and shown {'; '.join(found)}"
        trial.expect("RCL-EVT-010", not found, because, evidence=[arrival.number])


@check("RCL-EVT-011", span_seconds=HELD_SECONDS)
def event_is_pending_until_it_is_accepted(trial: Trial) -> None:
    """An event is pending while its receiver holds it, and delivered from the moment at which that accepts it."""
    with Account(trial) as account:
        inbox = trial.inbox()
        with held_creation(account, inbox) as held:
            identifier = id_of(held.arrival)
            before = account.event(identifier)
            trial.clock.pass_time(HELD_SECONDS)
            later = account.event(identifier)
            held.require_held()
            states = {str(event.get("state")) for event in (before, later)}
            because = f"an event was to be pending until it was accepted; it was {' and '.join(sorted(states))}"
            trial.expect("RCL-EVT-011", states == {"pending"}, because)
            accepted_from = trial.clock.now()
            inbox.release(200)
        delivered = account.once(lambda: account.event(identifier), lambda event: event.get("state") != "pending")
        judge_delivered(trial, delivered, accepted_from, trial.clock.now())


def id_of(arrival: Arrival) -> Any:
    """The id of the event that a delivery is about; `NotObservable` where it does not say (RCL-EVT-004)."""
    identifier = read(arrival.body).content.get("id")
    if isinstance(identifier, bool) or not isinstance(identifier, str | int):
        message = f"the id of the event cannot be read from its delivery; it is {shown(identifier)}"
        raise NotObservable(message)
    return identifier


def judge_delivered(trial: Trial, event: Mapping[str, Any], first: datetime, last: datetime) -> None:
    """Judge an event that was accepted between two moments of the target's time."""
    state, delivered = event.get("state"), event.get("date_delivered")
    because = f"an event whose receiver has accepted it was to be delivered, and is {shown(state)}"
    if not trial.expect("RCL-EVT-011", state == "delivered", because):
        return
    moment = moment_of(delivered)
    is_right = moment is not None and is_within(moment, first, last, tolerance_of(trial))
    because = (
        f"date_delivered was to be the moment at which the event was accepted, from {first.isoformat()} to "
        f"{last.isoformat()}; it is {shown(delivered)}"
    )
    trial.expect("RCL-EVT-011", is_right, because)


@check("RCL-EVT-012", span_seconds=DAY_SECONDS)
def event_of_a_test_that_is_never_accepted_fails(trial: Trial) -> None:
    """The event of a test that its receiver never accepts ends as failed, without a date_delivered."""
    with Account(trial) as account:
        inbox = trial.inbox()
        inbox.script(then=FAILURE)
        config, arrival = tested(account, inbox, inbox.url)
        identifier = id_of(arrival)
        event = account.eventually(lambda: account.event(identifier), lambda event: event.get("state") != "pending")
        state = account.retrieve(config["id"]).get("state")
        because = f"a test whose receiver answered {FAILURE} was not to make the config valid, and did"
        trial.require("RCL-TST-006", event.get("state") != "delivered" or state != "valid", because)
        judge_failed(trial, event)


def judge_failed(trial: Trial, event: Mapping[str, Any]) -> None:
    """Judge an event that none of its attempts was accepted of."""
    state, delivered = event.get("state"), event.get("date_delivered")
    because = f"an event that was never accepted was to end as failed, without date_delivered; it is {state!r}"
    trial.expect("RCL-EVT-012", state == "failed" and delivered is None, f"{because}, with {shown(delivered)}")


@check(LISTED)
def events_are_listed(trial: Trial) -> None:
    """The list of events shows those of tests; type, action, state and date_created filter it."""
    with Account(trial) as account:
        inbox = trial.inbox()
        _, arrival = tested(account, inbox, inbox.url)
        account.once(lambda: account.event(id_of(arrival)), lambda event: event.get("state") != "pending")
        known = str(id_of(arrival))
        count = ids_of(whole(account, EVENTS, stands_on=LISTED)).count(known)
        because = f"the list of events was to show that of a test once, and shows it {count} times"
        trial.require(LISTED, count == 1, because)
        event = account.event(id_of(arrival))
        others = {"type": "session", "action": "completed", "state": "failed"}
        for name, other in others.items() if all(isinstance(event.get(name), str) for name in others) else ():
            _judge_filter(trial, account, known, (name, str(event.get(name)), other))
        plain = page(account, EVENTS, stands_on=LISTED)
        heeded = heeds_dates(account, EVENTS, str(event.get("date_created")), plain)
        trial.expect(LISTED, heeded, "date_created was to filter the list of events, and is ignored")


def _judge_filter(trial: Trial, account: Account, known: str, probe: tuple[str, str, str]) -> None:
    """Judge a filter by the value that an event has, and by one that it has not: that one may be refused."""
    name, own, other = probe
    items = whole(account, EVENTS, [(name, own)], stands_on=LISTED)
    wrong = sorted({shown(item.get(name)) for item in items if item.get(name) != own})
    because = f"with {name}={own} the list of events was to show those alone, and shows {', '.join(wrong)}"
    trial.expect(LISTED, not wrong, because)
    because = f"with {name}={own} the list of events was to show {known}, whose {name} that is, and does not"
    trial.expect(LISTED, known in ids_of(items), because)
    _, found = ask(account, EVENTS, [(name, other)])
    if found is not None:
        items = whole(account, EVENTS, [(name, other)], stands_on=LISTED)
        because = f"with {name}={other} the list of events was not to show {known}, whose {name} is {own}"
        trial.expect(LISTED, known not in ids_of(items), because)
