"""How the API shows its resources."""

from collections.abc import Sequence
from typing import Any

from mockserver.clock import rfc3339
from mockserver.ricloud.config import WebhookConfig
from mockserver.ricloud.event import Event
from mockserver.ricloud.listing import Page
from mockserver.ricloud.organisation import Organisation
from mockserver.ricloud.task import Task

Json = dict[str, Any]


def moment(moment_ms: int) -> str:
    """ISO 8601 in UTC with six decimals, as the service writes it."""
    return f"{rfc3339(moment_ms).removesuffix('Z')}000Z"


def _moment_or_none(moment_ms: int | None) -> str | None:
    return None if moment_ms is None else moment(moment_ms)


def config(shown: WebhookConfig, organisation: int) -> Json:
    """A webhook config, with its secret."""
    return {
        "id": shown.id,
        "resource": "webhook_config",
        "organisation": organisation,
        "url": shown.url,
        "secret": shown.secret,
        "state": shown.state,
        "date_created": moment(shown.created_ms),
    }


def task(shown: Task, organisation: int) -> Json:
    """A task; the organisation's only key bears its number."""
    return {
        "id": shown.id,
        "resource": "task",
        "organisation": organisation,
        "key": organisation,
        "type": shown.type,
        "target": str(shown.config),
        "state": shown.state,
        "results": listed([], Page([], has_more=False, total=0), "/results"),
        "error": None if shown.failure is None else shown.failure.code,
        "message": None if shown.failure is None else shown.failure.message,
        "date_created": moment(shown.created_ms),
        "date_started": _moment_or_none(shown.started_ms),
        "date_completed": _moment_or_none(shown.completed_ms),
    }


def event(shown: Event, organisation: int) -> Json:
    """An event, to those who ask for it and to its receiver."""
    return {
        "id": shown.id,
        "resource": "event",
        "organisation": organisation,
        "type": shown.type,
        "action": shown.action,
        "data": dict(shown.data),
        "state": shown.state,
        "retries": shown.retries,
        "date_created": moment(shown.created_ms),
        "date_delivered": _moment_or_none(shown.delivered_ms),
    }


def organisation(shown: Organisation, configs: Json, *, has_valid_config: bool) -> Json:
    """An organisation, with the list of its configs."""
    return {
        "id": shown.id,
        "resource": "organisation",
        "name": shown.name,
        "slug": f"organisation-{shown.id}",
        "state": "active" if has_valid_config else "unconfigured",
        "webhook_configs": configs,
        "webhook_config_default": shown.default_config,
        "date_created": moment(shown.created_ms),
    }


def key(shown: Organisation, token: str) -> Json:
    """The organisation's only key."""
    return {
        "id": shown.id,
        "resource": "key",
        "organisation": shown.id,
        "type": "standard",
        "webhook_config": shown.key_config,
        "token": token,
        "state": "active",
        "date_created": moment(shown.created_ms),
        "date_expires": None,
    }


def listed(items: Sequence[Json], page: Page[Any], url: str) -> Json:
    """One page of a list, with `items` as they are shown."""
    return {
        "resource": "list",
        "data": list(items),
        "has_more": page.has_more,
        "total_count": page.total,
        "url": url,
    }
