"""The stores that stood here before, for behaviours to change a part of them."""

from collections.abc import Callable
from dataclasses import replace

from mockserver.ricloud.blueprint import Blueprint, Change
from mockserver.ricloud.config import WebhookConfig
from mockserver.ricloud.event import Event
from mockserver.ricloud.listing import Page, Query
from mockserver.ricloud.ports import ConfigStore, Debt, Draft, EventStore, Stores, TaskStore, Testing
from mockserver.ricloud.task import Failure, Task
from mockserver.webhooks.delivery import Attempt, Delivery, Succession


class OtherConfigs:
    """Another store of configs around the one that stood here."""

    def __init__(self, inner: ConfigStore) -> None:
        self._inner = inner

    async def add(self, draft: Draft, testing: Testing) -> WebhookConfig:
        """Store a config, and its test with it."""
        return await self._inner.add(draft, testing)

    async def get(self, workspace: str, config: int) -> WebhookConfig | None:
        """A config of this workspace."""
        return await self._inner.get(workspace, config)

    async def workspace_of(self, config: int) -> str | None:
        """Whose a config is."""
        return await self._inner.workspace_of(config)

    async def save(self, config: WebhookConfig, testing: Testing | None) -> WebhookConfig:
        """Replace a config, and store its test with it where one begins."""
        return await self._inner.save(config, testing)

    async def page(self, workspace: str, query: Query) -> Page[WebhookConfig]:
        """One page of the workspace's configs."""
        return await self._inner.page(workspace, query)

    async def has_valid(self, workspace: str) -> bool:
        """Whether a config of the workspace is valid."""
        return await self._inner.has_valid(workspace)


class OtherTasks:
    """Another store of tasks around the one that stood here."""

    def __init__(self, inner: TaskStore) -> None:
        self._inner = inner

    async def get(self, workspace: str, task: str) -> Task | None:
        """A task of this workspace."""
        return await self._inner.get(workspace, task)

    async def begin(self, task: str, *, now_ms: int) -> None:
        """Take a task up."""
        await self._inner.begin(task, now_ms=now_ms)

    async def page(self, workspace: str, query: Query) -> Page[Task]:
        """One page of the workspace's tasks."""
        return await self._inner.page(workspace, query)


class OtherEvents:
    """Another store of events around the one that stood here."""

    def __init__(self, inner: EventStore) -> None:
        self._inner = inner

    async def add(self, event: Event, debt: Debt | None) -> None:
        """Store an event, and owe its webhook where it has one."""
        await self._inner.add(event, debt)

    async def get(self, workspace: str, event: str) -> Event | None:
        """An event of this workspace."""
        return await self._inner.get(workspace, event)

    async def page(self, workspace: str, query: Query) -> Page[Event]:
        """One page of the workspace's events."""
        return await self._inner.page(workspace, query)

    async def owe(self, event: Event, debt: Debt) -> None:
        """Have a stored event go to its config."""
        await self._inner.owe(event, debt)

    async def give_up(self, event: Event, failure: Failure, *, now_ms: int) -> None:
        """Let an event fail that is not sent any more."""
        await self._inner.give_up(event, failure, now_ms=now_ms)

    async def conclude(
        self, delivery: Delivery, attempt: Attempt, follows: Succession, *, failure: Failure | None
    ) -> str | None:
        """Store an attempt, what follows, and its effect; the id of the task that has ended."""
        return await self._inner.conclude(delivery, attempt, follows, failure=failure)


def around_stores(make: Callable[[Stores], Stores]) -> Change:
    """The blueprint with something around its stores."""

    def apply(blueprint: Blueprint) -> Blueprint:
        return replace(blueprint, around_stores=(*blueprint.around_stores, make))

    return apply


def around_configs(make: Callable[[ConfigStore], ConfigStore]) -> Change:
    """The blueprint with something around its store of configs."""
    return around_stores(lambda stores: replace(stores, configs=make(stores.configs)))


def around_tasks(make: Callable[[TaskStore], TaskStore]) -> Change:
    """The blueprint with something around its store of tasks."""
    return around_stores(lambda stores: replace(stores, tasks=make(stores.tasks)))


def around_events(make: Callable[[EventStore], EventStore]) -> Change:
    """The blueprint with something around its store of events."""
    return around_stores(lambda stores: replace(stores, events=make(stores.events)))
