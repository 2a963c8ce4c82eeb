from datetime import UTC, datetime
from types import SimpleNamespace
from typing import cast

import pytest

from contracts.checks.bannx import space as space_module
from contracts.checks.bannx.space import MOST_REPETITIONS, Space
from contracts.control import Offer
from contracts.errors import NotObservable
from contracts.renders import LoggedRender
from contracts.trial import Trial


class FakeControl:
    """A log that grows by our own entries, and by those of another client."""

    def __init__(self) -> None:
        self.number = 0
        self.settled = 0

    def add(self, count: int) -> None:
        """So many entries more."""
        self.number += count

    def renders(self) -> tuple[LoggedRender, ...]:
        """Every entry."""
        at = datetime(2026, 1, 1, tzinfo=UTC)
        return tuple(LoggedRender(str(number), "card", 200, at, None) for number in range(self.number))

    def credits(self) -> int:
        """One for each."""
        return self.number

    def settle(self) -> None:
        """Nothing is ever under way."""
        self.settled += 1


def made(*capabilities: str) -> tuple[Space, FakeControl]:
    control = FakeControl()
    trial = SimpleNamespace(
        offer=Offer("http://target.test/_control", frozenset(capabilities)),
        workspace=SimpleNamespace(),
        control_of=lambda _: control,
        patience_seconds=0.0,
        poll_seconds=0.0,
    )
    return Space(cast("Trial", trial)), control


@pytest.fixture(autouse=True)
def no_real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SETTLED_SECONDS", "QUIET_SECONDS"):
        monkeypatch.setattr(space_module, name, 0.0)


def test_without_a_log_nothing_can_be_seen() -> None:
    with pytest.raises(NotObservable, match="renders"):
        made("callbacks")


def test_in_a_space_of_its_own_every_entry_is_the_targets() -> None:
    space, control = made("renders", "callbacks", "workspaces")
    _, new = space.observed(lambda: control.add(2), lambda _: True, most=1)
    assert (len(new.entries), new.credits) == (2, 2)


def test_in_a_shared_space_a_surplus_that_is_always_the_same_is_the_targets() -> None:
    space, control = made("renders", "callbacks")
    _, new = space.observed(lambda: control.add(2), lambda _: True, most=1)
    assert len(new.entries) == 2
    assert control.number == 2 * MOST_REPETITIONS


def test_in_a_shared_space_another_clients_entry_is_nobodys_fault() -> None:
    space, control = made("renders", "callbacks")
    additions = iter([2, 1])
    _, new = space.observed(lambda: control.add(next(additions)), lambda _: True, most=1)
    assert len(new.entries) == 1


@pytest.mark.parametrize("additions", [(2, 3), (3, 2)])
def test_in_a_shared_space_other_clients_may_be_too_busy_to_tell(additions: tuple[int, ...]) -> None:
    space, control = made("renders")
    left = iter(additions)
    with pytest.raises(NotObservable, match="other clients"):
        space.observed(lambda: control.add(next(left)), lambda _: True, most=1)


def test_callbacks_are_waited_for_where_the_target_tells_their_end() -> None:
    for capabilities, settled in ((("renders", "callbacks"), 2), (("renders",), 0)):
        space, control = made(*capabilities)
        space.observed(lambda: None, lambda _: True, most=0)
        assert control.settled == settled
