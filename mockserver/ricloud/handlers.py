"""ricloud's operations on webhook configs: each parses its call, asks the domain, shapes the answer."""

from collections.abc import Mapping

from mockserver.errors import NotFound
from mockserver.http.messages import Call, Handler, Reply
from mockserver.ricloud.awaiting import seconds_to_wait
from mockserver.ricloud.blueprint import Blueprint
from mockserver.ricloud.config import WebhookConfig
from mockserver.ricloud.errors import Deactivated
from mockserver.ricloud.listing import query
from mockserver.ricloud.ports import Draft, Stores
from mockserver.ricloud.testing import Tester
from mockserver.ricloud.views import Json, listed

HIDDEN = frozenset({"deactivated"})
AWAIT = "ricloud-await"


class WebhookConfigs:
    """The handlers of the webhook configs."""

    def __init__(self, blueprint: Blueprint, stores: Stores, tester: Tester) -> None:
        self._blueprint = blueprint
        self._stores = stores
        self._tester = tester

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """By operation id."""
        return {
            "createWebhookConfig": self.create,
            "listWebhookConfigs": self.list,
            "retrieveWebhookConfig": self.retrieve,
            "updateWebhookConfig": self.update,
            "deleteWebhookConfig": self.delete,
            "testWebhookConfig": self.test,
        }

    async def create(self, call: Call) -> Reply:
        """Store a config with a secret of its own and have it tested."""
        workspace = call.in_workspace()
        now_ms = workspace.clock.now_ms()
        number = await self._stores.numbering.next_number(workspace.id)
        secret = self._blueprint.make_secret(workspace.id, number)
        draft = Draft(workspace.id, call.body["url"], secret, now_ms)
        config = await self._stores.configs.add(draft, await self._tester.test_of(workspace))
        workspace.scheduler.wake()
        return Reply(201, await self._shown(config, now_ms))

    async def list(self, call: Call) -> Reply:
        """One page of the configs, newest first; deactivated ones only where they are asked for."""
        workspace = call.in_workspace()
        asked = query(call.query, call.raw_query, filters=["state"], hidden=HIDDEN)
        page = await self._stores.configs.page(workspace.id, self._blueprint.asked("listWebhookConfigs", asked))
        organisation = await self._stores.organisations.of(workspace.id, now_ms=workspace.clock.now_ms())
        items = [self._blueprint.show_config(config, organisation.id) for config in page.items]
        return Reply(200, listed(items, page, self._blueprint.path("listWebhookConfigs")))

    async def retrieve(self, call: Call) -> Reply:
        """A config of the caller's own."""
        return await self._answer(call, await self._config(call))

    async def update(self, call: Call) -> Reply:
        """Change URL or state, and have it tested unless it is out of use."""
        workspace = call.in_workspace()
        update = self._blueprint.rules.updated(
            await self._config(call), url=call.body.get("url"), state=call.body.get("state")
        )
        testing = await self._tester.test_of(workspace) if update.tests else None
        config = await self._stores.configs.save(update.config, testing)
        workspace.scheduler.wake()
        return await self._answer(call, config)

    async def delete(self, call: Call) -> Reply:
        """Take a config out of use."""
        config = self._blueprint.rules.deleted(await self._config(call))
        return await self._answer(call, await self._stores.configs.save(config, None))

    async def test(self, call: Call) -> Reply:
        """Test a config once more; the answer may be held until that is over."""
        workspace, config = call.in_workspace(), await self._config(call)
        if not self._blueprint.rules.can_be_tested(config):
            raise Deactivated("The webhook config is deactivated; set its state to new first.")
        begun = await self._stores.configs.save(config, await self._tester.test_of(workspace))
        workspace.scheduler.wake()
        seconds = seconds_to_wait(call.headers.get(AWAIT))
        if begun.test is not None and seconds:
            await self._blueprint.awaiting.wait(workspace.id, begun.test, seconds)
        task = None if begun.test is None else await self._stores.tasks.get(workspace.id, begun.test)
        if task is None:  # the workspace was reset while the answer was held
            raise NotFound("There is no such task any more.")
        organisation = await self._stores.organisations.of(workspace.id, now_ms=workspace.clock.now_ms())
        return Reply(201, self._blueprint.show_task(task, organisation.id))

    async def _config(self, call: Call) -> WebhookConfig:
        identifier = number(call.path["webhookConfigId"])
        found = None if identifier is None else await self._stores.configs.get(call.in_workspace().id, identifier)
        if found is None:
            raise NotFound("There is no such webhook config.")
        return found

    async def _answer(self, call: Call, config: WebhookConfig) -> Reply:
        return Reply(200, await self._shown(config, call.in_workspace().clock.now_ms()))

    async def _shown(self, config: WebhookConfig, now_ms: int) -> Json:
        organisation = await self._stores.organisations.of(config.workspace, now_ms=now_ms)
        return self._blueprint.show_config(config, organisation.id)


LONGEST_NUMBER = 18
"""Digits; the store knows no larger numbers."""


def number(text: object) -> int | None:
    """The id that a text or a number stands for; None where it cannot be one, which is written in one way alone."""
    digits = str(text)
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER
    return int(digits) if is_number and digits == str(int(digits)) else None
