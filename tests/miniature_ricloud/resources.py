"""Configs, tasks and events as they stand, and what is shown of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .manners import Identifier, Manners

Shown = dict[str, Any]


@dataclass(frozen=True)
class Config:
    """A webhook config. Its era ends when its URL changes or it is deactivated: tests that began before say nothing."""

    id: Identifier
    organisation: Identifier
    url: str
    secret: str
    created_ms: int
    state: str = "new"
    era: int = 0

    @property
    def is_deactivated(self) -> bool:
        """Whether its owner has turned it off."""
        return self.state == "deactivated"

    def shown(self, manners: Manners) -> Shown:
        """Without the secret."""
        return {
            "id": self.id,
            "resource": "webhook_config",
            "organisation": self.organisation,
            "url": self.url,
            "state": self.state,
            "date_created": manners.shapes.written(self.created_ms),
        }

    def shown_with_secret(self, manners: Manners) -> Shown:
        """As its creation shows it."""
        return {**self.shown(manners), "secret": self.secret}

    def shown_later(self, manners: Manners) -> Shown:
        """As it is shown after its creation."""
        match manners.configs.shown_again:
            case "shown":
                return self.shown_with_secret(manners)
            case "null":
                return {**self.shown(manners), "secret": None}
            case "masked":
                return {**self.shown(manners), "secret": f"{self.secret[:2]}…"}
            case "left out":
                return self.shown(manners)


@dataclass(frozen=True)
class Task:
    """The test of a config. `number` counts all tests of the organisation."""

    id: Identifier
    number: int
    config: Config
    type: str
    created_ms: int
    state: str = "pending"
    error: str | None = None
    message: str | None = None
    started_ms: int | None = None
    completed_ms: int | None = None

    @property
    def is_over(self) -> bool:
        """Whether it has an outcome."""
        return self.state in {"succeeded", "failed"}

    def shown(self, manners: Manners, key: Identifier) -> Shown:
        """What GET answers."""
        tastes, written = manners.tasks, manners.shapes.written
        view: Shown = {
            "id": self.id,
            "resource": "task",
            "organisation": self.config.organisation,
            "key": key,
            "type": self.type,
            "state": tastes.first_state if self.state == "pending" else self.state,
            "error": None if self.error is None else tastes.codes(self.error),
            "date_created": written(self.created_ms),
            "date_started": None if self.started_ms is None else written(self.started_ms),
            "date_completed": None if self.completed_ms is None else written(self.completed_ms),
        }
        match tastes.target:
            case "text":
                view["target"] = str(self.config.id)
            case "config":
                view["target"] = self.config.shown(manners)
        match tastes.results:
            case "list":
                view["results"] = _empty_list("/results")
            case "array":
                view["results"] = []
        if tastes.has_message:
            view["message"] = self.message
        return without_null(view) if manners.shapes.leaves_null_out else view


@dataclass(frozen=True)
class Event:
    """Something that has happened."""

    id: Identifier
    organisation: Identifier
    type: str
    action: str
    data: Mapping[str, Any]
    created_ms: int
    state: str = "pending"
    retries: int = 0
    delivered_ms: int | None = None

    def shown(self, manners: Manners) -> Shown:
        """What GET answers, and what is sent."""
        written = manners.shapes.written
        view: Shown = {
            "id": self.id,
            "resource": "event",
            "organisation": self.organisation,
            "type": self.type,
            "action": self.action,
            "data": self.data,
            "state": self.state,
            "retries": self.retries,
            "date_created": written(self.created_ms),
            "date_delivered": None if self.delivered_ms is None else written(self.delivered_ms),
        }
        return without_null(view) if manners.shapes.leaves_null_out else view


def without_null(view: Shown) -> Shown:
    """Without the properties that have no value."""
    return {name: value for name, value in view.items() if value is not None}


def _empty_list(path: str) -> Shown:
    return {"resource": "list", "data": [], "has_more": False, "total_count": 0, "url": path}
