"""The operations that list behaviours and switch them on and off in the caller's workspace."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from mockserver.http.messages import Call, Handler, Reply
from mockserver.workspaces import Workspace


class Switches(Protocol):
    """Knows the behaviours of each workspace, which are those of its API."""

    def listed(self, workspace: Workspace) -> Sequence[Mapping[str, Any]]:
        """Every behaviour, and whether it is active in the workspace."""

    def switch(self, workspace: Workspace, active: Sequence[str]) -> None:
        """Have these behaviours, and no others, active in the workspace; raises `Invalid` for what cannot be."""


class Behaviours:
    """The handlers of the two operations."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """By operation id."""
        return {"listBehaviours": self.list_behaviours, "setBehaviours": self.set_behaviours}

    async def list_behaviours(self, call: Call) -> Reply:
        """Every behaviour, and whether it is active in the workspace."""
        return Reply(200, {"behaviours": self._switches.listed(call.in_workspace())})

    async def set_behaviours(self, call: Call) -> Reply:
        """Have these behaviours, and no others, active in the workspace."""
        self._switches.switch(call.in_workspace(), call.body["active"])
        return await self.list_behaviours(call)
