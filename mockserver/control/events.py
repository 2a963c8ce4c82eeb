"""The operation of the control document that has an event happen."""

from collections.abc import Mapping
from typing import Any, Protocol

from mockserver.errors import NotFound
from mockserver.http.messages import Call, Handler, Reply
from mockserver.workspaces import Workspace


class Occasions(Protocol):
    """Has events happen in workspaces of one API."""

    async def happen(self, workspace: Workspace, about: str, action: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Make an event about a resource of a type, and send it to whom it concerns; the event as the API shows it."""


class Events:
    """The handler of the operation; `occasions` are those of the APIs that have events, by name."""

    def __init__(self, occasions: Mapping[str, Occasions]) -> None:
        self._occasions = occasions

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """By operation id."""
        return {"triggerEvent": self.trigger_event}

    async def trigger_event(self, call: Call) -> Reply:
        """Have an event happen in the caller's workspace."""
        workspace = call.in_workspace()
        occasions = self._occasions.get(workspace.api)
        if occasions is None:
            message = f"{workspace.api} has no events that could happen."
            raise NotFound(message)
        body = call.body
        return Reply(201, await occasions.happen(workspace, body["type"], body["action"], body.get("data", {})))
