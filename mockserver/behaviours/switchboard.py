"""Which behaviours of one API are active in which workspace, and the parts that make them so."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic

from mockserver.behaviours.catalogue import Behaviour, Catalogue, suggestion
from mockserver.behaviours.implementations import ChangeT, Implementations
from mockserver.errors import Invalid, Violation
from mockserver.http.binding import Front, OtherMethod

Equip = Callable[[str, Sequence[ChangeT]], None]
"""Makes a workspace, by its id, work by these changes alone."""


class Switchboard(Generic[ChangeT]):
    """Switches behaviours on and off. What was switched is kept in memory: a restart brings the standing ones back.

    `standing` are ids of the catalogue, which hold in every workspace from its first use; raises `SetUpError` where
    the catalogue and the implementations do not agree.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        implementations: Implementations[ChangeT],
        equip: Equip[ChangeT],
        standing: Sequence[str] = (),
    ) -> None:
        implementations.require_agreement(catalogue)
        self._catalogue = catalogue
        self._implementations = implementations
        self._equip = equip
        self._standing = tuple(dict.fromkeys(standing))
        self._active: dict[str, tuple[str, ...]] = {}

    @property
    def standing_changes(self) -> list[ChangeT]:
        """The changes that every workspace begins with."""
        return self._changes(self._standing)

    @property
    def other_methods(self) -> Sequence[OtherMethod]:
        """The further methods by which the standing behaviours have operations called; each once."""
        named = self._implementations.other_methods
        return list(dict.fromkeys(method for it in self._standing for method in named.get(it, ())))

    def front(self, front: Front) -> Front:
        """The way in, with the standing behaviours that concern requests without a workspace put around it."""
        for behaviour in self._catalogue:  # in its order, like the changes of a workspace
            if behaviour.id in self._standing and behaviour.id in self._implementations.fronts:
                front = self._implementations.fronts[behaviour.id](front)
        return front

    def listed(self, workspace: str) -> list[Mapping[str, Any]]:
        """Every behaviour, and whether it is active in the workspace."""
        active = self._active.get(workspace, self._standing)
        return [_shown(behaviour, is_active=behaviour.id in active) for behaviour in self._catalogue]

    def switch(self, workspace: str, active: Sequence[str]) -> None:
        """Have these behaviours, and no others, active in the workspace; raises `Invalid` for what cannot be.

        Those of the server's scope stay as they are.
        """
        violations = [*self._violations(active)]
        if violations:
            raise Invalid(violations)
        chosen = tuple(dict.fromkeys(active))
        self._equip(workspace, self._changes(chosen))
        self._active[workspace] = (*chosen, *(it for it in self._standing if it in self._implementations.of_the_server))

    def reset(self, workspace: str) -> None:
        """Bring the standing behaviours back in the workspace, with no memory of what has happened."""
        self._active.pop(workspace, None)
        self._equip(workspace, self.standing_changes)

    def _changes(self, active: Sequence[str]) -> list[ChangeT]:
        # In the catalogue's order, so that a set of behaviours does the same however it is written.
        changes = self._implementations.changes
        return [changes[it.id] for it in self._catalogue if it.id in active and it.scope == "workspace"]

    def _violations(self, active: Sequence[str]) -> list[Violation]:
        found = []
        for index, identifier in enumerate(active):
            behaviour = self._catalogue.get(identifier)
            if behaviour is None:
                message = f"there is no behaviour {identifier!r}; {advice(identifier, [self._catalogue])}"
                found.append(Violation(("active", index), message))
            elif behaviour.scope == "server":
                message = f"{identifier} concerns the whole server; start it with --behave {identifier}"
                found.append(Violation(("active", index), message))
        return found


def advice(identifier: str, catalogues: Sequence[Catalogue]) -> str:
    """What to say to somebody who has given an id that none of these catalogues has."""
    return suggestion(identifier, catalogues) or "GET /_control/behaviours and --list-behaviours list all"


def _shown(behaviour: Behaviour, *, is_active: bool) -> Mapping[str, Any]:
    return {
        "id": behaviour.id,
        "kind": behaviour.kind,
        "statement": behaviour.statement,
        "requirements": list(behaviour.requirements),
        "scope": behaviour.scope,
        "active": is_active,
    }
