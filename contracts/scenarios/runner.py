"""Carries workflows out: calls each step, judges it, and goes where its actions lead."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from contracts.errors import NoAnswerError
from contracts.scenarios.calls import call
from contracts.scenarios.criteria import Judgement, all_met, judge
from contracts.scenarios.description import Action, Description, Parameter, Step, Workflow
from contracts.scenarios.expressions import Exchange, Scope, UnresolvedError, resolve
from contracts.scenarios.inputs import complete
from contracts.scenarios.runs import StepRun, WorkflowRun
from contracts.scenarios.sources import Operation, Sources

MOST_STEPS = 1000
"""A description can lead in a circle; no run takes more steps than these."""

MOST_DEPTH = 20
"""Workflows that call, or lead to, one another."""

FIRST_SUCCESS, LAST_SUCCESS = 200, 299

Listener = Callable[[StepRun], None]


class _EndlessError(Exception):
    """The run would not end."""


@dataclass
class _Progress:
    """Where a workflow stands."""

    workflow: Workflow
    inputs: Mapping[str, Any]
    steps: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    tries: dict[tuple[str, str], int] = field(default_factory=dict)
    attempts: dict[str, int] = field(default_factory=dict)


class Runner:
    """Runs the workflows of one description against one server.

    `client` has the server's base URL. `listen` hears of each try of a step; `wait` lets so many seconds pass.
    """

    def __init__(
        self,
        description: Description,
        sources: Sources,
        *,
        client: httpx.Client,
        listen: Listener,
        wait: Callable[[float], None],
    ) -> None:
        self._description = description
        self._sources = sources
        self._client = client
        self._listen = listen
        self._wait = wait
        self._steps_left = MOST_STEPS
        self._depth = 0
        self._done: dict[str, dict[str, Mapping[str, Any]]] = {}

    def run(self, workflow_id: str, inputs: Mapping[str, Any]) -> WorkflowRun:
        """Carry a workflow out, after those that it depends on; raises `SetUpError` for inputs that it cannot take."""
        workflow = self._description.workflows[workflow_id]
        self._done.setdefault(workflow_id, {})  # before those that it depends on, which may depend on it in turn
        for other in workflow.depends_on:
            if other not in self._done and not (before := self.run(other, {})).succeeded:
                return WorkflowRun(
                    workflow_id, succeeded=False, outputs={}, problem=before.problem or f"{other} failed"
                )
        progress = _Progress(workflow, complete(workflow, inputs))
        self._depth += 1
        try:
            succeeded = self._follow(progress, 0)
        except _EndlessError as error:
            if self._depth > 1:
                raise
            return WorkflowRun(workflow_id, succeeded=False, outputs={}, problem=str(error))
        finally:
            self._depth -= 1
        return self._ended(progress, succeeded=succeeded)

    def _ended(self, progress: _Progress, *, succeeded: bool) -> WorkflowRun:
        outputs, problem = {}, ""
        if succeeded:
            try:
                outputs = resolve(dict(progress.workflow.outputs), self._scope(progress))
            except UnresolvedError as error:
                succeeded, problem = False, f"the outputs: {error}"
        self._done[progress.workflow.id] = {"inputs": progress.inputs, "outputs": outputs}
        return WorkflowRun(progress.workflow.id, succeeded, outputs, problem)

    def _follow(self, progress: _Progress, position: int) -> bool:
        """Carry out the steps from a position on; whether the workflow succeeds."""
        steps = progress.workflow.steps
        while position < len(steps):
            step = steps[position]
            tried, action = self._try(progress, step)
            if action is None:
                if not tried.succeeded:
                    return False
                position += 1
            elif action.kind == "end":
                return tried.succeeded
            elif action.kind == "goto" and action.workflow is not None:
                return self.run(action.workflow, {}).succeeded
            elif action.kind == "goto" and action.step is not None:
                position = progress.workflow.position(action.step)
            elif not self._prepared(progress, tried, action):
                return False
        return True

    def _prepared(self, progress: _Progress, tried: StepRun, action: Action) -> bool:
        """Wait, and carry out what is to be done before a retry; whether that went well."""
        self._wait(_retry_after_seconds(tried.exchange, action))
        if action.workflow is not None:
            return self.run(action.workflow, {}).succeeded
        if action.step is not None:
            step = progress.workflow.steps[progress.workflow.position(action.step)]
            return self._try(progress, step)[0].succeeded
        return True

    def _try(self, progress: _Progress, step: Step) -> tuple[StepRun, Action | None]:
        """Carry a step out once; with the action that follows, which is told to the listener."""
        if self._steps_left == 0:
            message = f"the run took more than {MOST_STEPS} steps"
            raise _EndlessError(message)
        if self._depth > MOST_DEPTH:
            message = f"more than {MOST_DEPTH} workflows lead into one another"
            raise _EndlessError(message)
        self._steps_left -= 1
        tried = self._carried_out(progress, step)
        if tried.succeeded:
            progress.steps[step.id] = tried.outputs
            own, shared = step.on_success, progress.workflow.success_actions
        else:
            own, shared = step.on_failure, progress.workflow.failure_actions
        action = self._next(progress, tried, own if own is not None else shared)
        tried = replace(tried, will_retry=action is not None and action.kind == "retry")
        self._listen(tried)
        return tried, action

    def _next(self, progress: _Progress, tried: StepRun, actions: Sequence[Action]) -> Action | None:
        scope = self._scope(progress, tried.exchange)
        for action in actions:
            if not all_met(action.criteria, scope):
                continue
            if action.kind == "retry":
                key = (tried.step.id, action.name)
                if progress.tries.get(key, 0) >= action.retry_limit:
                    continue
                progress.tries[key] = progress.tries.get(key, 0) + 1
            return action
        return None

    def _carried_out(self, progress: _Progress, step: Step) -> StepRun:
        attempt = progress.attempts[step.id] = progress.attempts.get(step.id, 0) + 1
        if isinstance(step.calls, str):
            return self._called_workflow(progress, step, attempt)
        operation = self._sources.find(step.calls)
        tried = StepRun(progress.workflow.id, step, operation.id, attempt, None, (), {})
        try:
            shared = (*_credential(operation, progress.inputs), *progress.workflow.parameters)
            parameters = _merged(shared, step.parameters)
            exchange = call(self._client, operation, parameters=parameters, body=step.body, scope=self._scope(progress))
        except (NoAnswerError, UnresolvedError) as error:
            return replace(tried, problem=str(error))
        scope = self._scope(progress, exchange)
        tried = replace(tried, exchange=exchange, judgements=_judged(step, scope))
        return self._with_outputs(tried, scope) if tried.succeeded else tried

    def _called_workflow(self, progress: _Progress, step: Step, attempt: int) -> StepRun:
        name = str(step.calls)
        tried = StepRun(progress.workflow.id, step, name, attempt, None, (), {})
        try:
            inputs = {it.name: resolve(it.value, self._scope(progress)) for it in step.parameters}
        except UnresolvedError as error:
            return replace(tried, problem=str(error))
        ended = self.run(name, inputs)
        if not ended.succeeded:
            return replace(tried, problem=ended.problem or f"the workflow {name} failed")
        return self._with_outputs(tried, replace(self._scope(progress), outputs=ended.outputs))

    def _with_outputs(self, tried: StepRun, scope: Scope) -> StepRun:
        try:
            return replace(tried, outputs=resolve(dict(tried.step.outputs), scope))
        except UnresolvedError as error:
            return replace(tried, problem=f"the outputs: {error}")

    def _scope(self, progress: _Progress, exchange: Exchange | None = None) -> Scope:
        return Scope(
            inputs=progress.inputs,
            steps=progress.steps,
            workflows=self._done,
            sources=self._description.sources,
            exchange=exchange,
        )


def _credential(operation: Operation, inputs: Mapping[str, Any]) -> list[Parameter]:
    """The header with the credential, from the input that is called as people call it, such as `apiKey` or `token`.

    A header of the same name that the description gives wins.
    """
    credential = operation.credential
    if credential is None or not isinstance(inputs.get(credential.input_name), str):
        return []
    value = credential.header_value(f"{{$inputs.{credential.input_name}}}")
    return [Parameter(credential.header, "header", value)]


def _merged(shared: Sequence[Parameter], own: Sequence[Parameter]) -> list[Parameter]:
    """The parameters of a workflow and of a step; the step's win. Names of headers are alike in small letters."""
    return list({_place(parameter): parameter for parameter in (*shared, *own)}.values())


def _place(parameter: Parameter) -> tuple[str, str | None]:
    name = parameter.name.lower() if parameter.place == "header" else parameter.name
    return name, parameter.place


def _judged(step: Step, scope: Scope) -> tuple[Judgement, ...]:
    """The step's criteria; where it has none, an answer that is a success does."""
    if step.criteria or scope.exchange is None:
        return tuple(judge(criterion, scope) for criterion in step.criteria)
    status = scope.exchange.status
    return (Judgement("2xx", FIRST_SUCCESS <= status <= LAST_SUCCESS, f"$statusCode is {status}"),)


def _retry_after_seconds(exchange: Exchange | None, action: Action) -> float:
    """What the answer asks for in `Retry-After`, if it does in seconds, else what the action says."""
    header = exchange.response.headers.get("retry-after", "") if exchange is not None else ""
    return float(header) if re.fullmatch(r"\d+", header) else action.retry_after_seconds
