"""What a run has found: a verdict on every requirement, and the evidence of every check."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from contracts.check import Check
from contracts.record import Entry
from contracts.verdicts import Finding, Status, TimeLevel, Verdict


class ExitCode(IntEnum):
    """How `proofreel verify` ends."""

    CONFORMANT = 0
    REQUIREMENT_FAILED = 1
    SET_UP = 2
    KIT = 3


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check's findings and evidence; `ended_early` says why it did not come to its end, if it did not."""

    check: Check
    findings: tuple[Finding, ...]
    entries: Sequence[Entry]
    secrets: frozenset[str]
    began: datetime
    seconds: float
    ended_early: str | None = None

    @property
    def has_failures(self) -> bool:
        """Whether any requirement was found broken."""
        return any(finding.status is Status.FAILED for finding in self.findings)


@dataclass(frozen=True, slots=True)
class RunInformation:
    """Under which circumstances a run took place; no secret is in it."""

    target_url: str
    api: str
    api_title: str
    time_level: TimeLevel
    capabilities: tuple[str, ...]
    seed: int
    strict: bool
    only: tuple[str, ...]
    time_budget_seconds: float | None
    began: datetime
    seconds: float
    kit_version: str
    target_gone: str | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """A run that is over. `verdicts` are by requirement id, in the order of the catalogue.

    `is_redacted`: no secret is in them any more. No copy takes that over, as it may hold other things.
    """

    information: RunInformation
    verdicts: Mapping[str, Verdict]
    checks: tuple[CheckResult, ...]
    is_redacted: bool = field(default=False, init=False, compare=False)

    def counted(self, status: Status) -> int:
        """How many requirements have this verdict."""
        return sum(verdict.status is status for verdict in self.verdicts.values())

    @property
    def breaking(self) -> tuple[Verdict, ...]:
        """The verdicts by which the run fails."""
        return tuple(
            verdict for verdict in self.verdicts.values() if verdict.breaks_run(strict=self.information.strict)
        )

    @property
    def exit_code(self) -> ExitCode:
        """A failed requirement outweighs a trouble of the kit, and that a target of which nothing could be judged."""
        if self.breaking:
            return ExitCode.REQUIREMENT_FAILED
        if any(verdict.status is Status.ERROR for verdict in self.verdicts.values()):
            return ExitCode.KIT
        # Where nothing could be judged, it would be a lie to say that it conforms.
        was_judged = self.counted(Status.PASSED) or self.counted(Status.FAILED)
        if self.information.target_gone is not None or not was_judged:
            return ExitCode.SET_UP
        return ExitCode.CONFORMANT
