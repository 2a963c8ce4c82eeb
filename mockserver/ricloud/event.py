"""An event: something that has happened, and whether the receiver has been told of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

EventState = Literal["pending", "delivered", "failed"]


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one workspace; `config` is where it goes, None where there is nowhere.

    `data` is the resource that it is about, as it was then. `task` is the task that it tests a config for.
    """

    id: str
    workspace: str
    type: str
    action: str
    data: Mapping[str, Any]
    config: int | None
    task: str | None
    state: EventState
    retries: int
    created_ms: int
    delivered_ms: int | None = None
