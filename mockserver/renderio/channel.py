"""The `commandCompleted` webhook: what is sent when a command is over, and what the answer means for the account."""

import msgspec

from mockserver.renderio.command import Command, view
from mockserver.renderio.ports import AccountStore, CommandStore
from mockserver.webhooks.delivery import Attempt, Delivery, Envelope, Succession
from mockserver.webhooks.policy import DeliveryPolicy
from mockserver.webhooks.signing import sign

WEBHOOK = "commandCompleted"


class CommandCompleted:
    """Prepares and concludes deliveries of finished commands.

    Where the documents are open: a command's own `webhook_url` is signed with the account's secret, and its
    failures do not count on the account; a pending retry to the account uses the URL and secret of the moment;
    `timestamp` is each attempt's own.
    """

    def __init__(
        self, policy: DeliveryPolicy, *, commands: CommandStore, accounts: AccountStore, storage_url: str
    ) -> None:
        self.policy = policy
        self._commands = commands
        self._accounts = accounts
        self._storage_url = storage_url

    async def prepare(self, delivery: Delivery, now_ms: int) -> Envelope | None:
        """The next attempt; None when the account's webhook is off and the command has no URL of its own."""
        command = await self._commands.get(delivery.workspace, delivery.subject)
        account = await self._accounts.load(delivery.workspace)
        if command is None:
            return None
        if not delivery.own_url and (account is None or not account.active):
            return None
        url = delivery.url if delivery.own_url or account is None else account.url
        secret = account.secret if account else None
        body = self._body(command, now_ms)
        headers = dict(self.policy.headers)
        if secret is not None:
            headers[self.policy.signature.header] = sign(
                self.policy.signature, secret=secret, body=body, timestamp_seconds=now_ms // 1000
            )
        return Envelope(url, headers, body)

    async def conclude(self, delivery: Delivery, attempt: Attempt, follows: Succession) -> None:
        """Store the attempt; failures in a row on the account's own URL switch the account's webhook off."""
        await self._accounts.conclude(delivery, attempt, follows, threshold=self.policy.failure_threshold)

    def _body(self, command: Command, now_ms: int) -> bytes:
        return msgspec.json.encode({"data": view(command, storage_url=self._storage_url), "timestamp": now_ms})
