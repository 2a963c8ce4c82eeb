"""The behaviours of all APIs: whose an id is, and whose a workspace."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mockserver.behaviours.catalogue import Catalogue
from mockserver.behaviours.implementations import Implementations
from mockserver.behaviours.switchboard import Equip, Switchboard, advice
from mockserver.errors import SetUpError, UnusableOptionError
from mockserver.workspaces import Workspace


@dataclass(frozen=True)
class Repertoire:
    """The behaviours of one API, how they are carried out, and how a workspace is made to work by them."""

    catalogue: Catalogue
    implementations: Implementations[Any]
    equip: Equip[Any]


class Switchboards:
    """A switchboard for each API, by its name.

    `standing` are the ids, of any API, that hold from a workspace's first use. Raises `UnusableOptionError` where no
    API has one of them, and `SetUpError` where two APIs have the same id, or an API has no implementation of one.
    """

    def __init__(self, repertoires: Mapping[str, Repertoire], standing: Sequence[str]) -> None:
        owners = _owners(repertoires)
        by_api: Mapping[str, list[str]] = defaultdict(list)
        for identifier in standing:
            if identifier not in owners:
                told = advice(identifier, [it.catalogue for it in repertoires.values()])
                message = f"--behave {identifier}: there is no such behaviour; {told}"
                raise UnusableOptionError(message)
            by_api[owners[identifier]].append(identifier)
        self._by_api = {
            api: Switchboard(it.catalogue, it.implementations, it.equip, by_api[api]) for api, it in repertoires.items()
        }
        opening = frozenset().union(*(it.implementations.opening for it in repertoires.values()))
        self.opening: Sequence[str] = tuple(it for it in standing if it in opening)
        """The standing behaviours that let requests in by credentials that nobody has given to the server."""

    def of(self, api: str) -> Switchboard[Any]:
        """The switchboard of one API."""
        return self._by_api[api]

    def listed(self, workspace: Workspace) -> list[Mapping[str, Any]]:
        """Every behaviour of the workspace's API, and whether it is active in the workspace."""
        return self.of(workspace.api).listed(workspace.id)

    def switch(self, workspace: Workspace, active: Sequence[str]) -> None:
        """Have these behaviours, and no others, active in the workspace; raises `Invalid` for what cannot be."""
        self.of(workspace.api).switch(workspace.id, active)

    def reset(self, workspace: Workspace) -> None:
        """Bring the standing behaviours back in the workspace, with no memory of what has happened."""
        self.of(workspace.api).reset(workspace.id)


def _owners(repertoires: Mapping[str, Repertoire]) -> Mapping[str, str]:
    """The API that has each id."""
    owners: dict[str, str] = {}
    for api, repertoire in repertoires.items():
        for behaviour in repertoire.catalogue:
            other = owners.setdefault(behaviour.id, api)
            if other != api:
                message = f"{other} and {api} both have a behaviour {behaviour.id}: give one of them another id"
                raise SetUpError(message)
    return owners
