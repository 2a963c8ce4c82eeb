"""Deliveries and their attempts as rows: the due table."""

import sqlite3

from mockserver.store.database import Database
from mockserver.webhooks.delivery import Answer, Attempt, Delivered, Delivery, Exhausted, Retry, Silence, Succession
from mockserver.webhooks.log import AttemptEntry, DeliveryEntry

_BESIDES = " and id not in (select value from json_each(?))"


class DeliveryRows:
    """The due table, and the log of what became of it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def next_due(self, workspace: str, now_ms: int, *, besides: tuple[int, ...]) -> Delivery | None:
        """The earliest pending delivery due at `now_ms` or before, `besides` left out."""
        row = self._first_pending(workspace, "due_ms <= ?", (now_ms,), besides)
        if row is None:
            return None
        return Delivery(
            id=row["id"],
            workspace=workspace,
            webhook=row["webhook"],
            subject=row["subject"],
            url=row["url"],
            own_url=bool(row["own_url"]),
            attempts=row["attempts"],
            due_ms=row["due_ms"],
        )

    async def next_due_ms(self, workspace: str, *, besides: tuple[int, ...]) -> int | None:
        """The due time of the earliest pending delivery, `besides` left out."""
        row = self._first_pending(workspace, "true", (), besides)
        return None if row is None else int(row["due_ms"])

    async def drop(self, delivery: int) -> None:
        """Give a pending delivery up."""
        self._database.execute(
            "update deliveries set state = 'dropped' where id = ? and state = 'pending'", (delivery,)
        )

    async def entries(self, workspace: str, *, subject: str | None, limit: int) -> list[DeliveryEntry]:
        """The newest `limit` deliveries of the workspace, of one subject if given, oldest first."""
        rows = self._database.connection.execute(
            "select * from deliveries where workspace = ? and (? is null or subject = ?) order by id desc limit ?",
            (workspace, subject, subject, limit),
        ).fetchall()
        return [self._entry(row) for row in reversed(rows)]

    def _first_pending(
        self, workspace: str, condition: str, values: tuple[int, ...], besides: tuple[int, ...]
    ) -> sqlite3.Row | None:
        query = f"select * from deliveries where workspace = ? and state = 'pending' and {condition}"  # noqa: S608 - constants
        parameters: tuple[object, ...] = (workspace, *values)
        if besides:
            query += _BESIDES
            parameters += (str(list(besides)),)
        row: sqlite3.Row | None = self._database.connection.execute(
            query + " order by due_ms, id limit 1", parameters
        ).fetchone()
        return row

    def _entry(self, row: sqlite3.Row) -> DeliveryEntry:
        attempts = self._database.connection.execute(
            "select * from attempts where delivery = ? order by number", (row["id"],)
        )
        return DeliveryEntry(
            id=row["id"],
            webhook=row["webhook"],
            subject=row["subject"],
            url=row["url"],
            state=row["state"],
            created_ms=row["created_ms"],
            due_ms=row["due_ms"],
            attempts=tuple(
                AttemptEntry(
                    number=attempt["number"],
                    url=attempt["url"],
                    started_ms=attempt["started_ms"],
                    finished_ms=attempt["finished_ms"],
                    status=attempt["status"],
                    error=attempt["error"],
                )
                for attempt in attempts
            ),
        )


def insert_delivery(  # noqa: PLR0913 - one row
    connection: sqlite3.Connection,
    *,
    workspace: str,
    webhook: str,
    subject: str,
    url: str,
    own_url: bool,
    due_ms: int,
    now_ms: int,
) -> None:
    """Owe a message, within the caller's transaction."""
    connection.execute(
        "insert into deliveries (workspace, webhook, subject, url, own_url, state, attempts, due_ms, created_ms)"
        " values (?, ?, ?, ?, ?, 'pending', 0, ?, ?)",
        (workspace, webhook, subject, url, own_url, due_ms, now_ms),
    )


def store_attempt(connection: sqlite3.Connection, attempt: Attempt, follows: Succession) -> None:
    """Store an attempt and what follows it, within the caller's transaction."""
    status = attempt.outcome.status if isinstance(attempt.outcome, Answer) else None
    error = attempt.outcome.reason if isinstance(attempt.outcome, Silence) else None
    connection.execute(
        "insert or replace into attempts (delivery, number, url, started_ms, finished_ms, status, error)"
        " values (?, ?, ?, ?, ?, ?, ?)",
        (attempt.delivery, attempt.number, attempt.url, attempt.started_ms, attempt.finished_ms, status, error),
    )
    match follows:
        case Delivered():
            state, due_ms = "delivered", None
        case Exhausted():
            state, due_ms = "exhausted", None
        case Retry(due_ms=due):
            state, due_ms = "pending", due
    # A delivery that was dropped while this attempt was under way stays dropped, unless the attempt has delivered it.
    connection.execute(
        "update deliveries set attempts = ?, due_ms = coalesce(?, due_ms), state = ?"
        " where id = ? and (state = 'pending' or ? = 'delivered')",
        (attempt.number, due_ms, state, attempt.delivery, state),
    )


def drop_account_deliveries(connection: sqlite3.Connection, workspace: str) -> None:
    """Give up every pending delivery to the account's own URL, within the caller's transaction."""
    connection.execute(
        "update deliveries set state = 'dropped' where workspace = ? and state = 'pending' and own_url = 0",
        (workspace,),
    )


def clear_deliveries(connection: sqlite3.Connection, workspace: str) -> None:
    """Remove every delivery of the workspace with its attempts, within the caller's transaction."""
    connection.execute(
        "delete from attempts where delivery in (select id from deliveries where workspace = ?)", (workspace,)
    )
    connection.execute("delete from deliveries where workspace = ?", (workspace,))
