"""Random histories of an account's webhook, each step held against the model; the shortest that diverges is told."""

from collections.abc import Callable
from typing import ClassVar

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.reporting import with_reporter
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from contracts.check import check
from contracts.checks.renderio.account import OK
from contracts.checks.renderio.life_cycle_model import Divergence
from contracts.checks.renderio.life_cycle_world import Course, World
from contracts.checks.renderio.schedule import FAILURE, POLICY
from contracts.errors import KitError
from contracts.trial import Trial

HISTORIES, STEPS = 5, 7
MOST_FAILURES = (POLICY.failure_threshold or 100) - 1
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


class LifeCycle(RuleBasedStateMachine):
    """The steps of a history."""

    course: ClassVar[Course]

    def __init__(self) -> None:
        super().__init__()
        self.history: list[str] = []
        self.world: World | None = None
        if not self.course.over:
            self.course.histories += 1
            self._step("", lambda world: world.begin())

    @rule(place=st.sampled_from(("first", "second")), secret=st.sampled_from((None, "one", "another")))
    def put(self, place: str, secret: str | None) -> None:
        """PUT."""
        words = "no secret" if secret is None else f"{secret} secret"
        self._step(f"PUT the {place} URL with {words}", lambda world: world.put(place, secret))

    @rule()
    def delete(self) -> None:
        """DELETE."""
        self._step("DELETE", lambda world: world.delete())

    @rule(taken=st.booleans())
    def command_ends(self, *, taken: bool) -> None:
        """A command ends."""
        fails = not taken and self.course.controlled and self._may_fail(2)
        words = f"a command ends, and deliveries are answered {FAILURE if fails else OK}"
        self._step(words, lambda world: world.finish(taken=not fails))

    @precondition(lambda self: self.course.controlled and self.world is not None and self.world.model.pending)
    @rule(seconds=st.sampled_from(SPANS_SECONDS), taken=st.booleans())
    def time_passes(self, seconds: float, *, taken: bool) -> None:
        """Time passes, while retries are pending."""
        fails = not taken and self.world is not None and self._may_fail(2 * self.world.model.pending)
        words = f"{seconds:g} s pass, and deliveries are answered {FAILURE if fails else OK}"
        self._step(words, lambda world: world.pass_time(seconds, taken=not fails))

    def _may_fail(self, attempts: int) -> bool:
        """Whether so many more failures in a row leave the webhook enabled."""
        return self.world is not None and self.world.failures + attempts <= MOST_FAILURES

    def _step(self, words: str, act: Callable[[World], None]) -> None:
        """Take a step unless the course is over, and look at what has come of it."""
        if self.course.over:
            return
        if words:
            self.history.append(words)
        try:
            if self.world is None:
                self.world = World(self.course)
            act(self.world)
            self.world.look()
        except Divergence as divergence:
            self.course.diverged(divergence, self.history)
            raise
        except KitError as error:
            self.course.stopped = error


@check(*CONCERNED)
def any_history_follows_the_model(trial: Trial) -> None:
    """Whatever is done to the configuration, in whatever order, it shows and sends what one of the readings says."""
    course = Course(trial)
    _explore(course)
    found = course.divergence
    if found is not None:
        told = "; ".join(f"{number}. {step}" for number, step in enumerate(course.shortest, start=1))
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
        for reading in sorted(reading for reading in readings if reading is not None) or [None] * bool(readings):
            trial.passed(requirement, reading=reading, because=f"in {course.histories} random histories")


def _explore(course: Course) -> None:
    """Run random histories from the trial's seed, and after a divergence shorter ones."""

    class OfThisTrial(LifeCycle):
        """The machine of one check."""

    OfThisTrial.course = course
    thorough = course.controlled and course.trial.untouched
    quiet = settings(
        max_examples=HISTORIES if thorough else 1,
        stateful_step_count=STEPS,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        deadline=None,
        database=None,
        print_blob=False,
        report_multiple_bugs=False,
        verbosity=Verbosity.quiet,
    )
    try:
        with with_reporter(lambda _: None):
            run_state_machine_as_test(seed(course.trial.seed)(OfThisTrial), settings=quiet)
    except (Divergence, Flaky):
        if course.divergence is None:
            raise
