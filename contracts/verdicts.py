"""What a check finds about a requirement, and what all findings together make of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from contracts.catalogue import Level, Requirement


class Status(StrEnum):
    """The five verdicts."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_OBSERVABLE = "not observable"
    NOT_RUN = "not run"
    ERROR = "error"


class TimeLevel(StrEnum):
    """By which means time was made to pass when a verdict was found."""

    NONE = "none"
    DECLARED = "declared"
    CONTROL = "control"
    STEPPED = "stepped"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found about one requirement.

    `explanation` is a sentence for people: what was expected, what was seen. `evidence` are numbers of entries in
    the check's record. `check` is the check's id.
    """

    requirement: str
    status: Status
    explanation: str
    check: str
    time_level: TimeLevel
    reading: str | None = None
    evidence: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a run says of one requirement; `expected_failure` is the target's own reason why it fails."""

    requirement: Requirement
    status: Status
    findings: tuple[Finding, ...]
    expected_failure: str | None = None

    @property
    def readings(self) -> tuple[str, ...]:
        """The ids of the readings that were seen."""
        return tuple(sorted({finding.reading for finding in self.findings if finding.reading is not None}))

    @property
    def time_levels(self) -> tuple[TimeLevel, ...]:
        """The time levels that have decided."""
        return tuple(sorted({finding.time_level for finding in self.findings if finding.status is self.status}))

    @property
    def explanation(self) -> str:
        """The first sentence that speaks for the verdict."""
        return next((finding.explanation for finding in self.findings if finding.status is self.status), "")

    def breaks_run(self, *, strict: bool) -> bool:
        """Whether the run fails by it: a MUST that failed, with `strict` a SHOULD too, or an unexpected pass."""
        if self.expected_failure is not None:
            return self.status is Status.PASSED
        binding = {Level.MUST, Level.SHOULD} if strict else {Level.MUST}
        return self.status is Status.FAILED and self.requirement.level in binding


_ORDER = (Status.FAILED, Status.ERROR, Status.PASSED, Status.NOT_RUN, Status.NOT_OBSERVABLE)


def fold(statuses: Iterable[Status]) -> Status:
    """One failure decides, then a trouble of the kit; a pass outweighs what another check could not see."""
    found = set(statuses)
    return next((status for status in _ORDER if status in found), Status.NOT_OBSERVABLE)


def verdict(requirement: Requirement, findings: Sequence[Finding], *, expected_failure: str | None = None) -> Verdict:
    """The verdict on one requirement from all that was found about it."""
    return Verdict(requirement, fold(finding.status for finding in findings), tuple(findings), expected_failure)
