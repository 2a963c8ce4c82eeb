"""What an API adds to the delivery of one kind of webhook."""

from typing import Protocol

from mockserver.webhooks.delivery import Attempt, Delivery, Envelope, Succession
from mockserver.webhooks.policy import DeliveryPolicy


class Channel(Protocol):
    """The API's side of a delivery: what is sent where, and what an attempt's end means for its accounts."""

    @property
    def policy(self) -> DeliveryPolicy:
        """The document's delivery policy."""

    async def prepare(self, delivery: Delivery, now_ms: int) -> Envelope | None:
        """The next attempt's request, or None where nothing may be sent any more: the delivery is then dropped."""

    async def conclude(self, delivery: Delivery, attempt: Attempt, follows: Succession) -> None:
        """Store the attempt, what follows it, and its effect on the receiver's account, all or nothing."""
