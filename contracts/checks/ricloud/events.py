"""EVT: the events that tests send, which are events like all others: what they hold, and that they come once."""

from collections.abc import Sequence

from contracts.check import check
from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.choosing import DAY_SECONDS
from contracts.checks.ricloud.delivered_events import IDENTITY, differences, read
from contracts.checks.ricloud.delivery import DELIVERY, judge_delivery, judge_test_event
from contracts.checks.ricloud.waiting import Resource
from contracts.receiver import Inbox
from contracts.record import Arrival
from contracts.trial import Trial

SOON_SECONDS = 10.0
"""For how much of the target's time a repetition is looked for where time passes by itself."""

LATER_SECONDS = (600.0, DAY_SECONDS / 8, DAY_SECONDS)


@check(*DELIVERY, "RCL-EVT-005", "RCL-EVT-006", "RCL-EVT-007", "RCL-EVT-018")
def events_of_tests_are_documented(trial: Trial) -> None:
    """The event of a test is a POST of the event to the url of its config; its data is the config, its id its own."""
    with Account(trial) as account:
        plain, slashed = trial.inbox("plain"), trial.inbox("with a slash")
        arrivals = []
        for inbox, url in ((plain, plain.url), (slashed, f"{slashed.url}/")):
            config, arrival = tested(account, inbox, url)
            arrivals.append(arrival)
            content = judge_delivery(trial, url, arrival)
            if content is None:
                trial.unobservable("RCL-EVT-005", "RCL-EVT-006", because="the body could not be read")
            else:
                judge_test_event(trial, config, content, arrival)
        first, second = (read(arrival.body).content.get("id") for arrival in arrivals)
        if first is None or second is None:
            trial.unobservable("RCL-EVT-018", because="an event has no id (RCL-EVT-004)")
        else:
            because = f"no two events were to have the same id, and those of two tests have {first!r} and {second!r}"
            evidence = [arrival.number for arrival in arrivals]
            trial.expect("RCL-EVT-018", str(first) != str(second), because, evidence=evidence)


def tested(account: Account, inbox: Inbox, url: str) -> tuple[Resource, Arrival]:
    """A config with this url, which leads to the inbox, and the event of its test; ends the check where none comes."""
    known = len(inbox.arrivals)
    config = account.create(url)
    arrivals = account.came(inbox, known + 1)
    because = f"a creation was to send a test event to {inbox.name}, and none came"
    account.trial.require("RCL-TST-003", len(arrivals) > known, because)
    return config, arrivals[known]


@check("RCL-EVT-016", span_seconds=SOON_SECONDS)
def accepted_event_does_not_come_again_soon(trial: Trial) -> None:
    """A test event that its receiver has accepted is not sent again within seconds."""
    with Account(trial) as account:
        _judge_repetition(trial, account, [SOON_SECONDS])


@check("RCL-EVT-016", span_seconds=sum(LATER_SECONDS))
def accepted_event_does_not_come_again_later(trial: Trial) -> None:
    """A test event that its receiver has accepted is not sent again, not within a day either."""
    with Account(trial) as account:
        _judge_repetition(trial, account, LATER_SECONDS)


def _judge_repetition(trial: Trial, account: Account, spans_seconds: Sequence[float]) -> None:
    inbox = trial.inbox()
    account.valid(inbox)
    for seconds in spans_seconds:
        trial.clock.pass_time(seconds)
        account.nothing_more(inbox, len(inbox.arrivals))
    first, *later = inbox.arrivals
    # An event of its own is no repetition: a service may test its configs again by itself.
    again = [arrival for arrival in later if is_repetition(first, arrival)]
    because = f"an event that was accepted was not to be sent again; it came {len(again)} times more"
    trial.expect("RCL-EVT-016", not again, because, evidence=[first.number, *(arrival.number for arrival in again)])


def is_repetition(first: Arrival, later: Arrival) -> bool:
    """Whether two deliveries are of the same event: by its id, or where it has none by everything else."""
    one, other = read(first.body).content, read(later.body).content
    if one.get("id") is None or other.get("id") is None:
        return not differences(one, other, IDENTITY)
    return str(one["id"]) == str(other["id"])
