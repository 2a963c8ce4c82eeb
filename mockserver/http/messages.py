"""What a handler receives and what it answers."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.workspaces import Workspace


@dataclass(frozen=True, slots=True)
class Call:
    """A request that the document allows. `path` and `query` hold decoded parameters, `body` the parsed JSON."""

    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Any
    workspace: Workspace | None

    def in_workspace(self) -> Workspace:
        """The caller's workspace; only for operations that need a credential."""
        if self.workspace is None:
            message = "this operation has no workspace"
            raise LookupError(message)
        return self.workspace


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: a status of the document, and what becomes its JSON body."""

    status: int
    body: Any


Handler = Callable[[Call], Awaitable[Reply]]
