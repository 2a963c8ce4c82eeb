"""Runtime expressions: how a description names inputs, outputs, and parts of a request and its answer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

EXPRESSION = r"\$[A-Za-z][A-Za-z0-9_]*(?:\.[\w\-]+)*(?:#(?:/[^\s/(){}\[\]!=<>&|,'\"]*)*)?"
"""An expression as it may stand within other text. A name of parts is separated by dots; a pointer ends at a space."""

_WHOLE = re.compile(r"\$[A-Za-z][^\s{}#]*(?:#(?:/[^/]*)*)?")
_EMBEDDED = re.compile(r"\{(\$[A-Za-z][^{}]*)\}")
_INDEX = re.compile(r"0|[1-9]\d*")


class UnresolvedError(Exception):
    """An expression names nothing; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Message:
    """A request or an answer, as expressions see it: header names in lower case, a JSON body parsed."""

    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    query: Mapping[str, Any] = field(default_factory=dict)
    path: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One call: the request and its answer."""

    method: str
    url: str
    request: Message
    status: int
    response: Message


@dataclass(frozen=True, slots=True)
class Scope:
    """What expressions can name at one point of a workflow; `exchange` is there once a step has been answered."""

    inputs: Mapping[str, Any] = field(default_factory=dict)
    steps: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    workflows: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    exchange: Exchange | None = None


def evaluate(expression: str, scope: Scope) -> Any:
    """The value of an expression such as `$steps.submit.outputs.id`; raises `UnresolvedError`."""
    reference, has_pointer, pointer = expression.partition("#")
    root, *names = reference.removeprefix("$").split(".")
    value = _root(root, ".".join(names), scope, expression)
    return point(value, pointer, expression) if has_pointer else value


def resolve(template: Any, scope: Scope) -> Any:
    """A JSON value with its expressions replaced: one that is a whole text keeps its type, one in `{}` becomes text."""
    match template:
        case str() if _WHOLE.fullmatch(template):
            return evaluate(template, scope)
        case str():
            return _EMBEDDED.sub(lambda found: _text(evaluate(found[1], scope)), template)
        case Mapping():
            return {name: resolve(value, scope) for name, value in template.items()}
        case list():
            return [resolve(value, scope) for value in template]
        case _:
            return template


def point(value: Any, pointer: str, expression: str) -> Any:
    """What a JSON pointer (RFC 6901) leads to within a value; raises `UnresolvedError` naming the expression."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, Mapping) and key in value:
            value = value[key]
        elif isinstance(value, list) and _INDEX.fullmatch(key) and int(key) < len(value):
            value = value[int(key)]
        else:
            message = f"{expression}: there is no {key!r}"
            raise UnresolvedError(message)
    return value


def _root(root: str, name: str, scope: Scope, expression: str) -> Any:
    match root:
        case "inputs":
            return _named(scope.inputs, name, expression)
        case "outputs":
            return _named(scope.outputs, name, expression)
        case "steps":
            step, _, output = name.partition(".outputs.")
            return _named(_named(scope.steps, step, expression), output, expression)
        case "workflows":
            workflow, kind, rest = (*name.split(".", 2), "", "")[:3]
            return _named(_named(_named(scope.workflows, workflow, expression), kind, expression), rest, expression)
        case "sourceDescriptions":
            source, _, part = name.partition(".")
            if part == "url":
                return _named(scope.sources, source, expression)
        case "url" | "method" | "statusCode" | "request" | "response":
            if scope.exchange is None:
                message = f"{expression}: nothing has been answered"
                raise UnresolvedError(message)
            return _of_exchange(root, name, scope.exchange, expression)
    message = f"{expression}: this is no runtime expression"
    raise UnresolvedError(message)


def _of_exchange(root: str, name: str, exchange: Exchange, expression: str) -> Any:
    whole = {"url": exchange.url, "method": exchange.method, "statusCode": exchange.status}
    if root in whole:
        return whole[root]
    message = exchange.request if root == "request" else exchange.response
    part, _, rest = name.partition(".")
    parts = {"header": message.headers, "query": message.query, "path": message.path}
    if part in parts:
        return _named(parts[part], rest.lower() if part == "header" else rest, expression)
    if part == "body":
        return _named(message.body, rest, expression) if rest else message.body
    text = f"{expression}: a {root} has header, query, path and body"
    raise UnresolvedError(text)


def _named(values: Any, name: str, expression: str) -> Any:
    """A member by its name; one that is not there as a whole is taken as a way of names with dots between."""
    if isinstance(values, Mapping):
        if name in values:
            return values[name]
        first, _, rest = name.partition(".")
        if rest and first in values:
            return _named(values[first], rest, expression)
    message = f"{expression}: there is no {name!r}"
    raise UnresolvedError(message)


def _text(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case _:
            return str(value)
