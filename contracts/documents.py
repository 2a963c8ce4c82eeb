"""An API's OpenAPI document, as far as verdicts need it: where operations are, and which bodies conform."""

import functools
import json
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
SIGNS = "secret"
"""The property that holds what deliveries are signed with."""

PAGE_PARAMETER = "{pageId}"
"""In a path: what is rendered is a page of the target."""

JSON_MEDIA_TYPE = "application/json"
CREDENTIAL_PATTERN = "x-proofreel-credential-pattern"
CREDENTIAL_NAME = "x-proofreel-credential-name"
CREDENTIAL_SCHEME = "x-proofreel-credential-scheme"

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
    """Where a credential stands in a request; `scheme` is the word before it, empty where there is none.

    `name` is what people call it, such as `API key`.
    """

    header: str
    scheme: str
    pattern: str
    name: str = "API key"

    def header_value(self, secret: str) -> str:
        """What the header holds for this credential."""
        return f"{self.scheme} {secret}" if self.scheme else secret

    @property
    def a_name(self) -> str:
        """The name with its article."""
        return f"{'an' if self.name[0] in 'AEIOUaeiou' else 'a'} {self.name}"

    @property
    def word(self) -> str:
        """The last word of the name, such as `key`, for where it is clear which one is meant."""
        return self.name.rpartition(" ")[2]

    @property
    def option(self) -> str:
        """The option that gives one on a command line, such as `--api-key`."""
        return f"--{self._in_words('-').lower()}"

    @property
    def second_option(self) -> str:
        """The option that gives that of another account."""
        return f"--second-{self._in_words('-').lower()}"

    @property
    def variable(self) -> str:
        """The environment variable that one is looked for in, such as `PROOFREEL_API_KEY`."""
        return f"PROOFREEL_{self._in_words('_').upper()}"

    @property
    def second_variable(self) -> str:
        """The environment variable for that of another account."""
        return f"PROOFREEL_SECOND_{self._in_words('_').upper()}"

    @property
    def input_name(self) -> str:
        """The input of a scenario that one is given as, such as `apiKey`."""
        first, *others = self.name.split()
        return "".join([first.lower(), *(other.capitalize() for other in others)])

    def _in_words(self, separator: str) -> str:
        return separator.join(self.name.split())


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
        self.credential = credential_of(content)

    @property
    def title(self) -> str:
        """The API's name for people."""
        return str(self.content["info"]["title"])

    @property
    def short_title(self) -> str:
        """The title without what stands in brackets at its end."""
        return self.title.partition(" (")[0]

    @functools.cached_property
    def makes_secrets(self) -> bool:
        """Whether the service makes the secrets that it signs with, so that they outlive a run.

        Else whoever configures a webhook sends one along.
        """
        sent = json.dumps([operation.get("requestBody", {}) for operation in self._described_operations()])
        named = set(re.findall(r"#/components/schemas/([^\"]+)", sent))
        schemas = [self.content["components"]["schemas"][name] for name in named]
        return bool(self.policies) and not any(SIGNS in schema.get("properties", {}) for schema in schemas)

    @functools.cached_property
    def needs_pages(self) -> bool:
        """Whether it renders pages that the target has, so that a run must know some of them."""
        return any(PAGE_PARAMETER in operation.path for operation in self.operations.values())

    @functools.cached_property
    def accept(self) -> str:
        """What requests say that they accept: JSON, or anything where the document knows other answers than JSON."""
        media_types = {
            media_type
            for operation in self._described_operations()
            for response in operation.get("responses", {}).values()
            for media_type in self._resolved(response).get("content", {})
        }
        return JSON_MEDIA_TYPE if media_types <= {JSON_MEDIA_TYPE} else "*/*"

    def _resolved(self, described: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a reference leads to within the document, or what is described on the spot."""
        resolved: Mapping[str, Any] = described
        if "$ref" in described:
            resolved = functools.reduce(lambda part, name: part[name], described["$ref"].split("/")[1:], self.content)
        return resolved

    def _described_operations(self) -> Iterator[Mapping[str, Any]]:
        for operation in self.operations.values():
            yield self.content["paths"][operation.path][operation.method.lower()]

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


def credential_of(content: Mapping[str, Any]) -> Credential:
    """The first credential of a document that stands in a header; `ValueError` where there is none."""
    for scheme in content.get("components", {}).get("securitySchemes", {}).values():
        pattern, name = scheme.get(CREDENTIAL_PATTERN, r"\S+"), scheme.get(CREDENTIAL_NAME, "API key")
        if scheme.get("type") == "apiKey" and scheme.get("in") == "header":
            return Credential(scheme["name"], scheme.get(CREDENTIAL_SCHEME, ""), pattern, name)
        if scheme.get("type") == "http":
            return Credential("Authorization", scheme["scheme"].capitalize(), pattern, name)
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
