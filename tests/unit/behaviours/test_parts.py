"""The parts of behaviours for which HTTP would be a detour: rewriting, memory, and what takes real time."""

import asyncio
from collections.abc import Coroutine
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.behaviours.attempts import MOST_REDIRECTS, Following
from mockserver.behaviours.memory import MOST_REMEMBERED, Recent
from mockserver.behaviours.renderio.channels import LateInRealTime
from mockserver.behaviours.renderio.executions import RefusedFails, Slow, without_undeclared, without_unused
from mockserver.media import placeholders
from mockserver.media.command_line import CommandRefused, Problem
from mockserver.renderio.blueprint import Stores
from mockserver.renderio.command import Command, Request, Result
from mockserver.webhooks.channel import Channel
from mockserver.webhooks.delivery import Answer, Delivery, Envelope, Outcome

INPUTS = {"in_a": "http://a.example/a.mp4", "in_b": "http://a.example/b.mp4"}
OUTPUTS = {"out_a": "a.mp4", "out_b": "b.mp4"}
DONE = Result({}, 1.0, 1.0)


def request(line: str) -> Request:
    return Request(INPUTS, OUTPUTS, line)


def command(line: str = "") -> Command:
    return Command("c", "w", "PROCESSING", request(line), None)


@pytest.mark.parametrize(
    ("line", "rewritten"),
    [
        ("-i {{in_a}} -i {{in_b}} {{out_a}} {{out_b}}", "-i {{in_a}} -i {{in_b}} {{out_a}} {{out_b}}"),
        ("-i {{in_x}} -i {{in_b}} {{out_a}} {{out_b}}", "-i {{in_a}} -i {{in_b}} {{out_a}} {{out_b}}"),
        ("-i <<in_x>> -i {{in_b}} {{ out_y }} {{out_b}}", "-i {{in_a}} -i {{in_b}} {{out_a}} {{out_b}}"),
        ("-i {{in_a}} -i {{in_b}} -i {{in_x}} {{out_a}} {{out_b}}", "-i {{in_a}} -i {{in_b}}  {{out_a}} {{out_b}}"),
        ("-i {{in_a}} -i {{in_b}} {{out_a}} {{out_b}} {{out_y}}", "-i {{in_a}} -i {{in_b}} {{out_a}} {{out_b}} "),
    ],
)
def test_undeclared_placeholders_become_unused_keys_or_go(line: str, rewritten: str) -> None:
    assert without_undeclared(request(line)).ffmpeg_command == rewritten


@given(st.lists(st.sampled_from(["-i {{in_a}}", "-i <<in_x>>", "{{out_a}}", "{{ out_y }}", "-an", "<<in_b>>"])))
def test_rewritten_command_names_declared_keys_alone(words: list[str]) -> None:
    line = without_undeclared(request(" ".join(words))).ffmpeg_command
    assert {it.alias for it in placeholders.find(line)} <= {*INPUTS, *OUTPUTS}


def test_unused_keys_are_left_out() -> None:
    kept = without_unused(request("-i {{in_b}} <<out_a>>"))
    assert (list(kept.input_files), list(kept.output_files)) == (["in_b"], ["out_a"])


class Refusing:
    """An executor that finds everything wrong."""

    async def execute(self, _: Command, __: Any) -> Result:
        raise CommandRefused((Problem(("ffmpeg_command",), "it is wrong"),))

    def discard(self, _: Command) -> None:
        raise AssertionError("nothing is kept")


def test_what_was_accepted_and_is_refused_ends_as_failed() -> None:
    result = asyncio.run(RefusedFails(Refusing()).execute(command(), lambda: 0.0))
    assert (result.error_status, result.error_message) == ("INVALID_COMMAND", "it is wrong")


def test_memory_is_bounded_and_forgets_the_oldest() -> None:
    memory: Recent[int, int] = Recent()
    for number in range(MOST_REMEMBERED + 1):
        memory.put(number, number)
    assert (0 in memory, memory.get(1), memory.get(MOST_REMEMBERED)) == (False, 1, MOST_REMEMBERED)


def test_memory_keeps_the_first_value_until_it_is_forgotten() -> None:
    memory: Recent[str, int] = Recent()
    assert [memory.first("a", 1), memory.first("a", 2)] == [1, 1]
    memory.forget("a")
    assert memory.first("a", 3) == 3


class Circle:
    """A sender whose every answer redirects."""

    def __init__(self) -> None:
        self.urls: list[str] = []

    async def send(self, envelope: Envelope) -> Outcome:
        self.urls.append(envelope.url)
        return Answer(302, "next")


def test_redirects_are_followed_so_often_and_no_more() -> None:
    circle = Circle()
    outcome = asyncio.run(Following(circle).send(Envelope("http://a.example/x/first", {}, b"")))
    assert outcome == Answer(302)
    assert circle.urls == ["http://a.example/x/first", *["http://a.example/x/next"] * MOST_REDIRECTS]


class Waiting:
    """Stands in for an executor and a channel: notes that it was reached."""

    def __init__(self) -> None:
        self.reached = False

    async def execute(self, _: Command, __: Any) -> Result:
        self.reached = True
        return DONE

    def discard(self, _: Command) -> None:
        raise AssertionError("nothing is kept")

    async def prepare(self, _: Delivery, __: int) -> None:
        self.reached = True


def is_reached_at_once(work: Coroutine[Any, Any, Any], inner: Waiting) -> bool:
    """Whether the inner part is reached without any waiting."""

    async def story() -> bool:
        task = asyncio.get_running_loop().create_task(work)
        await asyncio.sleep(0)
        reached = inner.reached
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return reached

    return asyncio.run(story())


def test_slow_command_waits_before_it_is_carried_out() -> None:
    inner = Waiting()
    assert not is_reached_at_once(Slow(inner).execute(command(), lambda: 0.0), inner)


@pytest.mark.parametrize(("attempts", "at_once"), [(0, False), (1, True)])
def test_first_attempt_alone_waits_in_real_time(attempts: int, at_once: bool) -> None:  # noqa: FBT001 - a row's value
    inner = Waiting()
    late = LateInRealTime(cast(Channel, inner), cast(Stores, None))
    delivery = Delivery(1, "w", "commandCompleted", "c", "http://a.example/", False, attempts, 0)
    assert is_reached_at_once(late.prepare(delivery, 0), inner) is at_once
