"""Diagnoses of the way back for ricloud: a webhook config is created with the receiver's URL, and its test must come.

The config is deactivated afterwards, so that it is not left in use in an account that is not the kit's own.
"""

import contextlib
import time
from dataclasses import dataclass

from contracts.check import Check
from contracts.doctor.diagnosis import Deadline, Diagnosis
from contracts.doctor.way_back import receiver_unreachable
from contracts.errors import KitError
from contracts.receiver import Inbox
from contracts.session import Session
from contracts.trial import Trial

CREATE, RETRIEVE, UPDATE = "createWebhookConfig", "retrieveWebhookConfig", "updateWebhookConfig"
TESTED = frozenset({"valid", "invalid"})
LEAST_SECONDS = 0.5
TRANSIT_SECONDS = 0.25
"""How long a test event may still be on its way here after the target has said how the test ended."""

MOST_POLLS_PER_SECOND = 5.0


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """What the doctor saw: the config's last state, and whether anything came to the receiver."""

    state: str
    delivered: bool
    receiver_url: str
    receiver_apart: bool


def examine(session: Session, deadline: Deadline) -> list[Diagnosis]:
    """What is wrong with the way back; nothing where the target does not take a config."""
    seen = travel(session, deadline)
    found = None if seen is None else unreachable(seen)
    return [] if found is None else [found]


def unreachable(seen: RoundTrip) -> Diagnosis | None:
    """Nothing came to the receiver; a target that calls its own test passed without one is for the checks to judge."""
    if seen.delivered or seen.state == "valid":
        return None
    return receiver_unreachable(
        f"a webhook config with its URL at {seen.receiver_url}",
        f"the config is {seen.state}, and no test event was delivered",
        # A test that has failed without a request here is what a missing way back looks like.
        is_sure=seen.receiver_apart or seen.state == "invalid",
    )


def travel(session: Session, deadline: Deadline) -> RoundTrip | None:
    """Make the round trip, as far as time allows; None where the target takes no config."""
    if deadline.remaining_seconds < LEAST_SECONDS:
        return None
    try:
        trial = session.trial(Check("doctor.round_trip", "The way there and back", (), lambda _: None))
        try:
            return _travel(trial, session, deadline)
        finally:
            trial.close()
    except KitError:
        return None  # what is wrong with it is for the checks to say


def _travel(trial: Trial, session: Session, deadline: Deadline) -> RoundTrip | None:
    inbox = trial.inbox("doctor")
    create = trial.api.operations[CREATE]
    response = trial.client.request(create.method, create.path, body={"url": inbox.url})
    identifier = response.object().get("id")
    if not response.is_success or isinstance(identifier, bool) or not isinstance(identifier, str | int):
        return None
    config = str(identifier)
    try:
        state = _awaited(trial, inbox, config, _Pace(deadline, session.timekeeper.polls_per_second))
    finally:
        update = trial.api.operations[UPDATE]
        with contextlib.suppress(KitError):
            trial.client.request(update.method, update.url(webhookConfigId=config), body={"state": "deactivated"})
    return RoundTrip(state, bool(inbox.arrivals), session.receiver.url, session.is_receiver_apart)


@dataclass(frozen=True, slots=True)
class _Pace:
    """Until when the target is asked, and how often."""

    deadline: Deadline
    polls_per_second: float

    def wait(self) -> None:
        """Let the time between two questions pass."""
        seconds = 1 / min(MOST_POLLS_PER_SECOND, self.polls_per_second)
        time.sleep(min(seconds, self.deadline.remaining_seconds))


def _awaited(trial: Trial, inbox: Inbox, config: str, pace: _Pace) -> str:
    """The config's state once anything has come, its test is over, or there is no time left."""
    retrieve, state = trial.api.operations[RETRIEVE], "not seen"
    while not inbox.arrivals and pace.deadline.remaining_seconds:
        response = trial.client.request(retrieve.method, retrieve.url(webhookConfigId=config))
        state = str(response.object().get("state", response.status))
        if state in TESTED:
            inbox.wait_or_count(1, TRANSIT_SECONDS)
            break
        pace.wait()
    return state
