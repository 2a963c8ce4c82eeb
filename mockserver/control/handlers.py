"""The operations of the control document (control protocol, version 1, with the reference server's extensions)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from mockserver.clock import rfc3339
from mockserver.errors import Conflict
from mockserver.http.messages import Call, Handler, Reply
from mockserver.webhooks.log import AttemptEntry, DeliveryEntry
from mockserver.workspaces import Workspace

PROTOCOL = 1
CAPABILITIES = ("clock", "deliveries", "reset", "inboxes", "samples", "behaviours", "events")
"""What the reference server always offers."""

WORKSPACES = "workspaces"
"""The capability that any credential of the documented form opens a workspace of its own."""


class DeliveryLog(Protocol):
    """What became of deliveries."""

    async def entries(self, workspace: str, *, subject: str | None, limit: int) -> list[DeliveryEntry]:
        """The newest `limit` deliveries of the workspace, of one subject if given, oldest first."""


class Control:
    """The handlers of the control document; `capabilities` is what is offered."""

    def __init__(
        self,
        *,
        deliveries: DeliveryLog,
        reset: Callable[[Workspace], Awaitable[None]],
        capabilities: Sequence[str] = CAPABILITIES,
    ) -> None:
        self._capabilities = tuple(capabilities)
        self._deliveries = deliveries
        self._reset = reset

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """By operation id."""
        return {
            "getControl": self.get_control,
            "getClock": self.get_clock,
            "advanceClock": self.advance_clock,
            "listDeliveries": self.list_deliveries,
            "resetWorkspace": self.reset_workspace,
        }

    async def get_control(self, _: Call) -> Reply:
        """What is offered."""
        return Reply(200, {"protocol": PROTOCOL, "capabilities": list(self._capabilities)})

    async def get_clock(self, call: Call) -> Reply:
        """The workspace's mode and moment; answers while an advance is under way, too."""
        return _clock(call.in_workspace())

    async def advance_clock(self, call: Call) -> Reply:
        """Move the workspace's clock; spans are rounded to whole milliseconds."""
        workspace = call.in_workspace()
        if workspace.clock.mode == "real":
            raise Conflict("The clock is in real mode and cannot be advanced; start the server with --clock virtual.")
        await workspace.scheduler.advance(round(call.body["seconds"] * 1000))
        return _clock(workspace)

    async def list_deliveries(self, call: Call) -> Reply:
        """The workspace's deliveries with their attempts."""
        entries = await self._deliveries.entries(
            call.in_workspace().id, subject=call.query.get("subject"), limit=call.query.get("limit", 100)
        )
        return Reply(200, {"deliveries": [_delivery(entry) for entry in entries]})

    async def reset_workspace(self, call: Call) -> Reply:
        """Make the workspace as new."""
        await self._reset(call.in_workspace())
        return Reply(200, {})


def _clock(workspace: Workspace) -> Reply:
    return Reply(200, {"mode": workspace.clock.mode, "now": rfc3339(workspace.clock.now_ms())})


def _delivery(entry: DeliveryEntry) -> Mapping[str, object]:
    return {
        "id": entry.id,
        "webhook": entry.webhook,
        "subject": entry.subject,
        "url": entry.attempts[-1].url if entry.attempts else entry.url,
        "state": entry.state,
        "created_at": rfc3339(entry.created_ms),
        "next_attempt_at": rfc3339(entry.due_ms) if entry.state == "pending" else None,
        "attempts": [_attempt(attempt) for attempt in entry.attempts],
    }


def _attempt(entry: AttemptEntry) -> Mapping[str, object]:
    return {
        "number": entry.number,
        "started_at": rfc3339(entry.started_ms),
        "finished_at": rfc3339(entry.finished_ms),
        "url": entry.url,
        "status": entry.status,
        "error": entry.error,
    }
