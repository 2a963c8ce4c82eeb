"""EVT and ORG: to which config an event goes: the key's own, else the organisation's default, never a retired one."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from contracts.check import check
from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.calls import is_refusal
from contracts.checks.ricloud.choosing import DAY_SECONDS, Chooser, Occurrence
from contracts.checks.ricloud.delivered_events import differences, shown
from contracts.checks.ricloud.delivery import DELIVERY, judge_delivery
from contracts.checks.ricloud.event_resource import SAME, id_of
from contracts.checks.ricloud.outcomes import accepted_test
from contracts.checks.ricloud.waiting import Resource
from contracts.errors import NotObservable
from contracts.receiver import Inbox
from contracts.trial import Trial

FAILURE = 503
KEPT_BACK_SECONDS = (60.0, DAY_SECONDS / 24, DAY_SECONDS)
"""For how long an event is looked for that is not to come, in steps."""


@check("RCL-EVT-001", "RCL-EVT-010", "RCL-EVT-025", *DELIVERY)
def event_is_sent_to_the_config_of_the_key(trial: Trial) -> None:
    """What happens to a key is sent to the config that it uses, as an event that says what has happened to what."""
    with Chooser(trial) as account:
        account.require_events()
        inbox = trial.inbox()
        config = account.in_use(inbox)
        data = poll(trial)
        _, occurrence = account.happen(inbox, **data)
        arrival = account.first_attempt(occurrence)
        trial.passed("RCL-EVT-001", evidence=[arrival.number])
        content = judge_delivery(trial, config.get("url", inbox.url), arrival)
        if content is None:
            trial.unobservable("RCL-EVT-010", "RCL-EVT-025", because="the body of the delivery could not be read")
            return
        wrong = [*differences({"type": "poll", "action": "completed"}, content, ("type", "action"))]
        lost = {name: value for name, value in data.items() if _data(content).get(name) != value}
        because = f"poll and completed with the data of the poll were to be sent; {'; '.join([*wrong, shown(lost)])}"
        trial.expect("RCL-EVT-025", not wrong and not lost, because, evidence=[arrival.number])
        found = differences(content, account.event(id_of(arrival)), SAME)
        because = f"an event was to be shown as it was sent; sent and shown {'; '.join(found)}"
        trial.expect("RCL-EVT-010", not found, because, evidence=[arrival.number])


def poll(trial: Trial) -> Mapping[str, Any]:
    """A resource that an event may be about, with content that shows when it is written in another way."""
    return {
        "id": str(uuid.UUID(int=trial.random.getrandbits(128), version=4)),
        "resource": "poll",
        "state": "completed",
        "name": 'Zażółć </script> 🔑 "quoted" a/b',
        "share": 1.0,
        "empty": {"z": None, "a": []},
    }


def _data(content: Mapping[str, Any]) -> Mapping[str, Any]:
    data = content.get("data")
    return data if isinstance(data, dict) else {}


@check("RCL-ORG-001")
def default_is_used_by_a_key_without_its_own(trial: Trial) -> None:
    """The events of a key without a config of its own go to the organisation's default, and to no other config."""
    with Chooser(trial) as account:
        account.require_events()
        one, other = trial.inbox("one"), trial.inbox("other")
        configs = [account.valid(one), account.valid(other)]
        account.no_own()
        for inbox, rest, config in ((one, other, configs[0]), (other, one, configs[1])):
            account.default(config["id"])
            _expect_only(trial, account, inbox, rest, "RCL-ORG-001")


@check("RCL-ORG-002")
def own_config_is_used_by_its_key(trial: Trial) -> None:
    """The events of a key with a config of its own go to that one, and not to the organisation's default."""
    with Chooser(trial) as account:
        account.require_events()
        default, own = trial.inbox("default"), trial.inbox("own")
        configs = [account.valid(default), account.valid(own)]
        account.default(configs[0]["id"])
        account.own(configs[1]["id"])
        _expect_only(trial, account, own, default, "RCL-ORG-002")


def _expect_only(trial: Trial, account: Chooser, inbox: Inbox, other: Inbox, requirement: str) -> None:
    """Expect an event at one inbox and not at another; where it comes to none at all, find out what is to blame."""
    astray = Occurrence(trial.clock, other)
    _, occurrence = account.happen(inbox)
    account.await_attempt(occurrence)
    account.nothing_more(other, len(other.arrivals))
    if not occurrence.attempts and not astray.attempts:
        aside = trial.inbox("a config that is chosen in both ways")
        account.in_use(aside)
        account.first_attempt(account.happen(aside)[1])
    because = (
        f"an event was to come to '{inbox.name}' alone; {len(occurrence.attempts)} requests came there, and "
        f"{len(astray.attempts)} to '{other.name}'"
    )
    trial.expect(requirement, occurrence.attempts and not astray.attempts, because)


@check("RCL-EVT-021", span_seconds=sum(KEPT_BACK_SECONDS))
def deactivated_config_is_sent_nothing(trial: Trial) -> None:
    """What happens while a config is deactivated is not sent to it, although it is chosen."""
    with Chooser(trial) as account:
        account.require_events()
        inbox = trial.inbox()
        config = account.in_use(inbox)
        account.first_attempt(account.happen(inbox)[1])
        retire(account, config)
        _, occurrence = account.may_happen(inbox)
        stays_away = _stays_away(account, occurrence, KEPT_BACK_SECONDS)
        because = f"nothing was to come to a deactivated config; {len(occurrence.attempts)} requests came"
        evidence = [arrival.number for arrival in occurrence.attempts]
        trial.expect("RCL-EVT-021", stays_away, because, evidence=evidence)


def retire(account: Account, config: Resource) -> None:
    """Deactivate a config that is chosen; `NotObservable` where that is refused as long as it is, RCL-ORG-007 c."""
    response = account.try_update(config["id"], state="deactivated")
    if is_refusal(response):
        other = account.create(account.trial.inbox("not chosen").url)
        account.deactivate(other["id"])  # ends the check where none can be deactivated at all
        raise NotObservable("a config that is chosen cannot be deactivated here (RCL-ORG-007 c)")
    account.deactivate(config["id"])


def _stays_away(account: Chooser, occurrence: Occurrence, spans_seconds: Sequence[float]) -> bool:
    """Whether no attempt comes in so much of the target's time."""
    for seconds in (0.0, *spans_seconds):
        if seconds:
            account.workspace.clock.pass_time(seconds)
        account.nothing_more(occurrence.inbox, len(occurrence.inbox.arrivals))
        if occurrence.attempts:
            return False
    return True


@check("RCL-EVT-022", span_seconds=KEPT_BACK_SECONDS[0])
def event_without_a_valid_config(trial: Trial) -> None:
    """What becomes of an event whose config is invalid."""
    with Chooser(trial) as account:
        account.require_events()
        inbox = trial.inbox()
        _invalidate(account, inbox, account.in_use(inbox))
        event, occurrence = account.may_happen(inbox)
        if event is None:
            trial.saw("RCL-EVT-022", "d")
        elif not _stays_away(account, occurrence, KEPT_BACK_SECONDS[:1]):
            trial.saw("RCL-EVT-022", "b")
        else:
            response = account.send("retrieveEvent", parameters={"eventId": event.get("id")})
            state = response.object().get("state", event.get("state"))
            if is_refusal(response) and account.shows_events(inbox):
                trial.saw("RCL-EVT-022", "d", f"it was answered {response.status}")
            elif state in {"pending", "failed"}:
                trial.saw("RCL-EVT-022", "a" if state == "failed" else "c", f"it is {state}")


def _invalidate(account: Account, inbox: Inbox, config: Resource) -> None:
    """Make a config invalid by a test that its receiver refuses; `NotObservable` where it does not become so."""
    inbox.script(then=FAILURE)
    accepted_test(account, config["id"])
    state = account.becomes(config["id"], "invalid").get("state")
    if state != "invalid":
        message = f"a config whose receiver refuses its test is {state}"
        raise NotObservable(message)


@check("RCL-ORG-008", span_seconds=KEPT_BACK_SECONDS[0])
def own_config_that_is_not_valid(trial: Trial) -> None:
    """Whether the events of a key whose own config is invalid go to the organisation's default."""
    with Chooser(trial) as account:
        account.require_events()
        default, own = trial.inbox("default"), trial.inbox("own")
        account.default(account.valid(default)["id"])
        config = account.valid(own)
        account.own(config["id"])
        _invalidate(account, own, config)
        _, occurrence = account.may_happen(default)
        trial.saw("RCL-ORG-008", "a" if _stays_away(account, occurrence, KEPT_BACK_SECONDS[:1]) else "b")
