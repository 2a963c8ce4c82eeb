"""Reads what follows a step, and makes sure that it leads somewhere."""

from collections.abc import Callable, Mapping
from typing import Any, cast, get_args

from contracts.errors import SetUpError
from contracts.scenarios.criteria import Criterion, CriterionError, read
from contracts.scenarios.description import Action, ActionKind, Step, Workflow
from contracts.scenarios.fields import Fields

_KINDS = get_args(ActionKind)


def read_actions(fields: Fields, name: str, component: Callable[[str], Mapping[str, Any]]) -> tuple[Action, ...] | None:
    """The actions in a field, those by reference looked up; None where the field is absent. Raises `SetUpError`."""
    if name not in fields.values:
        return None

    def one(item: Fields) -> Action:
        if "reference" in item.values:
            item = Fields(component(item.required("reference", str)), item.place)
        return _action(item, may_retry="uccess" not in name)

    return fields.each(name, one)


def check_targets(workflows: Mapping[str, Workflow], name: str) -> None:
    """Every workflow and step that is named exists; raises `SetUpError`."""
    for workflow in workflows.values():
        steps = {step.id for step in workflow.steps}
        wanted = [*workflow.depends_on, *(step.calls for step in workflow.steps if isinstance(step.calls, str))]
        for action in _actions_of(workflow):
            wanted += [action.workflow] if action.workflow else []
            if action.step is not None and action.step not in steps:
                message = f"{name}: {workflow.id}: the action {action.name} leads to {action.step}, which is no step"
                raise SetUpError(message)
        for other in wanted:
            if other not in workflows:
                message = f"{name}: {workflow.id}: there is no workflow {other} in this description"
                raise SetUpError(message)


def _actions_of(workflow: Workflow) -> list[Action]:
    def of(step: Step) -> list[Action]:
        return [*(step.on_success or ()), *(step.on_failure or ())]

    return [*workflow.success_actions, *workflow.failure_actions, *(it for step in workflow.steps for it in of(step))]


def _action(fields: Fields, *, may_retry: bool) -> Action:
    kind = fields.required("type", str)
    if kind not in _KINDS or (kind == "retry" and not may_retry):
        raise fields.fail("type", f"{kind} is no action here")
    workflow, step = fields.optional("workflowId", str), fields.optional("stepId", str)
    if workflow and step:
        raise fields.fail("stepId", "goes without workflowId")
    if kind == "goto" and not (workflow or step):
        raise fields.fail("stepId", "a goto needs stepId or workflowId")
    after_seconds, limit = fields.optional("retryAfter", float) or 0.0, fields.optional("retryLimit", int)
    if after_seconds < 0 or (limit is not None and limit < 0):
        raise fields.fail("retryAfter", "neither this nor retryLimit may be negative")
    return Action(
        name=fields.required("name", str),
        kind=cast("ActionKind", kind),
        criteria=fields.each("criteria", read_criterion),
        workflow=workflow,
        step=step,
        retry_after_seconds=after_seconds,
        retry_limit=1 if limit is None else limit,
    )


def read_criterion(fields: Fields) -> Criterion:
    """A criterion; raises `SetUpError`."""
    fields.only("context", "condition", "type")
    kind = fields.values.get("type", "simple")
    try:
        return read(
            fields.required("condition", str),
            kind=str(kind.get("type") if isinstance(kind, dict) else kind),
            context=fields.optional("context", str),
        )
    except CriterionError as error:
        raise fields.fail("condition", str(error)) from error
