"""The SQLite file: opening it, its schema, and who may have it open."""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import IO

from mockserver.errors import SetUpError

FILE_NAME = "proofreel.sqlite3"
SCHEMA_VERSION = 1


class Database:
    """One SQLite database in WAL mode, held by this process alone.

    `synchronous = NORMAL`: a committed transaction survives the death of the process at any point. (When the whole
    machine loses power, the last ones may be lost, never in part.)
    """

    def __init__(self, folder: Path) -> None:
        self._lock = _exclusive(folder)
        self.connection = sqlite3.connect(folder / FILE_NAME, isolation_level=None, cached_statements=256)
        self.connection.row_factory = sqlite3.Row
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", "busy_timeout = 5000"):
            self.connection.execute(f"pragma {pragma}")
        self._migrate(folder)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; the block must not wait for anything."""
        self.connection.execute("begin immediate")
        try:
            yield self.connection
        except BaseException:
            self.connection.execute("rollback")
            raise
        self.connection.execute("commit")

    def close(self) -> None:
        """Close the file and let others have it."""
        self.connection.close()
        self._lock.close()

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


def _exclusive(folder: Path) -> IO[str]:
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        message = f"another server is running on {folder}: stop it, or give this one a --data folder of its own"
        raise SetUpError(message) from error
    return lock
