"""Spaces take turns with the drawing."""

import asyncio
from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.bannx.turns import Turns


class Studio:
    """Draws for spaces; each drawing lasts until it is told to end."""

    def __init__(self, turns: Turns) -> None:
        self.begun: list[str] = []
        self._turns = turns
        self._ends: list[asyncio.Event] = []
        self.tasks: list[asyncio.Task[None]] = []

    async def ask(self, *spaces: str) -> None:
        for space in spaces:
            self.tasks.append(asyncio.create_task(self._draw(space)))
        await settled()

    async def end(self, *numbers: int) -> None:
        for number in numbers:
            self._ends[number].set()
        await settled()

    async def _draw(self, space: str) -> None:
        async with self._turns.turn(space):
            self.begun.append(space)
            end = asyncio.Event()
            self._ends.append(end)
            await end.wait()


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_a_space_has_no_more_than_its_share_and_another_finds_its_place() -> None:
    async def story() -> list[str]:
        studio = Studio(Turns(in_all=3, of_one=2))
        await studio.ask("a", "a", "a", "a", "b")
        begun = list(studio.begun)
        for task in studio.tasks:
            task.cancel()
        return begun

    assert asyncio.run(story()) == ["a", "a", "b"]


def test_spaces_that_wait_come_one_after_the_other() -> None:
    async def story() -> list[str]:
        studio = Studio(Turns(in_all=1, of_one=1))
        await studio.ask("a", "a", "a", "b", "c", "b")
        for number in range(6):
            await studio.end(number)
        return studio.begun

    assert asyncio.run(story()) == ["a", "a", "b", "c", "a", "b"]


@pytest.mark.parametrize("number", [0, 1])
def test_who_goes_away_leaves_the_place_to_others(number: int) -> None:
    async def story() -> list[str]:
        studio = Studio(Turns(in_all=1, of_one=1))
        await studio.ask("a", "b", "c")
        studio.tasks[number].cancel()
        await settled()
        if number:
            await studio.end(0)
        return studio.begun

    assert asyncio.run(story()) == ["a", "b" if number == 0 else "c"]


def test_who_goes_away_just_when_the_place_is_given_gives_it_back() -> None:
    async def story() -> list[str]:
        studio = Studio(Turns(in_all=1, of_one=1))
        await studio.ask("a", "b", "c")
        studio.tasks[0].cancel()
        await asyncio.sleep(0)
        studio.tasks[1].cancel()
        await settled()
        return studio.begun

    assert asyncio.run(story())[-1] == "c"


@given(st.lists(st.sampled_from("abc"), max_size=30), st.integers(1, 4), st.integers(1, 4), st.randoms())
def test_everybody_has_a_turn_and_never_more_than_allowed(
    spaces: list[str], in_all: int, of_one: int, random: Random
) -> None:
    held: Counter[str] = Counter()
    done: Counter[str] = Counter()

    async def draw(turns: Turns, space: str) -> None:
        async with turns.turn(space):
            held[space] += 1
            assert held.total() <= in_all
            assert held[space] <= of_one
            for _ in range(random.randrange(4)):
                await asyncio.sleep(0)
            held[space] -= 1
            done[space] += 1

    async def story() -> None:
        turns = Turns(in_all=in_all, of_one=of_one)
        await asyncio.gather(*(draw(turns, space) for space in spaces))

    asyncio.run(story())
    assert done == Counter(spaces)
