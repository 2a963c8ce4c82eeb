"""Finds the operations that steps name, in the OpenAPI documents beside a description."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from contracts.documents import Credential, credential_of
from contracts.errors import SetUpError
from contracts.scenarios.description import Description, OperationReference

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")


@dataclass(frozen=True, slots=True)
class Operation:
    """Where an operation is: `path` holds `{name}` for each parameter. `credential` is None where it takes none."""

    source: str
    id: str
    method: str
    path: str
    credential: Credential | None = None


@dataclass(frozen=True, slots=True)
class Sources:
    """The operations of every source, in the order of the description.

    `credential` is that of the API that the description is about: the first source that names exactly one, else
    the first that is named at all. A source that takes whatever the API takes, such as the control protocol, is called
    with the same.
    """

    operations: Mapping[str, tuple[Operation, ...]]
    credential: Credential | None = None

    def find(self, reference: OperationReference) -> Operation:
        """The operation that is named; raises `SetUpError`."""
        for source, operations in self.operations.items():
            if reference.source in {None, source}:
                for operation in operations:
                    if _is_meant(operation, reference):
                        return operation
        wanted = reference.operation_id or f"{reference.method} {reference.path}"
        message = f"there is no operation {wanted} in {reference.source or ', '.join(self.operations)}"
        raise SetUpError(message)


def load_sources(description: Description, folder: Path) -> Sources:
    """Read the sources, whose URLs are relative to `folder`, and make sure that every step finds its operation.

    Raises `SetUpError`.
    """
    contents = {name: _content(name, url, folder) for name, url in description.sources.items()}
    own = {name: _only_credential(content) for name, content in contents.items()}
    candidates = [*own.values(), *(_first_credential(content) for content in contents.values())]
    of_the_api = next((credential for credential in candidates if credential is not None), None)
    sources = Sources(
        {name: _operations(name, content, own[name] or of_the_api) for name, content in contents.items()}, of_the_api
    )
    for workflow in description.workflows.values():
        for step in workflow.steps:
            if isinstance(step.calls, OperationReference):
                sources.find(step.calls)
    return sources


def _content(name: str, url: str, folder: Path) -> Mapping[str, Any]:
    if urlsplit(url).scheme not in {"", "file"}:
        message = f"the source {name} is at {url}; this runner takes documents from files only"
        raise SetUpError(message)
    path = folder / url.removeprefix("file://")
    try:
        content = yaml.load(path.read_text("utf-8"), _LOADER)  # noqa: S506 - a safe loader
    except (OSError, ValueError, yaml.YAMLError) as error:
        message = f"the source {name} cannot be read: {error}"
        raise SetUpError(message) from error
    if not isinstance(content, dict) or not isinstance(content.get("paths"), dict):
        message = f"the source {name}, {path}, is no OpenAPI document"
        raise SetUpError(message)
    return content


def _only_credential(content: Mapping[str, Any]) -> Credential | None:
    schemes = content.get("components", {}).get("securitySchemes", {})
    return _first_credential(content) if len(schemes) == 1 else None


def _first_credential(content: Mapping[str, Any]) -> Credential | None:
    try:
        return credential_of(content)
    except ValueError:
        return None


def _operations(source: str, content: Mapping[str, Any], credential: Credential | None) -> tuple[Operation, ...]:
    return tuple(
        Operation(
            source,
            str(item[method].get("operationId", "")),
            method.upper(),
            path,
            credential if item[method].get("security", content.get("security")) else None,
        )
        for path, item in content["paths"].items()
        for method in _METHODS
        if method in item
    )


def _is_meant(operation: Operation, reference: OperationReference) -> bool:
    if reference.operation_id is not None:
        return operation.id == reference.operation_id
    return (operation.path, operation.method) == (reference.path, (reference.method or "").upper())
