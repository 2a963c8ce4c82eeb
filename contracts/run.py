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
from contracts.record import Record
from contracts.results import CheckResult, Results, RunInformation
from contracts.session import Session
from contracts.trial import Trial
from contracts.verdicts import Finding, Status, Verdict, verdict

MOST_REPETITIONS = 3
"""How often a check is carried out that fails while deliveries of earlier checks disturb it."""

LEAST_SECONDS = 2.0
"""What is left of the budget when a check is begun, at least, besides the time that it lets pass."""

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

    with ThreadPoolExecutor(session.workers) as pool:
        results = list(pool.map(one, in_order(selected, session)))
    return conclude(session, results, began=began, seconds=time.monotonic() - monotonic)


def in_order(checks: Sequence[Check], session: Session) -> list[Check]:
    """The longest first where several run at a time, or they would run alone at the end.

    On one account for all, those that look at an untouched one come first, and with a budget the longest last.
    """
    if session.own_workspaces:
        return sorted(checks, key=lambda check: -check.span_seconds)
    budgeted = session.budget.seconds is not None

    def place(check: Check) -> tuple[bool, float]:
        # Of those on an untouched account, the one that stands on the fewest requirements touches it least.
        return not check.untouched, len(check.requirements) if check.untouched else check.span_seconds * budgeted

    return sorted(checks, key=place)


def select(checks: Iterable[Check], only: Sequence[str]) -> list[Check]:
    """The checks on requirements whose ids begin with one of `only`; all where it is empty."""
    return [
        check
        for check in checks
        if not only or any(requirement.startswith(tuple(only)) for requirement in check.requirements)
    ]


def carry_out(check: Check, session: Session) -> CheckResult:
    """Run one check; whatever happens is a result, a trouble of the kit's own included."""
    for _ in range(MOST_REPETITIONS):
        strays = session.receiver.strays
        result = _carry_out_once(check, session)
        if session.own_workspaces or session.receiver.strays == strays or not result.has_failures:
            return result
    return replace(result, findings=tuple(_disturbed(finding) for finding in result.findings))


def _disturbed(finding: Finding) -> Finding:
    """A failure that was seen while retries of earlier checks came in between, which may have made it."""
    if finding.status is not Status.FAILED:
        return finding
    because = f"deliveries of earlier checks under the same account came in between; {finding.explanation}"
    return replace(finding, status=Status.NOT_OBSERVABLE, explanation=because)


def _carry_out_once(check: Check, session: Session) -> CheckResult:
    attempt = _Attempt(check, session)
    if (hindrance := _hindrance(check, session)) is not None:
        status, reason = hindrance
        return attempt.result(attempt.all_as(status, reason), reason)
    try:
        attempt.trial = session.trial(check)
        try:
            check(attempt.trial)
        finally:
            attempt.trial.close()
    except KitError as error:
        status, reason = _ending(error, session)
        return attempt.cut_short(status, reason)
    except Exception:  # noqa: BLE001 - the outermost loop: a trouble of the kit is a result, not a verdict
        return attempt.cut_short(Status.ERROR, traceback.format_exc())
    return attempt.completed()


def _hindrance(check: Check, session: Session) -> tuple[Status, str] | None:
    """Why a check is not even begun."""
    if session.gone is not None:
        return Status.NOT_RUN, session.gone
    if (reason := session.unobservable(check)) is not None:
        return Status.NOT_OBSERVABLE, reason
    if not session.budget.reaches(session.timekeeper.real_seconds(check.span_seconds) + LEAST_SECONDS):
        return Status.NOT_RUN, f"the time budget of {session.budget.seconds:g} s does not reach for it"
    return None


def _ending(error: KitError, session: Session) -> tuple[Status, str]:
    """What it means that a check ended by this error."""
    if isinstance(error, NoAnswerError | TargetGoneError) and not session.still_there():
        session.gone = f"the target does not answer any more: {error}"
        return Status.NOT_RUN, session.gone
    if isinstance(error, NotRun):
        return Status.NOT_RUN, str(error)
    if isinstance(error, EndOfCheck | NoAnswerError):
        return Status.NOT_OBSERVABLE, str(error)
    return Status.ERROR, f"{type(error).__name__}: {error}"


class _Attempt:
    """One check being carried out."""

    def __init__(self, check: Check, session: Session) -> None:
        self.check = check
        self.trial: Trial | None = None
        self._level = session.time_level
        self._began, self._monotonic = datetime.now(UTC), time.monotonic()

    def all_as(self, status: Status, because: str) -> list[Finding]:
        """The same finding on every requirement of the check."""
        return [
            Finding(requirement, status, because, self.check.id, self._level) for requirement in self.check.requirements
        ]

    def result(self, findings: Sequence[Finding], ended_early: str | None = None) -> CheckResult:
        """The result with these findings and all evidence so far."""
        record = self.trial.record if self.trial is not None else Record()
        return CheckResult(
            check=self.check,
            findings=tuple(findings),
            entries=record.entries,
            secrets=frozenset(record.secrets),
            began=self._began,
            seconds=time.monotonic() - self._monotonic,
            ended_early=ended_early,
        )

    def cut_short(self, status: Status, reason: str) -> CheckResult:
        """What a check that ended early has found: its failures stand, its passes were not seen to the end."""
        found = [finding for finding in self._found if finding.status is not Status.PASSED]
        decided = {finding.requirement for finding in found}
        rest = [finding for finding in self.all_as(status, reason) if finding.requirement not in decided]
        return self.result([*found, *rest], reason)

    def completed(self) -> CheckResult:
        """What a check that came to its end has found; saying nothing of a requirement is a trouble of the kit."""
        decided = {finding.requirement for finding in self._found}
        rest = [
            replace(finding, status=Status.NOT_OBSERVABLE, explanation="none of its readings was seen")
            if self.trial is not None and self.trial.api.requirements[finding.requirement].level is Level.MAY
            else finding
            for finding in self.all_as(Status.ERROR, "the check came to its end without a verdict on it")
            if finding.requirement not in decided
        ]
        return self.result([*self._found, *rest])

    @property
    def _found(self) -> Sequence[Finding]:
        return self.trial.findings if self.trial is not None else ()


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
        "it cannot be seen from outside" if requirement.observable is Observable.NONE else "no check came to look at it"
    )
    return Finding(requirement.id, Status.NOT_OBSERVABLE, because, "", session.time_level)
