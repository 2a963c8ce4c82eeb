"""What the composition root asks of an API that is assembled from its parts."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from litestar.handlers import HTTPRouteHandler

from mockserver.behaviours.implementations import Implementations
from mockserver.documents import Document
from mockserver.http.binding import Answering, Front
from mockserver.http.messages import Handler
from mockserver.http.problems import Shape
from mockserver.slices.assemblies import Assemblies
from mockserver.store.workspaces import Tables
from mockserver.workspaces import Workspace, Workspaces


class Slice(Protocol):
    """One API of the server.

    What its changes are is its own affair: they come from its `implementations` and go to its `assemblies`.
    """

    @property
    def document(self) -> Document:
        """Its document; the document's name is the API's."""

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """The handlers of the document's operations, by operation id."""

    @property
    def routes(self) -> Sequence[HTTPRouteHandler]:
        """What it serves beside the document's operations."""

    @property
    def shape(self) -> Shape:
        """The form of its errors."""

    @property
    def front(self) -> Callable[[Front], Front]:
        """What it puts around everything, also around what admits requests."""

    @property
    def around(self) -> Callable[[Answering], Answering]:
        """What it puts around the answers to all who were admitted."""

    @property
    def tables(self) -> Tables:
        """Its tables."""

    @property
    def implementations(self) -> Implementations[Any]:
        """How its behaviours are carried out."""

    @property
    def assemblies(self) -> Assemblies[Any, Any]:
        """What works for which workspace."""

    async def start(self, workspaces: Workspaces) -> None:
        """Take up what an earlier run has left."""

    def give_up(self, workspace: Workspace) -> None:
        """End all work of a workspace that is about to be emptied."""

    def remove_files(self, file_ids: list[str]) -> None:
        """Remove the bytes of files whose rows are gone."""

    async def stop(self) -> None:
        """Begin no more work; what is not over stays so in the store. May be called again."""

    async def close(self) -> None:
        """Release what was opened."""
