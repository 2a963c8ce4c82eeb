"""Renders while a step of the callback goes wrong, as it was told to."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from contracts.checks.bannx.answers import is_image
from contracts.checks.bannx.asks import Ask
from contracts.checks.bannx.calls import OK
from contracts.checks.bannx.ledger import Ledger
from contracts.checks.bannx.space import Space
from contracts.client import Response
from contracts.renders import Fault, LoggedRender, Step

STATUS, BODY = "BNX-CBK-004", "BNX-CBK-005"
STEPS: Sequence[Step] = tuple(Step)

SHOWING_SECONDS = 1.0
"""How long, in real time, what a callback did may take to show once it is over."""


@contextlib.contextmanager
def going_wrong(space: Space, step: Step, fault: Fault = Fault.FAIL) -> Iterator[None]:
    """While this lasts, the step goes wrong in this space; at its end it works again, whatever has happened."""
    space.control.set_callback_fault(step, fault)
    try:
        yield
    finally:
        space.control.set_callback_fault(step, None)


def steps_apart(space: Space, *asks: Ask) -> Sequence[Step]:
    """The steps that are no part of the answers: where these are links, the upload may be one (BNX-CBK-014 b)."""
    space.learn(*asks)
    with space.elsewhere() as asking:
        if all(is_image(asking.rendered(ask).answer) for ask in asks):
            return STEPS
    space.trial.note("the target answers with links alone; an upload may be a part of the render (BNX-CBK-014 b)")
    return [step for step in STEPS if step is not Step.UPLOAD]


def answered(space: Space, ask: Ask, step: Step, *, stands_on: str = BODY) -> Response:
    """The answer to a render whose callback goes wrong at this step; ends the check where it is not 200.

    Without an answer, `stands_on` does not hold.
    """
    answer = space.asking.render(ask, stands_on=stands_on)
    because = f"{ask} was to be answered 200 also when {step} goes wrong, and was answered {answer}"
    space.trial.require(STATUS, answer.status == OK, because, evidence=[answer.evidence])
    return answer


@dataclass(frozen=True, slots=True)
class Failed:
    """A render whose callback failed at a step, and what was new once that was over."""

    step: Step
    answer: Response
    new: Ledger

    @property
    def entry_with_file(self) -> LoggedRender | None:
        """The entry that has a file all the same."""
        return next((entry for entry in self.new.entries if entry.file is not None), None)


def failed_at(space: Space, ask: Ask, step: Step, *, credits_at_least: int) -> Failed:
    """A render whose callback fails at this step for good; so many credits are awaited for a moment."""
    space.rest()
    before = space.look()
    with going_wrong(space, step):
        answer = answered(space, ask, step)
        space.rests()
        new = space.awaited(before, lambda seen: seen.credits >= credits_at_least, SHOWING_SECONDS)
        return Failed(step, answer, new)
