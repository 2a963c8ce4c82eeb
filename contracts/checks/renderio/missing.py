"""Why a delivery, or a command, is not there: tells the requirements apart that have the same look from outside."""

import time
from typing import TYPE_CHECKING

from contracts.checks.renderio.payload import read
from contracts.checks.renderio.subjects import command_id as subject_of
from contracts.receiver import Inbox
from contracts.record import Arrival

if TYPE_CHECKING:
    from contracts.checks.renderio.account import Account
    from contracts.checks.renderio.resources import Resources

READABLE_SECONDS = 1.0
"""For how long a new command is asked for that is compared with one that cannot be found."""


def rule_other_causes_out(account: "Account", inbox: Inbox) -> None:
    """End the check where a polled SUCCESS is missing at the configured URL for a reason of its own.

    The configuration was never created (RIO-CFG-001), polling is what keeps deliveries back (RIO-WHK-019), or only
    some commands are delivered (RIO-WHK-011).
    """
    trial = account.trial
    configured = account.config().get("configured")
    trial.require("RIO-CFG-001", configured, "a PUT was to create a configuration, and GET says that there is none")
    some_are = any(read(arrival.body).data.get("status") == "SUCCESS" for arrival in inbox.arrivals)
    # Two of each kind in a row: what misses every second command must not look like what misses polled ones.
    unpolled = [_comes(account, inbox, polled=False) for _ in range(2)]
    if any(unpolled):
        polled = [_comes(account, inbox, polled=True) for _ in range(2)]
        trial.require(
            "RIO-WHK-019",
            any(polled) or not all(unpolled),
            "a command was to be delivered whether it is polled or not; only those that were not polled were delivered",
        )
        some_are = True
    trial.require("RIO-WHK-011", not some_are, "every command was to be delivered, and only some of them were")


def _comes(account: "Account", inbox: Inbox, *, polled: bool) -> bool:
    known = len(inbox.arrivals)
    command_id = account.submit()
    if polled:
        account.finished(command_id)
    return len(account.arrived(inbox, known + 1)) > known


def rule_disappearance_out(account: "Resources", command_id: str) -> None:
    """End the check where a command cannot be found because it was delivered (RIO-WHK-019).

    It is compared with a new one that is delivered nowhere.
    """
    trial = account.trial
    arrivals = [entry for entry in trial.record.entries if isinstance(entry, Arrival)]
    if not any(subject_of(arrival.body) == command_id for arrival in arrivals):
        return
    account.send("deleteWebhookConfig")
    undelivered = account.submit()
    deadline = time.monotonic() + READABLE_SECONDS
    while time.monotonic() < deadline:
        response = account.send("getCommand", parameters={"commandId": undelivered})
        trial.require(
            "RIO-WHK-019",
            response.object().get("command_id") != undelivered,
            f"command {command_id} was to be found by polling after its delivery, like one that was not delivered",
            evidence=[response.evidence],
        )
        time.sleep(trial.poll_seconds)
