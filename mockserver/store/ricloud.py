"""ricloud's webhook configs, tasks, events and organisations as rows."""

import sqlite3

from mockserver.ricloud.config import ConfigRules, WebhookConfig
from mockserver.ricloud.event import Event
from mockserver.ricloud.listing import Page, Query
from mockserver.ricloud.organisation import Organisation
from mockserver.ricloud.ports import Debt, Draft, Testing
from mockserver.ricloud.task import Failure, Task
from mockserver.store.database import Database
from mockserver.store.deliveries import store_attempt
from mockserver.store.listing import Table, select_page
from mockserver.store.ricloud_rows import (
    config_in,
    config_of,
    end_task,
    event_of,
    find_config,
    insert_event,
    insert_task,
    owe_webhook,
    save_config,
    task_of,
)
from mockserver.webhooks.delivery import Attempt, Delivered, Delivery, Retry, Succession

CONFIGS = Table("ricloud_configs", ordinal="id")
TASKS = Table("ricloud_tasks", ordinal="ordinal")
EVENTS = Table("ricloud_events", ordinal="ordinal")

_LAST_MOMENT = """
select max(moment_ms) from (
    select created_ms as moment_ms from ricloud_organisations where workspace = :workspace
    union all select created_ms from ricloud_configs where workspace = :workspace
    union all select max(created_ms, coalesce(completed_ms, 0)) from ricloud_tasks where workspace = :workspace
    union all select created_ms from ricloud_events where workspace = :workspace
)
"""


class ConfigRows:
    """Webhook configs and their tests."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, draft: Draft, testing: Testing) -> WebhookConfig:
        """Store a config, and its test with it."""
        with self._database.transaction() as connection:
            cursor = connection.execute(
                "insert into ricloud_configs (workspace, url, secret, state, created_ms) values (?, ?, ?, 'new', ?)",
                (draft.workspace, draft.url, draft.secret, draft.now_ms),
            )
            return _begin_test(connection, config_in(connection, draft.workspace, int(cursor.lastrowid or 0)), testing)

    async def get(self, workspace: str, config: int) -> WebhookConfig | None:
        """A config of this workspace."""
        return find_config(self._database.connection, workspace, config)

    async def workspace_of(self, config: int) -> str | None:
        """Whose a config is; None where there is none with this id."""
        row = self._database.connection.execute(
            "select workspace from ricloud_configs where id = ?", (config,)
        ).fetchone()
        return None if row is None else str(row["workspace"])

    async def save(self, config: WebhookConfig, testing: Testing | None) -> WebhookConfig:
        """Replace a config, and store its test with it where one begins; the config as it then is."""
        with self._database.transaction() as connection:
            save_config(connection, config)
            return config if testing is None else _begin_test(connection, config, testing)

    async def page(self, workspace: str, query: Query) -> Page[WebhookConfig]:
        """One page of the workspace's configs; raises `NothingThere` for a cursor that is none."""
        page = select_page(self._database.connection, CONFIGS, workspace, query)
        return Page([config_of(row) for row in page.items], page.has_more, page.total)

    async def has_valid(self, workspace: str) -> bool:
        """Whether a config of the workspace is valid."""
        row = self._database.connection.execute(
            "select 1 from ricloud_configs where workspace = ? and state = 'valid' limit 1", (workspace,)
        ).fetchone()
        return row is not None


class TaskRows:
    """Tasks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, workspace: str, task: str) -> Task | None:
        """A task of this workspace."""
        row = self._database.connection.execute(
            "select * from ricloud_tasks where id = ? and workspace = ?", (task, workspace)
        ).fetchone()
        return None if row is None else task_of(row)

    async def begin(self, task: str, *, now_ms: int) -> None:
        """Take a task up, unless it was taken up before."""
        self._database.execute(
            "update ricloud_tasks set state = 'processing', started_ms = ? where id = ? and state = 'pending'",
            (now_ms, task),
        )

    async def page(self, workspace: str, query: Query) -> Page[Task]:
        """One page of the workspace's tasks; raises `NothingThere` for a cursor that is none."""
        page = select_page(self._database.connection, TASKS, workspace, query)
        return Page([task_of(row) for row in page.items], page.has_more, page.total)


class EventRows:
    """Events and what became of them; `rules` say what the end of a test means for its config."""

    def __init__(self, database: Database, rules: ConfigRules) -> None:
        self._database = database
        self._rules = rules

    async def add(self, event: Event, debt: Debt | None) -> None:
        """Store an event, and owe its webhook where it has one."""
        with self._database.transaction() as connection:
            insert_event(connection, event)
            if debt is not None:
                owe_webhook(connection, event, debt)

    async def get(self, workspace: str, event: str) -> Event | None:
        """An event of this workspace."""
        row = self._database.connection.execute(
            "select * from ricloud_events where id = ? and workspace = ?", (event, workspace)
        ).fetchone()
        return None if row is None else event_of(row)

    async def page(self, workspace: str, query: Query) -> Page[Event]:
        """One page of the workspace's events; raises `NothingThere` for a cursor that is none."""
        page = select_page(self._database.connection, EVENTS, workspace, query)
        return Page([event_of(row) for row in page.items], page.has_more, page.total)

    async def owe(self, event: Event, debt: Debt) -> None:
        """Have a stored event go to its config once more, or at last: it is pending from now on."""
        with self._database.transaction() as connection:
            connection.execute(
                "update ricloud_events set state = 'pending', config = ? where id = ?", (event.config, event.id)
            )
            owe_webhook(connection, event, debt)

    async def give_up(self, event: Event, failure: Failure, *, now_ms: int) -> None:
        """An event that is not sent any more has failed, and the task that it tests a config for has, too."""
        with self._database.transaction() as connection:
            connection.execute("update ricloud_events set state = 'failed' where id = ?", (event.id,))
            if event.task is not None:
                end_task(connection, event.task, failure, now_ms)

    async def conclude(
        self, delivery: Delivery, attempt: Attempt, follows: Succession, *, failure: Failure | None
    ) -> str | None:
        """Store an attempt, what follows, and its effect on the event, its task and its config.

        The id of the task that has ended by it.
        """
        with self._database.transaction() as connection:
            store_attempt(connection, attempt, follows)
            state = _state_after(follows)
            connection.execute(
                "update ricloud_events set state = ?, retries = ?, delivered_ms = ? where id = ?",
                (
                    state,
                    attempt.number - 1,
                    attempt.finished_ms if state == "delivered" else None,
                    delivery.subject,
                ),
            )
            row = connection.execute("select * from ricloud_events where id = ?", (delivery.subject,)).fetchone()
            if row is None or row["task"] is None or state == "pending":
                return None
            event = event_of(row)
            end_task(connection, row["task"], None if state == "delivered" else failure, attempt.finished_ms)
            self._move_config(connection, event, succeeded=state == "delivered")
        return event.task

    def _move_config(self, connection: sqlite3.Connection, event: Event, *, succeeded: bool) -> None:
        config = None if event.config is None else find_config(connection, event.workspace, event.config)
        if config is not None and event.task is not None:
            moved = self._rules.tested(config, task=event.task, succeeded=succeeded)
            if moved is not config:
                save_config(connection, moved)


class OrganisationRows:
    """The organisation of each workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, workspace: str, *, now_ms: int) -> Organisation:
        """The organisation, made if need be."""
        row = self._row(workspace)
        if row is None:
            with self._database.transaction() as connection:
                connection.execute(
                    "insert into ricloud_organisations (workspace, name, created_ms) values (?, '', ?)",
                    (workspace, now_ms),
                )
                connection.execute(
                    "update ricloud_organisations set name = 'Organisation ' || id where workspace = ?", (workspace,)
                )
            row = self._row(workspace)
        return Organisation(
            id=row["id"],
            workspace=workspace,
            name=row["name"],
            default_config=row["default_config"],
            key_config=row["key_config"],
            created_ms=row["created_ms"],
        )

    async def save(self, organisation: Organisation) -> None:
        """Replace it."""
        self._database.execute(
            "update ricloud_organisations set name = ?, default_config = ?, key_config = ? where id = ?",
            (organisation.name, organisation.default_config, organisation.key_config, organisation.id),
        )

    def _row(self, workspace: str) -> sqlite3.Row:
        row: sqlite3.Row = self._database.connection.execute(
            "select * from ricloud_organisations where workspace = ?", (workspace,)
        ).fetchone()
        return row


class Numbers:
    """Numbers the tasks and events of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def next_number(self, workspace: str) -> int:
        """A number that no task and no event of the workspace has; the one after it is free, too."""
        row = self._database.connection.execute(
            "select (select count(*) from ricloud_tasks where workspace = ?)"
            " + (select count(*) from ricloud_events where workspace = ?) + 1",
            (workspace, workspace),
        ).fetchone()
        return int(row[0])


class RicloudTables:
    """All of ricloud's tables."""

    def with_work(self, _: sqlite3.Connection) -> list[str]:
        """None: all work of this API is a pending delivery."""
        return []

    def last_moment_ms(self, connection: sqlite3.Connection, workspace: str) -> int:
        """The latest moment that the API would show, but for those of deliveries."""
        row = connection.execute(_LAST_MOMENT, {"workspace": workspace}).fetchone()
        return int(row[0] or 0)

    def clear(self, connection: sqlite3.Connection, workspace: str) -> list[str]:
        """Empty the workspace, within the caller's transaction; there are no files."""
        for table in ("ricloud_events", "ricloud_tasks", "ricloud_configs", "ricloud_organisations"):
            connection.execute(f"delete from {table} where workspace = ?", (workspace,))  # noqa: S608 - names from the line above
        return []


def _state_after(follows: Succession) -> str:
    if isinstance(follows, Delivered):
        return "delivered"
    return "pending" if isinstance(follows, Retry) else "failed"


def _begin_test(connection: sqlite3.Connection, config: WebhookConfig, testing: Testing) -> WebhookConfig:
    test = testing(config)
    insert_task(connection, test.task)
    insert_event(connection, test.event)
    due_ms = test.event.created_ms + test.first_delay_ms
    owe_webhook(connection, test.event, Debt(test.webhook, config.url, due_ms))
    connection.execute("update ricloud_configs set test = ? where id = ?", (test.task.id, config.id))
    return config_in(connection, config.workspace, config.id)
