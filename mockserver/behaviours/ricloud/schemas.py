"""Behaviours that hold bodies against another schema."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from mockserver.behaviours.ricloud.answers import CREATE, UPDATE
from mockserver.behaviours.ricloud.composing import in_turn
from mockserver.behaviours.ricloud.stores import OtherConfigs, around_configs
from mockserver.documents import Document
from mockserver.ricloud.blueprint import Blueprint, Change
from mockserver.ricloud.config import WebhookConfig
from mockserver.ricloud.ports import Draft, Testing
from mockserver.schemas import Schema

SchemaEdit = Callable[[dict[str, Any]], None]
"""Changes, in place, the schema of an operation's body."""

HTTPS_URL = {"type": "string", "format": "uri", "pattern": "^[hH][tT][tT][pP][sS]://[^/?#]"}


def _bodies(edit: SchemaEdit, *operations: str) -> Change:
    def apply(blueprint: Blueprint) -> Blueprint:
        document = blueprint.document
        for operation in operations:
            document = _edited(document, operation, edit)
        return replace(blueprint, document=document)

    return apply


def _edited(document: Document, operation: str, edit: SchemaEdit) -> Document:
    content = copy.deepcopy(dict(document.content))
    described = next(
        item[method]
        for item in content["paths"].values()
        for method in item
        if isinstance(item[method], dict) and item[method].get("operationId") == operation
    )
    media = described["requestBody"]["content"]["application/json"]
    media["schema"] = _resolved(content, media["schema"])
    properties = media["schema"].get("properties", {})
    media["schema"]["properties"] = {name: _resolved(content, value) for name, value in properties.items()}
    edit(media["schema"])
    usual = document.operations[operation]
    body = Schema(media["schema"], content["components"])
    return replace(document, content=content, operations={**document.operations, operation: replace(usual, body=body)})


def _resolved(content: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    beside = {name: value for name, value in schema.items() if name != "$ref"}
    if "$ref" not in schema:
        return beside
    target: Any = content
    for part in schema["$ref"].removeprefix("#/").split("/"):
        target = target[part]
    return {**_resolved(content, target), **beside}


def _url(schema: dict[str, Any]) -> SchemaEdit:
    def edit(body: dict[str, Any]) -> None:
        body["properties"]["url"] = schema

    return edit


def _url_of_any_type(body: dict[str, Any]) -> None:
    body["properties"]["url"] = {"anyOf": [body["properties"]["url"], {"not": {"type": ["string", "null"]}}]}


def _outcomes_as_states(body: dict[str, Any]) -> None:
    body["properties"]["state"] = {"type": "string", "enum": ["new", "deactivated", "valid", "invalid"]}


def _nothing_unknown(body: dict[str, Any]) -> None:
    body["additionalProperties"] = False


class _UrlsAsText(OtherConfigs):
    """Stores a url as text, whatever it is."""

    async def add(self, draft: Draft, testing: Testing) -> WebhookConfig:
        return await super().add(replace(draft, url=str(draft.url)), testing)

    async def save(self, config: WebhookConfig, testing: Testing | None) -> WebhookConfig:
        return await super().save(replace(config, url=str(config.url)), testing)


CHANGES: Mapping[str, Change] = {
    "url-of-any-type-is-accepted": in_turn(_bodies(_url_of_any_type, CREATE, UPDATE), around_configs(_UrlsAsText)),
    "any-text-is-accepted-as-url": _bodies(_url({"type": "string"}), CREATE, UPDATE),
    "url-must-be-https": _bodies(_url(HTTPS_URL), CREATE, UPDATE),
    "unknown-body-properties-are-refused": _bodies(_nothing_unknown, CREATE, UPDATE),
    "outcomes-can-be-set-as-states": _bodies(_outcomes_as_states, UPDATE),
}
