"""What a check has found, told in the words of pytest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest

from contracts.catalogue import Level, Requirement
from contracts.results import CheckResult
from contracts.verdicts import Finding, Status

WHY_ALL = frozenset({Status.NOT_OBSERVABLE, Status.NOT_RUN})


@dataclass(frozen=True, slots=True)
class Found:
    """The result of a check, and by which of its failures a test fails."""

    result: CheckResult
    requirements: Mapping[str, Requirement]
    expected_failures: Mapping[str, str]
    strict: bool

    def tell(self) -> None:
        """Fail, skip or pass as a test: a MUST that failed, everything unseen, or something that holds."""
        failures = [finding for finding in self.result.findings if self._fails_by(finding)]
        unexpected = [finding for finding in failures if finding.requirement not in self.expected_failures]
        if unexpected:
            pytest.fail(_text(unexpected, self.requirements), pytrace=False)
        if failures:
            reasons = dict.fromkeys(
                f"{finding.requirement}: {self.expected_failures[finding.requirement]}" for finding in failures
            )
            pytest.xfail("; ".join(reasons))
        if all(finding.status in WHY_ALL for finding in self.result.findings):
            why = dict.fromkeys(f"{finding.status}: {finding.explanation}" for finding in self.result.findings)
            pytest.skip("; ".join(why) or "nothing was found")

    def trouble(self) -> str | None:
        """What went wrong in the kit itself, if anything did."""
        errors = [finding for finding in self.result.findings if finding.status is Status.ERROR]
        return errors[0].explanation if errors else None

    def _fails_by(self, finding: Finding) -> bool:
        binding = {Level.MUST, Level.SHOULD} if self.strict else {Level.MUST}
        return finding.status is Status.FAILED and self.requirements[finding.requirement].level in binding


def _text(failures: Sequence[Finding], requirements: Mapping[str, Requirement]) -> str:
    return "\n\n".join(
        f"{finding.requirement} ({requirements[finding.requirement].level}): "
        f"{requirements[finding.requirement].statement}\n"
        f"  source: {requirements[finding.requirement].source}\n  {finding.explanation}"
        for finding in failures
    )
