"""CBK: answers that do not wait for callbacks, however long these take."""

import time
from collections.abc import Sequence

from contracts.check import check
from contracts.checks.bannx.asks import Ask
from contracts.checks.bannx.failing import Failed, answered, going_wrong, steps_apart
from contracts.checks.bannx.ledger import Ledger
from contracts.checks.bannx.missing_files import NO_FILE, judge_missing
from contracts.checks.bannx.space import Space
from contracts.checks.closing import unseen
from contracts.client import Response
from contracts.errors import NotObservable
from contracts.record import Exchange
from contracts.renders import Fault, Step
from contracts.trial import Trial

AT_ONCE, LATER = "BNX-CBK-006", "BNX-CBK-007"

WAITING_SECONDS = 5.0
"""How much longer than usual an answer has to take that waits for a step: one that hangs does so for ten seconds."""

SLOW_SECONDS = 4.0
"""How long a render may usually take for that to be seen."""

HANGING = 12
"""How many callbacks hang while a later request is looked at: more than are usually run at a time."""

LOOKING_SECONDS = 0.5
"""How long after its answer it is looked for the file of a render whose callback hangs."""


class Watch:
    """How long the answers to renders of a space take; `NotObservable` where it usually takes too long to tell."""

    def __init__(self, space: Space, *asks: Ask) -> None:
        self._space = space
        self._asks = asks
        self.usual_seconds = 0.0
        self.look_again()

    def look_again(self) -> None:
        """See how long answers take while no callback hangs."""
        self._space.rest()
        for ask in self._asks:
            rendered = self._space.asking.rendered(ask).answer
            self.usual_seconds = max(self.usual_seconds, self._seconds(rendered))
        if self.usual_seconds > SLOW_SECONDS:
            message = f"a render takes {self.usual_seconds:.1f} s here without that a callback hangs"
            raise NotObservable(message)

    def is_late(self, answer: Response) -> bool:
        """Whether an answer took so much longer than usual that it has waited for something."""
        return self._seconds(answer) > self.usual_seconds + WAITING_SECONDS

    def words(self, answer: Response) -> str:
        """How long it took."""
        return f"it was answered after {self._seconds(answer):.1f} s, and usually is after {self.usual_seconds:.1f} s"

    def _seconds(self, answer: Response) -> float:
        entries = self._space.trial.record.entries
        return next(
            entry.seconds for entry in entries if isinstance(entry, Exchange) and entry.number == answer.evidence
        )


@check(AT_ONCE, NO_FILE)
def an_answer_does_not_wait_for_a_step_that_hangs(trial: Trial) -> None:
    """Whichever step of the callback hangs, the render is answered as soon as ever; its entry has no file meanwhile."""
    space = Space(trial)
    space.require_faults()
    asks = Ask(space.page.id), Ask(space.page.id, post=True)
    steps = steps_apart(space, *asks)
    watch = Watch(space, *asks)
    is_obeyed = True
    for step in steps:
        for ask in asks:
            before, (answer, new) = space.look(), _while_hanging(space, ask, step)
            was_late = watch.is_late(answer)
            if was_late:
                watch.look_again()
                answer, _ = _while_hanging(space, ask, step)
            because = f"{step} hangs, and {ask} was to be answered as soon as ever; {watch.words(answer)}"
            if not trial.expect(AT_ONCE, not watch.is_late(answer), because, evidence=[answer.evidence]):
                unseen(trial, NO_FILE, because="the answers wait for the callback")
                return
            if was_late:
                unseen(trial, NO_FILE, because="answers wait for callbacks of earlier renders (BNX-CBK-007)")
                return
            if new is not None and step is not Step.CREDITS:
                is_obeyed = judge_missing(space, Failed(step, answer, new.since(before)), is_obeyed=is_obeyed)
    unseen(trial, NO_FILE, because="no step could be made to hang that leaves the log without the file")


def _while_hanging(space: Space, ask: Ask, step: Step) -> tuple[Response, Ledger | None]:
    """The answer to a render whose callback hangs at this step, and the log meanwhile, if it came in time for that."""
    began = time.monotonic()
    with going_wrong(space, step, Fault.HANG):
        answer = answered(space, ask, step, stands_on=AT_ONCE)
        time.sleep(LOOKING_SECONDS)
        seen = space.look()
    return answer, seen if time.monotonic() - began < WAITING_SECONDS else None


@check(LATER)
def later_answers_do_not_wait_for_callbacks_that_hang(trial: Trial) -> None:
    """While the callbacks of a dozen renders hang, requests are answered as soon as ever, by GET and by POST."""
    space = Space(trial)
    space.require_faults()
    asks = Ask(space.page.id), Ask(space.page.id, post=True)
    step = steps_apart(space, *asks)[0]
    watch = Watch(space, *asks)
    late = _late_one(space, watch, asks, step)
    if late is not None:  # is it by chance?
        watch.look_again()
        late = _late_one(space, watch, asks, step)
    if late is None:
        trial.passed(LATER)
        return
    number, answer = late
    because = f"{number} callbacks hang at {step}, and a render was to be answered as soon as ever; "
    requirement = LATER if number else AT_ONCE
    trial.failed(requirement, f"{because}{watch.words(answer)}", evidence=[answer.evidence])
    unseen(trial, LATER, because="an answer waits for its own callback")


def _late_one(space: Space, watch: Watch, asks: Sequence[Ask], step: Step) -> tuple[int, Response] | None:
    """The first answer that came late, and how many callbacks did hang then; None where none came late."""
    with going_wrong(space, step, Fault.HANG):
        for number in range(HANGING):
            answer = answered(space, asks[number % len(asks)], step, stands_on=LATER if number else AT_ONCE)
            if watch.is_late(answer):
                return number, answer
    for ask in asks:  # the step works again, and those that hang go on to
        answer = answered(space, ask, step, stands_on=LATER)
        if watch.is_late(answer):
            return HANGING, answer
    return None
