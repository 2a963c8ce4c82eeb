"""SIG: the signatures of deliveries, computed again from the bytes that came."""

from collections.abc import Sequence

from contracts.attempts import between, span
from contracts.check import check
from contracts.checks.closing import unseen
from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.addressing import FAILURE, poll
from contracts.checks.ricloud.choosing import Chooser
from contracts.checks.ricloud.delivery import EVENT_POLICY
from contracts.checks.ricloud.events import tested
from contracts.checks.ricloud.outcomes import accepted_test
from contracts.checks.ricloud.signing import BYTES, DIGEST, FORM, MOMENT, Inspection, Material, inspect, moment_flaw
from contracts.checks.ricloud.target_time import sent_at, tolerance_of
from contracts.record import Arrival
from contracts.trial import Trial

OF_TEST, OF_EVENT, OF_RETRY = "RCL-SIG-001", "RCL-SIG-002", "RCL-SIG-007"
COMMON = (FORM, DIGEST, BYTES)

APART_SECONDS = 15.0
"""How far apart two tests are, of the target's time: more than any tolerance, so that a timestamp is seen to move."""


def judge_signature(trial: Trial, arrival: Arrival, material: Material) -> Inspection:
    """Judge whose secret a delivery is signed with, what is signed, and how that is written."""
    found = inspect(EVENT_POLICY.signature, arrival.headers, arrival.body, material)
    for flaw in found.flaws:
        trial.failed(flaw.requirement, flaw.because, evidence=[arrival.number])
    told = {flaw.requirement for flaw in found.flaws}
    judged = (material.owner, *COMMON)
    trial.unobservable(*(found.unclear - told), because="the signature is wrong in another way")
    trial.passed(
        *(requirement for requirement in judged if requirement not in told | found.unclear), evidence=[arrival.number]
    )
    return found


def judge_moment(trial: Trial, arrival: Arrival, found: Inspection) -> None:
    """Judge the timestamp of the first attempt of an event, which has just arrived."""
    flaw = moment_flaw(found.timestamp or "", sent_at(trial, arrival), tolerance_of(trial))
    if flaw is not None:
        trial.failed(flaw.requirement, flaw.because, evidence=[arrival.number])
    elif any(requirement == FORM for requirement in _failed(trial)) or not found.timestamp:
        trial.unobservable(MOMENT, because="the signature has no timestamp of the documented form")
    else:
        trial.passed(MOMENT, evidence=[arrival.number])


def _failed(trial: Trial) -> Sequence[str]:
    return [finding.requirement for finding in trial.findings if finding.status == "failed"]


@check(OF_TEST, *COMMON, MOMENT, span_seconds=APART_SECONDS)
def events_of_tests_are_signed(trial: Trial) -> None:
    """Test events are signed with the secret of the config that is tested, over their bytes, with the moment of now."""
    with Account(trial) as account:
        inboxes = trial.inbox("first config"), trial.inbox("second config")
        configs, arrivals = [], []
        for inbox in inboxes:
            config, arrival = tested(account, inbox, inbox.url)
            configs.append(config)
            arrivals.append((arrival, account.secret_of(config)))
            judge_moment(trial, arrival, _inspected(trial, arrivals))
        account.becomes(configs[0]["id"], "valid")
        trial.clock.pass_time(APART_SECONDS)
        known = len(inboxes[0].arrivals)
        accepted_test(account, configs[0]["id"])
        later = account.came(inboxes[0], known + 1)[known:]
        account.trial.require("RCL-TST-002", later, "the test action was to send a test event, and none came")
        arrivals.append((later[0], arrivals[0][1]))
        again = _inspected(trial, arrivals)
        judge_moment(trial, later[0], again)
        _judge_interval(trial, arrivals[0][0], later[0])
        unseen(trial, MOMENT, because="the signature has no timestamp of the documented form")


def _inspected(trial: Trial, arrivals: Sequence[tuple[Arrival, str]]) -> Inspection:
    """Judge the latest of several deliveries, each with the secret of its config."""
    arrival, secret = arrivals[-1]
    others = tuple({other for _, other in arrivals} - {secret})
    return judge_signature(trial, arrival, Material(OF_TEST, secret, other_secrets=others))


def _judge_interval(trial: Trial, first: Arrival, second: Arrival) -> None:
    """Judge whether timestamps move as time does, which shows where the target's own time is not known, too."""
    stamps = [_timestamp(arrival) for arrival in (first, second)]
    if not all(stamp.isdigit() for stamp in stamps):
        return
    passed_seconds, moved_seconds = between(first, second), int(stamps[1]) - int(stamps[0])
    tolerance = trial.clock.tolerance
    is_right = abs(moved_seconds - passed_seconds) <= tolerance.early_seconds + tolerance.late_seconds + 1
    because = f"between two tests {span(passed_seconds)} passed, and their timestamps are {moved_seconds} s apart"
    if MOMENT not in _failed(trial) and FORM not in _failed(trial):
        trial.expect(MOMENT, is_right, because, evidence=[first.number, second.number])


def _timestamp(arrival: Arrival) -> str:
    value = arrival.header(EVENT_POLICY.signature.header) or ""
    return value.partition("t=")[2].partition(",")[0]


@check(OF_EVENT, *COMMON, MOMENT)
def events_are_signed(trial: Trial) -> None:
    """Events are signed with the secret of the config that they go to, over their bytes, with the moment of now."""
    with Chooser(trial) as account:
        account.require_events()
        other = account.secret_of(account.create(trial.inbox("another config").url))
        inbox = trial.inbox()
        config = account.in_use(inbox)
        _, occurrence = account.happen(inbox, **poll(trial))
        arrival = account.first_attempt(occurrence)
        material = Material(OF_EVENT, account.secret_of(config), other_secrets=(other,))
        judge_moment(trial, arrival, judge_signature(trial, arrival, material))


@check(OF_EVENT, OF_RETRY, *COMMON, span_seconds=EVENT_POLICY.span_seconds)
def retries_are_signed(trial: Trial) -> None:
    """A retry is signed with the secret of its config, over its own bytes; with which timestamp, is open."""
    with Chooser(trial) as account:
        account.require_events()
        inbox = trial.inbox()
        secret = account.secret_of(account.in_use(inbox))
        inbox.script(FAILURE, then=200)
        _, occurrence = account.happen(inbox, **poll(trial))
        first = account.first_attempt(occurrence)
        if not account.next_attempt(occurrence, EVENT_POLICY.delays_seconds[1]):
            trial.unobservable(OF_EVENT, *COMMON, because="no second attempt came (RCL-EVT-013)")
            return
        second = occurrence.attempts[1]
        stamp = _timestamp(first)
        material = Material(OF_EVENT, secret, other_bodies=(first.body,), other_timestamps=(stamp,))
        found = judge_signature(trial, second, material)
        if found.timestamp and stamp:
            trial.saw(OF_RETRY, "b" if found.timestamp == stamp else "a", evidence=[first.number, second.number])
