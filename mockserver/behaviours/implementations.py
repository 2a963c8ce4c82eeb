"""How the behaviours of one API are carried out, and that its catalogue knows exactly these."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, TypeVar

from mockserver.behaviours.catalogue import Catalogue
from mockserver.errors import SetUpError
from mockserver.http.binding import Front, OtherMethod

ChangeT = TypeVar("ChangeT")
"""What an API makes of a behaviour of a workspace; only the API itself knows what it is."""

FrontChange = Callable[[Front], Front]
"""Puts something around the way in."""


@dataclass(frozen=True)
class Implementations(Generic[ChangeT]):
    """The implementations of an API's behaviours, by id.

    `seams` are the changes of a workspace, by the seam that they go in at. Those of the whole server are `fronts`, or
    `other_methods` by which operations can be called, or both. Of these, `opening` let requests in by credentials that
    nobody has given to the server.
    """

    seams: Sequence[Mapping[str, ChangeT]]
    fronts: Mapping[str, FrontChange]
    opening: frozenset[str] = frozenset()
    other_methods: Mapping[str, Sequence[OtherMethod]] = field(default_factory=dict)

    @cached_property
    def changes(self) -> Mapping[str, ChangeT]:
        """The behaviours of a workspace, from all seams."""
        return {identifier: change for seam in self.seams for identifier, change in seam.items()}

    @cached_property
    def of_the_server(self) -> frozenset[str]:
        """The behaviours of the whole server."""
        return frozenset({*self.fronts, *self.other_methods})

    def require_agreement(self, catalogue: Catalogue) -> None:
        """Raise `SetUpError` naming behaviours without implementation and implementations without behaviour."""
        expected = {(behaviour.id, behaviour.scope) for behaviour in catalogue}
        bound = {*((it, "workspace") for it in self.changes), *((it, "server") for it in self.of_the_server)}
        twice = [it for it, count in Counter(it for seam in self.seams for it in seam).items() if count > 1]
        if expected != bound or twice:
            message = (
                f"behaviours without an implementation of their scope: {sorted(it for it, _ in expected - bound)}; "
                f"implementations without a behaviour: {sorted(it for it, _ in bound - expected)}; "
                f"with two implementations: {twice}"
            )
            raise SetUpError(message)
