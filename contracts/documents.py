"""An API's OpenAPI document, as far as verdicts need it: where operations are, and which bodies conform."""

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from itertools import islice
from typing import Any
from urllib.parse import quote

import jsonschema_rs
import yaml

from contracts.catalogue import Catalogue, load_catalogue
from contracts.policy import EXTENSION, DeliveryPolicy

MOST_VIOLATIONS = 10
CREDENTIAL_PATTERN = "x-proofreel-credential-pattern"

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_METHODS = ("get", "put", "post", "delete", "patch")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: `path` holds `{name}` for each parameter."""

    id: str
    method: str
    path: str

    def url(self, **parameters: str) -> str:
        """The path with its parameters filled in."""
        return self.path.format_map({name: quote(value, safe="") for name, value in parameters.items()})


@dataclass(frozen=True, slots=True)
class Credential:
    """Where a credential stands in a request; `scheme` is the word before it, empty where there is none."""

    header: str
    scheme: str
    pattern: str

    def header_value(self, secret: str) -> str:
        """What the header holds for this credential."""
        return f"{self.scheme} {secret}" if self.scheme else secret


class Api:
    """One API: its document, its delivery policies, its requirements."""

    def __init__(self, name: str, content: Mapping[str, Any], requirements: Catalogue) -> None:
        self.name = name
        self.content = content
        self.requirements = requirements
        self.operations = {operation.id: operation for operation in _operations(content)}
        self.policies = {
            webhook: DeliveryPolicy.from_extension(item[EXTENSION])
            for webhook, item in content.get("webhooks", {}).items()
            if EXTENSION in item
        }
        self.credential = _credential(content)

    @property
    def title(self) -> str:
        """The API's name for people."""
        return str(self.content["info"]["title"])

    def violations(self, schema: str, value: Any) -> list[str]:
        """What is wrong with a value by a schema of the document's components, in words; empty where it conforms."""
        return _violations(self._validator(schema), value)

    @functools.cache  # noqa: B019 - an Api lives as long as the process
    def _validator(self, schema: str) -> jsonschema_rs.Draft202012Validator:
        wrapped = {"$ref": f"#/components/schemas/{schema}", "components": self.content["components"]}
        return jsonschema_rs.Draft202012Validator(wrapped, validate_formats=True)


@functools.cache
def load_api(name: str) -> Api:
    """The API with this name, such as `renderio`; `FileNotFoundError` where there is none."""
    text = files("openapi").joinpath(name, "openapi.yaml").read_text("utf-8")
    return Api(name, yaml.load(text, _LOADER), load_catalogue(name))  # noqa: S506 - a safe loader, in C where there is one


def _operations(content: Mapping[str, Any]) -> Iterator[Operation]:
    for path, item in content["paths"].items():
        for method in _METHODS:
            if method in item:
                yield Operation(item[method]["operationId"], method.upper(), path)


def _credential(content: Mapping[str, Any]) -> Credential:
    for scheme in content["components"]["securitySchemes"].values():
        pattern = scheme.get(CREDENTIAL_PATTERN, r"\S+")
        if scheme["type"] == "apiKey" and scheme["in"] == "header":
            return Credential(scheme["name"], scheme.get("x-proofreel-credential-scheme", ""), pattern)
        if scheme["type"] == "http":
            return Credential("Authorization", scheme["scheme"].capitalize(), pattern)
    message = "the document names no credential in a header"
    raise ValueError(message)


def _violations(validator: jsonschema_rs.Draft202012Validator, value: Any) -> list[str]:
    try:
        errors = list(islice(validator.iter_errors(value), MOST_VIOLATIONS))
    except ValueError as error:
        return [f"no JSON: {error}"]
    return [f"{_place(error.instance_path)}: {_short(error.message)}" for error in errors]


def _place(path: list[str | int]) -> str:
    return ".".join(map(str, path)) or "the value"


def _short(message: str) -> str:
    return message if len(message) <= 200 else re.sub(r"\s+", " ", message)[:200] + " …"  # noqa: PLR2004
