"""The behaviours of several APIs stand side by side: each workspace has those of its own API."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from mockserver.behaviours.catalogue import Behaviour, Catalogue, Scope
from mockserver.behaviours.implementations import Implementations
from mockserver.behaviours.switchboards import Repertoire, Switchboards
from mockserver.errors import Invalid, SetUpError, UnusableOptionError
from mockserver.http.binding import Front
from mockserver.workspaces import Workspace


@dataclass
class Api:
    """An API with behaviours by these ids; a change is its id in capitals, and a front is never called."""

    name: str
    identifiers: Sequence[str]
    of_the_server: Sequence[str] = ()
    opening: frozenset[str] = frozenset()
    equipped: list[tuple[str, list[str]]] = field(default_factory=list)

    def repertoire(self) -> Repertoire:
        scopes: dict[str, Scope] = {
            **dict.fromkeys(self.identifiers, "workspace"),
            **dict.fromkeys(self.of_the_server, "server"),
        }
        behaviours = {
            it: Behaviour(it, "fault", f"It is {it}.", scope, "A-001", (), {}) for it, scope in scopes.items()
        }
        implementations = Implementations(
            seams=[{it: it.upper() for it in self.identifiers}],
            fronts=dict.fromkeys(self.of_the_server, around),
            opening=self.opening,
        )
        return Repertoire(Catalogue(behaviours), implementations, self.equip)

    def equip(self, workspace: str, changes: Sequence[str]) -> None:
        self.equipped.append((workspace, list(changes)))

    def workspace(self, identifier: str = "w") -> Workspace:
        unused: Any = None
        return Workspace(identifier, self.name, unused, unused, unused)


def around(front: Front) -> Front:
    """The way in, with something around it."""

    async def other(incoming: Any) -> Any:
        return await front(incoming)

    return other


async def usual(_: Any) -> Any:
    raise AssertionError("no request is made")


def made(*apis: Api, standing: Sequence[str] = ()) -> Switchboards:
    return Switchboards({api.name: api.repertoire() for api in apis}, standing)


def render() -> Api:
    return Api("render", ["late", "lost"], ["open"], frozenset({"open"}))


def cloud() -> Api:
    return Api("cloud", ["twice", "never"], ["shut"])


def active(switchboards: Switchboards, workspace: Workspace) -> list[str]:
    return [it["id"] for it in switchboards.listed(workspace) if it["active"]]


def test_workspace_has_the_behaviours_of_its_api() -> None:
    one, other = render(), cloud()
    switchboards = made(one, other)
    listed = [[it["id"] for it in switchboards.listed(api.workspace())] for api in (one, other)]
    assert listed == [["late", "lost", "open"], ["twice", "never", "shut"]]


def test_switching_reaches_the_api_of_the_workspace_alone() -> None:
    one, other = render(), cloud()
    switchboards = made(one, other)
    switchboards.switch(other.workspace(), ["twice"])
    assert (one.equipped, other.equipped) == ([], [("w", ["TWICE"])])
    assert (active(switchboards, one.workspace()), active(switchboards, other.workspace())) == ([], ["twice"])


def test_behaviour_of_another_api_is_unknown_in_a_workspace() -> None:
    one = render()
    with pytest.raises(Invalid, match="there is no behaviour 'twice'"):
        made(one, cloud()).switch(one.workspace(), ["twice"])


def test_standing_behaviours_go_to_the_api_that_has_them() -> None:
    switchboards = made(render(), cloud(), standing=["never", "lost", "late", "shut"])
    changes = {api: switchboards.of(api).standing_changes for api in ("render", "cloud")}
    assert changes == {"render": ["LATE", "LOST"], "cloud": ["NEVER"]}
    fronts = [switchboards.of(api).front(usual) is usual for api in ("render", "cloud")]
    assert fronts == [True, False]


def test_reset_brings_the_standing_behaviours_back() -> None:
    one = render()
    switchboards = made(one, cloud(), standing=["late"])
    switchboards.switch(one.workspace(), ["lost"])
    switchboards.reset(one.workspace())
    assert (one.equipped[-1], active(switchboards, one.workspace())) == (("w", ["LATE"]), ["late"])


def test_standing_behaviours_that_open_accounts_are_named() -> None:
    assert list(made(render(), cloud(), standing=["late", "open", "shut"]).opening) == ["open"]
    assert list(made(render(), cloud(), standing=["late"]).opening) == []


@pytest.mark.parametrize(("given", "near"), [("lates", "late"), ("twise", "twice")])
def test_unknown_standing_behaviour_is_an_unusable_option_with_ids_of_any_api(given: str, near: str) -> None:
    with pytest.raises(UnusableOptionError, match=f"--behave {given}: there is no such behaviour; did you mean {near}"):
        made(render(), cloud(), standing=[given])


def test_two_apis_with_the_same_id_keep_the_server_from_starting() -> None:
    with pytest.raises(SetUpError, match="render and cloud both have a behaviour late"):
        made(render(), Api("cloud", ["late"]))


def test_api_without_an_implementation_keeps_the_server_from_starting() -> None:
    one = render().repertoire()
    surplus = Repertoire(one.catalogue, Implementations(seams=[], fronts={}), one.equip)
    with pytest.raises(SetUpError, match=r"without an implementation of their scope: \['late', 'lost', 'open'\]"):
        Switchboards({"render": surplus}, [])
