"""Random histories of some configs, each step held against the model; the shortest that diverges is told."""

import functools
import time
from collections.abc import Callable, Sequence
from typing import ClassVar

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.reporting import with_reporter
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from contracts.check import check
from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.life_cycle_model import Action, Divergence
from contracts.checks.ricloud.life_cycle_world import BROKEN, MOST_CONFIGS, OK, Course, Step, World
from contracts.checks.ricloud.second_looks import rule_test_out, rule_unrest_out
from contracts.errors import KitError
from contracts.hypothesis_lock import HYPOTHESIS
from contracts.trial import Trial
from contracts.verdicts import TimeLevel

HISTORIES, FEW_HISTORIES, LENGTH = 5, 2, 12
"""How many histories, where time costs nothing and where it does; the first one is always the dullest."""

MOST_SECONDS = 12.0
"""How long, in real time, histories are begun and gone on with."""

SHORTENING_SECONDS = 3.0

PLAIN = (
    Step(Action.CREATE, 0),
    Step(Action.CREATE, 1, works=False),
    Step(Action.TEST, 0),
    Step(Action.TEST, 0, works=False),
    Step(Action.TEST, 0, works=False),
    Step(Action.TEST, 0),
    Step(Action.NEW_URL, 0, works=False),
    Step(Action.NEW_URL, 0, works=False),
    Step(Action.FORBIDDEN, 0),
    Step(Action.NEW_URL, 0),
    Step(Action.NEW_URL, 0),
    Step(Action.FORBIDDEN, 0, works=False),
    Step(Action.SAME_URL, 0),
    Step(Action.NOTHING, 0),
    Step(Action.RENEW, 0),
    Step(Action.WAIT, 0, works=False),
    Step(Action.DEACTIVATE, 0),
    Step(Action.TEST, 0),
    Step(Action.DEACTIVATE, 0),
    Step(Action.NEW_URL, 0),
    Step(Action.DEACTIVATE, 0),
    Step(Action.RENEW, 0),
)
"""Every rule by itself; what the documents leave open is learned here, and from whatever comes first later."""

OFTEN = (Action.TEST, Action.TEST, Action.TEST, Action.NEW_URL, Action.NEW_URL, Action.DEACTIVATE, Action.RENEW)
ONCE = (Action.CREATE, Action.SAME_URL, Action.NOTHING, Action.FORBIDDEN, Action.WAIT)
STEPS = tuple(
    Step(action, index, works) for action in (*OFTEN, *ONCE) for index in range(MOST_CONFIGS) for works in (True, False)
)
"""What histories are made of; what stands here more often happens more often."""


class LifeCycle(RuleBasedStateMachine):
    """A history: steps one after another, each looked at."""

    course: ClassVar[Course]
    history: ClassVar[list[Step]]
    """The steps of the latest history, up to where it has diverged."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.course)
        self.course.histories += 1
        if not self.course.over:
            self.history.clear()

    # One rule for all steps: rules of their own would be left out of whole histories at random, which are few.
    @rule(drawn=st.sampled_from(STEPS))
    def happens(self, drawn: Step) -> None:
        """A step is taken. What is drawn depends on nothing that the target does: hypothesis minds that."""
        if self.course.over:
            return
        step = self.world.fitted(drawn)
        self.history.append(step)
        _watched(self.course, lambda: self.world.take(step))


def _watched(course: Course, act: Callable[[], None]) -> None:
    """Act; remember what has come of it where that ends the histories."""
    try:
        act()
    except Divergence as divergence:
        course.divergence = divergence
        raise
    except KitError as error:
        course.stopped = error


@check("RCL-STA-007")
def any_history_follows_the_model(trial: Trial) -> None:
    """Whatever is done to some configs, in whatever order, each is in the state that its own updates and tests make."""
    controlled = trial.clock.level is TimeLevel.CONTROL
    with Account(trial) as account:
        course = Course(account, HISTORIES if controlled else FEW_HISTORIES)
        history = _plainly(course)
        if not course.over:
            course.plain, course.until = False, time.monotonic() + MOST_SECONDS
            history = _explore(course)
        found = course.divergence
        if found is not None and not course.plain and account.can_move_time:
            found, history = _shortened(course, found, history)
        if course.stopped is not None:
            raise course.stopped
        if found is None:
            trial.passed("RCL-STA-007", because=f"in {course.histories} random histories")
            return
        _rule_simple_causes_out(account)
        told = "; ".join(f"{number}. {step}" for number, step in enumerate(history, start=1))
        trial.failed(found.requirement, f"{found.because}. The history: {told}")
        if found.requirement != "RCL-STA-007":
            because = f"the histories ended where {found.requirement} did not hold"
            trial.unobservable("RCL-STA-007", because=because)


def _rule_simple_causes_out(account: Account) -> None:
    """Go on only if no state changes by being looked at, and tests make of it what the receiver has answered."""
    for status in (OK, BROKEN):
        rule_test_out(account, status)
    for state in ("valid", "invalid", "deactivated"):
        rule_unrest_out(account, state)


def _plainly(course: Course) -> Sequence[Step]:
    """See every rule by itself; the steps up to where one does not hold."""
    world, history = World(course), list[Step]()
    try:
        for step in PLAIN:
            if world.applies(step):
                history.append(step)
                _watched(course, functools.partial(world.take, step))
            if course.over:
                break
    except Divergence:
        pass
    return history


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
            run_state_machine_as_test(seed(course.account.trial.seed)(OfThisTrial), settings=quiet)
    except (Divergence, Flaky):
        if not course.over:
            raise
    return tuple(OfThisTrial.history)


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
        for step in history:
            if world.applies(step):
                world.take(step)
    except Divergence as divergence:
        return divergence
    except KitError:
        return None
    return None
