"""Any sequence of renders, refusals, faults and deaths: credits are the successful renders, and files their bytes."""

import asyncio
import itertools
from collections.abc import Coroutine
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from mockserver.bannx.callback import StoredFile, usual
from mockserver.bannx.policy import STEPS, CallbackPolicy
from mockserver.bannx.ports import CreditStore, ObjectStore, RenderStore, StepStore, Stores
from mockserver.bannx.render import Refusal, Render
from mockserver.bannx.runner import CallbackRunner, Duty
from mockserver.bannx.steps import DurableSteps, Fault, StepFaults, Workbench
from tests.unit.bannx.memory import NOW_MS, Objects, drawn, sha256
from tests.unit.bannx.stored import SPACES, Stored

POLICY = CallbackPolicy(delays_seconds=(0, 0, 0), hang_seconds=3600, credits=1)
TURNS = 20

ResultT = TypeVar("ResultT")


class Server:
    """One life of what follows renders: a store, a runner, and the faults that were told. `objects` outlive it."""

    def __init__(self, folder: Path, objects: Objects) -> None:
        self._stack = ExitStack()
        self.loop = asyncio.new_event_loop()
        self.stored = self._stack.enter_context(Stored.opened(folder))
        self.faults = StepFaults(POLICY.hang_seconds)
        bench = Workbench(POLICY, self.stored.stores, objects, self.faults)
        duty = Duty(usual, lambda render: DurableSteps(render, bench), self.stored.renders)
        self.runner = CallbackRunner(lambda _: duty, sending_seconds=3600)

    def run(self, work: Coroutine[Any, Any, ResultT]) -> ResultT:
        return self.loop.run_until_complete(work)

    async def turns(self, count: int) -> None:
        for _ in range(count):
            await asyncio.sleep(0)

    async def resume(self) -> None:
        for render in await self.stored.renders.owed():
            self.runner.resume(render)

    def die(self) -> None:
        """Everything that was going on ends where it is."""
        self.run(self.runner.stop())
        self.loop.close()
        self._stack.close()


class Lives(RuleBasedStateMachine):
    """The model: which renders each space has had, and which of them may have lost a step to a fault."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = TemporaryDirectory()
        self.objects = Objects()
        self.server = Server(Path(self._folder.name), self.objects)
        self.numbers = itertools.count()
        self.succeeded: dict[str, dict[str, Render]] = {space: {} for space in SPACES}
        self.refused: dict[str, int] = dict.fromkeys(SPACES, 0)
        self.sending: list[str] = []
        self.lossy: set[str] = set()

    @initialize()
    def begin(self) -> None:
        self.told: dict[str, set[str]] = {space: set() for space in SPACES}

    spaces = st.sampled_from(SPACES)

    @rule(space=spaces, count=st.integers(1, 4), is_sent=st.booleans(), turns=st.integers(0, TURNS))
    def render(self, space: str, count: int, *, is_sent: bool, turns: int) -> None:
        server = self.server

        async def go(renders: list[Render]) -> None:
            await asyncio.gather(*map(server.stored.renders.owe, renders))
            for render in renders:
                server.runner.expect(render)
                if is_sent:
                    await server.runner.begin(render.id)
            await server.turns(turns)

        renders = [drawn(f"render-{next(self.numbers)}", space) for _ in range(count)]
        server.run(go(renders))
        self.succeeded[space] |= {render.id: render for render in renders}
        if not is_sent:
            self.sending += [render.id for render in renders]

    @rule(turns=st.integers(0, TURNS))
    def responses_are_sent(self, turns: int) -> None:
        async def go() -> None:
            for identifier in self.sending:
                await self.server.runner.begin(identifier)
            await self.server.turns(turns)

        self.server.run(go())
        self.sending.clear()

    @rule(space=spaces)
    def refuse(self, space: str) -> None:
        refusal = Refusal(f"refusal-{next(self.numbers)}", space, "none", 404, NOW_MS)
        self.server.run(self.server.stored.renders.refuse(refusal))
        self.refused[space] += 1

    @rule(space=spaces, step=st.sampled_from(STEPS), fault=st.sampled_from(["hang", None]))
    def hang(self, space: str, step: str, fault: Fault | None) -> None:
        self.server.faults.tell(space, step, fault)
        (self.told[space].add if fault else self.told[space].discard)(step)

    @rule(failures=st.integers(0, 2))
    def uploads_fail_now_and_then(self, failures: int) -> None:
        self.objects.failures = failures  # fewer than tries

    @rule(turns=st.integers(0, TURNS))
    def go_on(self, turns: int) -> None:
        self.server.run(self.server.turns(turns))

    @rule(turns=st.integers(0, TURNS))
    def die_and_start_again(self, turns: int) -> None:
        self.server.die()
        self.sending.clear()
        self.told = {space: set() for space in SPACES}
        self.server = Server(Path(self._folder.name), self.objects)
        self.server.run(self.server.resume())
        self.server.run(self.server.turns(turns))

    @rule(space=spaces)
    def reset(self, space: str) -> None:
        server = self.server
        server.runner.give_up(space)
        server.faults.forget(space)
        for render in server.run(server.stored.workspaces.clear(space, clock_ms=NOW_MS)):
            server.stored.spool.remove(render)
        self.sending = [it for it in self.sending if it not in self.succeeded[space]]
        self.succeeded[space], self.refused[space], self.told[space] = {}, 0, set()

    @rule(space=spaces)
    def settle(self, space: str) -> None:
        if self.told[space]:
            return  # it would take an hour
        self.responses_are_sent(0)
        self.server.run(self.server.runner.settle(space))
        self.check(space)

    def check(self, space: str) -> None:
        stored = self.server.stored
        renders = self.succeeded[space]
        entries = [entry for entry in stored.entries(space) if entry.status == 200]
        assert {entry.request_id: entry.file and entry.file.sha256 for entry in entries} == {
            identifier: sha256(render) for identifier, render in renders.items()
        }
        for entry in entries:
            assert isinstance(entry.file, StoredFile)
            content = self.objects.files[entry.file.url.rpartition("/")[2]]
            assert content == renders[entry.request_id].result.content
        assert (stored.used(space), len(stored.entries(space))) == (len(renders), len(renders) + self.refused[space])
        assert not {render.id for render in stored.owed()} & set(renders)

    def teardown(self) -> None:
        self.die_and_start_again(0)
        for space in SPACES:
            self.settle(space)
        assert (self.server.stored.owed(), self.server.stored.waiting()) == ([], [])
        self.server.die()
        self._folder.cleanup()


Lives.TestCase.settings = settings(
    max_examples=15, stateful_step_count=25, deadline=None, derandomize=True, database=None
)
TestLives = pytest.mark.requirement("BNX-CBK-015", "BNX-CRD-004", "BNX-CRD-006", "BNX-LOG-003")(Lives.TestCase)


# Death at every point: before and after each call to a store.


class DeadError(BaseException):
    """The process is no more."""


class Mortal:
    """A store or an object store: the process may die at each call to it, before or after its effect."""

    def __init__(self, inner: Any, life: "Countdown") -> None:
        self._inner = inner
        self._life = life

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)
        if not asyncio.iscoroutinefunction(method):
            return method

        async def called(*arguments: Any, **options: Any) -> Any:
            self._life.count()
            result = await method(*arguments, **options)
            self._life.count()
            return result

        return called


class Countdown:
    """Counts the points at which a process can die; it does at the one with the number `dies_at`."""

    def __init__(self, dies_at: int) -> None:
        self._left = dies_at

    def count(self) -> None:
        self._left -= 1
        if self._left == 0:
            raise DeadError


def live(folder: Path, objects: Objects, dies_at: int) -> bool:
    """Make up all callbacks that are owed; whether the process has lived to see the end of it."""
    with Stored.opened(folder) as stored:
        life = Countdown(dies_at)
        stores = Stores(
            stored.pages,
            cast("RenderStore", Mortal(stored.renders, life)),
            cast("StepStore", Mortal(stored.steps, life)),
            cast("CreditStore", Mortal(stored.credits, life)),
        )
        bench = Workbench(POLICY, stores, cast("ObjectStore", Mortal(objects, life)), StepFaults(0))

        async def go() -> None:
            for render in await stored.renders.owed():
                await usual(render.event, render.result, DurableSteps(render, bench))
                await stores.renders.over(render.id)

        try:
            asyncio.run(go())
        except DeadError:
            return False
        return True


@pytest.mark.requirement("BNX-CBK-015", "BNX-CRD-006")
@given(deaths=st.lists(st.integers(1, 30), max_size=4), failures=st.integers(0, 2))
@settings(max_examples=15, derandomize=True, database=None)
def test_death_at_any_point_loses_and_doubles_nothing(deaths: list[int], failures: int) -> None:
    with TemporaryDirectory() as name:
        folder, objects = Path(name), Objects(failures=failures)
        renders = [drawn("first"), drawn("second"), drawn("third", "other")]
        with Stored.opened(folder) as stored:
            stored.owe(*renders)
        for dies_at in deaths:
            live(folder, objects, dies_at)
        assert live(folder, objects, 10_000)
        with Stored.opened(folder) as stored:
            entries = [*stored.entries(), *stored.entries("other")]
            assert [entry.file and entry.file.sha256 for entry in entries] == [sha256(render) for render in renders]
            assert objects.files == {f"{render.id}.png": render.result.content for render in renders}
            assert (stored.used(), stored.used("other")) == (2, 1)
            assert (stored.owed(), stored.waiting()) == ([], [])


@pytest.mark.requirement("BNX-CBK-015", "BNX-CRD-006")
def test_death_at_each_point_of_one_callback_is_made_good() -> None:
    outlived = 0
    for dies_at in itertools.count(1):
        with TemporaryDirectory() as name:
            folder, objects = Path(name), Objects()
            with Stored.opened(folder) as stored:
                stored.owe(drawn("only"))
            is_over = live(folder, objects, dies_at)
            assert live(folder, objects, 10_000)
            with Stored.opened(folder) as stored:
                assert ([it.file is not None for it in stored.entries()], stored.used()) == ([True], 1)
                assert (stored.owed(), stored.waiting()) == ([], [])
        if is_over:
            break
        outlived += 1
    assert outlived >= 16
