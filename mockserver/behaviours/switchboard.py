"""Which behaviours are active in which workspace, and the parts that make them so."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mockserver.behaviours.catalogue import Behaviour, Catalogue
from mockserver.behaviours.fronts import FRONTS
from mockserver.behaviours.table import WORKSPACE_CHANGES, require_agreement
from mockserver.errors import Invalid, UnusableOptionError, Violation
from mockserver.http.binding import Front
from mockserver.renderio.blueprint import Change

Equip = Callable[[str, Sequence[Change]], None]
"""Makes a workspace, by its id, work by these changes alone."""


class Switchboard:
    """Switches behaviours on and off. What was switched is kept in memory: a restart brings the standing ones back.

    `standing` are the ids that hold in every workspace from its first use; raises `SetUpError` where one is unknown,
    or where the catalogue and the implementations do not agree.
    """

    def __init__(self, catalogue: Catalogue, standing: Sequence[str], equip: Equip) -> None:
        require_agreement(catalogue)
        for identifier in standing:
            if catalogue.get(identifier) is None:
                message = f"--behave {identifier}: there is no such behaviour; {_advice(catalogue, identifier)}"
                raise UnusableOptionError(message)
        self._catalogue = catalogue
        self._equip = equip
        self._standing = tuple(dict.fromkeys(standing))
        self._active: dict[str, tuple[str, ...]] = {}

    @property
    def standing_changes(self) -> list[Change]:
        """The changes that every workspace begins with."""
        return self._changes(self._standing)

    def front(self, front: Front) -> Front:
        """The way in, with the standing behaviours that concern requests without a workspace put around it."""
        for behaviour in self._catalogue:  # in its order, like the changes of a workspace
            if behaviour.id in self._standing and behaviour.id in FRONTS:
                front = FRONTS[behaviour.id](front)
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
        self._active[workspace] = (*chosen, *(it for it in self._standing if it in FRONTS))

    def reset(self, workspace: str) -> None:
        """Bring the standing behaviours back in the workspace, with no memory of what has happened."""
        self._active.pop(workspace, None)
        self._equip(workspace, self.standing_changes)

    def _changes(self, active: Sequence[str]) -> list[Change]:
        # In the catalogue's order, so that a set of behaviours does the same however it is written.
        return [WORKSPACE_CHANGES[it.id] for it in self._catalogue if it.id in active and it.scope == "workspace"]

    def _violations(self, active: Sequence[str]) -> list[Violation]:
        found = []
        for index, identifier in enumerate(active):
            behaviour = self._catalogue.get(identifier)
            if behaviour is None:
                message = f"there is no behaviour {identifier!r}; {_advice(self._catalogue, identifier)}"
                found.append(Violation(("active", index), message))
            elif behaviour.scope == "server":
                message = f"{identifier} concerns the whole server; start it with --behave {identifier}"
                found.append(Violation(("active", index), message))
        return found


def _advice(catalogue: Catalogue, identifier: str) -> str:
    return catalogue.suggestion(identifier) or "GET /_control/behaviours and --list-behaviours list all"


def _shown(behaviour: Behaviour, *, is_active: bool) -> Mapping[str, Any]:
    return {
        "id": behaviour.id,
        "kind": behaviour.kind,
        "statement": behaviour.statement,
        "requirements": list(behaviour.requirements),
        "scope": behaviour.scope,
        "active": is_active,
    }
