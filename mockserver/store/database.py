"""The SQLite file: opening it, its schema, and who may have it open."""

import asyncio
import contextlib
import fcntl
import logging
import sqlite3
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import IO

from mockserver.errors import SetUpError

log = logging.getLogger(__name__)

FILE_NAME = "proofreel.sqlite3"
SCHEMA_VERSION = 1

PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = NORMAL",
    "foreign_keys = ON",
    "busy_timeout = 5000",
    "wal_autocheckpoint = 20000",  # pages; only where `keep_log_short` cannot keep up
    "journal_size_limit = 8388608",
)
CHECKPOINT_SECONDS = 1.0
CHECKPOINT_CHANGES = 1000


class Database:
    """One SQLite database in WAL mode, held by this process alone.

    `synchronous = NORMAL`: a committed transaction survives the death of the process at any point. (When the whole
    machine loses power, the last ones may be lost, never in part.)
    """

    def __init__(self, folder: Path) -> None:
        path = self._path = folder / FILE_NAME
        self._batch: asyncio.Future[None] | None = None
        with contextlib.ExitStack() as undo:
            undo.enter_context(_exclusive(folder))
            try:
                self.connection = undo.enter_context(contextlib.closing(_connected(path)))
                self._migrate(folder)
            except sqlite3.Error as error:
                message = f"{path} cannot be used: {error}. Use another folder, or remove the file"
                raise SetUpError(message) from error
            self._close = undo.pop_all().close

    def execute(self, statement: str, parameters: Sequence[object] = ()) -> sqlite3.Cursor:
        """One statement, committed at once where it writes."""
        self._commit_batch()
        return self.connection.execute(statement, parameters)

    async def write(self, statement: str, parameters: Sequence[object]) -> None:
        """One statement in one commit with all others of this turn of the event loop; returns once that is done.

        Many small writes at the same time then cost little more than one.
        """
        if self._batch is None:
            loop = asyncio.get_running_loop()
            self.connection.execute("begin immediate")
            self._batch = loop.create_future()
            loop.call_soon(self._commit_batch)
        batch = self._batch
        self.connection.execute(statement, parameters)
        await asyncio.shield(batch)  # one caller that goes away must not take the commit from the others

    def _commit_batch(self) -> None:
        batch, self._batch = self._batch, None
        if batch is None:
            return
        try:
            self.connection.execute("commit")
        except sqlite3.Error as error:
            if self.connection.in_transaction:
                self.connection.execute("rollback")
            batch.set_exception(error)
        else:
            batch.set_result(None)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; the block must not wait for anything."""
        self._commit_batch()
        self.connection.execute("begin immediate")
        try:
            yield self.connection
            self.connection.execute("commit")
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("rollback")
            raise

    async def keep_log_short(self) -> None:
        """Move the write-ahead log into the file now and then, in a thread: inline it stalls requests for milliseconds.

        Runs until it is cancelled.
        """
        done = 0
        while True:
            await asyncio.sleep(CHECKPOINT_SECONDS)
            changes = self.connection.total_changes
            if changes - done >= CHECKPOINT_CHANGES:
                done = changes
                await asyncio.to_thread(self._checkpoint)

    def _checkpoint(self) -> None:
        try:
            with contextlib.closing(sqlite3.connect(self._path)) as connection:
                connection.execute("pragma wal_checkpoint(passive)")
        except sqlite3.Error:
            log.exception("the write-ahead log could not be moved into the file; it is tried again")

    def close(self) -> None:
        """Close the file and let others have it."""
        self._commit_batch()
        self._close()

    def _migrate(self, folder: Path) -> None:
        version = self.connection.execute("pragma user_version").fetchone()[0]
        if version not in {0, SCHEMA_VERSION}:
            message = (
                f"{folder} was written by another version of proofreel (schema {version}, this one reads "
                f"{SCHEMA_VERSION}): use that version, or another folder"
            )
            raise SetUpError(message)
        self.connection.executescript((files("mockserver.store") / "schema.sql").read_text())
        self.connection.execute(f"pragma user_version = {SCHEMA_VERSION}")


def _connected(path: Path) -> sqlite3.Connection:
    # One event loop uses it, which need not run in the thread that built the server.
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=256, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    try:
        for pragma in PRAGMAS:
            connection.execute(f"pragma {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


def _exclusive(folder: Path) -> IO[str]:
    try:
        lock = (folder / "lock").open("w")
    except OSError as error:
        message = f"{folder} cannot be written to: {error}"
        raise SetUpError(message) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        message = f"another server is running on {folder}: stop it, or give this one a --data folder of its own"
        raise SetUpError(message) from error
    return lock
