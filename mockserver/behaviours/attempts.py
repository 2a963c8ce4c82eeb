"""What behaviours that change the attempts of deliveries are made with; it knows no API."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Generic, TypeVar
from urllib.parse import urljoin

from mockserver.behaviours.memory import Recent
from mockserver.webhooks.channel import Channel
from mockserver.webhooks.delivery import Answer, Attempt, Delivery, Envelope, Outcome, Succession
from mockserver.webhooks.policy import DeliveryPolicy
from mockserver.webhooks.scheduler import Sender

StoresT = TypeVar("StoresT")

MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Around(Generic[StoresT]):
    """The channel that stood here before, for a subclass to change a part of it."""

    def __init__(self, inner: Channel, stores: StoresT) -> None:
        self._inner = inner
        self._stores = stores

    @property
    def policy(self) -> DeliveryPolicy:
        """The delivery policy."""
        return self._inner.policy

    async def prepare(self, delivery: Delivery, now_ms: int) -> Envelope | None:
        """The next attempt's request."""
        return await self._inner.prepare(delivery, now_ms)

    async def conclude(self, delivery: Delivery, attempt: Attempt, follows: Succession) -> None:
        """Store the attempt, what follows it, and its effect."""
        await self._inner.conclude(delivery, attempt, follows)


class FirstTimestamp(Around[StoresT]):
    """Prepares every attempt of a delivery as though it were made at the moment of the first one."""

    def __init__(self, inner: Channel, stores: StoresT) -> None:
        super().__init__(inner, stores)
        self._first_ms: Recent[int, int] = Recent()

    async def prepare(self, delivery: Delivery, now_ms: int) -> Envelope | None:
        """The next attempt's request, by the first one's moment."""
        return await super().prepare(delivery, self._first_ms.first(delivery.id, now_ms))


class Copying(Around[StoresT]):
    """Sends an attempt once more, by itself, before it is concluded: neither the log nor the account knows of that."""

    def __init__(self, inner: Channel, stores: StoresT, sender: Sender) -> None:
        super().__init__(inner, stores)
        self._sender = sender
        self._under_way: Recent[int, Envelope] = Recent()

    async def prepare(self, delivery: Delivery, now_ms: int) -> Envelope | None:
        """The next attempt's request, which is remembered."""
        envelope = await super().prepare(delivery, now_ms)
        if envelope is not None:
            self._under_way.put(delivery.id, envelope)
        return envelope

    async def conclude(self, delivery: Delivery, attempt: Attempt, follows: Succession) -> None:
        """Send the copies, and conclude the attempt."""
        envelope = self._under_way.get(delivery.id)
        self._under_way.forget(delivery.id)
        if envelope is not None:
            for url in await self.urls(envelope.url, delivery, follows):
                await self._send(replace(envelope, url=url))
        await super().conclude(delivery, attempt, follows)

    async def urls(self, url: str, delivery: Delivery, follows: Succession) -> Sequence[str]:
        """Where copies go of an attempt that went to a URL."""
        raise NotImplementedError

    async def _send(self, envelope: Envelope) -> None:
        # A receiver that holds the copy must not hold the delivery up.
        with_patience = asyncio.wait_for(self._sender.send(envelope), self.policy.timeout_ms / 1000)
        try:
            await with_patience
        except TimeoutError:
            return


class Following:
    """Follows redirects with the same request; the last answer is the outcome."""

    def __init__(self, usual: Sender) -> None:
        self._usual = usual

    async def send(self, envelope: Envelope) -> Outcome:
        """Post the envelope, and post it again wherever a redirect leads."""
        outcome = await self._usual.send(envelope)
        for _ in range(MOST_REDIRECTS):
            if not isinstance(outcome, Answer) or outcome.status not in _REDIRECTS or outcome.location is None:
                break
            try:
                envelope = replace(envelope, url=urljoin(envelope.url, outcome.location))
            except ValueError:
                break
            outcome = await self._usual.send(envelope)
        return outcome
