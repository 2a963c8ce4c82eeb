"""ricloud, assembled: its stores, its two channels, its handlers."""

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from litestar.handlers import HTTPRouteHandler

from mockserver.behaviours.implementations import Implementations
from mockserver.behaviours.ricloud.table import IMPLEMENTATIONS
from mockserver.documents import Document
from mockserver.errors import SetUpError
from mockserver.http.binding import Answering, Incoming, as_it_is, as_usual
from mockserver.http.messages import Call, Handler
from mockserver.http.problems import Problem, Shape
from mockserver.identifiers import random_ids, seeded_ids
from mockserver.ricloud import problems, views
from mockserver.ricloud.awaiting import Awaiting
from mockserver.ricloud.blueprint import EVENT, TEST, Blueprint, Change, composed, tested, usual_choice, usual_target
from mockserver.ricloud.channel import ConfigChannel
from mockserver.ricloud.config import ConfigRules
from mockserver.ricloud.handlers import WebhookConfigs
from mockserver.ricloud.ports import Stores
from mockserver.ricloud.resources import Happenings, Occasions, Owners
from mockserver.ricloud.task import failure
from mockserver.ricloud.testing import Tester
from mockserver.ricloud.views import Json
from mockserver.settings import Settings
from mockserver.slices.assemblies import Assemblies, answering_the_admitted
from mockserver.store.database import Database
from mockserver.store.ricloud import ConfigRows, EventRows, Numbers, OrganisationRows, RicloudTables, TaskRows
from mockserver.webhooks.channel import Channel
from mockserver.webhooks.scheduler import Parts, Sender
from mockserver.webhooks.signing import sign
from mockserver.workspaces import Workspace, Workspaces

SECRET_BYTES = 32


@dataclass(frozen=True)
class Assembly:
    """What works for a workspace: for one, or for all that work alike."""

    parts: Parts
    handlers: Mapping[str, Handler]
    answering: Answering
    occasions: Occasions


def _held_against(document: Document, usual: Answering) -> Answering:
    """Answers requests by the operations of another document than the one that they were routed by."""

    async def answer(incoming: Incoming, workspace: Workspace | None) -> Problem:
        return await usual(replace(incoming, operation=document.operations[incoming.operation.id]), workspace)

    return answer


class RicloudSlice:
    """ricloud as the composition root sees it."""

    def __init__(self, settings: Settings, *, document: Document, database: Database, sender: Sender) -> None:
        self._database = database
        self._identify = random_ids if settings.seed is None else seeded_ids(settings.seed)
        self._awaiting = Awaiting()
        self.document = document
        self.tables = RicloudTables()
        self.routes: Sequence[HTTPRouteHandler] = ()
        self.shape: Shape = problems.shape
        self.front = as_it_is
        self.around = as_usual
        self.implementations: Implementations[Change] = IMPLEMENTATIONS
        if missing := {TEST, EVENT} - document.policies.keys():
            message = f"{document.name}: the webhooks {sorted(missing)} have no delivery policy"
            raise SetUpError(message)
        blueprint = Blueprint(
            policies=document.policies,
            rules=ConfigRules(),
            choose=usual_choice,
            address=usual_target,
            sign=sign,
            show_config=views.config,
            show_task=views.task,
            show_event=views.event,
            show_tested=tested,
            delivered=views.event,
            compose=composed,
            failure=failure,
            asked=lambda _, query: query,
            make_secret=_random_secret if settings.seed is None else _seeded_secrets(settings.seed),
            sender=sender,
            awaiting=self._awaiting,
            document=document,
        )
        self.assemblies = Assemblies(blueprint, self._assembled)
        self.handlers: Mapping[str, Handler] = self.assemblies.common.handlers

    async def happen(self, workspace: Workspace, about: str, action: str, data: Mapping[str, Any]) -> Json:
        """Make an event about a resource of a type, and send it to whom it concerns; the event as the API shows it."""
        return await self.assemblies.of(workspace.id).occasions.happen(workspace, about, action, data)

    def _assembled(self, blueprint: Blueprint) -> Assembly:
        stores = Stores(
            configs=ConfigRows(self._database),
            tasks=TaskRows(self._database),
            events=EventRows(self._database, blueprint.rules),
            organisations=OrganisationRows(self._database),
            numbering=Numbers(self._database),
        )
        for around_stores in blueprint.around_stores:
            stores = around_stores(stores)
        channels: dict[str, Channel] = {}
        for webhook in (TEST, EVENT):
            channel: Channel = ConfigChannel(webhook, blueprint, stores)
            for around_channel in blueprint.around_channel:
                channel = around_channel(channel, stores)
            channels[webhook] = channel
        tester = Tester(blueprint, stores, self._identify)
        handlers = {
            **WebhookConfigs(blueprint, stores, tester).handlers,
            **Happenings(blueprint, stores).handlers,
            **Owners(blueprint, stores, token_of=self._token_of).handlers,
        }
        answer = answering_the_admitted(blueprint.document, handlers, self.shape)
        if blueprint.document is not self.document:
            answer = _held_against(blueprint.document, answer)
        for around_answers in blueprint.around_answers:
            answer = around_answers(answer, stores)
        return Assembly(
            parts=Parts(channels, blueprint.sender),
            handlers=handlers,
            answering=answer,
            occasions=Occasions(blueprint, stores, self._identify),
        )

    def _token_of(self, call: Call) -> str:
        header = next(iter(self.document.credentials.values()))
        return header.read(call.headers.get(header.header)) or ""

    async def start(self, workspaces: Workspaces) -> None:
        """Nothing: all that an earlier run has left are pending deliveries."""

    def give_up(self, workspace: Workspace) -> None:
        """Answer the requests that are held for its tasks; all other work is deliveries."""
        self._awaiting.give_up(workspace.id)

    def remove_files(self, file_ids: list[str]) -> None:
        """Nothing: there are no files."""

    async def stop(self) -> None:
        """Answer the requests that are held for a task."""
        self._awaiting.give_up()

    async def close(self) -> None:
        """Nothing was opened."""


def _random_secret(_workspace: str, _number: int) -> str:
    return f"whsec_{secrets.token_urlsafe(SECRET_BYTES)}"


def _seeded_secrets(seed: int) -> Callable[[str, int], str]:
    def make(workspace: str, number: int) -> str:
        return f"whsec_{hashlib.sha256(f'{seed}/{workspace}/secret/{number}'.encode()).hexdigest()}"

    return make
