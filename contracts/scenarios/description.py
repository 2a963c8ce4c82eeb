"""An Arazzo description as values: what its workflows do, step by step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from contracts.scenarios.criteria import Criterion

ActionKind = Literal["end", "goto", "retry"]
Place = Literal["path", "query", "header", "cookie"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value for a request, or, without a place, an input of a workflow."""

    name: str
    place: Place | None
    value: Any


@dataclass(frozen=True, slots=True)
class Replacement:
    """A value to be put where a JSON pointer leads to within a payload."""

    target: str
    value: Any


@dataclass(frozen=True, slots=True)
class RequestBody:
    """What is sent: a template of JSON, or of text."""

    content_type: str
    payload: Any
    replacements: Sequence[Replacement] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """What follows a step; `workflow` or `step` is where a `goto` leads, or what a `retry` does before it."""

    name: str
    kind: ActionKind
    criteria: Sequence[Criterion] = ()
    workflow: str | None = None
    step: str | None = None
    retry_after_seconds: float = 0.0
    retry_limit: int = 1


@dataclass(frozen=True, slots=True)
class OperationReference:
    """An operation by its id, or by its path and method, in one of the sources."""

    source: str | None
    operation_id: str | None = None
    path: str | None = None
    method: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One call of an operation, or of another workflow."""

    id: str
    description: str
    calls: OperationReference | str
    parameters: Sequence[Parameter]
    body: RequestBody | None
    criteria: Sequence[Criterion]
    on_success: Sequence[Action] | None
    on_failure: Sequence[Action] | None
    outputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Workflow:
    """Steps in order, with what they share."""

    id: str
    summary: str
    inputs: Mapping[str, Any]
    depends_on: Sequence[str]
    parameters: Sequence[Parameter]
    steps: Sequence[Step]
    success_actions: Sequence[Action]
    failure_actions: Sequence[Action]
    outputs: Mapping[str, Any]

    def position(self, step: str) -> int:
        """Where a step stands; reading has made sure that it does."""
        return next(index for index, each in enumerate(self.steps) if each.id == step)


@dataclass(frozen=True, slots=True)
class Description:
    """A whole description; `sources` are the URLs of OpenAPI documents as they were written."""

    title: str
    summary: str
    description: str
    sources: Mapping[str, str]
    workflows: Mapping[str, Workflow]
