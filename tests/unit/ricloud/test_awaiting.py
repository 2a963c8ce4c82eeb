"""A request that waits for a task ends with it, or after its time, and leaves nothing behind."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.ricloud.awaiting import Awaiting, seconds_to_wait


@pytest.mark.requirement("RCL-TST-018", "RCL-TST-019", "RCL-TST-020")
@pytest.mark.parametrize(
    ("header", "seconds"),
    [(None, 0), ("", 0), ("0", 0), ("5", 5), ("10", 10), ("0.25", 0.25), (" 3 ", 3)]
    + [
        (text, 0)
        for text in ("11", "10.01", "-1", "soon", "nan", "inf", "1e3", "5s", "0x5", "1_0", "5, 5", "\u0665", "\0")
    ],
)
def test_wait_is_read_from_the_header(header: str | None, seconds: float) -> None:
    assert seconds_to_wait(header) == seconds


@given(st.text() | st.floats().map(str) | st.integers().map(str))
def test_wait_is_never_longer_than_ten_seconds(header: str) -> None:
    assert 0 <= seconds_to_wait(header) <= 10


async def waiting(awaiting: Awaiting, *tasks: str, workspace: str = "w") -> list[asyncio.Task[None]]:
    """Requests that wait for so long that nothing but an end ends them."""
    requests = [asyncio.create_task(awaiting.wait(workspace, task, 3600)) for task in tasks]
    await asyncio.sleep(0)
    return requests


async def ended(requests: list[asyncio.Task[None]], count: int) -> list[bool]:
    """Which requests are over, when `count` of them are; the others are let go."""
    over: set[asyncio.Task[None]] = set()
    while len(over) < count:
        over |= (await asyncio.wait(set(requests) - over, return_when=asyncio.FIRST_COMPLETED))[0]
    are_over = [request.done() for request in requests]
    for request in requests:
        request.cancel()
    return are_over


def test_wait_ends_with_the_task() -> None:
    async def story() -> list[bool]:
        awaiting = Awaiting()
        requests = await waiting(awaiting, "task")
        awaiting.over("w", "task")
        return await ended(requests, 1)

    assert asyncio.run(story()) == [True]


def test_end_of_a_task_ends_every_wait_for_it_and_no_other() -> None:
    async def story() -> list[bool]:
        awaiting = Awaiting()
        requests = await waiting(awaiting, "one", "one", "other")
        requests += await waiting(awaiting, "one", workspace="another")
        awaiting.over("w", "one")
        return await ended(requests, 2)

    assert asyncio.run(story()) == [True, True, False, False]


def test_workspace_that_gives_up_ends_its_own_waits() -> None:
    async def story() -> list[bool]:
        awaiting = Awaiting()
        requests = await waiting(awaiting, "one", "other")
        requests += await waiting(awaiting, "one", workspace="another")
        awaiting.give_up("w")
        return await ended(requests, 2)

    assert asyncio.run(story()) == [True, True, False]


def test_server_that_gives_up_ends_all_waits() -> None:
    async def story() -> list[bool]:
        awaiting = Awaiting()
        requests = await waiting(awaiting, "one", "other")
        requests += await waiting(awaiting, "one", workspace="another")
        awaiting.give_up()
        return await ended(requests, 3)

    assert asyncio.run(story()) == [True, True, True]


def test_wait_that_is_too_long_is_given_up_and_others_go_on() -> None:
    async def story() -> list[bool]:
        awaiting = Awaiting()
        requests = await waiting(awaiting, "task")
        await awaiting.wait("w", "task", 0)
        went_on = [request.done() for request in requests]
        awaiting.over("w", "task")
        return went_on + await ended(requests, 1)

    assert asyncio.run(story()) == [False, True]


@pytest.mark.parametrize("ends", [True, False])
def test_wait_leaves_nothing_behind(ends: bool) -> None:  # noqa: FBT001 - a table's column
    async def story() -> object:
        awaiting = Awaiting()
        requests = await waiting(awaiting, "task") if ends else []
        if not ends:
            await awaiting.wait("w", "task", 0)
        awaiting.over("w", "task")
        await asyncio.gather(*requests)
        return awaiting._held

    assert asyncio.run(story()) == {}


def test_end_of_a_task_that_nobody_awaits_is_nothing() -> None:
    Awaiting().over("w", "task")
