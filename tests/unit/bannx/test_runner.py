"""Callbacks begin when the response was sent, or took too long; they are waited for, given up, stopped and resumed."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pytest

from mockserver.bannx.callback import HandlerResult, RequestEvent, StepFailedError, Steps
from mockserver.bannx.runner import AT_ONCE, CallbackRunner, Duty
from tests.unit.bannx.memory import drawn

if TYPE_CHECKING:
    from mockserver.bannx.ports import RenderStore

TURNS = 50
LONG_SECONDS = 3600.0


@dataclass
class Callbacks:
    """Callbacks that note what they do, and wait where a gate is shut; also what the runner asks of the store."""

    begun: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    gates: dict[str, asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))
    shut: set[str] = field(default_factory=set)
    endings: dict[str, BaseException] = field(default_factory=dict)
    most_at_once: int = 0
    _now: int = 0

    async def callback(self, event: RequestEvent, _result: HandlerResult, _steps: Steps) -> None:
        identifier = str(event.request_id)
        self.begun.append(identifier)
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        try:
            if event.space in self.shut:
                await self.gates[event.space].wait()
            if identifier in self.endings:
                raise self.endings[identifier]
        finally:
            self._now -= 1

    async def over(self, render: str) -> None:
        self.ended.append(render)

    def runner(self, sending_seconds: float = LONG_SECONDS) -> CallbackRunner:
        duty = Duty(self.callback, lambda _: cast("Steps", None), cast("RenderStore", self))
        return CallbackRunner(lambda _: duty, sending_seconds=sending_seconds)


async def turns() -> None:
    for _ in range(TURNS):
        await asyncio.sleep(0)


Scenario = Callable[[Callbacks, CallbackRunner], Awaitable[Any]]


def play(scenario: Scenario, *, shut: str = "", sending_seconds: float = LONG_SECONDS, **endings: BaseException) -> Any:
    """Play a scenario; what it gives."""

    async def go() -> Any:
        callbacks = Callbacks(shut=set(shut.split()), endings=endings)
        runner = callbacks.runner(sending_seconds)
        result = await scenario(callbacks, runner)
        await runner.stop()
        return result

    return asyncio.run(go())


def test_callback_begins_when_the_response_was_sent() -> None:
    async def scenario(callbacks: Callbacks, runner: CallbackRunner) -> Any:
        runner.expect(drawn("a"))
        await turns()
        before = list(callbacks.begun)
        await runner.begin("a")
        await runner.settle("space")
        return before, callbacks.begun, callbacks.ended

    assert play(scenario) == ([], ["a"], ["a"])


def test_callback_begins_once() -> None:
    async def scenario(callbacks: Callbacks, runner: CallbackRunner) -> Any:
        runner.expect(drawn("a"))
        for identifier in ("a", "a", "unknown"):
            await runner.begin(identifier)
        await runner.settle("space")
        await runner.begin("a")
        await runner.settle("space")
        return callbacks.begun

    assert play(scenario) == ["a"]


def test_callback_begins_where_the_response_takes_too_long() -> None:
    async def scenario(callbacks: Callbacks, runner: CallbackRunner) -> Any:
        runner.expect(drawn("a"))
        await runner.settle("space")
        await runner.begin("a")
        await runner.settle("space")
        return callbacks.begun, callbacks.ended

    assert play(scenario, sending_seconds=0.01) == (["a"], ["a"])


def test_settling_waits_for_what_runs_and_for_what_will() -> None:
    async def scenario(callbacks: Callbacks, runner: CallbackRunner) -> Any:
        runner.expect(drawn("a"))
        runner.expect(drawn("b"))
        await runner.begin("a")
        settling = asyncio.create_task(runner.settle("space"))
        await turns()
        states = [settling.done()]
        await runner.begin("b")
        await turns()
        states.append(settling.done())
        callbacks.gates["space"].set()
        await settling
        return states, sorted(callbacks.ended)

    assert play(scenario, shut="space") == ([False, False], ["a", "b"])


def test_settling_is_about_one_space() -> None:
    async def scenario(callbacks: Callbacks, runner: CallbackRunner) -> Any:
        for render in (drawn("a"), drawn("b", "other"), drawn("c", "other")):
            runner.expect(render)
        await runner.begin("a")
        await runner.begin("b")
        await runner.settle("other-still")
        await runner.begin("c")
        await runner.settle("other")
        return callbacks.ended

    assert play(scenario, shut="space") == ["b", "c"]


def test_many_may_settle_at_once() -> None:
    async def scenario(callbacks: Callbacks, runner: CallbackRunner) -> Any:
        for identifier in "abc":
            runner.expect(drawn(identifier))
        settling = [asyncio.create_task(runner.settle("space")) for _ in range(5)]
        await turns()
        for identifier in "abc":
            await runner.begin(identifier)
            await turns()
        await asyncio.gather(*settling)
        return sorted(callbacks.ended)

    assert play(scenario) == ["a", "b", "c"]


def test_settling_after_nothing_ends_at_once() -> None:
    async def scenario(_: Callbacks, runner: CallbackRunner) -> bool:
        await runner.settle("space")
        return True

    assert play(scenario)


@pytest.mark.parametrize(
    "ending",
    [
        StepFailedError("x"),
        RuntimeError("x"),
        SystemExit(1),
        asyncio.CancelledError(),
        ExceptionGroup("x", [OSError()]),
    ],
    ids=lambda it: type(it).__name__,
)
@pytest.mark.requirement("BNX-CBK-008")
def test_callback_is_over_however_it_ends(ending: BaseException) -> None:
    async def scenario(callbacks: Callbacks, runner: CallbackRunner) -> Any:
        for identifier in ("a", "b"):
            runner.expect(drawn(identifier))
            await runner.begin(identifier)
        await runner.settle("space")
        return sorted(callbacks.ended)

    assert play(scenario, a=ending) == ["a", "b"]


def test_only_so_many_of_a_space_run_at_once_and_all_come_to_their_end() -> None:
    count = AT_ONCE + 20

    async def scenario(callbacks: Callbacks, runner: CallbackRunner) -> Any:
        for number in range(count):
            runner.expect(drawn(str(number)))
            await runner.begin(str(number))
        await turns()
        most = callbacks.most_at_once
        runner.expect(drawn("other", "other"))
        await runner.begin("other")
        await runner.settle("other")
        ended = list(callbacks.ended)
        callbacks.gates["space"].set()
        await runner.settle("space")
        return most, ended, len(callbacks.ended), callbacks.most_at_once <= AT_ONCE + 1

    assert play(scenario, shut="space") == (AT_ONCE, ["other"], count + 1, True)


def test_given_up_space_has_nothing_left_and_others_go_on() -> None:
    async def scenario(callbacks: Callbacks, runner: CallbackRunner) -> Any:
        for render in (drawn("runs"), drawn("waits"), drawn("other", "other")):
            runner.expect(render)
        await runner.begin("runs")
        await runner.begin("other")
        await turns()
        settling = asyncio.create_task(runner.settle("space"))
        await turns()
        runner.give_up("space")
        await settling
        await runner.begin("waits")
        callbacks.gates["other"].set()
        await runner.settle("other")
        return sorted(callbacks.begun), callbacks.ended

    assert play(scenario, shut="space other") == (["other", "runs"], ["other"])


def test_slots_are_free_again_after_a_space_was_given_up() -> None:
    async def scenario(callbacks: Callbacks, runner: CallbackRunner) -> Any:
        for number in range(AT_ONCE * 2):
            runner.expect(drawn(str(number)))
            await runner.begin(str(number))
        await turns()
        runner.give_up("space")
        await turns()
        callbacks.shut.clear()
        runner.expect(drawn("new"))
        await runner.begin("new")
        await runner.settle("space")
        return callbacks.ended

    assert play(scenario, shut="space") == ["new"]


def test_stop_leaves_what_is_not_over_owed_and_lets_who_settles_go() -> None:
    async def scenario(callbacks: Callbacks, runner: CallbackRunner) -> Any:
        for identifier in ("runs", "waits"):
            runner.expect(drawn(identifier))
        await runner.begin("runs")
        settling = asyncio.create_task(runner.settle("space"))
        await turns()
        await runner.stop()
        await settling
        await runner.begin("waits")
        await runner.stop()
        return callbacks.begun, callbacks.ended

    assert play(scenario, shut="space") == (["runs"], [])


@pytest.mark.parametrize("ending", [None, ValueError("in its cleaning up")])
def test_stopped_callback_that_hides_its_end_stays_owed(ending: Exception | None) -> None:
    async def stubborn(_event: RequestEvent, _result: HandlerResult, _steps: Steps) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            if ending is not None:
                raise ending from None

    async def scenario() -> list[str]:
        callbacks = Callbacks()
        duty = Duty(stubborn, lambda _: cast("Steps", None), cast("RenderStore", callbacks))
        runner = CallbackRunner(lambda _: duty)
        runner.resume(drawn("a"))
        await turns()
        await runner.stop()
        return callbacks.ended

    assert asyncio.run(scenario()) == []


def test_resumed_callback_runs_and_is_waited_for() -> None:
    async def scenario(callbacks: Callbacks, runner: CallbackRunner) -> Any:
        runner.resume(drawn("a"))
        await runner.settle("space")
        return callbacks.ended

    assert play(scenario) == ["a"]
