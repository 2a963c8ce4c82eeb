"""The beginning of a config's test: its task, its event, and the webhook that it owes."""

from dataclasses import dataclass

from mockserver.identifiers import Identify
from mockserver.ricloud.blueprint import TEST, Blueprint
from mockserver.ricloud.config import WebhookConfig
from mockserver.ricloud.event import Event
from mockserver.ricloud.ports import Stores, Test, Testing
from mockserver.ricloud.task import TEST as TASK_TYPE
from mockserver.ricloud.task import Task
from mockserver.workspaces import Workspace

TYPE, ACTION = TASK_TYPE.split(".")


@dataclass(frozen=True)
class Tester:
    """Begins tests; `identify` makes ids from the workspace's running number."""

    blueprint: Blueprint
    stores: Stores
    identify: Identify

    async def test_of(self, workspace: Workspace) -> Testing:
        """What makes the next test in this workspace of a config."""
        now_ms = workspace.clock.now_ms()
        number = await self.stores.numbering.next_number(workspace.id)
        organisation = await self.stores.organisations.of(workspace.id, now_ms=now_ms)
        task_id, event_id = self.identify(workspace.id, number), self.identify(workspace.id, number + 1)

        def testing(config: WebhookConfig) -> Test:
            event = Event(
                id=event_id,
                workspace=workspace.id,
                type=TYPE,
                action=ACTION,
                data=self.blueprint.show_tested(config, organisation.id, self.blueprint.show_config),
                config=config.id,
                task=task_id,
                state="pending",
                retries=0,
                created_ms=now_ms,
            )
            task = Task(task_id, workspace.id, TASK_TYPE, config.id, "pending", None, now_ms)
            return Test(task, event, TEST, self.blueprint.policies[TEST].delays_ms[0])

        return testing
