"""The store of renders on a real SQLite file, with the folder of images that wait for their callback."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from mockserver.bannx.objects import Images
from mockserver.bannx.ports import Stores
from mockserver.bannx.render import LogEntry, Render
from mockserver.store.bannx import BannxTables, CreditRows, PageRows, RenderRows, StepRows
from mockserver.store.database import Database
from mockserver.store.workspaces import WorkspaceRows
from tests.unit.bannx.memory import NOW_MS

SPACES = ("space", "other")


@dataclass(frozen=True)
class Stored:
    """Every table of bannx in one database, with two spaces."""

    database: Database
    workspaces: WorkspaceRows
    pages: PageRows
    renders: RenderRows
    steps: StepRows
    credits: CreditRows
    spool: Images
    folder: Path

    @classmethod
    @contextmanager
    def opened(cls, folder: Path) -> Iterator[Self]:
        """The store in a folder; it is closed at the end, and can be opened again."""
        database = Database(folder)
        try:
            numbers: dict[str, int] = {}
            spool = Images(folder / "spool")
            store = cls(
                database,
                WorkspaceRows(database, [BannxTables(numbers)]),
                PageRows(database),
                RenderRows(database, spool, numbers),
                StepRows(database),
                CreditRows(database),
                spool,
                folder,
            )
            for space in SPACES:
                asyncio.run(store.workspaces.open(space, api="bannx", clock_ms=NOW_MS))
            yield store
        finally:
            database.close()

    @property
    def stores(self) -> Stores:
        """The stores as the domain knows them."""
        return Stores(self.pages, self.renders, self.steps, self.credits)

    def owe(self, *renders: Render) -> None:
        """Keep renders with their callbacks."""

        async def go() -> None:
            for render in renders:
                await self.renders.owe(render)

        asyncio.run(go())

    def owed(self) -> list[Render]:
        """The renders with callbacks that are not over."""
        return asyncio.run(self.renders.owed())

    def entries(self, space: str = "space") -> list[LogEntry]:
        """The log."""
        return list(asyncio.run(self.renders.entries(space)))

    def used(self, space: str = "space") -> int:
        """The credits."""
        return asyncio.run(self.credits.used(space))

    def recorded(self) -> list[tuple[str, str, int, str | None]]:
        """What became of the steps: render, step, tries, failure."""
        rows = self.database.connection.execute("select render, step, tries, failure from bannx_steps order by 1, 2")
        return [tuple(row) for row in rows]

    def waiting(self) -> list[str]:
        """The names of the images that wait."""
        return sorted(path.name for path in (self.folder / "spool").iterdir())
