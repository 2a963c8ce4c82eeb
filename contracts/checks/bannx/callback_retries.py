"""CBK: whether a step that failed is tried again, and how often its render counts then."""

import time

from contracts.check import check
from contracts.checks.bannx.asks import Ask
from contracts.checks.bannx.failing import answered, going_wrong, steps_apart
from contracts.checks.bannx.ledger import Ledger
from contracts.checks.bannx.space import SETTLED_SECONDS, Space
from contracts.checks.bannx.usual import usual_render
from contracts.renders import Step
from contracts.trial import Trial

AGAIN, ONCE = "BNX-CBK-009", "BNX-CRD-006"

FIRST_TRY_SECONDS = 0.1
"""After which time a step was tried once, beside what callbacks usually take."""


@check(AGAIN, ONCE)
def a_step_that_failed_may_be_tried_again(trial: Trial) -> None:
    """A step that fails is tried again soon, later, or not at all; its render counts once at the most."""
    space = Space(trial)
    space.require_faults()
    ask = Ask(space.page.id)
    steps = steps_apart(space, ask)
    usual = usual_render(space, ask)
    pause_seconds = FIRST_TRY_SECONDS + 2 * _callback_seconds(space, ask)
    is_tried_again = False
    for step in steps:
        new = _failing_at_first(space, ask, step, pause_seconds)
        because = f"{ask} counts {usual.credits} credits; {step} failed at first, and {new.credits} were counted"
        trial.expect(ONCE, new.credits <= usual.credits, because)
        is_tried_again = is_tried_again or _is_made(step, new)
    _see(space, ask, steps[0], is_tried_again=is_tried_again)


def _callback_seconds(space: Space, ask: Ask) -> float:
    """How long after its answer the callback of a render is over; real time."""
    space.rest()
    space.asking.rendered(ask)
    began = time.monotonic()
    space.rest()
    return time.monotonic() - began


def _failing_at_first(space: Space, ask: Ask, step: Step, pause_seconds: float) -> Ledger:
    """What is new once the callback of a render is over whose step failed for so long, and works then."""
    space.rest()
    before = space.look()
    with going_wrong(space, step):
        answered(space, ask, step)
        time.sleep(pause_seconds)
    space.rest()
    return space.look().since(before)


def _is_made(step: Step, new: Ledger) -> bool:
    """Whether the effect of this step is there."""
    return new.credits > 0 if step is Step.CREDITS else bool(new.files)


def _see(space: Space, ask: Ask, step: Step, *, is_tried_again: bool) -> None:
    """See which way it is: a step that is made after its callback had time to be given up is tried without end."""
    trial = space.trial
    space.rest()
    before = space.look()
    with going_wrong(space, step):
        answered(space, ask, step)
        space.rests()
        is_obeyed = not _is_made(step, space.look().since(before))
    if not is_obeyed:
        trial.unobservable(AGAIN, because=f"{step} was told to fail, and the target takes no notice of that")
    elif _is_made(step, space.awaited(before, lambda new: _is_made(step, new), SETTLED_SECONDS)):
        trial.saw(AGAIN, "c", f"{step} was made once it worked again")
    elif is_tried_again:
        trial.saw(AGAIN, "a", "a step that failed at first was made after all, and none that went on to fail")
    else:
        trial.saw(AGAIN, "b", "no step was made that had failed at first")
