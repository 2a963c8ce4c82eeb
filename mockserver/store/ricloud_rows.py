"""ricloud's values as rows: each function works within the caller's transaction."""

import sqlite3

import msgspec

from mockserver.ricloud.config import WebhookConfig
from mockserver.ricloud.event import Event
from mockserver.ricloud.ports import Debt
from mockserver.ricloud.task import Failure, Task
from mockserver.store.deliveries import insert_delivery

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict).decode


def insert_task(connection: sqlite3.Connection, task: Task) -> None:
    """Store a task."""
    connection.execute(
        "insert into ricloud_tasks (id, workspace, type, config, state, created_ms) values (?, ?, ?, ?, ?, ?)",
        (task.id, task.workspace, task.type, task.config, task.state, task.created_ms),
    )


def insert_event(connection: sqlite3.Connection, event: Event) -> None:
    """Store an event."""
    connection.execute(
        "insert into ricloud_events (id, workspace, type, action, data, config, task, state, retries, created_ms)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            event.id,
            event.workspace,
            event.type,
            event.action,
            _encode(event.data).decode(),
            event.config,
            event.task,
            event.state,
            event.retries,
            event.created_ms,
        ),
    )


def owe_webhook(connection: sqlite3.Connection, event: Event, debt: Debt) -> None:
    """Owe the webhook of an event."""
    insert_delivery(
        connection,
        workspace=event.workspace,
        webhook=debt.webhook,
        subject=event.id,
        url=debt.url,
        own_url=False,
        due_ms=debt.due_ms,
        now_ms=event.created_ms,
    )


def end_task(connection: sqlite3.Connection, task: str, failure: Failure | None, now_ms: int) -> None:
    """A task is over: it has succeeded where there is no failure."""
    connection.execute(
        "update ricloud_tasks set state = ?, error = ?, message = ?, completed_ms = ? where id = ?",
        (
            "succeeded" if failure is None else "failed",
            None if failure is None else failure.code,
            None if failure is None else failure.message,
            now_ms,
            task,
        ),
    )


def save_config(connection: sqlite3.Connection, config: WebhookConfig) -> None:
    """Replace a config, where it is the workspace's."""
    connection.execute(
        "update ricloud_configs set url = ?, secret = ?, state = ?, test = ? where id = ? and workspace = ?",
        (config.url, config.secret, config.state, config.test, config.id, config.workspace),
    )


def config_in(connection: sqlite3.Connection, workspace: str, config: int) -> WebhookConfig:
    """A config that must be there; raises `LookupError`."""
    found = find_config(connection, workspace, config)
    if found is None:
        message = f"the config {config} of {workspace} is gone"
        raise LookupError(message)
    return found


def find_config(connection: sqlite3.Connection, workspace: str, config: int) -> WebhookConfig | None:
    """A config of a workspace."""
    row = connection.execute(
        "select * from ricloud_configs where id = ? and workspace = ?", (config, workspace)
    ).fetchone()
    return None if row is None else config_of(row)


def config_of(row: sqlite3.Row) -> WebhookConfig:
    """The config of a row."""
    return WebhookConfig(
        id=row["id"],
        workspace=row["workspace"],
        url=row["url"],
        secret=row["secret"],
        state=row["state"],
        test=row["test"],
        created_ms=row["created_ms"],
    )


def task_of(row: sqlite3.Row) -> Task:
    """The task of a row."""
    return Task(
        id=row["id"],
        workspace=row["workspace"],
        type=row["type"],
        config=row["config"],
        state=row["state"],
        failure=None if row["error"] is None else Failure(row["error"], row["message"]),
        created_ms=row["created_ms"],
        started_ms=row["started_ms"],
        completed_ms=row["completed_ms"],
    )


def event_of(row: sqlite3.Row) -> Event:
    """The event of a row."""
    return Event(
        id=row["id"],
        workspace=row["workspace"],
        type=row["type"],
        action=row["action"],
        data=_decode(row["data"]),
        config=row["config"],
        task=row["task"],
        state=row["state"],
        retries=row["retries"],
        created_ms=row["created_ms"],
        delivered_ms=row["delivered_ms"],
    )
