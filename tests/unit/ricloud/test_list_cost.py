"""A page costs the store the same however many items are on it."""

import asyncio

import pytest

from mockserver.activity import Activity
from mockserver.clock import VirtualClock
from mockserver.documents import load
from mockserver.http.messages import Call
from mockserver.ricloud.listing import DEFAULT_LIMIT
from mockserver.settings import Settings
from mockserver.slices.ricloud import RicloudSlice
from mockserver.store.database import Database
from mockserver.store.deliveries import DeliveryRows
from mockserver.store.ricloud import RicloudTables
from mockserver.store.workspaces import WorkspaceRows
from mockserver.webhooks.delivery import Envelope, Outcome
from mockserver.webhooks.scheduler import Pace, Scheduler
from mockserver.workspaces import Workspace

WORKSPACE = "w"


class NoSender:
    """Nothing is sent in these tests."""

    async def send(self, envelope: Envelope) -> Outcome:
        raise NotImplementedError


async def _forget(_: int) -> None:
    """No clock is kept."""


@pytest.fixture
def ricloud(database: Database) -> RicloudSlice:
    asyncio.run(WorkspaceRows(database, [RicloudTables()]).open(WORKSPACE, api="ricloud", clock_ms=0))
    return RicloudSlice(Settings(seed=1), document=load("ricloud"), database=database, sender=NoSender())


@pytest.fixture
def workspace(ricloud: RicloudSlice, database: Database) -> Workspace:
    clock, activity = VirtualClock(0), Activity()
    scheduler = Scheduler(
        WORKSPACE,
        clock=clock,
        activity=activity,
        queue=DeliveryRows(database),
        parts=lambda: ricloud.assemblies.parts(WORKSPACE),
        pace=Pace(parallel=1, grace_seconds=0),
        keep_clock=_forget,
    )
    asyncio.run(scheduler.close())  # before the first delivery: none is carried out
    return Workspace(WORKSPACE, "ricloud", clock, activity, scheduler)


@pytest.mark.parametrize("operation", ["listWebhookConfigs", "listTasks", "listEvents", "retrieveOrganisation"])
def test_page_of_many_takes_as_many_statements_as_a_page_of_one(
    ricloud: RicloudSlice, workspace: Workspace, database: Database, operation: str
) -> None:
    async def statements_of_a_page() -> int:
        asked: list[str] = []
        database.connection.set_trace_callback(asked.append)
        await ricloud.handlers[operation](Call({}, {}, None, workspace))
        database.connection.set_trace_callback(None)
        return len(asked)

    async def statements_by_items() -> list[int]:
        create = Call({}, {}, {"url": "http://127.0.0.1:9/hook"}, workspace)
        await ricloud.handlers["createWebhookConfig"](create)
        of_one = await statements_of_a_page()
        for _ in range(DEFAULT_LIMIT):
            await ricloud.handlers["createWebhookConfig"](create)
        return [of_one, await statements_of_a_page()]

    of_one, of_many = asyncio.run(statements_by_items())
    assert of_one == of_many
