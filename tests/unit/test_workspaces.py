"""One credential is one workspace, with a clock of its own."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from mockserver.webhooks.delivery import Delivery, Envelope, Outcome, Silence
from mockserver.webhooks.scheduler import Pace, Parts
from mockserver.workspaces import Time, Workspace, Workspaces

START_MS = 1_767_225_600_000
T = TypeVar("T")


@dataclass
class Shelf:
    """Workspaces and an empty due table, in memory."""

    clocks: dict[str, int] = field(default_factory=dict)
    cleared: list[str] = field(default_factory=list)

    async def open(self, workspace: str, *, api: str, clock_ms: int) -> int:
        assert api
        await asyncio.sleep(0)
        return self.clocks.setdefault(workspace, clock_ms)

    async def keep_clock(self, workspace: str, clock_ms: int) -> None:
        self.clocks[workspace] = clock_ms

    async def with_work(self) -> list[tuple[str, str]]:
        return []

    async def clear(self, workspace: str, *, clock_ms: int) -> list[str]:
        self.cleared.append(workspace)
        self.clocks[workspace] = clock_ms
        return ["file"]

    async def next_due(self, _workspace: str, _now_ms: int, *, besides: tuple[int, ...]) -> Delivery | None:
        assert besides == ()
        return None

    async def next_due_ms(self, _workspace: str, *, besides: tuple[int, ...]) -> int | None:
        assert besides == ()
        return None

    async def drop(self, delivery: int) -> None:
        raise AssertionError(delivery)

    async def send(self, _: Envelope) -> Outcome:
        return Silence("nobody is there")


def workspaces(shelf: Shelf, *, start_ms: int | None = START_MS) -> Workspaces:
    return Workspaces(
        time=Time("virtual", start_ms),
        store=shelf,
        queue=shelf,
        parts=lambda _, __: Parts({}, shelf),
        pace=Pace(1, 0.01),
    )


def run(what: Coroutine[Any, Any, T]) -> T:
    async def patiently() -> T:
        async with asyncio.timeout(5):
            return await what

    return asyncio.run(patiently())


def nothing(_: Workspace) -> None:
    """A workspace without other work has nothing to give up."""


def test_credential_has_one_workspace() -> None:
    async def story() -> bool:
        made = workspaces(Shelf())
        return await made.of("renderio", "ffsk_a") is await made.of("renderio", "ffsk_a")

    assert run(story())


def test_credential_has_one_workspace_when_first_used_twice_at_once() -> None:
    async def story() -> bool:
        made = workspaces(Shelf())
        first, second = await asyncio.gather(made.of("renderio", "ffsk_a"), made.of("renderio", "ffsk_a"))
        return first is second

    assert run(story())


def test_credentials_and_apis_do_not_share_workspaces() -> None:
    async def story() -> int:
        made = workspaces(Shelf())
        pairs = [("renderio", "a"), ("renderio", "b"), ("ricloud", "a")]
        return len({(await made.of(*pair)).id for pair in pairs})

    assert run(story()) == 3


def test_workspace_id_does_not_tell_the_credential() -> None:
    async def story() -> str:
        return (await workspaces(Shelf()).of("renderio", "ffsk_a")).id

    assert "ffsk_a" not in run(story())


def test_workspace_moves_no_other_clock() -> None:
    async def story() -> list[int]:
        made = workspaces(Shelf())
        one, other = await made.of("renderio", "a"), await made.of("renderio", "b")
        await one.scheduler.advance(5_000)
        return [it.clock.now_ms() - START_MS for it in (one, other)]

    assert run(story()) == [5_000, 0]


def test_workspace_goes_on_where_its_clock_stood() -> None:
    async def story() -> int:
        shelf = Shelf()
        await (await workspaces(shelf).of("renderio", "a")).scheduler.advance(5_000)
        return (await workspaces(shelf).of("renderio", "a")).clock.now_ms() - START_MS

    assert run(story()) == 5_000


def test_reset_starts_the_clock_anew() -> None:
    async def story() -> tuple[int, list[str]]:
        made = workspaces(Shelf())
        workspace = await made.of("renderio", "a")
        await workspace.scheduler.advance(5_000)
        file_ids = await made.reset(workspace, give_up=nothing)
        return (await made.of("renderio", "a")).clock.now_ms() - START_MS, file_ids

    assert run(story()) == (0, ["file"])


def test_resets_at_once_do_not_break_each_other() -> None:
    async def story() -> list[object]:
        made = workspaces(Shelf())
        workspace = await made.of("renderio", "a")
        resets = (made.reset(workspace, give_up=nothing) for _ in range(3))
        return [it for it in await asyncio.gather(*resets, return_exceptions=True) if isinstance(it, BaseException)]

    assert run(story()) == []


def test_reset_during_an_advance_lets_both_end() -> None:
    async def story() -> list[object]:
        made = workspaces(Shelf())
        workspace = await made.of("renderio", "a")
        ends = await asyncio.gather(
            workspace.scheduler.advance(5_000), made.reset(workspace, give_up=nothing), return_exceptions=True
        )
        return [it for it in ends if isinstance(it, BaseException)]

    assert run(story()) == []


def test_reset_workspace_goes_on_from_its_new_start() -> None:
    async def story() -> tuple[bool, int]:
        shelf = Shelf()
        made = workspaces(shelf)
        workspace = await made.of("renderio", "a")
        await workspace.scheduler.advance(5_000)
        await made.reset(workspace, give_up=nothing)
        await workspace.scheduler.advance(7_000)
        return await made.of("renderio", "a") is workspace, shelf.clocks[workspace.id] - START_MS

    assert run(story()) == (True, 7_000)
