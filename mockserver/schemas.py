"""Reading the documents' files, and JSON Schemas that say what is wrong in words."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import islice
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

from mockserver.errors import SetUpError, Violation, shortened

MOST_VIOLATIONS = 50
MOST_SEARCHED = 1000
SCHEMA_REFERENCE = "#/components/schemas/"

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def folder_of_documents() -> Traversable:
    """The documents that come with the distribution."""
    return files("openapi")


def read_yaml(path: Path | Traversable) -> Any:
    """The content of a YAML file; raises `SetUpError` naming the file."""
    try:
        return yaml.load(path.read_text("utf-8"), _LOADER)  # noqa: S506 - a safe loader, in C where there is one
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        message = f"{path} cannot be read: {error}"
        raise SetUpError(message) from error


class Schema:
    """A JSON Schema (2020-12) of a document, compiled when first used."""

    def __init__(self, schema: Mapping[str, Any], components: Mapping[str, Any]) -> None:
        self._schema = {"allOf": [schema], "components": {"schemas": _reachable(schema, components)}}

    @cached_property
    def _validator(self) -> jsonschema_rs.Draft202012Validator:
        return jsonschema_rs.Draft202012Validator(self._schema, validate_formats=True)

    def violations(self, value: Any) -> list[Violation]:
        """What is wrong with `value`, in the schema's order, up to a limit; empty if it conforms.

        Of a value with more than `MOST_SEARCHED` parts that is the first thing alone.
        """
        try:
            if self._validator.is_valid(value):  # mostly so; and nothing is built for it
                return []
            errors = (found for error in self._errors(value) for found in _meant(error))
            return [_violation(error) for error in islice(errors, MOST_VIOLATIONS)]
        except ValueError as error:
            return [Violation((), f"is no JSON: {error}")]

    def _errors(self, value: Any) -> Iterable[jsonschema_rs.ValidationError]:
        if not _has_more_parts(value, MOST_SEARCHED):
            return self._validator.iter_errors(value)
        # All errors are made before the first is given: in a list of 60,000 empty objects, that takes half a minute.
        try:
            self._validator.validate(value)
        except jsonschema_rs.ValidationError as error:
            return [error]
        return []

    def compile(self) -> None:
        """Compile now; a schema that cannot be used is a `ValueError`."""
        try:
            _ = self._validator
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
            message = f"unusable schema: {error}"
            raise ValueError(message) from error


def _has_more_parts(value: Any, most: int) -> bool:
    """Whether a JSON value has more than so many values within it, at any depth."""
    waiting, parts = [value], 0
    while waiting and parts <= most:
        found = waiting.pop()
        inner = found.values() if isinstance(found, Mapping) else found if isinstance(found, list | tuple) else ()
        parts += len(inner)
        waiting += inner
    return parts > most


def _reachable(schema: Mapping[str, Any], components: Mapping[str, Any]) -> Mapping[str, Any]:
    """The component schemas that a schema refers to, directly or not: compiling all of them costs time and memory."""
    schemas: Mapping[str, Any] = components.get("schemas", {})
    found: dict[str, Any] = {}
    waiting: list[Any] = [schema]
    while waiting:
        match waiting.pop():
            case Mapping() as node:
                name = str(node.get("$ref", "")).removeprefix(SCHEMA_REFERENCE)
                if name in schemas and name not in found:
                    found[name] = schemas[name]
                    waiting.append(schemas[name])
                waiting += node.values()
            case list() as nodes:
                waiting += nodes
    return found


_KIND = jsonschema_rs.ValidationErrorKind


def _meant(error: jsonschema_rs.ValidationError) -> Iterator[jsonschema_rs.ValidationError]:
    """Of alternatives that are told apart by a constant, what is wrong with the one that was chosen."""
    if isinstance(error.kind, _KIND.OneOfNotValid | _KIND.AnyOf):
        chosen = [
            errors for errors in error.kind.context if not any(isinstance(it.kind, _KIND.Constant) for it in errors)
        ]
        if len(chosen) == 1 < len(error.kind.context):
            for found in chosen[0]:
                yield from _meant(found)
            return
    yield error


def _violation(error: jsonschema_rs.ValidationError) -> Violation:
    location = tuple(error.instance_path)
    kind = error.kind
    if isinstance(kind, _KIND.AnyOf):
        wanted = [it.kind.property for errors in kind.context for it in errors if isinstance(it.kind, _KIND.Required)]
        if len(wanted) == len(kind.context):
            return Violation(location, f"must have {' or '.join(wanted)}")
    if isinstance(kind, _KIND.Required):
        return Violation((*location, kind.property), "is required")
    if isinstance(kind, _KIND.Type):
        return Violation(
            location, f"must be {' or '.join(_ARTICLES.get(name, name) for name in kind.types)}", "type_error"
        )
    return Violation(location, shortened(error.message))


_ARTICLES = {
    "string": "a string",
    "object": "an object",
    "array": "an array",
    "number": "a number",
    "integer": "an integer",
    "boolean": "a boolean",
    "null": "null",
}
