"""Behaviours of events that are no tests: which of them are sent, and for how long."""

from collections import deque
from collections.abc import Mapping
from dataclasses import replace

from mockserver.behaviours.ricloud.answers import Exchange, answering_to, is_good
from mockserver.behaviours.ricloud.composing import in_turn
from mockserver.behaviours.ricloud.organisations import CHOICES
from mockserver.behaviours.ricloud.rules import OtherRules, ruled
from mockserver.behaviours.ricloud.stores import OtherEvents, around_stores
from mockserver.http.problems import Problem
from mockserver.ricloud.blueprint import EVENT, Blueprint, Change
from mockserver.ricloud.config import WebhookConfig
from mockserver.ricloud.event import Event
from mockserver.ricloud.ports import Debt, EventStore, Stores
from mockserver.ricloud.task import Failure
from mockserver.webhooks.delivery import Attempt, Delivered, Delivery, Succession

MOST_WAITING = 1000


class _NothingNew(OtherRules):
    def takes_new(self, config: WebhookConfig) -> bool:  # noqa: ARG002
        return False


class _UntestedTakesNew(OtherRules):
    def takes_new(self, config: WebhookConfig) -> bool:
        return super().takes_new(config) or config.state in {"new", "invalid"}


class _PendingGoOn(OtherRules):
    def takes_pending(self, config: WebhookConfig, event: Event) -> bool:
        return super().takes_pending(config, event) or event.task is None


class _DeactivatedTakesNew(_PendingGoOn):
    def takes_new(self, config: WebhookConfig) -> bool:
        return super().takes_new(config) or config.state == "deactivated"


class _Waiting:
    """The events of a workspace that wait for a valid config."""

    def __init__(self, blueprint: Blueprint) -> None:
        self._blueprint = blueprint
        self._events: deque[Event] = deque(maxlen=MOST_WAITING)

    def keep(self, event: Event) -> None:
        """Let an event wait."""
        self._events.append(event)

    async def send(self, stores: Stores, workspace: str, now_ms: int) -> None:
        """Send all that waits, if there is a config now that takes it."""
        organisation = await stores.organisations.of(workspace, now_ms=now_ms)
        chosen = await self._blueprint.choose(organisation, stores)
        config = None if chosen is None else await stores.configs.get(workspace, chosen)
        if config is None or not self._blueprint.rules.takes_new(config):
            return
        due_ms = now_ms + self._blueprint.policies[EVENT].delays_ms[0]
        while self._events:
            event = replace(self._events.popleft(), config=config.id)
            await stores.events.owe(event, Debt(EVENT, config.url, due_ms))


def _wait_for_a_valid_config(blueprint: Blueprint) -> Blueprint:
    waiting = _Waiting(blueprint)

    class Keeping(OtherEvents):
        def __init__(self, inner: EventStore, stores: Stores) -> None:
            super().__init__(inner)
            self._stores = stores

        async def add(self, event: Event, debt: Debt | None) -> None:
            if debt is None:
                event = replace(event, state="pending")
                waiting.keep(event)
            await super().add(event, debt)

        async def conclude(
            self, delivery: Delivery, attempt: Attempt, follows: Succession, *, failure: Failure | None
        ) -> str | None:
            ended = await super().conclude(delivery, attempt, follows, failure=failure)
            if ended is not None and isinstance(follows, Delivered):
                await waiting.send(self._stores, delivery.workspace, attempt.finished_ms)
            return ended

    async def answer(exchange: Exchange) -> Problem:
        usual = await exchange.usual()
        if is_good(usual):
            await waiting.send(exchange.stores, exchange.workspace.id, exchange.workspace.clock.now_ms())
            exchange.workspace.scheduler.wake()
        return usual

    keeping = around_stores(lambda stores: replace(stores, events=Keeping(stores.events, stores)))
    return in_turn(keeping, answering_to(CHOICES, lambda: answer))(blueprint)


CHANGES: Mapping[str, Change] = {
    "events-are-not-sent": ruled(_NothingNew),
    "untested-config-gets-events": ruled(_UntestedTakesNew),
    "retries-survive-deactivation": ruled(_PendingGoOn),
    "deactivated-config-gets-events": ruled(_DeactivatedTakesNew),
    "events-wait-for-a-valid-config": _wait_for_a_valid_config,
}
