"""ricloud's operations on tasks, events, the organisation and its key; and the way to have an event happen."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from mockserver.errors import NotFound
from mockserver.http.messages import Call, Handler, Reply
from mockserver.identifiers import Identify
from mockserver.ricloud import views
from mockserver.ricloud.blueprint import EVENT, Blueprint
from mockserver.ricloud.errors import NothingThere
from mockserver.ricloud.event import Event
from mockserver.ricloud.handlers import HIDDEN, number
from mockserver.ricloud.listing import Query, query
from mockserver.ricloud.organisation import Organisation
from mockserver.ricloud.ports import Debt, Stores
from mockserver.ricloud.views import Json, listed
from mockserver.workspaces import Workspace

DEFAULT_CONFIG, KEY_CONFIG = "webhook_config_default", "webhook_config"


class Happenings:
    """The handlers of tasks and events."""

    def __init__(self, blueprint: Blueprint, stores: Stores) -> None:
        self._blueprint = blueprint
        self._stores = stores

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """By operation id."""
        return {
            "listTasks": self.list_tasks,
            "retrieveTask": self.retrieve_task,
            "listEvents": self.list_events,
            "retrieveEvent": self.retrieve_event,
        }

    async def list_tasks(self, call: Call) -> Reply:
        """One page of the tasks, newest first."""
        page = await self._stores.tasks.page(call.in_workspace().id, self._asked("listTasks", call, ["type", "state"]))
        organisation = await _organisation_id(self._stores, call)
        items = [self._blueprint.show_task(task, organisation) for task in page.items]
        return Reply(200, listed(items, page, self._blueprint.path("listTasks")))

    async def retrieve_task(self, call: Call) -> Reply:
        """A task of the caller's own."""
        task = await self._stores.tasks.get(call.in_workspace().id, call.path["taskId"])
        if task is None:
            raise NotFound("There is no such task.")
        return Reply(200, self._blueprint.show_task(task, await _organisation_id(self._stores, call)))

    async def list_events(self, call: Call) -> Reply:
        """One page of the events, newest first."""
        asked = self._asked("listEvents", call, ["type", "action", "state"])
        page = await self._stores.events.page(call.in_workspace().id, asked)
        organisation = await _organisation_id(self._stores, call)
        items = [self._blueprint.show_event(event, organisation) for event in page.items]
        return Reply(200, listed(items, page, self._blueprint.path("listEvents")))

    async def retrieve_event(self, call: Call) -> Reply:
        """An event of the caller's own."""
        event = await self._stores.events.get(call.in_workspace().id, call.path["eventId"])
        if event is None:
            raise NotFound("There is no such event.")
        return Reply(200, self._blueprint.show_event(event, await _organisation_id(self._stores, call)))

    def _asked(self, operation: str, call: Call, filters: list[str]) -> Query:
        asked = query(call.query, call.raw_query, filters=filters, hidden=frozenset())
        return self._blueprint.asked(operation, asked)


class Owners:
    """The handlers of the organisation and its key."""

    def __init__(self, blueprint: Blueprint, stores: Stores, *, token_of: Callable[[Call], str]) -> None:
        self._blueprint = blueprint
        self._stores = stores
        self._token_of = token_of

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """By operation id."""
        return {
            "retrieveOrganisation": self.retrieve_organisation,
            "updateOrganisation": self.update_organisation,
            "retrieveCurrentKey": self.retrieve_current_key,
            "retrieveKey": self.retrieve_key,
            "updateKey": self.update_key,
        }

    async def retrieve_organisation(self, call: Call) -> Reply:
        """The caller's organisation with its newest configs."""
        return Reply(200, await self._shown(await self._organisation(call)))

    async def update_organisation(self, call: Call) -> Reply:
        """Change its name or its default config."""
        organisation = await self._organisation(call)
        if "name" in call.body:
            organisation = replace(organisation, name=call.body["name"])
        if DEFAULT_CONFIG in call.body:
            organisation = replace(organisation, default_config=await self._config(call, DEFAULT_CONFIG))
        await self._stores.organisations.save(organisation)
        return Reply(200, await self._shown(organisation))

    async def retrieve_current_key(self, call: Call) -> Reply:
        """The calling key."""
        return Reply(200, views.key(await self._organisation(call), self._token_of(call)))

    async def retrieve_key(self, call: Call) -> Reply:
        """A key of the organisation: it has one."""
        return Reply(200, views.key(await self._owner_of_key(call), self._token_of(call)))

    async def update_key(self, call: Call) -> Reply:
        """Give the key a config of its own, or none."""
        organisation = await self._owner_of_key(call)
        if KEY_CONFIG in call.body:
            organisation = replace(organisation, key_config=await self._config(call, KEY_CONFIG))
        await self._stores.organisations.save(organisation)
        return Reply(200, views.key(organisation, self._token_of(call)))

    async def _organisation(self, call: Call) -> Organisation:
        workspace = call.in_workspace()
        return await self._stores.organisations.of(workspace.id, now_ms=workspace.clock.now_ms())

    async def _owner_of_key(self, call: Call) -> Organisation:
        organisation = await self._organisation(call)
        if number(call.path["keyId"]) != organisation.id:
            raise NotFound("There is no such key.")
        return organisation

    async def _config(self, call: Call, parameter: str) -> int | None:
        """The id of the organisation's own config that a parameter names."""
        value = call.body[parameter]
        if value is None:
            return None
        identifier = number(value)
        found = None if identifier is None else await self._stores.configs.get(call.in_workspace().id, identifier)
        if found is None:
            raise NothingThere(parameter, value)
        return found.id

    async def _shown(self, organisation: Organisation) -> Json:
        page = await self._stores.configs.page(organisation.workspace, Query(equal={}, hidden=HIDDEN))
        items = [self._blueprint.show_config(config, organisation.id) for config in page.items]
        configs = listed(items, page, self._blueprint.path("listWebhookConfigs"))
        has_valid_config = await self._stores.configs.has_valid(organisation.workspace)
        return views.organisation(organisation, configs, has_valid_config=has_valid_config)


class Occasions:
    """Has events happen that the service would make by itself."""

    def __init__(self, blueprint: Blueprint, stores: Stores, identify: Identify) -> None:
        self._blueprint = blueprint
        self._stores = stores
        self._identify = identify

    async def happen(self, workspace: Workspace, about: str, action: str, data: Mapping[str, Any]) -> Json:
        """Make an event about a resource of a type; it is owed to the config of the key, or the organisation's default.

        Without a config that takes it, the event has failed and nothing is sent.
        """
        now_ms = workspace.clock.now_ms()
        organisation = await self._stores.organisations.of(workspace.id, now_ms=now_ms)
        chosen = await self._blueprint.choose(organisation, self._stores)
        config = None if chosen is None else await self._stores.configs.get(workspace.id, chosen)
        takes = config is not None and self._blueprint.rules.takes_new(config)
        number_of_event = await self._stores.numbering.next_number(workspace.id)
        event = Event(
            id=self._identify(workspace.id, number_of_event),
            workspace=workspace.id,
            type=about,
            action=action,
            data={"resource": about, **data},
            config=None if config is None else config.id,
            task=None,
            state="pending" if takes else "failed",
            retries=0,
            created_ms=now_ms,
        )
        debt = None
        if config is not None and takes:
            debt = Debt(EVENT, config.url, now_ms + self._blueprint.policies[EVENT].delays_ms[0])
        await self._stores.events.add(event, debt)
        workspace.scheduler.wake()
        stored = await self._stores.events.get(workspace.id, event.id)
        return self._blueprint.show_event(stored or event, organisation.id)


async def _organisation_id(stores: Stores, call: Call) -> int:
    workspace = call.in_workspace()
    return (await stores.organisations.of(workspace.id, now_ms=workspace.clock.now_ms())).id
