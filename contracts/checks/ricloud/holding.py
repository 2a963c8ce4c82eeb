"""Tests that are under way, as the receiver holds their event; what causes one may not be answered before it ends."""

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.background import Background
from contracts.checks.ricloud.outcomes import accepted_test
from contracts.checks.ricloud.waiting import Resource
from contracts.client import Response
from contracts.errors import NotObservable
from contracts.receiver import Hang, Inbox
from contracts.record import Arrival

PROMPT_SECONDS = 3.0
"""How long, in real time, an answer may take that does not wait for a test."""


@dataclass(frozen=True, slots=True)
class Held:
    """A test event that an inbox holds; `answer` is that of the request that caused the test."""

    inbox: Inbox
    arrival: Arrival
    answer: Background[Any]

    @property
    def is_held(self) -> bool:
        """Whether the service still waits: it has not given up, and was not answered."""
        return self.inbox.holding > 0

    def require_held(self) -> None:
        """Raise `NotObservable` where the service has not waited for as long as it takes to look."""
        if not self.is_held:
            raise NotObservable("the service gave up waiting for the receiver before anything could be looked at")

    def config_id(self) -> Any:
        """The id of the config that is tested, as the answer or else the event names it; `NotObservable` without."""
        if self.answer.has_ended(PROMPT_SECONDS):
            return self.answer.answer(0)["id"]
        return config_in(self.arrival.body)


@contextlib.contextmanager
def held_creation(account: Account, inbox: Inbox) -> Iterator[Held]:
    """Create a config whose test event the inbox holds; ends the check where none comes (RCL-TST-003)."""
    with _held(account, inbox, lambda: account.create(inbox.url), "RCL-TST-003") as held:
        yield held


@contextlib.contextmanager
def held_test(account: Account, config_id: Any, inbox: Inbox) -> Iterator[Held]:
    """Have a config tested, and hold its event; ends the check where none comes (RCL-TST-002)."""
    with _held(account, inbox, lambda: accepted_test(account, config_id), "RCL-TST-002") as held:
        yield held


@contextlib.contextmanager
def held_update(account: Account, config_id: Any, inbox: Inbox) -> Iterator[Held]:
    """Update a config to the inbox's URL, and hold its test event; ends the check where none comes (RCL-UPD-002)."""
    with _held(account, inbox, lambda: account.update(config_id, url=inbox.url), "RCL-UPD-002") as held:
        yield held


@contextlib.contextmanager
def _held(account: Account, inbox: Inbox, cause: Callable[[], Resource | Response], stands_on: str) -> Iterator[Held]:
    known = len(inbox.arrivals)
    inbox.script(Hang(), then=200)
    with Background(cause, inbox.release) as answer:
        arrivals = account.came(inbox, known + 1)
        if len(arrivals) == known and answer.has_ended(0):
            answer.answer(0)  # raises where it was not accepted
        because = f"a test event was to be sent to {inbox.name}, and none came"
        account.trial.require(stands_on, len(arrivals) > known, because)
        yield Held(inbox, arrivals[known], answer)


def config_in(body: bytes) -> Any:
    """The id of the config in the data of a test event; `NotObservable` where there is none (RCL-EVT-006)."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        content = None
    data = content.get("data") if isinstance(content, dict) else None
    identifier = data.get("id") if isinstance(data, dict) else None
    if isinstance(identifier, bool) or not isinstance(identifier, str | int):
        raise NotObservable(
            "the test event does not name its config, and what caused it is not answered before its end"
        )
    return identifier
