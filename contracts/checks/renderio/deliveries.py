"""Deliveries to the configured URL: which there are, what they hold, how they are sent."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from contracts.attempts import Pursuit
from contracts.check import check
from contracts.checks.renderio.account import Account
from contracts.checks.renderio.calls import OK
from contracts.checks.renderio.material import exotic_metadata
from contracts.checks.renderio.payload import equal
from contracts.checks.renderio.received import REQUEST, judge_request, told
from contracts.checks.renderio.resources import FINAL
from contracts.errors import NotObservable
from contracts.receiver import Hang, Inbox
from contracts.record import Arrival
from contracts.trial import Trial
from contracts.verdicts import TimeLevel

SOON_SECONDS = 15.0
"""What is still within seconds of a command's end."""

HELD_SECONDS = 3.0
"""How long, in real time, a delivery that is to be held is waited for; no clock can say that it is under way."""

LATER_SECONDS = 105.0
"""For how much longer a delivery is looked for that has not come soon, where time costs nothing."""


@check("RIO-WHK-002", *REQUEST, "RIO-WHK-020")
def success_is_delivered(trial: Trial) -> None:
    """A command that ends as SUCCESS is POSTed, with what polling shows, its metadata included."""
    account, inbox = Account(trial), trial.inbox()
    account.configure(inbox.url)
    metadata = exotic_metadata(trial.random)
    run = account.followed(inbox, submitted_with(account, metadata))
    trial.passed("RIO-WHK-002", evidence=[run.arrivals[0].number])
    payload = judge_request(trial, account, run)
    if payload is None:
        trial.unobservable("RIO-WHK-020", because="the body of the delivery could not be read")
        return
    delivered = payload.data.get("metadata")
    if equal(run.command.get("metadata"), metadata):
        because = f"data.metadata was to be what was submitted; {told(metadata, delivered)}"
        trial.expect("RIO-WHK-020", equal(metadata, delivered), because, evidence=[run.arrivals[0].number])
    elif equal(metadata, delivered):
        trial.passed("RIO-WHK-020")
    else:
        trial.unobservable("RIO-WHK-020", because="polling does not show the metadata either (RIO-CMD-023)")


@check("RIO-WHK-003", *REQUEST)
def failure_is_delivered(trial: Trial) -> None:
    """A command that ends as FAILED is POSTed too, with what polling shows."""
    account, inbox = Account(trial), trial.inbox()
    account.configure(inbox.url)
    run = account.run_failing(inbox)
    if run.command["status"] != "FAILED":
        message = f"a command whose input answers 404 has ended as {run.command['status']}"
        raise NotObservable(message)
    trial.passed("RIO-WHK-003", evidence=[run.arrivals[0].number])
    judge_request(trial, account, run)


def submitted_with(account: Account, metadata: Mapping[str, Any]) -> str:
    """Submit a command with valid metadata; ends the check where it is the metadata that is refused."""
    response = account.send("runFfmpegCommand", body=account.body(metadata=metadata), stands_on="RIO-CMD-001")
    if "command_id" in response.object():
        return account.claimed(response)
    account.submit()
    account.trial.require(
        "RIO-CMD-039",
        False,
        f"metadata with strings, numbers and booleans was to be accepted, and was answered {response}",
        evidence=[response.evidence],
    )
    raise AssertionError  # `require` has ended the check


@check("RIO-WHK-004")
def final_status_is_stored_first(trial: Trial) -> None:
    """A poll that is made while the receiver holds the first request sees the final status."""
    account, inbox = Account(trial), trial.inbox()
    inbox.script(Hang(), then=200)
    account.configure(inbox.url)
    command_id = account.submit()
    arrivals = _held(account, inbox, command_id)
    if not arrivals:
        raise NotObservable("no delivery came that could be held")
    polled = account.poll(command_id)
    inbox.release(200)
    trial.expect(
        "RIO-WHK-004",
        polled["status"] in FINAL,
        f"a poll was to see the final status while the receiver held the delivery, and saw {polled['status']}",
        evidence=[arrivals[0].number],
    )


def _held(account: Account, inbox: Inbox, command_id: str) -> Sequence[Arrival]:
    """Wait for the delivery, by polling now and then whether the command is over; then it has to come soon."""
    deadline = time.monotonic() + account.trial.patience_seconds
    while time.monotonic() < deadline:
        arrivals = inbox.wait_or_count(1, account.trial.poll_seconds)
        if arrivals:
            return arrivals
        if account.poll(command_id)["status"] in FINAL:
            return inbox.wait_or_count(1, max(account.transit_seconds, HELD_SECONDS))
    return ()


@check("RIO-WHK-005")
def delivery_comes_soon(trial: Trial) -> None:
    """A delivery is sent within seconds of the command's end."""
    account, inbox = Account(trial), trial.inbox()
    account.configure(inbox.url)
    command_id = account.submit()
    account.finished(command_id)
    ended = time.monotonic()
    can_move = trial.clock.level in {TimeLevel.CONTROL, TimeLevel.STEPPED}
    because = f"a delivery was to be sent within seconds of the command's end, and was not within {SOON_SECONDS:g} s"
    if not account.arrived(inbox, 1) and can_move:
        trial.clock.pass_time(SOON_SECONDS)
        if not account.arrived(inbox, 1):
            trial.clock.pass_time(LATER_SECONDS)
            if account.arrived(inbox, 1):
                trial.failed("RIO-WHK-005", because)
                return
    arrival = account.followed(inbox, command_id).arrivals[0]
    soon = arrival.monotonic - ended <= SOON_SECONDS
    trial.expect("RIO-WHK-005", soon, because, evidence=[arrival.number])


@check("RIO-WHK-011", "RIO-WHK-019")
def every_command_is_delivered(trial: Trial) -> None:
    """The configured webhook applies to every command, polled or not; what was delivered can still be polled."""
    account, inbox = Account(trial), trial.inbox()
    account.configure(inbox.url)
    first = account.run(inbox).command_id
    response = account.send("getCommand", parameters={"commandId": first}, stands_on="RIO-WHK-019")
    trial.expect(
        "RIO-WHK-019",
        response.status == OK and response.object().get("command_id") == first,
        f"a command that was delivered was still to be found by polling, and the answer was {response}",
        evidence=[response.evidence],
    )
    others = [account.submit(account.body(metadata={"number": 2})), account.submit()]
    for command_id in others:
        account.finished(command_id)
    account.arrived(inbox, 1 + len(others))
    missing = [command_id for command_id in others if not Pursuit(trial.clock, inbox, command_id).attempts]
    if missing:
        account.rule_lateness_out(inbox, 1 + len(others))
    trial.expect(
        "RIO-WHK-011",
        not missing,
        f"every command was to be delivered to the configured webhook; the first was, and {len(missing)} of "
        f"{len(others)} others were not",
    )
