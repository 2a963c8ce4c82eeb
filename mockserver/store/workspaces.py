"""Workspaces as rows: which exist, and where their clocks stand."""

from mockserver.store.database import Database


class WorkspaceRows:
    """The table of workspaces."""

    def __init__(self, database: Database) -> None:
        self._database = database

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
        return max(row[0] or 0, row[1] or 0)

    async def keep_clock(self, workspace: str, clock_ms: int) -> None:
        """Remember where the workspace's clock stands."""
        self._database.execute("update workspaces set clock_ms = ? where id = ?", (clock_ms, workspace))

    async def with_work(self) -> list[tuple[str, str]]:
        """Id and API of every workspace with an open command or a pending delivery."""
        rows = self._database.connection.execute(
            "select id, api from workspaces where id in (select workspace from commands where result is null"
            " union select workspace from deliveries where state = 'pending')"
        )
        return [(row["id"], row["api"]) for row in rows]

    async def clear(self, workspace: str, *, clock_ms: int) -> list[str]:
        """Empty the workspace and set its clock; the ids of the files whose bytes can go."""
        with self._database.transaction() as connection:
            file_ids = [
                row["id"] for row in connection.execute("select id from files where workspace = ?", (workspace,))
            ]
            connection.execute(
                "delete from attempts where delivery in (select id from deliveries where workspace = ?)", (workspace,)
            )
            for table in ("deliveries", "files", "commands", "accounts"):
                connection.execute(f"delete from {table} where workspace = ?", (workspace,))  # noqa: S608 - names from the line above
            connection.execute("update workspaces set clock_ms = ? where id = ?", (clock_ms, workspace))
        self._database.command_numbers.pop(workspace, None)
        return file_ids
