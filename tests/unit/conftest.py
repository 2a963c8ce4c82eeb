"""What the unit tests share: one compiled document, and a database in a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from mockserver.documents import Document, load
from mockserver.store.database import Database

# A busy machine is no reason to fail; the run as a whole has a time-out.
settings.register_profile("proofreel", deadline=None)
settings.load_profile("proofreel")


@pytest.fixture(scope="session")
def renderio() -> Document:
    """The document that comes with the distribution."""
    return load("renderio")


@pytest.fixture(scope="session")
def control() -> Document:
    """The control document that comes with the distribution."""
    return load("control")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A new database, closed at the end."""
    database = Database(tmp_path)
    yield database
    database.close()
