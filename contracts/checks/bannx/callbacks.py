"""CBK: the callback after renders that have succeeded, by GET and by POST, and none after others."""

import time

from contracts.check import check
from contracts.checks.bannx.asks import Ask
from contracts.checks.bannx.refused import FIRST_ERROR, MOST_REFUSED, are_errors, refused
from contracts.checks.bannx.space import Space
from contracts.trial import Trial

BY_GET, BY_POST, NOT_AFTER_ERRORS = "BNX-CBK-001", "BNX-CBK-002", "BNX-CBK-003"
NO_CREDITS, LOG_OF_ERRORS = "BNX-CRD-002", "BNX-LOG-010"

LEAST_SECONDS = 2.0
"""How long at least it is waited for what might follow an error."""


@check(BY_GET)
def a_render_by_get_is_followed_by_its_callback(trial: Trial) -> None:
    """After a render by GET its entry in the log has a file, and credits were counted."""
    space = Space(trial)
    trial.passed(BY_GET, evidence=space.whole(Ask(space.page.id)).render.evidence)


@check(BY_POST)
def a_render_by_post_is_followed_by_its_callback(trial: Trial) -> None:
    """After a render by POST its entry in the log has a file, and credits were counted."""
    space = Space(trial)
    trial.passed(BY_POST, evidence=space.whole(Ask(space.page.id, post=True)).render.evidence)


@check(NOT_AFTER_ERRORS, NO_CREDITS, LOG_OF_ERRORS)
def an_error_is_followed_by_no_callback(trial: Trial) -> None:
    """After requests that were refused no entry of the log has a file for them, and no credits are counted."""
    space = Space(trial)
    began = time.monotonic()
    space.whole(Ask(space.page.id))
    answers, new = space.observed(
        lambda: refused(space),
        lambda seen: any(entry.status >= FIRST_ERROR for entry in seen.entries),
        most=MOST_REFUSED,
        # Whether there are entries is open: they are looked for as long as it takes a callback to show, and then some.
        patience_seconds=LEAST_SECONDS + 2 * (time.monotonic() - began),
    )
    evidence = [answer.evidence for answer in answers]
    logged = [entry for entry in new.entries if entry.status >= FIRST_ERROR]
    suspects = new.entries if space.is_own and are_errors(answers) else logged
    held = [f"{entry.request_id}, status {entry.status}: {entry.file}" for entry in suspects if entry.file is not None]
    because = f"nothing was to be uploaded after {len(answers)} requests that were refused; the log has {held}"
    trial.expect(NOT_AFTER_ERRORS, not held, because, evidence=evidence)
    because = f"{len(answers)} requests that were refused were to count no credits; {new.credits} were counted"
    others = [entry for entry in new.entries if entry.status < FIRST_ERROR]
    if are_errors(answers) and (new.credits <= 0 or space.is_own or not others):
        trial.expect(NO_CREDITS, new.credits <= 0, because, evidence=evidence)
    elif are_errors(answers):
        trial.unobservable(NO_CREDITS, because="other clients render in the same space at the same time")
    else:
        trial.unobservable(
            NO_CREDITS, because="not all requests were refused that were to be, which is judged elsewhere"
        )
    words = f"the log has {len(logged)} entries for {len(answers)} requests that were refused"
    trial.saw(LOG_OF_ERRORS, "a" if logged else "b", words, evidence=evidence)
