"""The parts that a workspace is made of; a behaviour puts another part in a place, or something around one."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from mockserver.documents import Document
from mockserver.http.binding import Answering
from mockserver.ricloud.awaiting import Awaiting
from mockserver.ricloud.config import ConfigRules, WebhookConfig
from mockserver.ricloud.event import Event
from mockserver.ricloud.listing import Query
from mockserver.ricloud.organisation import Organisation, chosen_config
from mockserver.ricloud.ports import Stores
from mockserver.ricloud.task import Failure, Task
from mockserver.webhooks.channel import Channel
from mockserver.webhooks.delivery import Attempt
from mockserver.webhooks.policy import DeliveryPolicy
from mockserver.webhooks.scheduler import Sender
from mockserver.webhooks.signing import Signing

TEST, EVENT = "webhookConfigTest", "event"
"""The webhooks of the document."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where an attempt goes, and the secret that signs it; without one it is not signed."""

    url: str
    secret: str | None


Json = dict[str, Any]

ConfigView = Callable[[WebhookConfig, int], Json]
TaskView = Callable[[Task, int], Json]
EventView = Callable[[Event, int], Json]
"""Shows a resource of the organisation with this id."""

Choosing = Callable[[Organisation, Stores], Awaitable[int | None]]
"""The id of the config that an event of the organisation's key goes to; None where there is none."""

Addressing = Callable[[WebhookConfig, Event], Target | None]
"""Where an attempt goes by the config's present state; None: it is not made, and the event has failed."""


async def usual_choice(organisation: Organisation, _: Stores) -> int | None:
    """The key's own config, or else the organisation's default."""
    return chosen_config(organisation)


def usual_target(config: WebhookConfig, _: Event) -> Target:
    """The config's URL as it is."""
    return Target(config.url, config.secret)


def tested(config: WebhookConfig, organisation: int, view: ConfigView) -> Json:
    """What the event of a test says of the config: all but the secret, which its receiver knows."""
    return {name: value for name, value in view(config, organisation).items() if name != "secret"}


def composed(event: Json) -> bytes:
    """The body of an attempt: the event itself."""
    return msgspec.json.encode(event)


@dataclass(frozen=True)
class Blueprint:
    """The parts that are chosen, and what is put around those that are made from them.

    `policies` are those of the document's webhooks by name. `asked` changes what a list, by its operation's id, is
    asked for. What stands first in an `around_…` is put around first.
    """

    policies: Mapping[str, DeliveryPolicy]
    rules: ConfigRules
    choose: Choosing
    address: Addressing
    sign: Signing
    show_config: ConfigView
    show_task: TaskView
    show_event: EventView
    show_tested: Callable[[WebhookConfig, int, ConfigView], Json]
    delivered: EventView
    compose: Callable[[Json], bytes]
    failure: Callable[[Attempt, DeliveryPolicy], Failure]
    asked: Callable[[str, Query], Query]
    make_secret: Callable[[str, int], str]
    sender: Sender
    awaiting: Awaiting
    document: Document
    around_stores: tuple[Callable[[Stores], Stores], ...] = ()
    around_channel: tuple[Callable[[Channel, Stores], Channel], ...] = ()
    around_answers: tuple[Callable[[Answering, Stores], Answering], ...] = ()

    def path(self, operation: str) -> str:
        """The path of an operation."""
        return self.document.operations[operation].path


Change = Callable[[Blueprint], Blueprint]
"""Puts another part in the place of one of the blueprint's; called anew for each workspace."""
