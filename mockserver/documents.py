"""An API's OpenAPI document, compiled once: operations with their validators, and the delivery policy of each webhook.

The document is the only source of routes, of what a valid request is, and of every policy number.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal

from mockserver.errors import SetUpError
from mockserver.schemas import Schema, folder_of_documents, read_yaml
from mockserver.webhooks.policy import EXTENSION, DeliveryPolicy

CREDENTIAL_PATTERN = "x-proofreel-credential-pattern"
CREDENTIAL_SCHEME = "x-proofreel-credential-scheme"
CONTENT_TYPE = "x-proofreel-request-content-type"

Method = Literal["GET", "PUT", "POST", "DELETE", "PATCH"]

_METHODS: Mapping[str, Method] = {
    "get": "GET",
    "put": "PUT",
    "post": "POST",
    "delete": "DELETE",
    "patch": "PATCH",
}


@dataclass(frozen=True, slots=True)
class QueryParameter:
    """A query parameter with the schema of its value."""

    name: str
    required: bool
    type: str
    schema: Schema


@dataclass(frozen=True)
class Operation:
    """One operation of a document.

    `body` is None where it takes none; where it is not `body_required`, a request may come without. `secured` says
    whether it needs a credential.
    """

    id: str
    method: Method
    path: str
    secured: bool
    body: Schema | None
    body_required: bool
    query: Sequence[QueryParameter]
    responses: Mapping[int, Schema | None]
    media_types: Mapping[int, frozenset[str]]


@dataclass(frozen=True, slots=True)
class CredentialHeader:
    """Where an API's credential stands in a request: the header, the word before it, and the form that it must have."""

    header: str
    scheme: str
    pattern: re.Pattern[str]

    @property
    def place(self) -> tuple[str, str]:
        """What tells this credential from others before it is looked at."""
        return self.header, self.scheme.lower()

    def is_given(self, headers: Mapping[str, str]) -> bool:
        """Whether a request, by its headers, has something in the credential's place, good or not."""
        value = headers.get(self.header)
        return value is not None and (not self.scheme or value.partition(" ")[0].lower() == self.scheme.lower())

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


def load(name: str, folder: Path | Traversable | None = None) -> Document:
    """Read and compile the document `name`; raises `SetUpError` naming what is missing or wrong."""
    path = (folder or folder_of_documents()) / name / "openapi.yaml"
    content = read_yaml(path)
    if not isinstance(content, Mapping) or not isinstance(content.get("paths"), Mapping):
        message = f"{name}: {path} is no OpenAPI document (it has no `paths`)"
        raise SetUpError(message)
    try:
        return _compiled(name, content)
    except (KeyError, TypeError, AttributeError, ValueError, re.error) as error:
        message = f"{name}: {path} cannot be used: {type(error).__name__}: {error}"
        raise SetUpError(message) from error


def _compiled(name: str, content: Mapping[str, Any]) -> Document:
    operations: dict[str, Operation] = {}
    for operation in _operations(content):
        if operation.id in operations:
            message = f"two operations have the id {operation.id}"
            raise ValueError(message)
        operations[operation.id] = operation
        for schema in (operation.body, *operation.responses.values(), *(query.schema for query in operation.query)):
            if schema is not None:
                schema.compile()
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
    body = _resolved(content, source["requestBody"]) if "requestBody" in source else None
    responses = {
        int(status): _resolved(content, response)
        for status, response in source["responses"].items()
        if str(status).isdigit()
    }
    return Operation(
        id=source["operationId"],
        method=_METHODS[method],
        path=path,
        secured=bool(source.get("security", content.get("security"))),
        body=None if body is None else _json_schema(body, components),
        body_required=body is not None and bool(body.get("required", False)),
        query=tuple(_query_parameter(parameter, components) for parameter in parameters if parameter["in"] == "query"),
        responses={status: _json_schema(response, components) for status, response in responses.items()},
        media_types={status: frozenset(response.get("content", ())) for status, response in responses.items()},
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
    policies = {}
    for webhook, item in content.get("webhooks", {}).items():
        if EXTENSION in item:
            try:
                policies[webhook] = DeliveryPolicy.from_document(item[EXTENSION])
            except SetUpError as error:
                message = f"webhook {webhook}: {error}"
                raise ValueError(message) from error
    return policies


def _credentials(content: Mapping[str, Any]) -> dict[str, CredentialHeader]:
    found = {}
    for name, scheme in content.get("components", {}).get("securitySchemes", {}).items():
        pattern = re.compile(scheme.get(CREDENTIAL_PATTERN, r"\S+"))
        if scheme["type"] == "http":
            found[name] = CredentialHeader("authorization", scheme["scheme"], pattern)
        elif scheme["type"] == "apiKey" and scheme["in"] == "header":
            found[name] = CredentialHeader(scheme["name"].lower(), scheme.get(CREDENTIAL_SCHEME, ""), pattern)
    return found
