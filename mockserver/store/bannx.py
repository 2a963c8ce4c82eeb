"""bannx's pages, renders, steps and credits as rows."""

import logging
import sqlite3
from collections.abc import Sequence

import msgspec

from mockserver.bannx.callback import HandlerResult, RequestEvent, StoredFile
from mockserver.bannx.objects import Images, name_of
from mockserver.bannx.policy import CREDITS, UPLOAD
from mockserver.bannx.ports import OwnPage, PageDocument
from mockserver.bannx.render import LogEntry, Refusal, Render
from mockserver.store.database import Database

log = logging.getLogger(__name__)

_encode = msgspec.json.Encoder().encode
_read_document = msgspec.json.Decoder(dict).decode
_read_file = msgspec.json.Decoder(StoredFile).decode


class _Owed(msgspec.Struct):
    """What a callback needs of a render, but for the bytes."""

    event: RequestEvent
    content_type: str
    width: int
    height: int


_read_owed = msgspec.json.Decoder(_Owed).decode


class PageRows:
    """The pages that spaces have made."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, workspace: str, page: str) -> OwnPage | None:
        """A page of this space."""
        row = self._database.connection.execute(
            "select draft, published from bannx_pages where workspace = ? and id = ?", (workspace, page)
        ).fetchone()
        return None if row is None else _page(row)

    async def workspace_of(self, page: str) -> str | None:
        """Which space has made a page of this id; the newest of several."""
        row = self._database.connection.execute(
            "select workspace from bannx_pages where id = ? order by ordinal desc limit 1", (page,)
        ).fetchone()
        return None if row is None else str(row["workspace"])

    async def all(self, workspace: str) -> Sequence[OwnPage]:
        """Every page of this space, by age."""
        rows = self._database.connection.execute(
            "select draft, published from bannx_pages where workspace = ? order by ordinal", (workspace,)
        )
        return [_page(row) for row in rows]

    async def save(self, workspace: str, page: OwnPage, *, now_ms: int) -> None:
        """Store a page under the id of its draft."""
        published = None if page.published is None else _text(page.published)
        self._database.execute(
            "insert into bannx_pages (workspace, id, draft, published, created_ms) values (?, ?, ?, ?, ?)"
            " on conflict (workspace, id) do update set draft = excluded.draft, published = excluded.published",
            (workspace, page.draft["id"], _text(page.draft), published, now_ms),
        )

    async def remove(self, workspace: str, page: str) -> bool:
        """Remove a page; whether there was one."""
        statement = "delete from bannx_pages where workspace = ? and id = ?"
        return self._database.execute(statement, (workspace, page)).rowcount > 0


class RenderRows:
    """Renders and the log of requests; the bytes of renders with a callback that is not over lie in `spool`.

    `numbers` are the last running numbers of the spaces in memory, shared by all that write to one database.
    """

    def __init__(self, database: Database, spool: Images, numbers: dict[str, int]) -> None:
        self._database = database
        self._spool = spool
        self._numbers = numbers

    def next_number(self, workspace: str) -> int:
        """The running number of one more request of this space; counted in memory, as one process alone writes."""
        if workspace not in self._numbers:
            statement = "select count(*) from bannx_renders where workspace = ?"
            self._numbers[workspace] = self._database.connection.execute(statement, (workspace,)).fetchone()[0]
        self._numbers[workspace] += 1
        return self._numbers[workspace]

    async def owe(self, render: Render) -> None:
        """Keep a render with its callback. First the bytes, then the row: what has a row has its bytes."""
        self._spool.write(name_of(render.id, render.result.content_type), render.result.content)
        owed = _Owed(render.event, render.result.content_type, render.result.width, render.result.height)
        await self._database.write(
            "insert into bannx_renders (id, workspace, is_logged, page, status, event, created_ms)"
            " values (?, ?, ?, ?, 200, ?, ?)",
            (
                render.id,
                render.workspace,
                int(render.is_logged),
                render.event.page_id,
                _text(owed),
                render.created_ms,
            ),
        )

    async def owed(self) -> list[Render]:
        """Every render with a callback that is not over, oldest first."""
        rows = self._database.connection.execute(
            "select * from bannx_renders where event is not null order by ordinal"
        ).fetchall()
        return [render for row in rows if (render := self._render(row)) is not None]

    async def ids(self) -> set[str]:
        """The ids of all renders and refused requests."""
        return {row["id"] for row in self._database.connection.execute("select id from bannx_renders")}

    async def refuse(self, refusal: Refusal) -> None:
        """Log a request that was answered with an error."""
        await self._database.write(
            "insert into bannx_renders (id, workspace, is_logged, page, status, created_ms) values (?, ?, 1, ?, ?, ?)",
            (refusal.id, refusal.workspace, refusal.page_id, refusal.status, refusal.created_ms),
        )

    async def attach(self, render: str, file: StoredFile) -> None:
        """Attach a file to the log of a request."""
        self._database.execute("update bannx_renders set file = ? where id = ?", (_text(file), render))

    async def entries(self, workspace: str) -> Sequence[LogEntry]:
        """The log of a space, oldest first."""
        rows = self._database.connection.execute(
            "select * from bannx_renders where workspace = ? and is_logged order by ordinal", (workspace,)
        )
        return [_entry(row) for row in rows]

    async def over(self, render: str) -> None:
        """The callback has come to its end: the bytes are not needed any more."""
        self._database.execute("update bannx_renders set event = null where id = ?", (render,))
        self._spool.remove(render)

    def _render(self, row: sqlite3.Row) -> Render | None:
        owed = _read_owed(row["event"])
        try:
            content = self._spool.read(name_of(row["id"], owed.content_type))
        except FileNotFoundError:
            # Only somebody else can have removed it, and nobody can bring it back.
            log.warning("the image of render %s is missing; its callback is given up", row["id"])
            self._database.execute("update bannx_renders set event = null where id = ?", (row["id"],))
            return None
        return Render(
            id=row["id"],
            workspace=row["workspace"],
            is_logged=bool(row["is_logged"]),
            created_ms=row["created_ms"],
            event=owed.event,
            result=HandlerResult(content, owed.content_type, owed.width, owed.height),
        )


class StepRows:
    """What became of the steps."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def uploaded(self, render: str) -> StoredFile | None:
        """The file that an earlier try has uploaded."""
        row = self._database.connection.execute(
            "select file from bannx_steps where render = ? and step = ? and file is not null", (render, UPLOAD)
        ).fetchone()
        return None if row is None else _read_file(row["file"])

    async def record(self, render: str, step: str, *, tries: int, failure: str | None) -> None:
        """Keep that a step has come to its end."""
        self._database.execute(
            "insert into bannx_steps (render, step, tries, failure) select id, ?, ?, ? from bannx_renders where id = ?"
            " on conflict (render, step) do update set tries = excluded.tries, failure = excluded.failure"
            # What was done once stays done, whatever becomes of it when somebody asks again.
            " where excluded.failure is null or bannx_steps.failure is not null",
            (step, tries, failure, render),
        )

    async def keep_upload(self, render: str, file: StoredFile) -> None:
        """Keep what an upload has given."""
        self._database.execute(
            "insert into bannx_steps (render, step, tries, file) select id, ?, 0, ? from bannx_renders where id = ?"
            " on conflict (render, step) do update set file = excluded.file",
            (UPLOAD, _text(file), render),
        )


class CreditRows:
    """The credits of spaces."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def used(self, workspace: str) -> int:
        """What was counted so far."""
        row = self._database.connection.execute(
            "select used from bannx_credits where workspace = ?", (workspace,)
        ).fetchone()
        return 0 if row is None else int(row["used"])

    async def add(self, workspace: str, render: str, amount: int) -> None:
        """Count a render, once however often it is asked: the count and the record of it are one transaction."""
        with self._database.transaction() as connection:
            is_new = connection.execute(
                "insert into bannx_steps (render, step, tries) select id, ?, 0 from bannx_renders where id = ?"
                " on conflict (render, step) do update set failure = null where failure is not null",
                (CREDITS, render),
            ).rowcount
            if is_new:
                connection.execute(
                    "insert into bannx_credits (workspace, used) values (?, ?)"
                    " on conflict (workspace) do update set used = used + excluded.used",
                    (workspace, amount),
                )


class BannxTables:
    """bannx's tables, as workspaces see them; `numbers` are the running numbers in memory."""

    def __init__(self, numbers: dict[str, int]) -> None:
        self._numbers = numbers

    def with_work(self, connection: sqlite3.Connection) -> list[str]:
        """The ids of the spaces with callbacks that are not over."""
        rows = connection.execute("select distinct workspace from bannx_renders where event is not null")
        return [row["workspace"] for row in rows]

    def last_moment_ms(self, connection: sqlite3.Connection, workspace: str) -> int:
        """The latest moment that stands in the space's rows."""
        row = connection.execute(
            "select (select max(created_ms) from bannx_renders where workspace = :it),"
            " (select max(created_ms) from bannx_pages where workspace = :it)",
            {"it": workspace},
        ).fetchone()
        return max(row[0] or 0, row[1] or 0)

    def clear(self, connection: sqlite3.Connection, workspace: str) -> list[str]:
        """Empty the space, within the caller's transaction; the ids of the renders, whose files can go."""
        rows = connection.execute("delete from bannx_renders where workspace = ? returning id", (workspace,)).fetchall()
        self._numbers.pop(workspace, None)
        connection.execute("delete from bannx_pages where workspace = ?", (workspace,))
        connection.execute("delete from bannx_credits where workspace = ?", (workspace,))
        return [row["id"] for row in rows]


def _text(value: PageDocument | _Owed | StoredFile) -> str:
    return _encode(value).decode()


def _page(row: sqlite3.Row) -> OwnPage:
    published = row["published"]
    return OwnPage(_read_document(row["draft"]), None if published is None else _read_document(published))


def _entry(row: sqlite3.Row) -> LogEntry:
    return LogEntry(
        request_id=row["id"],
        page_id=row["page"],
        status=row["status"],
        created_ms=row["created_ms"],
        file=None if row["file"] is None else _read_file(row["file"]),
    )
