"""What ricloud asks of the store; each method is all or nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from mockserver.ricloud.config import WebhookConfig
from mockserver.ricloud.event import Event
from mockserver.ricloud.listing import Page, Query
from mockserver.ricloud.organisation import Organisation
from mockserver.ricloud.task import Failure, Task
from mockserver.webhooks.delivery import Attempt, Delivery, Succession


@dataclass(frozen=True, slots=True)
class Draft:
    """A config that is not stored yet."""

    workspace: str
    url: str
    secret: str
    now_ms: int


@dataclass(frozen=True, slots=True)
class Test:
    """The test of a config that begins: the task, the event, and the webhook that it owes at once."""

    task: Task
    event: Event
    webhook: str
    first_delay_ms: int


Testing = Callable[[WebhookConfig], Test]
"""The test of this config."""


@dataclass(frozen=True, slots=True)
class Debt:
    """The webhook that an event owes: to which URL, and from when on."""

    webhook: str
    url: str
    due_ms: int


class ConfigStore(Protocol):
    """Webhook configs and their tests."""

    async def add(self, draft: Draft, testing: Testing) -> WebhookConfig:
        """Store a config, and its test with it."""

    async def get(self, workspace: str, config: int) -> WebhookConfig | None:
        """A config of this workspace."""

    async def workspace_of(self, config: int) -> str | None:
        """Whose a config is; None where there is none with this id."""

    async def save(self, config: WebhookConfig, testing: Testing | None) -> WebhookConfig:
        """Replace a config, and store its test with it where one begins; the config as it then is."""

    async def page(self, workspace: str, query: Query) -> Page[WebhookConfig]:
        """One page of the workspace's configs; raises `NothingThere` for a cursor that is none."""

    async def has_valid(self, workspace: str) -> bool:
        """Whether a config of the workspace is valid."""


class TaskStore(Protocol):
    """Tasks."""

    async def get(self, workspace: str, task: str) -> Task | None:
        """A task of this workspace."""

    async def begin(self, task: str, *, now_ms: int) -> None:
        """Take a task up, unless it was taken up before."""

    async def page(self, workspace: str, query: Query) -> Page[Task]:
        """One page of the workspace's tasks; raises `NothingThere` for a cursor that is none."""


class EventStore(Protocol):
    """Events and what became of them."""

    async def add(self, event: Event, debt: Debt | None) -> None:
        """Store an event, and owe its webhook where it has one."""

    async def get(self, workspace: str, event: str) -> Event | None:
        """An event of this workspace."""

    async def page(self, workspace: str, query: Query) -> Page[Event]:
        """One page of the workspace's events; raises `NothingThere` for a cursor that is none."""

    async def owe(self, event: Event, debt: Debt) -> None:
        """Have a stored event go to its config once more, or at last: it is pending from now on."""

    async def give_up(self, event: Event, failure: Failure, *, now_ms: int) -> None:
        """An event that is not sent any more has failed, and the task that it tests a config for has, too."""

    async def conclude(
        self, delivery: Delivery, attempt: Attempt, follows: Succession, *, failure: Failure | None
    ) -> str | None:
        """Store an attempt, what follows, and its effect on the event, its task and its config.

        `failure` is what a task says that ends by this attempt without success. The id of the task that has ended.
        """


class OrganisationStore(Protocol):
    """The organisation of each workspace."""

    async def of(self, workspace: str, *, now_ms: int) -> Organisation:
        """The organisation, made if need be."""

    async def save(self, organisation: Organisation) -> None:
        """Replace it."""


class Numbering(Protocol):
    """Numbers the tasks and events of a workspace."""

    async def next_number(self, workspace: str) -> int:
        """A number that no task and no event of the workspace has; the one after it is free, too."""


@dataclass(frozen=True, slots=True)
class Stores:
    """The stores of one workspace, as its rules have them."""

    configs: ConfigStore
    tasks: TaskStore
    events: EventStore
    organisations: OrganisationStore
    numbering: Numbering
