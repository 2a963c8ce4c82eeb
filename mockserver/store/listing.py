"""Pages of a table: filters, a cursor and a limit as one query over the index of a workspace's rows."""

import sqlite3
from dataclasses import dataclass

from mockserver.ricloud.errors import NothingThere
from mockserver.ricloud.listing import Page, Query


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose rows have `id`, `workspace`, `state` and `created_ms`; `ordinal` is the column that orders them."""

    name: str
    ordinal: str


def select_page(connection: sqlite3.Connection, table: Table, workspace: str, query: Query) -> Page[sqlite3.Row]:
    """One page, newest first; raises `NothingThere` for a cursor that is no row of the workspace."""
    conditions, values = ["workspace = ?"], [workspace, *_values(query)]
    conditions += [f"{column} = ?" for column in query.equal]
    conditions += [f"created_ms * 1000 {bound.comparison} ?" for bound in query.created]
    conditions += ["state <> ?" for _ in query.hidden]
    total = _count(connection, table, conditions, values)
    if query.after is not None:
        conditions.append(f"{table.ordinal} < ?")
        values.append(_ordinal(connection, table, workspace, "after_id", query.after))
    if query.before is not None:
        conditions.append(f"{table.ordinal} > ?")
        values.append(_ordinal(connection, table, workspace, "before_id", query.before))
    where = " and ".join(conditions)
    rows = connection.execute(
        f"select * from {table.name} where {where} order by {table.ordinal} desc limit ?",  # noqa: S608 - names of columns, none of a request's making
        (*values, query.limit + 1),
    ).fetchall()
    return Page(rows[: query.limit], has_more=len(rows) > query.limit, total=total)


def _values(query: Query) -> list[object]:
    return [*query.equal.values(), *(bound.moment_us for bound in query.created), *sorted(query.hidden)]


def _count(connection: sqlite3.Connection, table: Table, conditions: list[str], values: list[object]) -> int:
    where = " and ".join(conditions)
    row = connection.execute(f"select count(*) from {table.name} where {where}", values).fetchone()  # noqa: S608 - as above
    return int(row[0])


def _ordinal(connection: sqlite3.Connection, table: Table, workspace: str, parameter: str, cursor: str) -> int:
    # By the index of ids, which takes "03" for 3 where ids are integers; and then as it is written.
    row = connection.execute(
        f"select {table.ordinal} from {table.name} where id = ? and cast(id as text) = ? and workspace = ?",  # noqa: S608 - as above
        (cursor, cursor, workspace),
    ).fetchone()
    if row is None:
        raise NothingThere(parameter, cursor)
    return int(row[0])
