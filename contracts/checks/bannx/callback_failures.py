"""CBK: a callback with a step that fails: the answer, the log, the credits, and the renders after it."""

from contracts.check import check
from contracts.checks.bannx.answers import are_same, media_type, picture_in
from contracts.checks.bannx.asking import Rendered
from contracts.checks.bannx.asks import Ask
from contracts.checks.bannx.calls import OK
from contracts.checks.bannx.failing import BODY, STATUS, answered, failed_at, going_wrong, steps_apart
from contracts.checks.bannx.ledger import Whole
from contracts.checks.bannx.missing_files import judge_missing
from contracts.checks.bannx.space import Space
from contracts.checks.bannx.usual import usual_render
from contracts.checks.closing import unseen
from contracts.client import Response
from contracts.renders import Step
from contracts.trial import Trial

NO_FILE, LATER = "BNX-LOG-006", "BNX-CBK-008"
ONCE, WITHOUT_FILE = "BNX-CRD-006", "BNX-CRD-007"


@check(STATUS, BODY)
def a_step_that_fails_leaves_the_answer_as_it_is(trial: Trial) -> None:
    """Whichever step of the callback fails, the render is answered 200 with the same image."""
    space = Space(trial)
    space.require_faults()
    for ask in (Ask(space.page.id), Ask(space.page.id, post=True)):
        steps = steps_apart(space, ask)
        plain = space.asking.rendered(ask)
        for step in steps:
            with going_wrong(space, step):
                answer = space.asking.render(ask, stands_on=BODY)
                _judge_answer(space, ask, step, plain=plain, answer=answer)
                space.rests()
    unseen(trial, BODY, because="no render whose step failed was answered 200, which is judged elsewhere")


def _judge_answer(space: Space, ask: Ask, step: Step, *, plain: Rendered, answer: Response) -> None:
    trial, evidence = space.trial, [plain.answer.evidence, answer.evidence]
    because = f"{ask} was to be answered 200 also when {step} fails, and was answered {answer}"
    if not trial.expect(STATUS, answer.status == OK, because, evidence=evidence):
        return
    was, now = media_type(plain.answer), media_type(answer)
    because = f"when {step} fails, {ask} was to be answered with {was} as ever, and was with {now}"
    trial.expect(BODY, was == now, because, evidence=evidence)
    picture, trouble = picture_in(space.asking.image(answer))
    if picture is None:
        because = f"when {step} fails, {ask} was to be answered with the whole image, and the image: {trouble}"
        trial.failed(BODY, because, evidence=evidence)
    elif (picture.kind, picture.size) != (plain.picture.kind, plain.picture.size):
        because = f"when {step} fails, {ask} was to give a {plain.picture} as ever, and gave a {picture}"
        trial.failed(BODY, because, evidence=evidence)
    elif not are_same(picture, plain.picture):
        # What changes by itself is no fault: two undisturbed renders have to be the same before.
        because = f"when {step} fails, {ask} was to give the same image as ever, and gave another one"
        trial.expect(BODY, not space.asking.is_still(ask), because, evidence=evidence)


@check(NO_FILE, ONCE, WITHOUT_FILE)
def a_step_that_fails_leaves_no_file_in_the_log(trial: Trial) -> None:
    """Where the upload or the log fails, the entry has no file; whatever fails, a render counts once at the most."""
    space = Space(trial)
    space.require_faults()
    ask = Ask(space.page.id)
    steps = steps_apart(space, ask)
    usual = usual_render(space, ask)
    is_obeyed = True
    for step in steps:
        failed = failed_at(space, ask, step, credits_at_least=0 if step is Step.CREDITS else usual.credits)
        evidence = [failed.answer.evidence]
        counted = failed.new.credits
        because = f"{ask} counts {usual.credits} credits, and when {step} failed, {counted} were counted"
        trial.expect(ONCE, counted <= usual.credits, because, evidence=evidence)
        if step is Step.CREDITS:
            continue
        is_obeyed = judge_missing(space, failed, is_obeyed=is_obeyed)
        if is_obeyed:
            words = f"when {step} failed, {counted} credits were counted; usually {usual.credits}"
            trial.saw(WITHOUT_FILE, "a" if counted else "b", words, evidence=evidence)
    unseen(trial, NO_FILE, WITHOUT_FILE, because="no step could be made to fail that leaves the log without the file")


@check(LATER)
def renders_after_a_failure_are_followed_as_ever(trial: Trial) -> None:
    """Once a step works again that failed, the next render is uploaded, logged and counted."""
    space = Space(trial)
    space.require_faults()
    ask = Ask(space.page.id)
    usual = usual_render(space, ask)
    for step in steps_apart(space, ask):
        with going_wrong(space, step):
            answered(space, ask, step)
            space.rests()
        space.rest()
        _judge_later(space, ask, step, usual)


def _judge_later(space: Space, ask: Ask, step: Step, usual: Whole) -> None:
    followed = space.followed(ask, credits_at_least=usual.credits)
    new = followed.new
    lacking = [
        *(["no entry in the log"] if not new.entries else []),
        *(["no file in the log"] if new.entries and not new.files else []),
        # More may be there: what failed may be made up (BNX-CBK-009 c).
        *([f"{new.credits} credits in place of {usual.credits}"] if new.credits < usual.credits else []),
    ]
    because = f"{step} had failed and worked again; the next render ({ask}) has {', '.join(lacking)}"
    space.trial.expect(LATER, not lacking, because, evidence=followed.evidence)
