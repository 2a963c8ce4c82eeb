"""What all reports say of a run in the same words: outcomes, areas, reasons, the headline."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from contracts.catalogue import Level
from contracts.record import Entry
from contracts.results import CheckResult, ExitCode, Results
from contracts.verdicts import Finding, Status, Verdict

AREA_TITLES: Mapping[str, str] = {
    "AUT": "Authentication",
    "CFG": "Webhook configuration",
    "CMD": "Commands and polling",
    "WHK": "Webhook deliveries",
    "SIG": "Signatures",
    "RTY": "Attempts and retries",
    "DIS": "Failure count and disabling",
    "ERR": "Errors",
    "UPD": "Updates",
    "TST": "Tests of configs",
    "STA": "States",
    "LST": "Lists",
    "TSK": "Tasks",
    "EVT": "Events",
    "ORG": "Organisation and key",
    "DEL": "Deletion",
    "REN": "Rendering",
    "FMT": "Formats",
    "TWK": "Tweaks",
    "BOD": "Request bodies",
    "CBK": "Callbacks",
    "LOG": "Logs of requests",
    "CRD": "Credits",
    "OUT": "No requests to clients",
}


class Outcome(StrEnum):
    """A verdict as a run takes it: with the requirement's level and the target's own expectations."""

    FAILED = "failed"
    UNEXPECTED_PASS = "expected to fail, but passed"  # noqa: S105 - a pass, no password
    ERROR = "error"
    WARNING = "warning"
    EXPECTED_FAILURE = "expected failure"
    PASSED = "passed"
    NOT_OBSERVABLE = "not observable"
    NOT_RUN = "not run"


COUNTED_AS: Mapping[Outcome, tuple[str, str]] = {
    Outcome.FAILED: ("failed", "failed"),
    Outcome.UNEXPECTED_PASS: ("unexpected pass", "unexpected passes"),
    Outcome.ERROR: ("error of the kit", "errors of the kit"),
    Outcome.WARNING: ("warning", "warnings"),
    Outcome.EXPECTED_FAILURE: ("expected failure", "expected failures"),
    Outcome.PASSED: ("passed", "passed"),
    Outcome.NOT_OBSERVABLE: ("not observable", "not observable"),
    Outcome.NOT_RUN: ("not run", "not run"),
}
"""Each outcome after the number one, and after other numbers."""


@dataclass(frozen=True, slots=True)
class Headline:
    """The run in a few words; `outcome` says how they are coloured, None where there is no verdict at all."""

    text: str
    outcome: Outcome | None


def outcome(verdict: Verdict, *, strict: bool) -> Outcome:
    """How the run takes this verdict."""
    if verdict.expected_failure is not None:
        if verdict.status is Status.FAILED:
            return Outcome.EXPECTED_FAILURE
        if verdict.status is Status.PASSED:
            return Outcome.UNEXPECTED_PASS
    if verdict.status is Status.FAILED and not verdict.breaks_run(strict=strict):
        return Outcome.WARNING
    return Outcome(verdict.status)


def by_outcome(results: Results) -> Mapping[Outcome, Sequence[Verdict]]:
    """The verdicts by outcome, the gravest outcome first; outcomes without verdicts are left out."""
    found: dict[Outcome, list[Verdict]] = {each: [] for each in Outcome}
    for verdict in results.verdicts.values():
        found[outcome(verdict, strict=results.information.strict)].append(verdict)
    return {each: verdicts for each, verdicts in found.items() if verdicts}


def area_of(requirement: str) -> str:
    """The area in a requirement's id: `RTY` of `RIO-RTY-012`."""
    return requirement.split("-")[1] if requirement.count("-") > 1 else requirement


def area_title(area: str) -> str:
    """The area's name for people."""
    return AREA_TITLES.get(area, area)


def by_area(verdicts: Iterable[Verdict]) -> Mapping[str, Sequence[Verdict]]:
    """The verdicts by area, both in the order in which they come."""
    found: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        found[area_of(verdict.requirement.id)].append(verdict)
    return found


def by_reason(verdicts: Iterable[Verdict]) -> Mapping[str, Sequence[Verdict]]:
    """The verdicts by their explanation, the most frequent reason first."""
    found: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        found[verdict.explanation].append(verdict)
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def counted(results: Results) -> str:
    """How often each outcome occurs, such as `118 passed, 2 failed, 7 not observable`."""
    return (
        ", ".join(count_of(each, len(verdicts)) for each, verdicts in by_outcome(results).items()) or "nothing judged"
    )


def count_of(which: Outcome, number: int) -> str:
    """A number of verdicts in words."""
    return f"{number} {COUNTED_AS[which][number != 1]}"


def headline(results: Results) -> Headline:
    """The run in a few words."""
    found = by_outcome(results)
    if results.exit_code is ExitCode.REQUIREMENT_FAILED:
        return Headline(_does_not_conform(results, found), Outcome.FAILED)
    if results.exit_code is ExitCode.KIT:
        return Headline("no verdict: the kit itself had a trouble", Outcome.ERROR)
    if results.information.target_gone is not None:
        return Headline("no verdict: the target went away", None)
    if Outcome.PASSED not in found:
        return Headline("no verdict: nothing could be judged", None)
    unseen = Outcome.NOT_OBSERVABLE in found or Outcome.NOT_RUN in found
    return Headline("conforms in all that was seen" if unseen else "conforms", Outcome.PASSED)


def _does_not_conform(results: Results, found: Mapping[Outcome, Sequence[Verdict]]) -> str:
    failed, unexpected = (len(found.get(each, ())) for each in (Outcome.FAILED, Outcome.UNEXPECTED_PASS))
    if not failed:
        return f"the expectations are out of date: {count_of(Outcome.UNEXPECTED_PASS, unexpected)}"
    word = "requirement" if failed == 1 else "requirements"
    broken = "MUST and SHOULD " if results.information.strict else ""
    return f"does not conform: {failed} {broken}{word} failed"


def first_failure(results: Results) -> Verdict | None:
    """The failure that is worth reading first: of a MUST before that of a SHOULD, in the order of the catalogue."""
    failed = [verdict for verdict in results.verdicts.values() if verdict.status is Status.FAILED]
    unexpected = [verdict for verdict in failed if verdict.expected_failure is None]
    return min(unexpected, key=lambda verdict: verdict.requirement.level is not Level.MUST, default=None)


def deciding(verdict: Verdict) -> Finding | None:
    """The first finding that speaks for the verdict."""
    return next((finding for finding in verdict.findings if finding.status is verdict.status), None)


def check_of(results: Results, identifier: str) -> CheckResult | None:
    """The result of the check with this id."""
    return next((result for result in results.checks if result.check.id == identifier), None)


def cited(results: Results, finding: Finding, *, otherwise: int = 0) -> Sequence[Entry]:
    """The entries that a finding names; where it names none, the last `otherwise` of its check."""
    result = check_of(results, finding.check)
    if result is None:
        return ()
    named = [entry for entry in result.entries if entry.number in finding.evidence]
    return named or list(result.entries)[max(0, len(result.entries) - otherwise) :]
