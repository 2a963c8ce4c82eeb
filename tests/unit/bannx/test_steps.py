"""The built-in steps: tried as often as the policy says, recorded, and done once however often they are asked."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from mockserver.bannx.callback import StepFailedError, StoredFile, usual
from mockserver.bannx.policy import CallbackPolicy
from mockserver.bannx.render import Render
from mockserver.bannx.steps import DurableSteps, Fault, StepFaults, Workbench
from tests.unit.bannx.memory import URL, Objects, drawn, sha256

if TYPE_CHECKING:
    from tests.unit.bannx.stored import Stored

POLICY = CallbackPolicy(delays_seconds=(0, 0, 0), hang_seconds=0, credits=1)
ELSEWHERE = StoredFile("http://elsewhere.test/x", "image/png", 1, "00")


class Bench:
    """The steps of one render, with what they work on."""

    def __init__(self, stored: "Stored", policy: CallbackPolicy = POLICY) -> None:
        self.stored = stored
        self.objects = Objects()
        self.faults = StepFaults(policy.hang_seconds)
        self.render = drawn("one")
        self.bench = Workbench(policy, stored.stores, self.objects, self.faults)
        stored.owe(self.render)

    def steps(self, render: Render | None = None) -> DurableSteps:
        return DurableSteps(render or self.render, self.bench)

    def run_usual(self) -> None:
        asyncio.run(usual(self.render.event, self.render.result, self.steps()))

    def told(self, step: str, fault: Fault | None) -> None:
        self.faults.tell("space", step, fault)


@pytest.fixture
def bench(stored: "Stored") -> Bench:
    """The steps of a render that is owed."""
    return Bench(stored)


def test_usual_callback_uploads_logs_and_counts(bench: Bench) -> None:
    bench.run_usual()
    content = bench.render.result.content
    [entry] = bench.stored.entries()
    assert bench.objects.files == {"one.png": content}
    assert entry.file == StoredFile(f"{URL}/one.png", "image/png", len(content), sha256(bench.render))
    assert bench.stored.used() == 1
    assert bench.stored.recorded() == [("one", "credits", 1, None), ("one", "log", 1, None), ("one", "upload", 1, None)]


@pytest.mark.parametrize(("failures", "tries", "has_file"), [(0, 1, True), (1, 2, True), (2, 3, True), (3, 3, False)])
@pytest.mark.requirement("BNX-CBK-009", "BNX-CRD-006", "BNX-CRD-007")
def test_upload_is_tried_as_often_as_the_policy_says(
    bench: Bench,
    failures: int,
    tries: int,
    has_file: bool,  # noqa: FBT001 - from the list above
) -> None:
    bench.objects.failures = failures
    bench.run_usual()
    assert (bench.objects.tries, bench.stored.entries()[0].file is not None, bench.stored.used()) == (
        tries,
        has_file,
        1,
    )
    [recorded] = [it for it in bench.stored.recorded() if it[1] == "upload"]
    assert recorded == ("one", "upload", tries, None if has_file else "OSError: the disk is full")


@pytest.mark.parametrize(("step", "has_file", "used"), [("upload", False, 1), ("log", False, 1), ("credits", True, 0)])
def test_step_that_was_told_to_fails_for_good(
    bench: Bench,
    step: str,
    has_file: bool,  # noqa: FBT001 - from the list above
    used: int,
) -> None:
    bench.told(step, "fail")
    if step == "credits":
        with pytest.raises(StepFailedError, match=r"credits: ToldToFailError: it was told to fail"):
            bench.run_usual()
    else:
        bench.run_usual()
    assert (bench.stored.entries()[0].file is not None, bench.stored.used()) == (has_file, used)
    recorded = {it[1]: it[2:] for it in bench.stored.recorded()}
    assert recorded[step] == (3, "ToldToFailError: it was told to fail")
    assert {name: it for name, it in recorded.items() if name != step and it[1] is not None} == {}


def test_told_step_of_one_space_works_in_another(bench: Bench) -> None:
    bench.faults.tell("other", "upload", "fail")
    bench.run_usual()
    assert bench.stored.entries()[0].file is not None


def test_step_works_again_when_it_is_told_to(bench: Bench) -> None:
    bench.told("upload", "fail")
    bench.told("upload", None)
    bench.run_usual()
    assert bench.stored.entries()[0].file is not None


def test_forgotten_space_has_no_faults_and_others_keep_theirs(bench: Bench) -> None:
    for space in ("space", "other"):
        bench.faults.tell(space, "upload", "fail")
    bench.faults.forget("space")
    bench.run_usual()
    assert bench.stored.entries()[0].file is not None
    other = replace(drawn("two", "other"))
    bench.stored.owe(other)
    with pytest.raises(StepFailedError):
        asyncio.run(bench.steps(other).upload())


Call = Callable[[DurableSteps], Any]
CALLS: dict[str, Call] = {
    "upload": lambda steps: steps.upload(),
    "log": lambda steps: steps.update_log(ELSEWHERE),
    "credits": lambda steps: steps.add_credits(),
}


@pytest.mark.parametrize("times", [2, 3])
def test_steps_are_done_once(bench: Bench, times: int) -> None:
    async def go() -> None:
        for _ in range(times):
            steps = bench.steps()  # as after a restart
            await steps.update_log(await steps.upload())
            await steps.add_credits()

    asyncio.run(go())
    assert (bench.objects.tries, bench.stored.used(), len(bench.stored.entries())) == (1, 1, 1)


@pytest.mark.requirement("BNX-CRD-006")
def test_credits_counted_before_a_later_failure_are_not_counted_again(bench: Bench) -> None:
    async def go() -> None:
        await bench.steps().add_credits()
        bench.told("credits", "fail")
        with pytest.raises(StepFailedError):
            await bench.steps().add_credits()
        bench.told("credits", None)
        await bench.steps().add_credits()

    asyncio.run(go())
    assert (bench.stored.used(), bench.stored.recorded()) == (1, [("one", "credits", 1, None)])


@pytest.mark.requirement("BNX-CRD-006")
def test_credits_that_failed_for_good_can_be_counted_later_once(bench: Bench) -> None:
    async def go() -> None:
        bench.told("credits", "fail")
        with pytest.raises(StepFailedError):
            await bench.steps().add_credits()
        bench.told("credits", None)
        await bench.steps().add_credits()
        await bench.steps().add_credits()

    asyncio.run(go())
    assert bench.stored.used() == 1


def test_callback_may_log_a_file_of_its_own(bench: Bench) -> None:
    asyncio.run(bench.steps().update_log(ELSEWHERE))
    assert (bench.stored.entries()[0].file, bench.objects.files) == (ELSEWHERE, {})


@pytest.mark.requirement("BNX-LOG-013")
def test_render_that_is_not_logged_is_uploaded_and_counted(stored: "Stored") -> None:
    bench = Bench(stored)
    silent = drawn("silent", is_logged=False)
    stored.owe(silent)
    asyncio.run(usual(silent.event, silent.result, bench.steps(silent)))
    assert (list(bench.objects.files), stored.used(), [it.request_id for it in stored.entries()]) == (
        ["silent.png"],
        1,
        ["one"],
    )
    assert "log" not in {step for _, step, _, _ in stored.recorded()}


@pytest.mark.parametrize("price", [0, 1, 2, 7])
def test_price_is_that_of_the_policy(stored: "Stored", price: int) -> None:
    bench = Bench(stored, replace(POLICY, credits=price))
    bench.run_usual()
    assert stored.used() == price


@pytest.mark.parametrize("step", CALLS)
def test_step_of_a_render_that_was_reset_leaves_nothing(bench: Bench, step: str) -> None:
    asyncio.run(bench.stored.workspaces.clear("space", clock_ms=0))
    asyncio.run(CALLS[step](bench.steps()))
    assert (bench.stored.recorded(), bench.stored.entries(), bench.stored.used()) == ([], [], 0)
