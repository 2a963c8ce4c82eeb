"""The operations of the control document that make, script and read inboxes."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from mockserver.clock import rfc3339
from mockserver.control.inboxes import Inbox, Inboxes, Received, Script
from mockserver.http.messages import Call, Handler, Reply
from mockserver.webhooks.policy import SignaturePolicy


class Receiving:
    """The handlers of the inbox operations.

    `signatures` says by API how its webhooks are signed; `control_url` is where clients reach the control base.
    """

    def __init__(
        self, inboxes: Inboxes, *, signatures: Mapping[str, Sequence[SignaturePolicy]], control_url: str
    ) -> None:
        self._inboxes = inboxes
        self._signatures = signatures
        self._control_url = control_url

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """By operation id."""
        return {"createInbox": self.create, "getInbox": self.get, "scriptInbox": self.script}

    async def create(self, call: Call) -> Reply:
        """A new inbox in the caller's workspace."""
        workspace = call.in_workspace()
        inbox = self._inboxes.open(
            workspace.id,
            clock=workspace.clock,
            signatures=self._signatures[workspace.api],
            script=_script(call.body),
        )
        return Reply(201, self._view(inbox))

    async def get(self, call: Call) -> Reply:
        """What has come to an inbox."""
        return Reply(200, self._view(self._inbox(call)))

    async def script(self, call: Call) -> Reply:
        """Answer by another script from now on."""
        inbox = self._inbox(call)
        inbox.rewrite(_script(call.body))
        return Reply(200, self._view(inbox))

    def _inbox(self, call: Call) -> Inbox:
        return self._inboxes.of(call.in_workspace().id, call.path["inboxId"])

    def _view(self, inbox: Inbox) -> Mapping[str, Any]:
        return {
            "id": inbox.id,
            "url": f"{self._control_url}/inboxes/{inbox.id}/hook",
            "received": inbox.count,
            "requests": [_request(received) for received in inbox.requests],
        }


def _script(body: Mapping[str, Any]) -> Script:
    return Script(
        tuple(int(status) for status in body.get("answers", ())), int(body.get("then", 200)), body.get("secrets", {})
    )


def _request(received: Received) -> Mapping[str, Any]:
    arrival = received.arrival
    return {
        "number": received.number,
        "at": rfc3339(received.at_ms),
        "method": arrival.method,
        "headers": arrival.headers,
        "body": arrival.body.decode(errors="replace"),
        "json": _json(arrival.body),
        "answered": received.answered,
        "signed_with": received.signed_with,
    }


def _json(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
