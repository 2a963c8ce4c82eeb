"""An organisation that chooses where its events go, has events happen, and sees what comes of them."""

import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any

from contracts.attempts import Pursuit
from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.calls import is_success
from contracts.checks.ricloud.delivered_events import is_test, read
from contracts.checks.ricloud.waiting import STORED_SECONDS, Resource
from contracts.client import Response
from contracts.clock import Clock
from contracts.control import Control
from contracts.errors import KitError, NoAnswerError, NotObservable
from contracts.receiver import Inbox
from contracts.record import Arrival
from contracts.target import EVENTS
from contracts.trial import Trial, Workspace

DEFAULT, OWN = "webhook_config_default", "webhook_config"

DAY_SECONDS = 86400.0
"""For how long attempts are looked for: they come over a few hours in all, RCL-EVT-015."""

DAY_IN_STEPS_SECONDS = (DAY_SECONDS / 24, DAY_SECONDS / 6, DAY_SECONDS / 3, DAY_SECONDS / 2)


class Occurrence(Pursuit):
    """One event at an inbox: what comes there from its beginning on, whatever id it carries; tests do not count."""

    def __init__(self, clock: Clock, inbox: Inbox) -> None:
        super().__init__(clock, inbox, "")
        self._before = frozenset(arrival.number for arrival in inbox.arrivals)

    @property
    def attempts(self) -> Sequence[Arrival]:
        """Every attempt that has arrived."""
        return tuple(
            arrival
            for arrival in self.inbox.arrivals
            if arrival.number not in self._before and not is_test(read(arrival.body).content)
        )


class Chooser(Account):
    """One organisation. At its end the configs are chosen again that were chosen before."""

    def __init__(self, trial: Trial, workspace: Workspace | None = None) -> None:
        super().__init__(trial, workspace)
        self._default_before: list[Any] = []
        self._own_before: list[tuple[Any, Any]] = []
        self._in_use: Any = None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            for key, config in self._own_before:
                self.send("updateKey", parameters={"keyId": key}, body={OWN: config})
            for config in self._default_before:
                self.send("updateOrganisation", body={DEFAULT: config})
        except KitError as trouble:
            self.trial.note(f"the configs that were chosen before could not be chosen again: {trouble}")
        super().__exit__(kind, error, trace)

    # ------------------------------------------------------------------------------------------------- the choice

    def try_default(self, config_id: Any) -> Response:
        """Choose a config as the organisation's default, whatever the answer."""
        if not self.workspace.untouched and not self._default_before:
            self._default_before.append(chosen(self.organisation(), DEFAULT))
        return self.send("updateOrganisation", body={DEFAULT: config_id})

    def default(self, config_id: Any) -> Response:
        """The same; ends the check where it is not accepted (RCL-ORG-003)."""
        return self._accepted(self.try_default(config_id), "RCL-ORG-003", config_id)

    def try_own(self, config_id: Any) -> Response:
        """Choose a config as the calling key's own, whatever the answer."""
        key = self.key()
        if not self.workspace.untouched and not self._own_before:
            self._own_before.append((key["id"], chosen(key, OWN)))
        return self.send("updateKey", parameters={"keyId": key["id"]}, body={OWN: config_id})

    def own(self, config_id: Any) -> Response:
        """The same; ends the check where it is not accepted (RCL-ORG-004)."""
        return self._accepted(self.try_own(config_id), "RCL-ORG-004", config_id)

    def no_own(self) -> None:
        """See to it that the key has no config of its own; `NotObservable` where null cannot be chosen, RCL-ORG-010."""
        key = self.key()
        if chosen(key, OWN) is not None and not is_success(self.try_own(None)):
            raise NotObservable("the key has a config of its own, and null cannot be chosen in its place")

    def in_use(self, inbox: Inbox) -> Resource:
        """A valid config of the inbox that all events of the key go to: it is its own, and the default, too.

        So one of the two ways is enough; ends the check where both are refused (RCL-ORG-003).
        """
        config = self.valid(inbox)
        self._in_use = config["id"]
        key = self.send("retrieveCurrentKey").object()
        own = key.get("id") is not None and is_success(self.try_own(config["id"]))
        default = self.try_default(config["id"])
        if not own:
            self._accepted(default, "RCL-ORG-003", config["id"])
        return config

    def _accepted(self, response: Response, stands_on: str, config_id: Any) -> Response:
        because = f"the choice of config {config_id} was to be accepted, and was answered {response}"
        self.trial.require(stands_on, is_success(response), because, evidence=[response.evidence])
        return response

    # ------------------------------------------------------------------------------------------------- events

    def require_events(self) -> None:
        """Raise `NotObservable` where the target offers no way to have an event happen."""
        if not self.trial.offer.has(EVENTS):
            raise NotObservable("it takes a way to have an event happen (`events` of the control protocol)")

    def trigger(self, **data: Any) -> Resource:
        """Have a poll completed by the control protocol; `NotObservable` where the target offers no such thing."""
        self.require_events()
        occasion = {"type": "poll", "action": "completed", "data": data}
        return Control(self.trial.offer, self.workspace.client).trigger(occasion)

    def happen(self, inbox: Inbox, **data: Any) -> tuple[Resource, Occurrence]:
        """Have an event happen; it as the target shows it, and what comes of it to the inbox."""
        occurrence = Occurrence(self.workspace.clock, inbox)
        return self.trigger(**data), occurrence

    def may_happen(self, inbox: Inbox, **data: Any) -> tuple[Resource | None, Occurrence]:
        """The same of an event that there may be no place for; None where the target makes none, RCL-EVT-022 d."""
        occurrence = Occurrence(self.workspace.clock, inbox)
        try:
            return self.trigger(**data), occurrence
        except NoAnswerError as refusal:
            self.trial.note(f"there is no such event: {refusal}")
            return None, occurrence

    def await_attempt(self, occurrence: Occurrence) -> None:
        """Wait until an attempt has come; where the target's time can be moved, the next day of it is searched, too."""
        if not occurrence.attempts:
            self.came(occurrence.inbox, len(occurrence.inbox.arrivals) + 1)

    def first_attempt(self, occurrence: Occurrence, *, stands_on: str = "RCL-EVT-001") -> Arrival:
        """The first attempt of an event; ends the check where none comes, be it late."""
        self.await_attempt(occurrence)
        if not occurrence.attempts and self._in_use is not None:
            state = self.retrieve(self._in_use).get("state")
            because = f"config {self._in_use} was valid, and is {state} although it was neither updated nor tested"
            self.trial.require("RCL-STA-004", state == "valid", because)
        because = f"an event of the key was to be sent to its config, and none came to {occurrence.inbox.name}"
        self.trial.require(stands_on, occurrence.attempts, because)
        return occurrence.attempts[0]

    def next_attempt(self, occurrence: Occurrence, documented_seconds: float) -> bool:
        """Whether another attempt comes, at its documented moment or, where time can be moved, within a day."""
        known = len(occurrence.attempts)
        occurrence.next_attempt(documented_seconds)
        for seconds in DAY_IN_STEPS_SECONDS if self.can_move_time else ():
            if len(occurrence.attempts) > known:
                break
            occurrence.quiet_for(seconds)
        return len(occurrence.attempts) > known

    def shown_event(self, event_id: Any) -> Resource | None:
        """The event as it is shown; None, and RCL-EVT-010 recorded as broken, where it is not shown."""
        response = self.send("retrieveEvent", parameters={"eventId": event_id})
        content = response.object()
        is_shown = response.status == 200 and str(content.get("id")) == str(event_id)  # noqa: PLR2004 - HTTP's OK
        if not is_shown:
            because = f"the event {event_id} was to be answered 200 with it, and was answered {response}"
            self.trial.failed("RCL-EVT-010", because, evidence=[response.evidence])
        return content if is_shown else None

    def shows_events(self, inbox: Inbox) -> bool:
        """Whether the first event that came to an inbox is shown by its id, as others then are, too."""
        identifier = read(inbox.arrivals[0].body).content.get("id") if inbox.arrivals else None
        return is_success(self.send("retrieveEvent", parameters={"eventId": identifier}))

    def shown_event_after(self, event_id: Any, attempts: int) -> Resource | None:
        """The same once what the latest of so many attempts means for it is stored, which is a moment after its end."""
        shown = self.shown_event(event_id)
        deadline = time.monotonic() + STORED_SECONDS
        while shown is not None and shown.get("retries") != attempts - 1 and time.monotonic() < deadline:
            time.sleep(self.trial.poll_seconds)
            shown = self.shown_event(event_id)
        return shown


def chosen(owner: Mapping[str, Any], name: str) -> Any:
    """The id of the config that an organisation or a key names, by its id or as an object; None where it names none."""
    value = owner.get(name)
    return value.get("id") if isinstance(value, Mapping) else value
