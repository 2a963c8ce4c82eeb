"""Why a delivery did not come: tells the requirements apart that have the same look from outside."""

from typing import TYPE_CHECKING

from contracts.checks.renderio.payload import read
from contracts.receiver import Inbox

if TYPE_CHECKING:
    from contracts.checks.renderio.account import Account


def rule_other_causes_out(account: "Account", inbox: Inbox) -> None:
    """End the check where a polled SUCCESS is missing at the configured URL for a reason of its own.

    The configuration was never created (RIO-CFG-001), polling is what keeps deliveries back (RIO-WHK-019), or only
    some commands are delivered (RIO-WHK-011).
    """
    trial = account.trial
    configured = account.config().get("configured")
    trial.require("RIO-CFG-001", configured, "a PUT was to create a configuration, and GET says that there is none")
    some_are = any(read(arrival.body).data.get("status") == "SUCCESS" for arrival in inbox.arrivals)
    if _comes(account, inbox, polled=False):
        trial.require(
            "RIO-WHK-019",
            _comes(account, inbox, polled=True),
            "a command was to be delivered whether it is polled or not; only one that was not polled was delivered",
        )
        some_are = True
    trial.require("RIO-WHK-011", not some_are, "every command was to be delivered, and only some of them were")


def _comes(account: "Account", inbox: Inbox, *, polled: bool) -> bool:
    known = len(inbox.arrivals)
    command_id = account.submit()
    if polled:
        account.finished(command_id)
    return len(account.arrived(inbox, known + 1)) > known
