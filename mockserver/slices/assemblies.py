"""Which parts work for which workspace: one assembly for all that work alike, and one for each that was changed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Generic, Protocol, TypeVar

from mockserver.documents import Document
from mockserver.http.binding import Answering, Binding, answering
from mockserver.http.messages import Handler
from mockserver.http.problems import Shape
from mockserver.webhooks.scheduler import Parts
from mockserver.workspaces import Workspace


class Assembly(Protocol):
    """What works for a workspace, of any API."""

    @property
    def parts(self) -> Parts:
        """What attempts are made with."""

    @property
    def answering(self) -> Answering:
        """How requests are answered."""


BlueprintT = TypeVar("BlueprintT")
AssemblyT = TypeVar("AssemblyT", bound=Assembly)


class Assemblies(Generic[BlueprintT, AssemblyT]):
    """The assemblies of one API, by workspace id.

    `standing` changes hold for every workspace from its first use; they are set once, before the first request.
    """

    def __init__(self, blueprint: BlueprintT, assemble: Callable[[BlueprintT], AssemblyT]) -> None:
        self._blueprint = blueprint
        self._assemble = assemble
        self._own: dict[str, AssemblyT] = {}
        self.common = assemble(blueprint)
        self.standing: Sequence[Callable[[BlueprintT], BlueprintT]] = ()

    def of(self, workspace: str) -> AssemblyT:
        """What works for a workspace."""
        own = self._own.get(workspace)
        if own is None and self.standing:
            self.change(workspace, self.standing)
            return self._own[workspace]
        return own or self.common

    def parts(self, workspace: str) -> Parts:
        """What a workspace makes its attempts with."""
        return self.of(workspace).parts

    def own_answering(self, workspace: Workspace) -> Answering | None:
        """How a workspace answers that does not answer like the others."""
        assembly = self.of(workspace.id)
        return None if assembly is self.common else assembly.answering

    def change(self, workspace: str, changes: Sequence[Callable[[BlueprintT], BlueprintT]]) -> None:
        """Have a workspace work by these changes alone, in this order; without any, like the others."""
        blueprint = self._blueprint
        for change in changes:
            blueprint = change(blueprint)
        self._own[workspace] = self._assemble(blueprint) if changes else self.common


def answering_the_admitted(document: Document, handlers: Mapping[str, Handler], shape: Shape) -> Answering:
    """Answers requests to a document's operations that were admitted before."""
    return answering(Binding(document, handlers, _nobody, shape=shape))


async def _nobody(_: Mapping[str, str]) -> Workspace:
    message = "an assembly answers requests that were admitted before"
    raise LookupError(message)
