"""What became of a workflow, step by step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.scenarios.criteria import Judgement
from contracts.scenarios.description import Step
from contracts.scenarios.expressions import Exchange


@dataclass(frozen=True, slots=True)
class StepRun:
    """One try of a step.

    `operation` is the id of what was called. `exchange` is None where no answer came, or where a workflow was called;
    `problem` says what went wrong besides criteria.
    """

    workflow: str
    step: Step
    operation: str
    attempt: int
    exchange: Exchange | None
    judgements: Sequence[Judgement]
    outputs: Mapping[str, Any]
    problem: str = ""
    will_retry: bool = False

    @property
    def succeeded(self) -> bool:
        """Whether everything held."""
        return not self.problem and all(judgement.met for judgement in self.judgements)

    @property
    def reasons(self) -> list[str]:
        """What did not hold, in words."""
        unmet = [f"{it.criterion}: {it.reason}" if it.reason else it.criterion for it in self.judgements if not it.met]
        return [*([self.problem] if self.problem else []), *unmet]


@dataclass(frozen=True, slots=True)
class WorkflowRun:
    """How a workflow ended."""

    workflow: str
    succeeded: bool
    outputs: Mapping[str, Any]
    problem: str = ""
