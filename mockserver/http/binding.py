"""Binds each operation of a document to its handler; a server with a gap on either side does not start."""

import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from litestar import Request, Response
from litestar.background_tasks import BackgroundTask
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse

from mockserver.documents import Document, Method, Operation, QueryParameter
from mockserver.errors import ApiError, Invalid, InvalidQuery, SetUpError, Violation
from mockserver.http import problems
from mockserver.http.messages import Call, Handler, Media, Reply, Sent
from mockserver.http.nesting import MOST_LEVELS, is_too_deep
from mockserver.workspaces import Workspace

AdmittedTo = Callable[[Mapping[str, str]], Awaitable[Workspace]]
"""Leads a request, by its headers, to the caller's workspace; raises `ApiError`."""

LONGEST_INTEGER = 18

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request to an operation, before its parameters and its body are read."""

    operation: Operation
    request: AnyRequest
    headers: Mapping[str, str]


Answering = Callable[[Incoming, Workspace | None], Awaitable[problems.Problem]]
"""Answers a request that was admitted: reads it, has it handled, and gives errors their form."""

Front = Callable[[Incoming], Awaitable[problems.Problem]]
"""Answers any request: admits it first, where its operation needs that."""

OtherMethod = tuple[str, Method]
"""An operation's id, and a further method by which it is called."""


def _as_the_others(_: Workspace) -> Answering | None:
    return None


def as_it_is(front: Front) -> Front:
    """Nothing is put around the way in."""
    return front


def as_usual(answering: Answering) -> Answering:
    """Nothing is put around the answers."""
    return answering


@dataclass(frozen=True)
class Binding:
    """A document, its handlers by operation id, how callers are admitted, and the form of the API's errors.

    `elsewhere` are the operations that have routes of their own: not JSON on both sides. `own` is how a workspace
    answers that does not answer like the others; `around` is put around the answers to all who were admitted, `front`
    around everything. `other_methods` are those that the document does not have.
    """

    document: Document
    handlers: Mapping[str, Handler]
    admit: AdmittedTo
    checks_replies: bool = False
    shape: problems.Shape = problems.problem
    elsewhere: frozenset[str] = frozenset()
    own: Callable[[Workspace], Answering | None] = _as_the_others
    around: Callable[[Answering], Answering] = as_usual
    front: Callable[[Front], Front] = as_it_is
    other_methods: Sequence[OtherMethod] = ()


def routes(binding: Binding) -> list[HTTPRouteHandler]:
    """A route per operation; raises `SetUpError` naming operations without handler and handlers without operation."""
    operations, handlers = binding.document.operations, binding.handlers
    bound = handlers.keys() | binding.elsewhere
    if operations.keys() != bound:
        missing = sorted(operations.keys() - bound)
        surplus = sorted(bound - operations.keys())
        message = (
            f"{binding.document.name}: operations without a handler: {missing}; "
            f"handlers without an operation: {surplus}"
        )
        raise SetUpError(message)
    front = binding.front(_front(binding))
    methods: dict[str, list[str]] = defaultdict(list)
    for operation in operations.values():
        methods[operation.path].append(operation.method)
    # OPTIONS first: where a path has none, the framework adds one of its own with the first handler.
    return [
        *(_options(path, allowed) for path, allowed in methods.items()),
        *(_route(operations[operation_id], front) for operation_id in handlers),
        *(_route(operations[operation_id], front, method) for operation_id, method in binding.other_methods),
    ]


def _options(path: str, methods: Sequence[str]) -> HTTPRouteHandler:
    """Answers OPTIONS with all methods of a path; the framework's own answer names those of one handler only."""

    async def endpoint() -> Response[None]:
        return Response(None, status_code=204, headers={"Allow": ", ".join(sorted({*methods, "OPTIONS"}))})

    return HTTPRouteHandler(_litestar_path(path), http_method="OPTIONS", status_code=204, include_in_schema=False)(
        endpoint
    )


def _litestar_path(path: str) -> str:
    return path.replace("}", ":str}")


def answering(binding: Binding) -> Answering:
    """The way to answer by the document and the handlers of `binding`."""

    async def answer(incoming: Incoming, workspace: Workspace | None) -> problems.Problem:
        operation = incoming.operation
        try:
            reply = await binding.handlers[operation.id](await _call(binding.document, incoming, workspace))
        except ApiError as error:
            shaped = binding.shape(error, problems.url_of(incoming.request))
        else:
            shaped = _carried(reply)
        if binding.checks_replies:
            _require_documented(operation, shaped)
        return shaped

    return binding.around(answer)


def _carried(reply: Reply | Media) -> problems.Problem:
    if isinstance(reply, Media):
        return problems.Problem(reply.status, reply.content, {}, reply.media_type, reply.sent)
    return problems.Problem(reply.status, msgspec.json.encode(reply.body), {}, sent=reply.sent)


def _front(binding: Binding) -> Front:
    common = answering(binding)

    async def front(incoming: Incoming) -> problems.Problem:
        if not incoming.operation.secured:
            return await common(incoming, None)
        try:
            workspace = await binding.admit(incoming.headers)
        except ApiError as error:
            shaped = binding.shape(error, problems.url_of(incoming.request))
            if binding.checks_replies:
                _require_documented(incoming.operation, shaped)
            return shaped
        return await (binding.own(workspace) or common)(incoming, workspace)

    return front


def _route(operation: Operation, front: Front, method: Method | None = None) -> HTTPRouteHandler:
    # The framework's low-level response: its richer one costs as much again as everything else around a handler.
    async def endpoint(request: AnyRequest) -> ASGIResponse:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.scope["headers"]}
        shaped = await front(Incoming(operation, request, headers))
        return ASGIResponse(
            body=shaped.body,
            status_code=shaped.status,
            media_type=shaped.media_type,
            headers=dict(shaped.headers),
            background=None if shaped.sent is None else BackgroundTask(_done_with, shaped.sent),
        )

    path = _litestar_path(operation.path)
    name = f"{method} {operation.id}" if method else operation.id
    route = HTTPRouteHandler(
        path, http_method=method or operation.method, status_code=200, name=name, include_in_schema=False
    )
    return route(endpoint)


async def _done_with(sent: Sent) -> None:
    # The framework would run in a thread what is no coroutine function by itself.
    await sent()


async def _call(document: Document, incoming: Incoming, workspace: Workspace | None) -> Call:
    operation, request = incoming.operation, incoming.request
    any_content_type = document.any_content_type
    body = await read_body(incoming, any_content_type=any_content_type) if operation.body is not None else None
    return Call(
        path=request.path_params,
        query=_query(operation, request) if operation.query else {},
        body=body,
        workspace=workspace,
        raw_query=_raw_query(request.scope["query_string"]),
        headers=incoming.headers,
        target=(request.scope["raw_path"], request.scope["query_string"]),
    )


async def read_body(incoming: Incoming, *, any_content_type: bool) -> Any:
    """The body of a request, held against its operation; None where it is empty and may be. Raises `Invalid`."""
    operation = incoming.operation
    if not operation.body_required and not await incoming.request.body():
        return None
    if not any_content_type and not is_json(incoming.headers.get("content-type", "")):
        raise Invalid([Violation(("Content-Type",), "must be application/json")])
    text = await incoming.request.body()
    try:
        body = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid([Violation((), f"the body is no JSON that can be read: {error}")]) from error
    if is_too_deep(text, body):
        raise Invalid([Violation((), f"the body is nested more than {MOST_LEVELS} levels deep")])
    violations = operation.body.violations(body) if operation.body is not None else []
    if violations:
        raise Invalid(violations)
    return body


def is_json(content_type: str) -> bool:
    """Whether a Content-Type is that of JSON."""
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type == "application/json" or (media_type.startswith("application/") and media_type.endswith("+json"))


def _raw_query(text: bytes) -> Sequence[tuple[str, str]]:
    # Not the framework's reading of it: that loses the order of the pairs.
    return parse_qsl(text.decode("latin-1"), keep_blank_values=True) if text else ()


def _query(operation: Operation, request: AnyRequest) -> dict[str, Any]:
    values: dict[str, Any] = {}
    violations: list[Violation] = []
    for parameter in operation.query:
        given = request.query_params.getall(parameter.name, [])
        if given:
            values[parameter.name] = _typed(parameter, given[-1])
            violations += [
                Violation((parameter.name,), found.message, found.kind)
                for found in parameter.schema.violations(values[parameter.name])
            ]
        elif parameter.required:
            violations.append(Violation((parameter.name,), "is required"))
    if violations:
        raise InvalidQuery(violations)
    return values


def _typed(parameter: QueryParameter, text: str) -> Any:
    """The text as the parameter's type, or as it is where it cannot be read so: the schema then says what is wrong."""
    if (
        parameter.type == "integer"
        and text.removeprefix("-").isascii()
        and text.removeprefix("-").isdigit()
        and len(text) <= LONGEST_INTEGER
    ):
        return int(text)
    if parameter.type == "boolean" and text in {"true", "false"}:
        return text == "true"
    return text


def _require_documented(operation: Operation, reply: problems.Problem) -> None:
    """Hold a reply against the document; for tests, where an undocumented reply is a bug of the server."""
    status = reply.status
    if status not in operation.responses:
        message = f"{operation.id}: status {status} is not in the document"
        raise AssertionError(message)
    if reply.media_type not in operation.media_types[status]:
        message = f"{operation.id}: a {status} reply of the type {reply.media_type} is not in the document"
        raise AssertionError(message)
    schema = operation.responses[status] if reply.media_type == problems.JSON else None
    violations = schema.violations(json.loads(reply.body)) if schema is not None else []
    if violations:
        message = f"{operation.id}: the {status} reply breaks the document: {violations}"
        raise AssertionError(message)
