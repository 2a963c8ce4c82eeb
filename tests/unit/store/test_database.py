"""The database belongs to one server at a time, and a transaction is all or nothing."""

import asyncio
import contextlib
import sqlite3
from pathlib import Path

import pytest

from mockserver.errors import SetUpError
from mockserver.store.database import FILE_NAME, SCHEMA_VERSION, Database


def count(database: Database) -> int:
    return int(database.connection.execute("select count(*) from workspaces").fetchone()[0])


def insert_and_fail(connection: sqlite3.Connection, workspace: str) -> None:
    insert(connection, workspace)
    raise KeyError


def insert_twice(connection: sqlite3.Connection, workspace: str) -> None:
    insert(connection, workspace)
    insert(connection, workspace)


def insert(connection: sqlite3.Connection, workspace: str) -> None:
    connection.execute("insert into workspaces (id, api, clock_ms) values (?, 'renderio', 0)", (workspace,))


def test_database_refuses_a_folder_in_use(database: Database, tmp_path: Path) -> None:
    assert count(database) == 0
    with pytest.raises(SetUpError, match=r"another server.*--data"):
        Database(tmp_path)


def test_database_can_be_opened_after_it_was_closed(tmp_path: Path) -> None:
    Database(tmp_path).close()
    Database(tmp_path).close()


def test_database_survives_a_refused_second_opening(database: Database, tmp_path: Path) -> None:
    with pytest.raises(SetUpError):
        Database(tmp_path)
    insert(database.connection, "a")
    assert count(database) == 1


def test_every_reference_to_what_can_be_removed_has_an_index(database: Database) -> None:
    # Without one, a row's removal looks through the whole table that refers to it: a reset takes minutes.
    tables = [row["name"] for row in database.connection.execute("select name from sqlite_schema where type = 'table'")]
    references = {
        (table, row["from"])
        for table in tables
        for row in database.connection.execute(f"pragma foreign_key_list({table})")
        if row["table"] != "workspaces"  # they are never removed
    }
    indexed = {
        (table, database.connection.execute(f"pragma index_info({index['name']})").fetchone()["name"])
        for table in tables
        for index in database.connection.execute(f"pragma index_list({table})")
    }
    assert references - indexed == set()
    assert ("attempts", "delivery") in references


def test_database_refuses_a_newer_schema(tmp_path: Path) -> None:
    write_version(tmp_path, SCHEMA_VERSION + 1)
    with pytest.raises(SetUpError, match=f"schema {SCHEMA_VERSION + 1}.*folder"):
        Database(tmp_path)


def test_database_lets_a_refused_folder_go(tmp_path: Path) -> None:
    write_version(tmp_path, SCHEMA_VERSION + 1)
    with pytest.raises(SetUpError) as refused:
        Database(tmp_path)
    write_version(tmp_path, SCHEMA_VERSION)
    Database(tmp_path).close()
    assert isinstance(refused.value, SetUpError)  # kept until here: the garbage collector must not be what lets go


def test_database_refuses_a_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"this is a letter to my aunt, not a database" * 100)
    with pytest.raises(SetUpError, match=str(tmp_path)):
        Database(tmp_path)


def test_database_refuses_a_folder_that_cannot_be_locked(tmp_path: Path) -> None:
    (tmp_path / "lock").mkdir()
    with pytest.raises(SetUpError, match=str(tmp_path)):
        Database(tmp_path)


def test_database_refuses_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SetUpError, match="absent"):
        Database(tmp_path / "absent")


def test_database_keeps_its_rows_when_opened_again(tmp_path: Path) -> None:
    first = Database(tmp_path)
    insert(first.connection, "a")
    first.close()
    second = Database(tmp_path)
    assert count(second) == 1
    second.close()


def test_database_writes_ahead_and_keeps_references(database: Database) -> None:
    values = [database.connection.execute(f"pragma {name}").fetchone()[0] for name in ("journal_mode", "foreign_keys")]
    assert values == ["wal", 1]


def test_transaction_keeps_all(database: Database) -> None:
    with database.transaction() as connection:
        insert(connection, "a")
        insert(connection, "b")
    assert count(database) == 2


def test_transaction_rolls_back_wholly(database: Database) -> None:
    with pytest.raises(KeyError), database.transaction() as connection:
        insert_and_fail(connection, "a")
    assert count(database) == 0


def test_transaction_rolls_back_when_a_statement_fails(database: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError), database.transaction() as connection:
        insert_twice(connection, "a")
    assert count(database) == 0


def test_transaction_can_follow_a_failed_one(database: Database) -> None:
    with pytest.raises(KeyError), database.transaction() as connection:
        insert_and_fail(connection, "b")
    with database.transaction() as connection:
        insert(connection, "a")
    assert count(database) == 1


def test_transaction_can_follow_one_that_could_not_be_committed(database: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError), database.transaction() as connection:
        leave_a_reference_open(connection)
    with database.transaction() as connection:
        insert(connection, "a")
    assert count(database) == 1


def test_transaction_is_seen_by_nobody_before_its_end(database: Database, tmp_path: Path) -> None:
    onlooker = sqlite3.connect(tmp_path / FILE_NAME)
    with database.transaction() as connection:
        insert(connection, "a")
        before = onlooker.execute("select count(*) from workspaces").fetchone()[0]
    after = onlooker.execute("select count(*) from workspaces").fetchone()[0]
    onlooker.close()
    assert (before, after) == (0, 1)


def leave_a_reference_open(connection: sqlite3.Connection) -> None:
    """What only the commit finds out."""
    connection.execute("pragma defer_foreign_keys = on")
    connection.execute(
        "insert into accounts (workspace, url, active, failures) values ('nobody', 'http://127.0.0.1/', 1, 0)"
    )


def write_version(folder: Path, version: int) -> None:
    connection = sqlite3.connect(folder / FILE_NAME)
    connection.execute(f"pragma user_version = {version}")
    connection.close()


INSERT = "insert into workspaces (id, api, clock_ms) values (?, 'renderio', 0)"


def test_writes_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    async def run(database: Database) -> None:
        await asyncio.gather(*(database.write(INSERT, (str(number),)) for number in range(20)))

    database = Database(tmp_path)
    asyncio.run(run(database))
    assert (count(database), database.connection.in_transaction) == (20, False)
    database.close()


def test_write_is_committed_when_it_returns(tmp_path: Path) -> None:
    async def run(database: Database) -> int:
        await database.write(INSERT, ("a",))
        with contextlib.closing(sqlite3.connect(tmp_path / FILE_NAME)) as another:
            return int(another.execute("select count(*) from workspaces").fetchone()[0])

    database = Database(tmp_path)
    assert asyncio.run(run(database)) == 1
    database.close()


def test_write_that_fails_leaves_the_others(tmp_path: Path) -> None:
    async def run(database: Database) -> list[object]:
        writes = (database.write(INSERT, (key,)) for key in ("a", "a", "b"))
        return await asyncio.gather(*writes, return_exceptions=True)

    database = Database(tmp_path)
    ends = asyncio.run(run(database))
    assert ([type(end) for end in ends], count(database)) == ([type(None), sqlite3.IntegrityError, type(None)], 2)
    database.close()


def test_write_whose_caller_goes_away_does_not_take_the_others_along(tmp_path: Path) -> None:
    async def run(database: Database) -> None:
        gone, stays = (asyncio.ensure_future(database.write(INSERT, (key,))) for key in ("a", "b"))
        asyncio.get_running_loop().call_soon(gone.cancel)
        await stays

    database = Database(tmp_path)
    asyncio.run(run(database))
    assert count(database) == 2
    database.close()


def test_transaction_commits_the_writes_before_it(tmp_path: Path) -> None:
    async def run(database: Database) -> None:
        write = asyncio.ensure_future(database.write(INSERT, ("a",)))
        await asyncio.sleep(0)  # one turn: the write has begun, its commit has not come
        with pytest.raises(sqlite3.IntegrityError), database.transaction() as connection:
            connection.executemany(INSERT, [("b",), ("b",)])
        await write

    database = Database(tmp_path)
    asyncio.run(run(database))
    assert count(database) == 1
    database.close()
