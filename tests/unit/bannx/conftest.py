"""What the tests of bannx share: a store on a real SQLite file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.bannx.stored import Stored


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[Stored]:
    """A new store."""
    with Stored.opened(tmp_path) as store:
        yield store
