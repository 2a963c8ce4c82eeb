"""Behaviours that accept other bodies: schemas that ask for less or for more, and other rules across fields."""

import copy
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from mockserver.behaviours.renderio.executions import RefusedFails, Rewritten, without_undeclared, without_unused
from mockserver.behaviours.renderio.executions import around as around_executor
from mockserver.documents import Document
from mockserver.errors import Invalid, Violation
from mockserver.http.binding import Answering, Incoming
from mockserver.http.problems import Problem
from mockserver.media import placeholders
from mockserver.renderio.blueprint import Blueprint, Change, Stores
from mockserver.renderio.command import Request
from mockserver.schemas import Schema
from mockserver.workspaces import Workspace

CONFIGURE, SUBMIT = "setWebhookConfig", "runFfmpegCommand"

Accepting = Callable[[Mapping[str, Any]], Request]
SchemaEdit = Callable[[dict[str, Any]], None]
"""Changes, in place, the schema of an operation's body."""

_ANY_ALIAS = "^[a-zA-Z0-9_]+$"
_URL_OF_ANY_SCHEME = "^([hH][tT][tT][pP][sS]?://[^/?#]|(?![hH][tT][tT][pP][sS]?:)[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#])"
_STRICT_NAME = r"^[A-Za-z0-9_]+\.[A-Za-z0-9]+$"
_SPACED = re.compile(r"\{\{\s+\w+\s*\}\}|\{\{\w+\s+\}\}|<<\s+\w+\s*>>|<<\w+\s+>>")


# Schemas.


def _body_schema(document: Document, operation: str) -> dict[str, Any]:
    """A copy of the schema of an operation's body, with the references at its root and in its properties resolved."""
    content = document.content
    described = next(
        item[method]
        for item in content["paths"].values()
        for method in item
        if isinstance(item[method], Mapping) and item[method].get("operationId") == operation
    )
    schema = _resolved(content, described["requestBody"]["content"]["application/json"]["schema"])
    properties = {name: _resolved(content, value) for name, value in schema.get("properties", {}).items()}
    return copy.deepcopy({**schema, "properties": properties})


def _resolved(content: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    beside = {name: value for name, value in schema.items() if name != "$ref"}
    if "$ref" not in schema:
        return beside
    target: Any = content
    for part in schema["$ref"].removeprefix("#/").split("/"):
        target = target[part]
    return {**_resolved(content, target), **beside}


class _OtherBodies:
    """Holds the bodies of operations against other schemas; `edits` are made in turn, each by its operation."""

    def __init__(self, document: Document, edits: tuple[tuple[str, SchemaEdit], ...]) -> None:
        self.edits = edits
        changed = {operation: _body_schema(document, operation) for operation, _ in edits}
        for operation, edit in edits:
            edit(changed[operation])
        components = document.content.get("components", {})
        self._schemas = {operation: Schema(schema, components) for operation, schema in changed.items()}

    def __call__(self, answer: Answering, _: Stores) -> Answering:
        """The same way to answer, by these schemas."""

        async def answer_by_schema(incoming: Incoming, workspace: Workspace | None) -> Problem:
            schema = self._schemas.get(incoming.operation.id)
            if schema is not None:
                incoming = replace(incoming, operation=replace(incoming.operation, body=schema))
            return await answer(incoming, workspace)

        return answer_by_schema


def _schema(edit: SchemaEdit, *operations: str) -> Change:
    """Hold the bodies of these operations against a changed schema."""

    def apply(blueprint: Blueprint) -> Blueprint:
        edits, others = tuple((operation, edit) for operation in operations), blueprint.around_answers
        # One for all edits, or the last one alone would hold.
        if others and isinstance(others[0], _OtherBodies):
            edits, others = (*others[0].edits, *edits), others[1:]
        # Innermost: what stands around may look at the answer, and asks for nothing of the schema.
        return replace(blueprint, around_answers=(_OtherBodies(blueprint.document, edits), *others))

    return apply


def _property(name: str, value: Mapping[str, Any]) -> SchemaEdit:
    def edit(schema: dict[str, Any]) -> None:
        schema["properties"][name] = dict(value)

    return edit


def _any_keys(name: str) -> SchemaEdit:
    def edit(schema: dict[str, Any]) -> None:
        files = schema["properties"][name]
        (value,) = list(files.get("patternProperties", {}).values())[:1] or [{"type": "string"}]
        files["patternProperties"] = {_ANY_ALIAS: value}

    return edit


def _any_scheme(schema: dict[str, Any]) -> None:
    for name in ("url", "webhook_url"):
        if name in schema["properties"]:
            schema["properties"][name] = {"type": "string", "format": "uri", "pattern": _URL_OF_ANY_SCHEME}


def _no_empty_secret(schema: dict[str, Any]) -> None:
    schema["properties"]["secret"] = {"type": "string", "minLength": 1}


def _secret_required(schema: dict[str, Any]) -> None:
    schema["required"] = [*schema.get("required", ()), "secret"]


def _any_number_of_metadata(schema: dict[str, Any]) -> None:
    schema["properties"]["metadata"].pop("maxProperties", None)


def _metadata_of(*types: str) -> SchemaEdit:
    def edit(schema: dict[str, Any]) -> None:
        schema["properties"]["metadata"]["additionalProperties"] = {"type": list(types)} if types else {}

    return edit


def _nothing_unknown(schema: dict[str, Any]) -> None:
    schema["additionalProperties"] = False


def _strict_names(schema: dict[str, Any]) -> None:
    files = schema["properties"]["output_files"]
    files["patternProperties"] = {
        pattern: {"type": "string", "maxLength": 128, "pattern": _STRICT_NAME}
        for pattern in files.get("patternProperties", {})
    }


def _not_required(name: str) -> SchemaEdit:
    def edit(schema: dict[str, Any]) -> None:
        schema["required"] = [it for it in schema.get("required", ()) if it != name]
        schema["properties"][name].pop("minProperties", None)
        if name == "ffmpeg_command":
            schema["properties"][name] = {}

    return edit


# Rules across fields.


def _accepting(make: Callable[[Accepting], Accepting]) -> Change:
    return lambda blueprint: replace(blueprint, accept=make(blueprint.accept))


def _refusing(is_wrong: Callable[[str], bool], message: str) -> Change:
    """Refuse commands that the usual rules let pass."""

    def make(usual: Accepting) -> Accepting:
        def accept(body: Mapping[str, Any]) -> Request:
            if is_wrong(body["ffmpeg_command"]):
                raise Invalid([Violation(("ffmpeg_command",), message)])
            return usual(body)

        return accept

    return _accepting(make)


def _unchecked(is_meant: Callable[[Mapping[str, Any]], bool]) -> Change:
    """Take the bodies that are meant as they are; what cannot be carried out then fails."""

    def make(usual: Accepting) -> Accepting:
        def accept(body: Mapping[str, Any]) -> Request:
            return _as_it_is(body) if is_meant(body) else usual(body)

        return accept

    return lambda blueprint: around_executor(RefusedFails)(_accepting(make)(blueprint))


def _as_it_is(body: Mapping[str, Any]) -> Request:
    line = body.get("ffmpeg_command", "")
    filled = {"input_files": {}, "output_files": {}, **body, "ffmpeg_command": line if isinstance(line, str) else ""}
    return msgspec.convert(filled, Request)


def _rewritten(rewrite: Callable[[Request], Request]) -> Change:
    """Accept, and carry out, what a rewritten body would be accepted for; what is stored is what was submitted."""

    def make(usual: Accepting) -> Accepting:
        def accept(body: Mapping[str, Any]) -> Request:
            request = msgspec.convert(body, Request)
            usual({**body, **msgspec.structs.asdict(rewrite(request))})
            return request

        return accept

    return lambda blueprint: around_executor(lambda inner: Rewritten(inner, rewrite))(_accepting(make)(blueprint))


def _has_undeclared(body: Mapping[str, Any]) -> bool:
    return bool(_aliases(body) - _declared(body))


def _has_unused(body: Mapping[str, Any]) -> bool:
    return bool(_declared(body) - _aliases(body))


def _aliases(body: Mapping[str, Any]) -> set[str]:
    return {placeholder.alias for placeholder in placeholders.find(body["ffmpeg_command"])}


def _declared(body: Mapping[str, Any]) -> set[str]:
    return {*body["input_files"], *body["output_files"]}


def _lacks(name: str) -> Callable[[Mapping[str, Any]], bool]:
    def lacks(body: Mapping[str, Any]) -> bool:
        return not body.get(name) or (name == "ffmpeg_command" and not isinstance(body[name], str))

    return lacks


def _optional(name: str) -> Change:
    def apply(blueprint: Blueprint) -> Blueprint:
        return _schema(_not_required(name), SUBMIT)(_unchecked(_lacks(name))(blueprint))

    return apply


def _without_program(command: str) -> bool:
    return command.split()[:1] != ["ffmpeg"]


def _with_angles(command: str) -> bool:
    return "<<" in command


def _with_spaces(command: str) -> bool:
    return _SPACED.search(command) is not None


CHANGES: Mapping[str, Change] = {
    "put-needs-secret": _schema(_secret_required, CONFIGURE),
    "empty-secret-is-refused": _schema(_no_empty_secret, CONFIGURE),
    "any-url-scheme": _schema(_any_scheme, CONFIGURE, SUBMIT),
    "invalid-url-is-accepted": _schema(_property("url", {"type": "string"}), CONFIGURE),
    "input-keys-need-no-prefix": _schema(_any_keys("input_files"), SUBMIT),
    "output-keys-need-no-prefix": _schema(_any_keys("output_files"), SUBMIT),
    "input-files-are-optional": _optional("input_files"),
    "output-files-are-optional": _optional("output_files"),
    "command-line-is-optional": _optional("ffmpeg_command"),
    "metadata-without-limit": _schema(_any_number_of_metadata, SUBMIT),
    "metadata-without-booleans": _schema(_metadata_of("string", "number"), SUBMIT),
    "metadata-of-any-value": _schema(_metadata_of(), SUBMIT),
    "invalid-webhook-url-is-accepted": _schema(_property("webhook_url", {"type": "string"}), SUBMIT),
    "unknown-properties-are-refused": _schema(_nothing_unknown, SUBMIT),
    "strict-file-names": _schema(_strict_names, SUBMIT),
    "angle-placeholders-are-refused": _refusing(_with_angles, "<< and >> mean nothing here"),
    "spaces-in-placeholders-are-refused": _refusing(_with_spaces, "a placeholder holds no white space"),
    "program-name-is-required": _refusing(_without_program, "the command must begin with ffmpeg"),
    "undeclared-placeholder-succeeds": _rewritten(without_undeclared),
    "undeclared-placeholder-fails-later": _unchecked(_has_undeclared),
    "unused-key-succeeds": _rewritten(without_unused),
    "unused-key-fails-later": _unchecked(_has_unused),
}
