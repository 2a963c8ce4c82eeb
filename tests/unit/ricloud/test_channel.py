"""ricloud's side of a delivery: what an attempt is made of, and when none is made."""

import asyncio
import json
from dataclasses import dataclass, replace
from typing import Literal

import freezegun
import pytest

from mockserver.documents import load
from mockserver.ricloud.config import ConfigRules, WebhookConfig
from mockserver.ricloud.event import Event
from mockserver.ricloud.ports import Debt, Draft, Testing
from mockserver.ricloud.ports import Test as BegunTest
from mockserver.ricloud.task import Task
from mockserver.settings import Settings
from mockserver.slices.ricloud import RicloudSlice
from mockserver.store.database import Database
from mockserver.store.deliveries import DeliveryRows
from mockserver.store.ricloud import ConfigRows, EventRows, RicloudTables, TaskRows
from mockserver.store.workspaces import WorkspaceRows
from mockserver.webhooks.channel import Channel
from mockserver.webhooks.delivery import Answer, Attempt, Delivery, Envelope, Outcome, succession

WORKSPACE, NOW_MS = "w", 1_767_225_600_999
URL, SECRET = "http://127.0.0.1:9/hook", "kłucz"
Kind = Literal["webhookConfigTest", "event"]


class NoSender:
    """Nothing is sent in these tests."""

    async def send(self, envelope: Envelope) -> Outcome:
        raise NotImplementedError


@dataclass(frozen=True)
class World:
    """One workspace with a config, its test and an event, and the channels of both."""

    database: Database
    parts: RicloudSlice
    config: WebhookConfig

    def channel(self, kind: Kind) -> Channel:
        return self.parts.assemblies.parts(WORKSPACE).channels[kind]

    def delivery(self, kind: Kind, *, attempts: int = 0) -> Delivery:
        entries = asyncio.run(DeliveryRows(self.database).entries(WORKSPACE, subject=None, limit=10))
        [entry] = [entry for entry in entries if entry.webhook == kind]
        return Delivery(entry.id, WORKSPACE, kind, entry.subject, entry.url, False, attempts, entry.due_ms)

    def prepare(self, kind: Kind, *, now_ms: int = NOW_MS, attempts: int = 0) -> Envelope | None:
        return asyncio.run(self.channel(kind).prepare(self.delivery(kind, attempts=attempts), now_ms))

    def save(self, config: WebhookConfig) -> None:
        asyncio.run(ConfigRows(self.database).save(config, None))

    def event(self, kind: Kind) -> Event:
        found = asyncio.run(EventRows(self.database, ConfigRules()).get(WORKSPACE, self.delivery(kind).subject))
        assert found is not None
        return found

    def task(self) -> Task:
        found = asyncio.run(TaskRows(self.database).get(WORKSPACE, "task"))
        assert found is not None
        return found


def beginning() -> Testing:
    """A test with ids that a test can name."""

    def begin(config: WebhookConfig) -> BegunTest:
        event = Event(
            *("test", WORKSPACE, "webhook_config", "test", {"url": config.url}, config.id, "task", "pending", 0, NOW_MS)
        )
        task = Task("task", WORKSPACE, "webhook_config.test", config.id, "pending", None, NOW_MS)
        return BegunTest(task, event, "webhookConfigTest", 0)

    return begin


@pytest.fixture
def world(database: Database) -> World:
    parts = RicloudSlice(Settings(seed=1), document=load("ricloud"), database=database, sender=NoSender())
    asyncio.run(WorkspaceRows(database, [RicloudTables()]).open(WORKSPACE, api="ricloud", clock_ms=NOW_MS))
    config = asyncio.run(ConfigRows(database).add(Draft(WORKSPACE, URL, SECRET, NOW_MS), beginning()))
    event = Event("poll", WORKSPACE, "poll", "completed", {"text": "Zażółć"}, config.id, None, "pending", 0, NOW_MS)
    asyncio.run(EventRows(database, ConfigRules()).add(event, Debt("event", URL, NOW_MS)))
    return World(database, parts, config)


@pytest.mark.requirement("RCL-EVT-003", "RCL-EVT-004", "RCL-SIG-005")
def test_attempt_is_the_event_as_json_in_utf_8(world: World) -> None:
    envelope = world.prepare("event")
    assert envelope is not None
    assert (envelope.method, envelope.url, envelope.headers["Content-Type"]) == ("POST", URL, "application/json")
    assert ("Zażółć".encode() in envelope.body, json.loads(envelope.body)["id"]) == (True, "poll")


@pytest.mark.requirement("RCL-SIG-006", "RCL-SIG-007")
@pytest.mark.parametrize("kind", ["webhookConfigTest", "event"])
@freezegun.freeze_time("2031-05-06")
def test_signature_tells_the_seconds_of_the_attempts_clock(world: World, kind: Kind) -> None:
    envelopes = [world.prepare(kind, now_ms=now_ms) for now_ms in (NOW_MS, NOW_MS + 1, NOW_MS + 300_000)]
    times = [envelope.headers["Ricloud-Signature"].partition(",")[0] for envelope in envelopes if envelope]
    assert times == ["t=1767225600", "t=1767225601", "t=1767225900"]


@pytest.mark.requirement("RCL-EVT-017")
@pytest.mark.parametrize("attempts", range(5))
def test_attempt_tells_how_many_went_before(world: World, attempts: int) -> None:
    envelope = world.prepare("event", attempts=attempts)
    assert envelope is not None
    assert json.loads(envelope.body)["retries"] == attempts


@pytest.mark.requirement("RCL-EVT-019", "RCL-SIG-002")
def test_attempt_goes_by_the_config_of_the_moment(world: World) -> None:
    before = world.prepare("event")
    world.save(replace(world.config, url="http://127.0.0.1:9/other", secret=SECRET[::-1]))
    after = world.prepare("event")
    assert before is not None
    assert after is not None
    assert (after.url, after.body) == ("http://127.0.0.1:9/other", before.body)
    assert after.headers["Ricloud-Signature"] != before.headers["Ricloud-Signature"]


def test_task_is_in_work_from_its_attempt_on(world: World) -> None:
    world.prepare("webhookConfigTest", now_ms=NOW_MS + 5)
    assert (world.task().state, world.task().started_ms) == ("processing", NOW_MS + 5)


@pytest.mark.requirement("RCL-EVT-020", "RCL-TSK-004")
def test_deactivated_config_gets_no_attempt(world: World) -> None:
    world.save(replace(world.config, state="deactivated"))
    assert [world.prepare(kind) for kind in ("webhookConfigTest", "event")] == [None, None]
    assert [world.event(kind).state for kind in ("webhookConfigTest", "event")] == ["failed", "failed"]
    failure = world.task().failure
    assert failure is not None
    assert (world.task().state, failure.code) == ("failed", "deactivated")


def test_event_that_is_gone_gets_no_attempt(world: World) -> None:
    delivery = world.delivery("event")
    asyncio.run(WorkspaceRows(world.database, [RicloudTables()]).clear(WORKSPACE, clock_ms=NOW_MS))
    assert asyncio.run(world.channel("event").prepare(delivery, NOW_MS)) is None


@pytest.mark.parametrize(("status", "state"), [(200, "valid"), (500, "invalid")])
def test_outcome_of_the_only_attempt_of_a_test_decides(world: World, status: int, state: str) -> None:
    channel, delivery = world.channel("webhookConfigTest"), world.delivery("webhookConfigTest")
    attempt = Attempt(delivery.id, 1, URL, NOW_MS, NOW_MS, Answer(status))
    follows = succession(channel.policy, number=1, outcome=attempt.outcome, finished_ms=NOW_MS)
    asyncio.run(channel.conclude(delivery, attempt, follows))
    config = asyncio.run(ConfigRows(world.database).get(WORKSPACE, world.config.id))
    assert config is not None
    assert config.state == state
