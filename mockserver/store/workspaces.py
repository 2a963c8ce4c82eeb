"""Workspaces as rows: which exist, and where their clocks stand."""

import json
import sqlite3
from collections.abc import Sequence
from typing import Protocol

from mockserver.store.database import Database
from mockserver.store.deliveries import clear_deliveries


class Tables(Protocol):
    """The tables of one API."""

    def with_work(self, connection: sqlite3.Connection) -> list[str]:
        """The ids of the workspaces with work that is not over; pending deliveries are not meant."""

    def last_moment_ms(self, connection: sqlite3.Connection, workspace: str) -> int:
        """The latest moment that stands in the workspace's rows, 0 where there are none; deliveries are not meant."""

    def clear(self, connection: sqlite3.Connection, workspace: str) -> list[str]:
        """Empty the workspace, within the caller's transaction; the ids of the files whose bytes can go."""


class WorkspaceRows:
    """The table of workspaces; `tables` are those of all APIs in the same database."""

    def __init__(self, database: Database, tables: Sequence[Tables]) -> None:
        self._database = database
        self._tables = tuple(tables)

    async def open(self, workspace: str, *, api: str, clock_ms: int) -> int:
        """Make the workspace if it is new; where its clock stands."""
        row = self._database.connection.execute("select clock_ms from workspaces where id = ?", (workspace,)).fetchone()
        if row is not None:
            return max(int(row["clock_ms"]), self._last_moment_ms(workspace))
        self._database.execute(
            "insert into workspaces (id, api, clock_ms) values (?, ?, ?)", (workspace, api, clock_ms)
        )
        return clock_ms

    def _last_moment_ms(self, workspace: str) -> int:
        # A real clock is not kept; one that is virtual from now on must not begin before what has happened.
        row = self._database.connection.execute(
            "select max(d.created_ms), max(a.finished_ms) from deliveries d left join attempts a on a.delivery = d.id"
            " where d.workspace = ?",
            (workspace,),
        ).fetchone()
        of_the_apis = (tables.last_moment_ms(self._database.connection, workspace) for tables in self._tables)
        return max(row[0] or 0, row[1] or 0, *of_the_apis)

    async def keep_clock(self, workspace: str, clock_ms: int) -> None:
        """Remember where the workspace's clock stands."""
        self._database.execute("update workspaces set clock_ms = ? where id = ?", (clock_ms, workspace))

    async def with_work(self) -> list[tuple[str, str]]:
        """Id and API of every workspace with work that is not over, or a pending delivery."""
        connection = self._database.connection
        working = [workspace for tables in self._tables for workspace in tables.with_work(connection)]
        rows = connection.execute(
            "select id, api from workspaces where id in (select value from json_each(?)"
            " union select workspace from deliveries where state = 'pending')",
            (json.dumps(working),),
        )
        return [(row["id"], row["api"]) for row in rows]

    async def clear(self, workspace: str, *, clock_ms: int) -> list[str]:
        """Empty the workspace and set its clock; the ids of the files whose bytes can go."""
        with self._database.transaction() as connection:
            clear_deliveries(connection, workspace)
            file_ids = [file_id for tables in self._tables for file_id in tables.clear(connection, workspace)]
            connection.execute("update workspaces set clock_ms = ? where id = ?", (clock_ms, workspace))
        return file_ids
