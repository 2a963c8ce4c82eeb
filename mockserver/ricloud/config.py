"""A webhook config as a state machine of pure transitions.

    create ──▶ new ──test──▶ valid | invalid ──test──▶ valid | invalid
                ▲               │       │
                └────update─────┴───────┘
    new | valid | invalid ──update to `deactivated`, delete──▶ deactivated ──update to `new`──▶ new

Source: ricloud, Webhook configs (States, Create, Update, Test).
"""

from dataclasses import dataclass, replace
from typing import Literal

from mockserver.ricloud.event import Event

ConfigState = Literal["new", "valid", "invalid", "deactivated"]
SettableState = Literal["new", "deactivated"]


@dataclass(frozen=True, slots=True)
class WebhookConfig:
    """Where events are sent; `test` is the id of the newest task that tests it."""

    id: int
    workspace: str
    url: str
    secret: str
    state: ConfigState
    test: str | None
    created_ms: int


@dataclass(frozen=True, slots=True)
class Update:
    """What an update makes of a config, and whether a test begins."""

    config: WebhookConfig
    tests: bool


class ConfigRules:
    """Which transition each event makes, and what a config takes in each state.

    Where the documents are open: every update that leaves a config in use has it tested anew; the owner alone takes a
    config out of `deactivated`, and no test does; of several tests, the newest decides.
    """

    def updated(self, config: WebhookConfig, *, url: str | None, state: SettableState | None) -> Update:
        """After an update, with None for what it does not name."""
        moved = replace(config, url=config.url if url is None else url)
        target = state or ("deactivated" if config.state == "deactivated" else "new")
        return Update(replace(moved, state=target), tests=target == "new")

    def deleted(self, config: WebhookConfig) -> WebhookConfig:
        """After a deletion."""
        return replace(config, state="deactivated")

    def can_be_tested(self, config: WebhookConfig) -> bool:
        """Whether the owner may have it tested now."""
        return config.state != "deactivated"

    def tested(self, config: WebhookConfig, *, task: str, succeeded: bool) -> WebhookConfig:
        """After a test is over; the same config where the test says nothing of it any more."""
        if config.state == "deactivated" or config.test != task:
            return config
        return replace(config, state="valid" if succeeded else "invalid")

    def takes_new(self, config: WebhookConfig) -> bool:
        """Whether an event that happens now is sent to it."""
        return config.state == "valid"

    def takes_pending(self, config: WebhookConfig, event: Event) -> bool:  # noqa: ARG002 - other rules tell events apart
        """Whether an attempt for the event that is due now is made."""
        return config.state != "deactivated"
