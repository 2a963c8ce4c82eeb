"""How resources are shown: each name of the document, and moments that lose nothing."""

import re
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.documents import Document, load
from mockserver.ricloud import views
from mockserver.ricloud.config import WebhookConfig
from mockserver.ricloud.event import Event
from mockserver.ricloud.listing import Page
from mockserver.ricloud.organisation import Organisation, chosen_config
from mockserver.ricloud.task import Failure, Task
from mockserver.schemas import Schema

NOW_MS, NOW = 1_767_225_600_123, "2026-01-01T00:00:00.123000Z"
CONFIG = WebhookConfig(3, "w", "http://x/", "whsec", "valid", "t", NOW_MS)
TASK = Task("t", "w", "webhook_config.test", 3, "failed", Failure("code", "words"), NOW_MS, NOW_MS, NOW_MS + 1)
EVENT = Event("e", "w", "poll", "completed", {"resource": "poll"}, 3, None, "delivered", 2, NOW_MS, NOW_MS)
OWNER = Organisation(5, "w", "Ours", default_config=3, key_config=4, created_ms=NOW_MS)
PAGE: Page[Any] = Page([CONFIG], has_more=True, total=12)


@pytest.fixture(scope="module")
def ricloud() -> Document:
    return load("ricloud")


def schema(document: Document, name: str) -> Schema:
    reference = {"$ref": f"#/components/schemas/{name}"}
    return Schema(reference, document.content["components"])


@pytest.mark.requirement("RCL-CFG-011")
@given(st.integers(0, 253_402_300_799_999))
def test_moment_has_six_decimals_and_is_that_very_moment(moment_ms: int) -> None:
    text = views.moment(moment_ms)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}000Z", text)
    assert round(datetime.fromisoformat(text).timestamp() * 1000) == moment_ms


@pytest.mark.requirement("RCL-CFG-003", "RCL-CFG-004", "RCL-CFG-005", "RCL-CFG-006")
def test_config_is_shown_with_every_attribute_of_the_page() -> None:
    assert views.config(CONFIG, 5) == {
        "id": 3,
        "resource": "webhook_config",
        "organisation": 5,
        "url": "http://x/",
        "secret": "whsec",
        "state": "valid",
        "date_created": NOW,
    }


@pytest.mark.requirement("RCL-TSK-001", "RCL-TSK-004", "RCL-TSK-008", "RCL-TSK-010", "RCL-TSK-013")
def test_task_is_shown_with_why_it_failed() -> None:
    assert views.task(TASK, 5) == {
        "id": "t",
        "resource": "task",
        "organisation": 5,
        "key": 5,
        "type": "webhook_config.test",
        "target": "3",
        "state": "failed",
        "results": {"resource": "list", "data": [], "has_more": False, "total_count": 0, "url": "/results"},
        "error": "code",
        "message": "words",
        "date_created": NOW,
        "date_started": NOW,
        "date_completed": "2026-01-01T00:00:00.124000Z",
    }


@pytest.mark.requirement("RCL-TSK-003", "RCL-TSK-009")
def test_task_that_has_not_begun_has_nothing_to_tell() -> None:
    shown = views.task(Task("t", "w", "webhook_config.test", 3, "pending", None, NOW_MS), 5)
    assert [shown[name] for name in ("error", "message", "date_started", "date_completed")] == [None] * 4
    assert shown.keys().isdisjoint({"user", "source", "session", "poll"})


@pytest.mark.requirement("RCL-EVT-004", "RCL-EVT-011")
def test_event_is_shown_with_what_it_is_about() -> None:
    assert views.event(EVENT, 5) == {
        "id": "e",
        "resource": "event",
        "organisation": 5,
        "type": "poll",
        "action": "completed",
        "data": {"resource": "poll"},
        "state": "delivered",
        "retries": 2,
        "date_created": NOW,
        "date_delivered": NOW,
    }


@pytest.mark.requirement("RCL-ORG-013")
@pytest.mark.parametrize(("has_valid_config", "state"), [(True, "active"), (False, "unconfigured")])
def test_organisation_is_active_with_a_valid_config(has_valid_config: bool, state: str) -> None:  # noqa: FBT001 - a table's column
    shown = views.organisation(OWNER, {}, has_valid_config=has_valid_config)
    assert (shown["state"], shown["webhook_config_default"], shown["slug"]) == (state, 3, "organisation-5")


@pytest.mark.requirement("RCL-LST-011", "RCL-LST-018", "RCL-LST-022", "RCL-LST-023")
def test_list_is_shown_with_what_follows_it() -> None:
    assert views.listed([{"id": 3}], PAGE, "/configs/webhook") == {
        "resource": "list",
        "data": [{"id": 3}],
        "has_more": True,
        "total_count": 12,
        "url": "/configs/webhook",
    }


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("WebhookConfigCreated", views.config(CONFIG, 5)),
        ("Task", views.task(TASK, 5)),
        ("Event", views.event(EVENT, 5)),
        ("Organisation", views.organisation(OWNER, views.listed([], PAGE, "/x"), has_valid_config=True)),
        ("Key", views.key(OWNER, "token")),
        ("WebhookConfigList", views.listed([views.config(CONFIG, 5)], PAGE, "/configs/webhook")),
    ],
)
def test_what_is_shown_is_what_the_document_says(ricloud: Document, name: str, shown: dict[str, Any]) -> None:
    assert schema(ricloud, name).violations(shown) == []


@pytest.mark.requirement("RCL-ORG-001", "RCL-ORG-002")
@pytest.mark.parametrize(
    ("default", "own", "chosen"), [(None, None, None), (3, None, 3), (None, 4, 4), (3, 4, 4), (3, 0, 0)]
)
def test_own_config_of_a_key_goes_before_the_default(default: int | None, own: int | None, chosen: int | None) -> None:
    owner = Organisation(5, "w", "Ours", default_config=default, key_config=own, created_ms=0)
    assert chosen_config(owner) == chosen
