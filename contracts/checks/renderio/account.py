"""One account of the target with everything that checks do on it; the deliveries that its commands cause."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.checks.renderio.missing import rule_other_causes_out
from contracts.checks.renderio.resources import Resources
from contracts.errors import NotObservable, NotRun
from contracts.receiver import Inbox
from contracts.record import Arrival
from contracts.verdicts import TimeLevel

SETTLED_SECONDS = 0.25
"""How long a delivery may be on its way after a controlled clock has said that nothing due is left."""

STORED_SECONDS = 5.0
"""How long a target has, where no clock says that it is done, to store what an answer of ours means."""

LATE_SECONDS = 120.0
"""How long a first attempt that did not come at once is looked for."""


@dataclass(frozen=True, slots=True)
class Run:
    """A command that is over: as polling shows it, and the deliveries that it has caused so far."""

    command_id: str
    command: Mapping[str, Any]
    arrivals: Sequence[Arrival]


class Account(Resources):
    """One account of the target."""

    def run(self, inbox: Inbox, body: Mapping[str, Any] | None = None, *, count: int = 1) -> Run:
        """Submit a command, wait until it is over and until `count` deliveries in all have come to the inbox.

        Ends the check where fewer come: RIO-WHK-002 does not hold for a SUCCESS, RIO-WHK-003 for a FAILED.
        """
        return self.followed(inbox, self.submit(body), count=count)

    def run_failing(self, inbox: Inbox, *, count: int = 1, **fields: Any) -> Run:
        """The same with a command that ends as FAILED."""
        return self.followed(inbox, self.submit_failing(**fields), count=count)

    def followed(self, inbox: Inbox, command_id: str, *, count: int = 1, stands_on: str | None = None) -> Run:
        """Wait until a submitted command is over, and for `count` deliveries in all at the inbox.

        Ends the check where fewer come, as `stands_on` does not hold; None: what the configured URL stands on.
        """
        command = self.finished(command_id)
        arrivals = self.arrived(inbox, count)
        if len(arrivals) < count:
            self.rule_lateness_out(inbox, count)
            if stands_on is None and command["status"] == "SUCCESS":
                rule_other_causes_out(self, inbox)
        self.trial.require(
            stands_on or ("RIO-WHK-002" if command["status"] == "SUCCESS" else "RIO-WHK-003"),
            len(arrivals) >= count,
            f"command {command_id} ended as {command['status']}: {count} deliveries in all were to come to the "
            f"{inbox.name}, and {len(arrivals)} came",
        )
        return Run(command_id, command, arrivals)

    def arrived(self, inbox: Inbox, count: int) -> Sequence[Arrival]:
        """What has come to the inbox once everything due has happened; waits for `count` at most."""
        self.workspace.clock.settle()
        left_seconds = self.trial.budget.remaining_seconds
        arrivals = inbox.wait_or_count(count, min(self.transit_seconds, left_seconds))
        if len(arrivals) < count and left_seconds < self.transit_seconds:
            raise NotRun("the time budget ended before a delivery had its time to come")
        return arrivals

    def config_once(self, holds: Callable[[Mapping[str, Any]], bool]) -> Mapping[str, Any]:
        """The configuration, asked for again, where no clock says that it is up to date, until something holds of it.

        What an attempt's end means for the account is stored after our answer, a moment later than we can look.
        """
        self.workspace.clock.settle()
        deadline = time.monotonic() + STORED_SECONDS
        while not holds(config := self.config()) and time.monotonic() < deadline:
            if self.workspace.clock.level is TimeLevel.CONTROL:
                break
            self._stop_in_time()
            time.sleep(self.trial.poll_seconds)
        return config

    def finish_one(self, body: Mapping[str, Any] | None = None) -> str:
        """Submit a command and wait until it is over and everything due has happened, whatever is delivered; its id."""
        command_id = self.submit(body)
        self.finished(command_id)
        self.workspace.clock.settle()
        return command_id

    def configure_from_zero(self, inbox: Inbox) -> None:
        """PUT the inbox's URL and see to it that no failure is counted; an earlier check may have left some.

        `NotObservable` where not even a successful delivery sets the count back, or the webhook is not active.
        """
        self.configure(inbox.url)
        if self.workspace.untouched or not self.config().get("consecutive_failures"):
            return
        aside = self.trial.inbox("aside")
        self.configure(aside.url)
        self.run(aside)
        config = self.config_once(lambda config: not config.get("consecutive_failures"))
        if config.get("consecutive_failures") or not config.get("is_active"):
            raise NotObservable("failures are counted from before, and a successful delivery did not set them back")
        self.configure(inbox.url)

    def rule_lateness_out(self, inbox: Inbox, count: int) -> None:
        """Tell a first attempt that comes late (RIO-RTY-011) from one that never comes, where time costs nothing."""
        clock = self.workspace.clock
        if clock.level in {TimeLevel.CONTROL, TimeLevel.STEPPED}:
            clock.pass_time(LATE_SECONDS)
            self.trial.require(
                "RIO-RTY-011",
                len(self.arrived(inbox, count)) < count,
                f"the first attempt was to be made at once, and came later, within {LATE_SECONDS:g} s",
            )

    @property
    def transit_seconds(self) -> float:
        """How long to wait, in real time, for a delivery that is due."""
        controlled = self.workspace.clock.level is TimeLevel.CONTROL
        return SETTLED_SECONDS if controlled else self.trial.patience_seconds

    def nothing_more(self, inbox: Inbox, count: int, *, seconds: float = 0.0) -> bool:
        """Whether no more than `count` deliveries have come to the inbox after `seconds` more of the target's time."""
        if seconds:
            self.workspace.clock.pass_time(seconds)
        self.workspace.clock.settle()
        quiet_seconds = 1.0 if self.workspace.clock.level in {TimeLevel.NONE, TimeLevel.DECLARED} else 0.0
        return len(inbox.wait_or_count(count + 1, quiet_seconds)) <= count
