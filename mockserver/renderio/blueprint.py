"""What one workspace of RenderIO is made from: each part a seam, behind which another of its form can stand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import httpx

from mockserver.documents import Document
from mockserver.http.binding import Answering
from mockserver.renderio.account import AccountRules, AccountWebhook
from mockserver.renderio.command import Command, Request, Result
from mockserver.renderio.execution import Stopwatch
from mockserver.renderio.ports import AccountStore, CommandStore
from mockserver.webhooks.channel import Channel
from mockserver.webhooks.delivery import Delivery
from mockserver.webhooks.policy import DeliveryPolicy
from mockserver.webhooks.scheduler import Sender
from mockserver.webhooks.signing import Signing


class Executing(Protocol):
    """Carries out commands."""

    async def execute(self, command: Command, stopwatch: Stopwatch) -> Result:
        """Carry out the command; every failure that a request can cause is a result, not an exception."""

    def discard(self, command: Command) -> None:
        """Remove what a run of this command may have kept."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where an attempt goes, and the secret that signs it, if any."""

    url: str
    secret: str | None


@dataclass(frozen=True, slots=True)
class Stores:
    """The stores of one workspace, as its rules have them."""

    commands: CommandStore
    accounts: AccountStore


Composing = Callable[[Mapping[str, Any], int], bytes]
"""The body of an attempt, from what it says and the moment in milliseconds."""

View = Callable[[Command], dict[str, Any]]
"""Shows a command."""

Addressing = Callable[[AccountRules, Delivery, AccountWebhook | None], Target | None]
"""Where an attempt goes by the account's present state; None: it is not made, and the delivery is dropped."""


def usual_target(rules: AccountRules, delivery: Delivery, account: AccountWebhook | None) -> Target | None:
    """A command's own URL whatever the account's state, else the account's; signed with the account's secret."""
    secret = account.secret if account is not None else None
    if delivery.own_url:
        return Target(delivery.url, secret)
    if account is None:
        return None
    takes = rules.takes_pending(account) if delivery.attempts else rules.takes_new(account)
    return Target(account.url, secret) if takes else None


@dataclass(frozen=True)
class Blueprint:
    """The parts that are chosen, and what is put around those that are made from them.

    `polled` shows a command to `GET`, `delivered` in a delivery. `files` is the folder of stored
    outputs. What stands first in an `around_…` is put around first.
    """

    policy: DeliveryPolicy
    rules: AccountRules
    address: Addressing
    sign: Signing
    polled: View
    delivered: View
    compose: Composing
    accept: Callable[[Mapping[str, Any]], Request]
    executor: Executing
    sender: Sender
    transport: httpx.AsyncBaseTransport
    document: Document
    files: Path
    around_commands: tuple[Callable[[CommandStore], CommandStore], ...] = ()
    around_channel: tuple[Callable[[Channel, Stores], Channel], ...] = ()
    around_answers: tuple[Callable[[Answering, Stores], Answering], ...] = ()


Change = Callable[[Blueprint], Blueprint]
"""Puts another part in the place of one of the blueprint's; called anew for each workspace."""
