"""Reads Arazzo 1.0 descriptions: a file in, values out, or an error that says where it goes wrong."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast, get_args

import yaml

from contracts.errors import SetUpError
from contracts.scenarios.actions import check_targets, read_actions, read_criterion
from contracts.scenarios.description import (
    Action,
    Description,
    OperationReference,
    Parameter,
    Place,
    Replacement,
    RequestBody,
    Step,
    Workflow,
)
from contracts.scenarios.fields import Fields

_VERSION = re.compile(r"1\.0\.\d+(-.+)?")
_OPERATION_ID = re.compile(r"(?:\$sourceDescriptions\.([\w-]+)\.)?([^.$\s]+)")
_OPERATION_PATH = re.compile(r"\{\$sourceDescriptions\.([\w-]+)\.url\}#/paths/([^/]+)/(\w+)")
_NAME = re.compile(r"[A-Za-z0-9_\-]+")
_PLACES = get_args(Place)


def read_description(path: Path) -> Description:
    """Read a file, YAML or JSON; raises `SetUpError`."""
    try:
        content = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        message = f"{path} cannot be read: {error}"
        raise SetUpError(message) from error
    if not isinstance(content, dict) or "arazzo" not in content:
        message = f"{path} is no Arazzo description (it has no `arazzo`)"
        raise SetUpError(message)
    return description_of(content, path.name)


def description_of(content: Mapping[str, Any], name: str) -> Description:
    """The description that a parsed document holds; raises `SetUpError`, whose place begins with `name`."""
    fields = Fields(content, name)
    fields.only("arazzo", "info", "sourceDescriptions", "workflows", "components")
    if not _VERSION.fullmatch(fields.required("arazzo", str)):
        raise fields.fail("arazzo", "this runner reads versions 1.0.x")
    info = fields.inner("info")
    if info is None:
        raise fields.fail("info", "is missing")
    components = _Components(fields.inner("components") or Fields({}, f"{name}.components"))
    sources = dict(fields.each("sourceDescriptions", _source))
    workflows = fields.each("workflows", components.workflow)
    if not sources or not workflows:
        raise fields.fail("workflows" if sources else "sourceDescriptions", "must have at least one entry")
    by_id = {workflow.id: workflow for workflow in workflows}
    if len(by_id) < len(workflows):
        raise fields.fail("workflows", "two have the same workflowId")
    check_targets(by_id, name)
    _check_sources(by_id, sources, name)
    return Description(
        title=info.required("title", str),
        summary=info.optional("summary", str) or "",
        description=info.optional("description", str) or "",
        sources=sources,
        workflows=by_id,
    )


def _source(fields: Fields) -> tuple[str, str]:
    fields.only("name", "url", "type")
    if (fields.optional("type", str) or "openapi") != "openapi":
        raise fields.fail("type", "this runner takes openapi documents only")
    return _named(fields, "name"), fields.required("url", str)


def _named(fields: Fields, name: str) -> str:
    value = fields.required(name, str)
    if not _NAME.fullmatch(value):
        raise fields.fail(name, f"{value!r} may have letters, digits, _ and - only")
    return value


class _Components:
    """Reads what may refer to the description's components."""

    def __init__(self, components: Fields) -> None:
        self._components = components

    def workflow(self, fields: Fields) -> Workflow:
        """One workflow."""
        steps = fields.each("steps", self._step)
        if not steps:
            raise fields.fail("steps", "must have at least one entry")
        if len({step.id for step in steps}) < len(steps):
            raise fields.fail("steps", "two have the same stepId")
        inputs = fields.optional("inputs", dict) or {}
        return Workflow(
            id=_named(fields, "workflowId"),
            summary=fields.optional("summary", str) or "",
            inputs=self._component(fields, "inputs", inputs["$ref"]) if "$ref" in inputs else inputs,
            depends_on=fields.texts("dependsOn"),
            parameters=fields.each("parameters", self._parameter),
            steps=steps,
            success_actions=self._actions(fields, "successActions") or (),
            failure_actions=self._actions(fields, "failureActions") or (),
            outputs=fields.optional("outputs", dict) or {},
        )

    def _step(self, fields: Fields) -> Step:
        calls = _calls(fields)
        parameters = fields.each("parameters", self._parameter)
        for parameter in parameters:
            if parameter.place is None and not isinstance(calls, str):
                raise fields.fail("parameters", f"{parameter.name} needs `in`")
        return Step(
            id=_named(fields, "stepId"),
            description=fields.optional("description", str) or "",
            calls=calls,
            parameters=parameters,
            body=_body(fields.inner("requestBody")),
            criteria=fields.each("successCriteria", read_criterion),
            on_success=self._actions(fields, "onSuccess"),
            on_failure=self._actions(fields, "onFailure"),
            outputs=fields.optional("outputs", dict) or {},
        )

    def _parameter(self, fields: Fields) -> Parameter:
        if "reference" in fields.values:
            used = self._component(fields, "parameters", fields.required("reference", str))
            fields = Fields({**used, **{k: v for k, v in fields.values.items() if k == "value"}}, fields.place)
        place = fields.optional("in", str)
        if place is not None and place not in _PLACES:
            raise fields.fail("in", f"must be one of {', '.join(_PLACES)}")
        if "value" not in fields.values:
            raise fields.fail("value", "is missing")
        return Parameter(fields.required("name", str), cast("Place | None", place), fields.values["value"])

    def _actions(self, fields: Fields, name: str) -> tuple[Action, ...] | None:
        return read_actions(fields, name, lambda reference: self._component(fields, name, reference))

    def _component(self, fields: Fields, name: str, reference: str) -> Mapping[str, Any]:
        kind, _, key = (
            reference.removeprefix("$components.").removeprefix("#/components/").replace("/", ".").partition(".")
        )
        found = self._components.values.get(kind, {})
        if not isinstance(found, dict) or not isinstance(found.get(key), dict):
            raise fields.fail(name, f"there is no component {reference}")
        return cast("Mapping[str, Any]", found[key])


def _calls(fields: Fields) -> OperationReference | str:
    given = [name for name in ("operationId", "operationPath", "workflowId") if name in fields.values]
    if len(given) != 1:
        raise fields.fail("operationId", "exactly one of operationId, operationPath and workflowId is needed")
    text = fields.required(given[0], str)
    if given[0] == "workflowId":
        return text
    if given[0] == "operationId" and (found := _OPERATION_ID.fullmatch(text)):
        return OperationReference(found[1], operation_id=found[2])
    if given[0] == "operationPath" and (found := _OPERATION_PATH.fullmatch(text)):
        path = found[2].replace("~1", "/").replace("~0", "~")
        return OperationReference(found[1], path=path, method=found[3])
    raise fields.fail(given[0], f"{text!r} names no operation")


def _body(fields: Fields | None) -> RequestBody | None:
    if fields is None:
        return None
    fields.only("contentType", "payload", "replacements")
    return RequestBody(
        fields.optional("contentType", str) or "application/json",
        fields.values.get("payload"),
        fields.each("replacements", lambda it: Replacement(it.required("target", str), it.values.get("value"))),
    )


def _check_sources(workflows: Mapping[str, Workflow], sources: Mapping[str, str], name: str) -> None:
    for workflow in workflows.values():
        for step in workflow.steps:
            if not isinstance(step.calls, OperationReference):
                continue
            if step.calls.source is None and len(sources) > 1:
                message = (
                    f"{name}: step {step.id}: with several sources, write $sourceDescriptions.<name>.<operationId>"
                )
                raise SetUpError(message)
            if step.calls.source is not None and step.calls.source not in sources:
                message = f"{name}: step {step.id}: there is no source {step.calls.source}"
                raise SetUpError(message)
