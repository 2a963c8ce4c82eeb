"""The `commandCompleted` webhook: what is sent when a command is over, and what the answer means for the account."""

from collections.abc import Mapping
from typing import Any

import msgspec

from mockserver.renderio.blueprint import Blueprint, Stores
from mockserver.webhooks.delivery import Attempt, Delivery, Envelope, Succession
from mockserver.webhooks.policy import DeliveryPolicy

WEBHOOK = "commandCompleted"


def composed(data: Mapping[str, Any], now_ms: int) -> bytes:
    """The body of an attempt."""
    return msgspec.json.encode({"data": data, "timestamp": now_ms})


class CommandCompleted:
    """Prepares and concludes deliveries of finished commands.

    Where the documents are open: a command's own `webhook_url` is signed with the account's secret, and its
    failures do not count on the account; a pending retry to the account uses the URL and secret of the moment;
    `timestamp` is each attempt's own.
    """

    def __init__(self, blueprint: Blueprint, stores: Stores) -> None:
        self.policy: DeliveryPolicy = blueprint.policy
        self._blueprint = blueprint
        self._commands = stores.commands
        self._accounts = stores.accounts

    async def prepare(self, delivery: Delivery, now_ms: int) -> Envelope | None:
        """The next attempt; None when the account's webhook is off and the command has no URL of its own."""
        command = await self._commands.get(delivery.workspace, delivery.subject)
        account = await self._accounts.load(delivery.workspace)
        if command is None:
            return None
        target = self._blueprint.address(self._blueprint.rules, delivery, account)
        if target is None:
            return None
        body = self._blueprint.compose(self._blueprint.delivered(command), now_ms)
        headers = dict(self.policy.headers)
        if target.secret is not None:
            headers[self.policy.signature.header] = self._blueprint.sign(
                self.policy.signature, secret=target.secret, body=body, timestamp_seconds=now_ms // 1000
            )
        return Envelope(target.url, headers, body)

    async def conclude(self, delivery: Delivery, attempt: Attempt, follows: Succession) -> None:
        """Store the attempt; failures in a row on the account's own URL switch the account's webhook off."""
        await self._accounts.conclude(delivery, attempt, follows, threshold=self.policy.failure_threshold)
