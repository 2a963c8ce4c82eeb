"""An API's OpenAPI document, compiled once: operations with their validators, and the delivery policy of each webhook.

The document is the only source of routes, of what a valid request is, and of every policy number.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal

import jsonschema_rs
import yaml

from mockserver.errors import SetUpError, Violation
from mockserver.webhooks.policy import EXTENSION, DeliveryPolicy

CREDENTIAL_PATTERN = "x-proofreel-credential-pattern"
CONTENT_TYPE = "x-proofreel-request-content-type"

Method = Literal["GET", "PUT", "POST", "DELETE", "PATCH"]

_METHODS: Mapping[str, Method] = {
    "get": "GET",
    "put": "PUT",
    "post": "POST",
    "delete": "DELETE",
    "patch": "PATCH",
}
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Schema:
    """A JSON Schema (2020-12) of a document, compiled when first used."""

    def __init__(self, schema: Mapping[str, Any], components: Mapping[str, Any]) -> None:
        self._schema = {"allOf": [schema], "components": components}

    @cached_property
    def _validator(self) -> jsonschema_rs.Draft202012Validator:
        return jsonschema_rs.Draft202012Validator(self._schema, validate_formats=True)

    def violations(self, value: Any) -> list[Violation]:
        """Everything that is wrong with `value`, in the schema's order; empty if it conforms."""
        return [_violation(error) for error in self._validator.iter_errors(value)]

    def compile(self) -> None:
        """Compile now; a schema that cannot be used is a `SetUpError`."""
        try:
            _ = self._validator
        except (ValueError, jsonschema_rs.ValidationError) as error:
            message = f"unusable schema: {error}"
            raise SetUpError(message) from error


@dataclass(frozen=True, slots=True)
class QueryParameter:
    """A query parameter with the schema of its value."""

    name: str
    required: bool
    type: str
    schema: Schema


@dataclass(frozen=True)
class Operation:
    """One operation of a document. `body` is None where it takes none, `secured` says whether it needs a credential."""

    id: str
    method: Method
    path: str
    secured: bool
    body: Schema | None
    query: Sequence[QueryParameter]
    responses: Mapping[int, Schema | None]


@dataclass(frozen=True, slots=True)
class CredentialHeader:
    """Where an API's credential stands in a request: the header, the word before it, and the form that it must have."""

    header: str
    scheme: str
    pattern: re.Pattern[str]

    def read(self, value: str | None) -> str | None:
        """The credential in the header's value, or None where there is none of the right form."""
        if value is None:
            return None
        if self.scheme:
            scheme, _, value = value.partition(" ")
            if scheme.lower() != self.scheme.lower():
                return None
            value = value.strip()
        return value if self.pattern.fullmatch(value) else None


@dataclass(frozen=True)
class Document:
    """A compiled document."""

    name: str
    content: Mapping[str, Any]
    operations: Mapping[str, Operation] = field(repr=False)
    policies: Mapping[str, DeliveryPolicy] = field(repr=False)
    credentials: Mapping[str, CredentialHeader] = field(repr=False)

    @property
    def any_content_type(self) -> bool:
        """Whether bodies are read as JSON whatever their Content-Type says."""
        return self.content.get(CONTENT_TYPE) == "any"


def folder_of_documents() -> Traversable:
    """The documents that come with the distribution."""
    return files("openapi")


def load(name: str, folder: Path | Traversable | None = None) -> Document:
    """Read and compile the document `name`; raises `SetUpError` naming what is missing or wrong."""
    path = (folder or folder_of_documents()) / name / "openapi.yaml"
    try:
        content = yaml.load(path.read_text("utf-8"), _LOADER)  # noqa: S506 - a safe loader, in C where there is one
    except (OSError, yaml.YAMLError) as error:
        message = f"{name}: the document cannot be read: {error}"
        raise SetUpError(message) from error
    if not isinstance(content, Mapping) or "paths" not in content:
        message = f"{name}: {path} is no OpenAPI document (it has no `paths`)"
        raise SetUpError(message)
    operations = {operation.id: operation for operation in _operations(content)}
    for operation in operations.values():
        if operation.body is not None:
            operation.body.compile()
    return Document(name, content, operations, _policies(content), _credentials(content))


def _operations(content: Mapping[str, Any]) -> Iterator[Operation]:
    components = content.get("components", {})
    for path, item in content["paths"].items():
        for method in _METHODS:
            if method in item:
                yield _operation(content, components, path, method, item)


def _operation(
    content: Mapping[str, Any], components: Mapping[str, Any], path: str, method: str, item: Mapping[str, Any]
) -> Operation:
    source = item[method]
    parameters = [
        _resolved(content, parameter) for parameter in [*item.get("parameters", ()), *source.get("parameters", ())]
    ]
    return Operation(
        id=source["operationId"],
        method=_METHODS[method],
        path=path,
        secured=bool(source.get("security", content.get("security"))),
        body=_json_schema(_resolved(content, source["requestBody"]), components) if "requestBody" in source else None,
        query=tuple(_query_parameter(parameter, components) for parameter in parameters if parameter["in"] == "query"),
        responses={
            int(status): _json_schema(_resolved(content, response), components)
            for status, response in source["responses"].items()
            if status.isdigit()
        },
    )


def _query_parameter(parameter: Mapping[str, Any], components: Mapping[str, Any]) -> QueryParameter:
    schema = parameter["schema"]
    return QueryParameter(
        parameter["name"], parameter.get("required", False), schema.get("type", "string"), Schema(schema, components)
    )


def _json_schema(holder: Mapping[str, Any], components: Mapping[str, Any]) -> Schema | None:
    content = holder.get("content", {}).get("application/json")
    return None if content is None else Schema(content.get("schema", {}), components)


def _resolved(content: Mapping[str, Any], value: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in value:
        target: Any = content
        for part in value["$ref"].removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        value = target
    return value


def _policies(content: Mapping[str, Any]) -> dict[str, DeliveryPolicy]:
    return {
        name: DeliveryPolicy.from_document(webhook[EXTENSION])
        for name, webhook in content.get("webhooks", {}).items()
        if EXTENSION in webhook
    }


def _credentials(content: Mapping[str, Any]) -> dict[str, CredentialHeader]:
    found = {}
    for name, scheme in content.get("components", {}).get("securitySchemes", {}).items():
        pattern = re.compile(scheme.get(CREDENTIAL_PATTERN, r"\S+"))
        if scheme["type"] == "http":
            found[name] = CredentialHeader("authorization", scheme["scheme"], pattern)
        elif scheme["type"] == "apiKey" and scheme["in"] == "header":
            found[name] = CredentialHeader(scheme["name"].lower(), "", pattern)
    return found


def _violation(error: jsonschema_rs.ValidationError) -> Violation:
    location = tuple(error.instance_path)
    kind = error.kind
    if isinstance(kind, jsonschema_rs.ValidationErrorKind.Required):
        return Violation((*location, kind.property), "is required")
    if isinstance(kind, jsonschema_rs.ValidationErrorKind.Type):
        return Violation(
            location, f"must be {' or '.join(_ARTICLES.get(name, name) for name in kind.types)}", "type_error"
        )
    return Violation(location, error.message)


_ARTICLES = {
    "string": "a string",
    "object": "an object",
    "array": "an array",
    "number": "a number",
    "integer": "an integer",
    "boolean": "a boolean",
    "null": "null",
}
