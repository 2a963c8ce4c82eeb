"""The inputs of a workflow: given ones read by their schema, and defaults for the rest."""

import json
from collections.abc import Mapping
from typing import Any

import jsonschema_rs

from contracts.errors import SetUpError
from contracts.scenarios.description import Workflow


def read_inputs(workflow: Workflow, given: Mapping[str, str]) -> dict[str, Any]:
    """The inputs as their schema has them, from texts; raises `SetUpError` naming what is wrong."""
    properties: Mapping[str, Any] = workflow.inputs.get("properties", {})
    for name in given:
        if name not in properties:
            message = f"{workflow.id} has no input {name}; there are {', '.join(properties) or 'none'}"
            raise SetUpError(message)
    return complete(workflow, {name: _typed(properties[name], text) for name, text in given.items()})


def complete(workflow: Workflow, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with the defaults of what is not among them; raises `SetUpError` where the schema is not met."""
    properties: Mapping[str, Any] = workflow.inputs.get("properties", {})
    defaults = {name: schema["default"] for name, schema in properties.items() if "default" in schema}
    inputs = {**defaults, **values}
    if workflow.inputs:
        for error in jsonschema_rs.validator_for(dict(workflow.inputs)).iter_errors(inputs):
            where = ".".join(str(part) for part in error.instance_path)
            message = f"{workflow.id}: input {where}: {error.message}" if where else f"{workflow.id}: {error.message}"
            raise SetUpError(message)
    return inputs


def _typed(schema: Mapping[str, Any], text: str) -> Any:
    """The text as JSON where the schema wants no text; where it is none, as it is: the schema then refuses it."""
    if schema.get("type", "string") == "string":
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text
