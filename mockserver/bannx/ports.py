"""What the render API asks of the store, of the object store, and of the drawing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from mockserver.bannx.callback import StoredFile
from mockserver.bannx.render import LogEntry, Refusal, Render

PageDocument = Mapping[str, Any]
"""A page as the schema component `Page` describes it, with its id."""


@dataclass(frozen=True, slots=True)
class OwnPage:
    """A page that a space has made: as it is being edited, and as it was last published, if it was."""

    draft: PageDocument
    published: PageDocument | None


class PageStore(Protocol):
    """The pages that spaces have made."""

    async def get(self, workspace: str, page: str) -> OwnPage | None:
        """A page of this space."""

    async def workspace_of(self, page: str) -> str | None:
        """Which space has made a page of this id; the newest of several."""

    async def all(self, workspace: str) -> Sequence[OwnPage]:
        """Every page of this space, by age."""

    async def save(self, workspace: str, page: OwnPage, *, now_ms: int) -> None:
        """Store a page under the id of its draft."""

    async def remove(self, workspace: str, page: str) -> bool:
        """Remove a page; whether there was one."""


class RenderStore(Protocol):
    """Renders, and the log of requests."""

    def next_number(self, workspace: str) -> int:
        """The running number of one more request of this space."""

    async def owe(self, render: Render) -> None:
        """Keep a render with its callback, before the client is answered."""

    async def refuse(self, refusal: Refusal) -> None:
        """Log a request that was answered with an error."""

    async def attach(self, render: str, file: StoredFile) -> None:
        """Attach a file to the log of a request."""

    async def entries(self, workspace: str) -> Sequence[LogEntry]:
        """The log of a space, oldest first."""

    async def over(self, render: str) -> None:
        """The callback has come to its end."""


class StepStore(Protocol):
    """What became of the steps."""

    async def uploaded(self, render: str) -> StoredFile | None:
        """The file that an earlier try has uploaded."""

    async def record(self, render: str, step: str, *, tries: int, failure: str | None) -> None:
        """Keep that a step has come to its end; `failure` says why it has failed."""

    async def keep_upload(self, render: str, file: StoredFile) -> None:
        """Keep what an upload has given."""


class CreditStore(Protocol):
    """The credits of spaces."""

    async def used(self, workspace: str) -> int:
        """What was counted so far."""

    async def add(self, workspace: str, render: str, amount: int) -> None:
        """Count a render, once however often it is asked."""


@dataclass(frozen=True, slots=True)
class Stores:
    """The stores of one space."""

    pages: PageStore
    renders: RenderStore
    steps: StepStore
    credits: CreditStore


class ObjectStore(Protocol):
    """Where images are uploaded to."""

    def url(self, name: str) -> str:
        """Where an object of this name can be fetched."""

    async def put(self, name: str, content: bytes, content_type: str) -> None:
        """Store an object in the place of what has its name; raises `OSError`."""
