"""The two webhooks: what is sent to a config's receiver, and what the answer means for it."""

from dataclasses import replace

from mockserver.ricloud.blueprint import Blueprint, Target
from mockserver.ricloud.config import WebhookConfig
from mockserver.ricloud.event import Event
from mockserver.ricloud.ports import Stores
from mockserver.ricloud.task import DEACTIVATED
from mockserver.webhooks.delivery import Attempt, Delivery, Envelope, Exhausted, Succession
from mockserver.webhooks.policy import DeliveryPolicy


class ConfigChannel:
    """Prepares and concludes the attempts of one webhook of the document.

    Where the documents are open: each attempt goes to the URL of the moment and is signed anew with the secret of the
    moment; what falls due while its config is deactivated has failed.
    """

    def __init__(self, webhook: str, blueprint: Blueprint, stores: Stores) -> None:
        self.policy: DeliveryPolicy = blueprint.policies[webhook]
        self._blueprint = blueprint
        self._stores = stores

    async def prepare(self, delivery: Delivery, now_ms: int) -> Envelope | None:
        """The next attempt; None where the event is gone, or has failed because its config is deactivated."""
        event = await self._stores.events.get(delivery.workspace, delivery.subject)
        if event is None:
            return None
        target = await self._target(event)
        if target is None:
            await self._stores.events.give_up(event, DEACTIVATED, now_ms=now_ms)
            self._tell(delivery.workspace, event.task)
            return None
        if event.task is not None:
            await self._stores.tasks.begin(event.task, now_ms=now_ms)
        organisation = await self._stores.organisations.of(delivery.workspace, now_ms=now_ms)
        told = replace(event, retries=delivery.attempts)
        body = self._blueprint.compose(self._blueprint.delivered(told, organisation.id))
        headers = dict(self.policy.headers)
        if target.secret is not None:
            headers[self.policy.signature.header] = self._blueprint.sign(
                self.policy.signature, secret=target.secret, body=body, timestamp_seconds=now_ms // 1000
            )
        return Envelope(target.url, headers, body)

    async def conclude(self, delivery: Delivery, attempt: Attempt, follows: Succession) -> None:
        """Store the attempt; the last one of a test decides on the config's state."""
        failure = self._blueprint.failure(attempt, self.policy) if isinstance(follows, Exhausted) else None
        ended = await self._stores.events.conclude(delivery, attempt, follows, failure=failure)
        self._tell(delivery.workspace, ended)

    def _tell(self, workspace: str, ended: str | None) -> None:
        if ended is not None:
            self._blueprint.awaiting.over(workspace, ended)

    async def _target(self, event: Event) -> Target | None:
        config = await self._config(event)
        if config is None or not self._blueprint.rules.takes_pending(config, event):
            return None
        return self._blueprint.address(config, event)

    async def _config(self, event: Event) -> WebhookConfig | None:
        return None if event.config is None else await self._stores.configs.get(event.workspace, event.config)
