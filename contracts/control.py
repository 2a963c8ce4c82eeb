"""The control protocol, version 1, from the kit's side: what a target offers, its clock, its renders and pages."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx

from contracts.client import Address, Client, Response, read_body, read_json, trusted
from contracts.errors import NoAnswerError, SetUpError
from contracts.pages import Page, read_pages
from contracts.renders import Fault, LoggedRender, Step, read_credits, read_renders

PROTOCOL = 1
DISCOVERY_SECONDS = 5.0
SETTLE_SECONDS = 60.0
"""How long callbacks may take to come to their end: one that is told to hang does so for ten seconds."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Offer:
    """What a target offers; `url` is the base that the calls lie under."""

    url: str
    capabilities: frozenset[str]

    def has(self, capability: str) -> bool:
        """Whether this capability is listed."""
        return capability in self.capabilities


NOTHING = Offer("", frozenset())
"""No control: real time, black box."""


def discover(control_url: str, address: Address, *, asked_for: bool) -> Offer:
    """Ask what is offered. A 404 or a refused connection means nothing; `SetUpError` where control was `asked_for`."""
    try:
        deadline = time.monotonic() + DISCOVERY_SECONDS
        with httpx.stream(
            "GET", control_url, timeout=DISCOVERY_SECONDS, trust_env=not address.is_local, verify=trusted(address)
        ) as response:
            body = read_body(response, deadline)
        content = read_json(body) if response.status_code == 200 else None  # noqa: PLR2004 - HTTP's OK
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
        content, answer = None, f"{type(error).__name__}: {error}"
    else:
        answer = f"status {response.status_code}"
    offer = _offer(control_url, content)
    if offer is None and asked_for:
        message = f"there is no control protocol at {control_url} ({answer}); leave --control out, or say --control off"
        raise SetUpError(message)
    return offer or NOTHING


def _offer(url: str, content: Any) -> Offer | None:
    if not isinstance(content, Mapping) or content.get("protocol") != PROTOCOL:
        return None
    capabilities = content.get("capabilities")
    if not isinstance(capabilities, list) or not all(isinstance(name, str) for name in capabilities):
        return None
    return Offer(url, frozenset(capabilities))


class Control:
    """One account's calls of the control protocol; they go through its client, and are evidence like all others."""

    def __init__(self, offer: Offer, client: Client) -> None:
        self.offer = offer
        self._client = client

    def clock(self) -> tuple[str, datetime]:
        """Mode and moment."""
        return _clock(self._call("GET", "/clock"))

    def advance(self, seconds: float) -> datetime:
        """Move the clock; the new moment."""
        return _clock(self._call("POST", "/clock/advance", {"seconds": seconds}))[1]

    def deliveries(self, subject: str) -> list[Mapping[str, Any]]:
        """The target's own log of the deliveries about one subject, oldest first."""
        listed = self._call("GET", f"/deliveries?subject={subject}").object().get("deliveries")
        return [entry for entry in listed if isinstance(entry, Mapping)] if isinstance(listed, list) else []

    def trigger(self, occasion: Mapping[str, Any]) -> Mapping[str, Any]:
        """Have an event happen: its type, action and data; the event as the API shows it."""
        return self._call("POST", "/events", occasion, status=201).object()

    def reset(self) -> None:
        """Make the workspace as new."""
        self._call("POST", "/reset")

    def pages(self) -> tuple[Page, ...]:
        """The pages of the workspace, the published ones first."""
        return self._told("/pages", read_pages)

    def renders(self) -> tuple[LoggedRender, ...]:
        """The target's log of the workspace's renders, oldest first."""
        return self._told("/renders", read_renders)

    def credits(self) -> int:
        """How many credits were counted for the workspace."""
        return self._told("/credits", read_credits)

    def set_callback_fault(self, step: Step, fault: Fault | None) -> None:
        """From now on this step of the workspace's callbacks goes wrong so, or works again (None)."""
        self._call("POST", "/callbacks", {"step": step, "fault": fault})

    def settle(self, timeout_seconds: float = SETTLE_SECONDS) -> None:
        """Wait until every callback that has begun is over, for so long at the most: `NoAnswerError`."""
        self._call("POST", "/callbacks/settle", timeout_seconds=timeout_seconds)

    def _told(self, path: str, read: Callable[[Mapping[str, Any]], T]) -> T:
        response = self._call("GET", path)
        try:
            return read(response.object())
        except ValueError as error:
            message = f"GET {self.offer.url}{path} was answered {response}: {error}"
            raise NoAnswerError(message) from error

    def _call(
        self, method: str, path: str, body: Any = None, *, status: int = 200, timeout_seconds: float | None = None
    ) -> Response:
        response = self._client.request(method, f"{self.offer.url}{path}", body=body, timeout_seconds=timeout_seconds)
        if response.status != status:
            message = f"{method} {self.offer.url}{path} was answered {response}"
            raise NoAnswerError(message)
        return response


def _clock(response: Response) -> tuple[str, datetime]:
    content = response.object()
    try:
        mode, now = str(content["mode"]), datetime.fromisoformat(content["now"].upper())  # RFC 3339 knows t and z, too
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        message = f"the clock answered {response}, which is not {{mode, now}}"
        raise NoAnswerError(message) from error
    # What names no time zone is taken for UTC, as all moments of the protocol are.
    return mode, now if now.tzinfo is not None else now.replace(tzinfo=UTC)
