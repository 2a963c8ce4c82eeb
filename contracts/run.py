"""Runs checks against an open session, and folds what they find into verdicts."""

import time
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

from contracts import VERSION
from contracts.catalogue import Level, Observable, Requirement
from contracts.check import Check, checks_of
from contracts.errors import EndOfCheck, KitError, NoAnswerError, NotRun, TargetGoneError
from contracts.record import Entry
from contracts.results import CheckResult, Results, RunInformation
from contracts.session import Session
from contracts.trial import Trial
from contracts.verdicts import Finding, Status, Verdict, verdict

Progress = Callable[[CheckResult], None]


def run(session: Session, *, progress: Progress | None = None) -> Results:
    """Run every check that the session's options select; `progress` hears each result, from any thread."""
    began, monotonic = datetime.now(UTC), time.monotonic()
    selected = select(checks_of(session.api.name), session.options.only)

    def one(check: Check) -> CheckResult:
        result = carry_out(check, session)
        if progress is not None:
            progress(result)
        return result

    # The longest first: they would else run alone at the end.
    ordered = sorted(selected, key=lambda check: -check.span_seconds) if session.workers > 1 else selected
    with ThreadPoolExecutor(session.workers) as pool:
        results = list(pool.map(one, ordered))
    return conclude(session, results, began=began, seconds=time.monotonic() - monotonic)


def select(checks: Iterable[Check], only: Sequence[str]) -> list[Check]:
    """The checks on requirements whose ids begin with one of `only`; all where it is empty."""
    return [
        check
        for check in checks
        if not only or any(requirement.startswith(tuple(only)) for requirement in check.requirements)
    ]


def carry_out(check: Check, session: Session) -> CheckResult:
    """Run one check; whatever happens is a result, a trouble of the kit's own included."""
    began, monotonic = datetime.now(UTC), time.monotonic()

    def result(findings: Sequence[Finding], trial: Trial | None, ended_early: str | None = None) -> CheckResult:
        entries: Sequence[Entry] = trial.record.entries if trial is not None else ()
        secrets = frozenset(trial.record.secrets) if trial is not None else frozenset[str]()
        seconds = time.monotonic() - monotonic
        return CheckResult(check, tuple(findings), entries, secrets, began, seconds, ended_early)

    level = session.time_level

    def all_as(status: Status, because: str) -> list[Finding]:
        return [Finding(requirement, status, because, check.id, level) for requirement in check.requirements]

    if session.gone is not None:
        return result(all_as(Status.NOT_RUN, session.gone), None, session.gone)
    if (reason := session.unobservable(check)) is not None:
        return result(all_as(Status.NOT_OBSERVABLE, reason), None, reason)
    if not session.budget.reaches(session.timekeeper.real_seconds(check.span_seconds)):
        reason = f"the time budget of {session.budget.seconds:g} s does not reach for it"
        return result(all_as(Status.NOT_RUN, reason), None, reason)
    trial: Trial | None = None
    try:
        trial = session.trial(check)
        try:
            check(trial)
        finally:
            trial.close()
    except KitError as error:
        reason, status = str(error), Status.NOT_OBSERVABLE
        if isinstance(error, NoAnswerError | TargetGoneError) and not session.still_there():
            reason = session.gone = f"the target does not answer any more: {error}"
            status = Status.NOT_RUN
        elif isinstance(error, NotRun):
            status = Status.NOT_RUN
        elif not isinstance(error, EndOfCheck | NoAnswerError):
            status = Status.ERROR
        return result(_cut_short(check, trial, all_as(status, reason)), trial, reason)
    except Exception:  # noqa: BLE001 - the outermost loop: a trouble of the kit is a result, not a verdict
        text = traceback.format_exc()
        kept = [finding for finding in trial.findings if finding.status is Status.FAILED] if trial else []
        return result([*kept, *all_as(Status.ERROR, text)], trial, "the kit itself had a trouble")
    return result([*trial.findings, *_undecided(check, trial, all_as)], trial)


def _cut_short(check: Check, trial: Trial | None, instead: Sequence[Finding]) -> list[Finding]:
    """What a check that ended early has found: its failures stand, its passes were not seen to the end."""
    found = [finding for finding in trial.findings if finding.status is not Status.PASSED] if trial else []
    decided = {finding.requirement for finding in found}
    return [*found, *(finding for finding in instead if finding.requirement not in decided)]


def _undecided(
    check: Check, trial: Trial, all_as: Callable[[Status, str], list[Finding]]
) -> list[Finding]:
    found = {finding.requirement for finding in trial.findings}
    missing = set(check.requirements) - found
    return [
        replace(finding, status=Status.NOT_OBSERVABLE, explanation="none of the readings was seen")
        if trial.api.requirements[finding.requirement].level is Level.MAY
        else finding
        for finding in all_as(Status.ERROR, "the check came to its end without a verdict on it")
        if finding.requirement in missing
    ]


def conclude(session: Session, results: Sequence[CheckResult], *, began: datetime, seconds: float) -> Results:
    """Fold the findings of all checks into a verdict on every requirement that was asked for or has failed."""
    options, target = session.options, session.target
    by_requirement: dict[str, list[Finding]] = defaultdict(list)
    for finding in (finding for result in results for finding in result.findings):
        by_requirement[finding.requirement].append(finding)
    verdicts: dict[str, Verdict] = {}
    for requirement in session.api.requirements.values():
        findings = by_requirement[requirement.id]
        one = verdict(
            requirement,
            findings or [_unseen(requirement, session)],
            expected_failure=target.expected_failures.get(requirement.id),
        )
        if not options.only or requirement.id.startswith(tuple(options.only)) or one.status is Status.FAILED:
            verdicts[requirement.id] = one
    information = RunInformation(
        target_url=target.url,
        api=session.api.name,
        api_title=session.api.title,
        time_level=session.time_level,
        capabilities=tuple(sorted(session.offer.capabilities)),
        seed=options.seed,
        strict=options.strict,
        only=options.only,
        time_budget_seconds=options.time_budget_seconds,
        began=began,
        seconds=seconds,
        kit_version=VERSION,
        target_gone=session.gone,
    )
    return Results(information, verdicts, tuple(results))


def _unseen(requirement: Requirement, session: Session) -> Finding:
    because = (
        "it cannot be seen from outside"
        if requirement.observable is Observable.NONE
        else "no check came to look at it"
    )
    return Finding(requirement.id, Status.NOT_OBSERVABLE, because, "", session.time_level)
