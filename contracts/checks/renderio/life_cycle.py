"""Random histories of an account's webhook, each step held against the model; the shortest that diverges is told."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.reporting import with_reporter
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from contracts.check import check
from contracts.checks.renderio.calls import OK
from contracts.checks.renderio.life_cycle_model import Divergence
from contracts.checks.renderio.life_cycle_world import Course, World
from contracts.checks.renderio.schedule import FAILURE, POLICY
from contracts.errors import KitError
from contracts.hypothesis_lock import HYPOTHESIS
from contracts.trial import Trial
from contracts.verdicts import TimeLevel

HISTORIES, FEW_HISTORIES, LENGTH = 5, 2, 9
"""How many histories, where time and accounts cost nothing and where they do; the first one is always the dullest."""

SHORTENING_SECONDS = 3.0
SPANS_SECONDS = (1.0, POLICY.delays_seconds[1], sum(POLICY.delays_seconds[:3]))

CONCERNED = (
    "RIO-CFG-002",
    "RIO-CFG-007",
    "RIO-CFG-011",
    "RIO-CFG-012",
    "RIO-CFG-013",
    "RIO-CFG-016",
    "RIO-CFG-017",
    "RIO-CFG-018",
    "RIO-CFG-019",
    "RIO-RTY-020",
    "RIO-RTY-021",
    "RIO-DIS-001",
    "RIO-DIS-002",
    "RIO-DIS-007",
    "RIO-DIS-010",
    "RIO-DIS-014",
    "RIO-DIS-015",
)


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happens: in few words, whether it can happen in a world at all, and how."""

    words: str
    applies: Callable[[World], bool]
    take: Callable[[World], None]


def _put(place: str, secret: str | None) -> Step:
    words = "no secret" if secret is None else f"{secret} secret"
    return Step(f"PUT the {place} URL with {words}", lambda _: True, lambda world: world.put(place, secret))


def _command(status: int) -> Step:
    taken = status == OK
    return Step(
        f"a command ends, and deliveries are answered {status}",
        lambda world: world.model.url is not None and (taken or world.may_fail(2)),
        lambda world: world.finish(taken=taken),
    )


def _wait(seconds: float, status: int) -> Step:
    taken = status == OK
    return Step(
        f"{seconds:g} s pass, and deliveries are answered {status}",
        lambda world: world.model.pending > 0 and (taken or world.may_fail(2 * world.model.pending)),
        lambda world: world.pass_time(seconds, taken=taken),
    )


_DELETE = Step("DELETE", lambda world: world.model.active or not world.model.generation, lambda world: world.delete())
_PUTS = tuple(_put(place, secret) for secret in ("one", None, "another") for place in ("first", "second"))
_WAITS = tuple(_wait(seconds, status) for status in (OK, FAILURE) for seconds in SPANS_SECONDS)
STEPS = (*_PUTS, *[_command(OK)] * 3, *[_command(FAILURE)] * 4, *[_DELETE] * 3, *_WAITS)
"""What histories are made of; what stands here more often happens more often."""


class LifeCycle(RuleBasedStateMachine):
    """A history: steps one after another, each looked at."""

    course: ClassVar[Course]
    history: ClassVar[list[Step]]
    """The steps of the latest history, up to where it has diverged."""

    def __init__(self) -> None:
        super().__init__()
        self.world: World | None = None
        self.course.histories += 1
        if not self.course.over:
            self.history.clear()
            self._watched(lambda world: world.begin())

    # One rule for all steps: rules of their own would be left out of whole histories at random, which are few.
    @rule(data=st.data())
    def happens(self, data: st.DataObject) -> None:
        """One of the steps that apply is taken; the same one no more than twice in a row."""
        if self.course.over or self.world is None:
            return
        twice = self.history[-1:] if self.history[-2:-1] == self.history[-1:] else []
        step = data.draw(st.sampled_from([step for step in STEPS if step.applies(self.world) and step not in twice]))
        self.history.append(step)
        self._watched(step.take)

    def _watched(self, act: Callable[[World], None]) -> None:
        """Act, and look at what has come of it."""
        try:
            if self.world is None:
                self.world = World(self.course)
            act(self.world)
            self.world.look()
        except Divergence as divergence:
            self.course.divergence = divergence
            raise
        except KitError as error:
            self.course.stopped = error


@check(*CONCERNED)
def any_history_follows_the_model(trial: Trial) -> None:
    """Whatever is done to the configuration, in whatever order, it shows and sends what one of the readings says."""
    controlled = trial.clock.level is TimeLevel.CONTROL
    course = Course(trial, HISTORIES if controlled and trial.untouched else FEW_HISTORIES)
    history = _explore(course)
    found = course.divergence
    if found is not None:
        found, history = _shortened(course, found, history)
        told = "; ".join(f"{number}. {step.words}" for number, step in enumerate(history, start=1))
        trial.failed(found.requirement, f"{found.because}. The history: {told or 'nothing yet'}")
        rest = [requirement for requirement in CONCERNED if requirement != found.requirement]
        trial.unobservable(*rest, because=f"the histories ended where {found.requirement} did not hold")
        return
    if course.stopped is not None:
        raise course.stopped
    for requirement in CONCERNED:
        readings = {seen.reading for seen in course.seen if seen.requirement == requirement}
        if not readings:
            trial.unobservable(requirement, because=f"none of {course.histories} histories came to it")
        because = f"in {course.histories} random histories"
        for reading in sorted(reading for reading in readings if reading is not None):
            trial.passed(requirement, reading=reading, because=because)
        if readings == {None}:
            trial.passed(requirement, because=because)


def _shortened(course: Course, found: Divergence, history: Sequence[Step]) -> tuple[Divergence, Sequence[Step]]:
    """The shortest history that still diverges by the same requirement: steps are left out as long as that goes on."""
    deadline = time.monotonic() + SHORTENING_SECONDS
    size = max(1, len(history) // 2)
    start = 0
    while time.monotonic() < deadline and history:
        shorter = (*history[:start], *history[start + size :])
        again = _replayed(course, shorter)
        if again is not None and again.requirement == found.requirement:
            found, history = again, shorter
        else:
            start += size
        if start >= len(history):
            if size == 1:
                break
            size, start = size // 2, 0
    return found, history


def _replayed(course: Course, history: Sequence[Step]) -> Divergence | None:
    """By what a history diverges; None where it does not, or cannot be replayed."""
    try:
        world = World(course)
        world.begin()
        world.look()
        for step in history:
            if step.applies(world):
                step.take(world)
                world.look()
    except Divergence as divergence:
        return divergence
    except KitError:
        return None
    return None


def _explore(course: Course) -> Sequence[Step]:
    """Run random histories from the trial's seed until one diverges; the latest one."""

    class OfThisTrial(LifeCycle):
        """The machine of one check."""

    OfThisTrial.course, OfThisTrial.history = course, []
    quiet = settings(
        max_examples=course.most_histories,
        stateful_step_count=LENGTH,
        phases=(Phase.generate,),  # what diverges is made shorter below, with far fewer requests
        suppress_health_check=list(HealthCheck),
        deadline=None,
        database=None,
        print_blob=False,
        report_multiple_bugs=False,
        verbosity=Verbosity.quiet,
    )
    try:
        with HYPOTHESIS, with_reporter(lambda _: None):
            run_state_machine_as_test(seed(course.trial.seed)(OfThisTrial), settings=quiet)
    except (Divergence, Flaky):
        if course.divergence is None:
            raise
    return tuple(OfThisTrial.history)
