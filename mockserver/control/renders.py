"""The operations of the control document on what follows a render (control protocol, render callbacks)."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol

from mockserver.errors import NotFound
from mockserver.http.messages import Call, Handler, Reply
from mockserver.workspaces import Workspace

RENDERS, CALLBACKS = "renders", "callbacks"
"""The capabilities: that the log and the credits can be read, and that steps can be told to fail."""

Fault = Literal["fail", "hang"]


class Rendering(Protocol):
    """An API that renders, as far as this is concerned."""

    async def renders(self, workspace: Workspace) -> list[dict[str, Any]]:
        """The log of a space, oldest first."""

    async def credits(self, workspace: Workspace) -> int:
        """What a space has used."""

    def tell(self, workspace: Workspace, step: str, fault: Fault | None) -> None:
        """From now on this step of the space's callbacks fails, hangs, or works again."""

    async def settle(self, workspace: Workspace) -> None:
        """Wait until every callback of the space that has begun is over."""


class Renders:
    """The handlers of the operations; `rendering` are the APIs that render, by name, `steps` those of a callback."""

    def __init__(self, rendering: Mapping[str, Rendering], *, steps: Sequence[str]) -> None:
        self._rendering = rendering
        self._steps = tuple(steps)

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """By operation id."""
        return {
            "listRenders": self.list_renders,
            "getCredits": self.get_credits,
            "tellCallbacks": self.tell_callbacks,
            "settleCallbacks": self.settle_callbacks,
        }

    async def list_renders(self, call: Call) -> Reply:
        """The log of the caller's space."""
        workspace, api = self._asked(call)
        return Reply(200, {"renders": await api.renders(workspace)})

    async def get_credits(self, call: Call) -> Reply:
        """What the caller's space has used."""
        workspace, api = self._asked(call)
        return Reply(200, {"used": await api.credits(workspace)})

    async def tell_callbacks(self, call: Call) -> Reply:
        """Have a step fail, hang, or work again."""
        workspace, api = self._asked(call)
        api.tell(workspace, call.body["step"], call.body["fault"])
        return Reply(200, {"step": call.body["step"], "fault": call.body["fault"]})

    async def settle_callbacks(self, call: Call) -> Reply:
        """Wait until every callback is over."""
        workspace, api = self._asked(call)
        await api.settle(workspace)
        return Reply(200, {})

    def _asked(self, call: Call) -> tuple[Workspace, Rendering]:
        workspace = call.in_workspace()
        api = self._rendering.get(workspace.api)
        if api is None:
            message = f"{workspace.api} renders nothing."
            raise NotFound(message)
        return workspace, api
