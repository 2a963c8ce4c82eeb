"""Behaviours that send an event once more than they should, to the same receiver or to others."""

from collections.abc import Callable, Mapping, Sequence

from mockserver.behaviours import attempts
from mockserver.behaviours.ricloud.answers import UPDATE
from mockserver.behaviours.ricloud.channels import around, task_of
from mockserver.behaviours.ricloud.lists import EVERY_ITEM
from mockserver.behaviours.ricloud.origins import Origins, by_origin
from mockserver.ricloud.blueprint import EVENT, TEST, Blueprint, Change
from mockserver.ricloud.ports import Stores
from mockserver.webhooks.channel import Channel
from mockserver.webhooks.delivery import Delivered, Delivery, Succession
from mockserver.webhooks.scheduler import Sender


class _Copying(attempts.Copying[Stores]):
    async def urls_of_others(self, url: str, delivery: Delivery, states: frozenset[str]) -> Sequence[str]:
        """The URLs of the other configs in these states."""
        page = await self._stores.configs.page(delivery.workspace, EVERY_ITEM)
        urls = {config.url for config in page.items if config.state in states}
        return sorted(urls - {url})


class _AgainWhenDelivered(_Copying):
    async def urls(self, url: str, delivery: Delivery, follows: Succession) -> Sequence[str]:
        return [url] if isinstance(follows, Delivered) and delivery.attempts == 0 else []


class _TestsToAll(_Copying):
    async def urls(self, url: str, delivery: Delivery, follows: Succession) -> Sequence[str]:  # noqa: ARG002
        if delivery.webhook != TEST:
            return []
        return await self.urls_of_others(url, delivery, frozenset({"new", "valid", "invalid"}))


class _EventsToAll(_Copying):
    async def urls(self, url: str, delivery: Delivery, follows: Succession) -> Sequence[str]:  # noqa: ARG002
        is_first = delivery.webhook == EVENT and delivery.attempts == 0
        return await self.urls_of_others(url, delivery, frozenset({"valid"})) if is_first else []


def _copying(make: Callable[[Channel, Stores, Sender], Channel]) -> Change:
    def apply(blueprint: Blueprint) -> Blueprint:
        return around(lambda inner, stores: make(inner, stores, blueprint.sender))(blueprint)

    return apply


def _to_the_earlier_url(origins: Origins) -> Change:
    """Send the test of an update to the earlier URL, too."""

    class Earlier(_Copying):
        async def urls(self, url: str, delivery: Delivery, follows: Succession) -> Sequence[str]:  # noqa: ARG002
            begun = origins.of(await task_of(self._stores, delivery))
            is_moved = begun is not None and begun.operation == UPDATE and begun.before.url != begun.url
            return [begun.before.url] if begun is not None and is_moved else []

    return _copying(Earlier)


CHANGES: Mapping[str, Change] = {
    "delivered-events-are-sent-again": _copying(_AgainWhenDelivered),
    "test-events-go-to-all-configs": _copying(_TestsToAll),
    "events-go-to-every-valid-config": _copying(_EventsToAll),
    "update-tests-the-earlier-url-too": by_origin(_to_the_earlier_url),
}
