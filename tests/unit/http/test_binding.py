"""Every operation has its handler, every request is held against the document, and no body breaks the server."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient

from mockserver.documents import Document
from mockserver.errors import Conflict, RateLimited, SetUpError, Unauthorized
from mockserver.http import problems
from mockserver.http.binding import Binding, routes
from mockserver.http.messages import Call, Handler, Reply

JSON = {"content-type": "application/json"}
REFUSED = {"authorization": "refused"}
URL = "http://127.0.0.1:9/hook"

Client = TestClient[Litestar]


@dataclass
class Desk:
    """Handlers for every operation of a document: they note the call and give the prepared reply."""

    document: Document
    reply: Reply | Exception = field(default_factory=lambda: Reply(200, {"success": True, "url": URL}))
    calls: list[Call] = field(default_factory=list)

    @property
    def handlers(self) -> Mapping[str, Handler]:
        return dict.fromkeys(self.document.operations, self.handle)

    async def handle(self, call: Call) -> Reply:
        self.calls.append(call)
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply

    async def admit(self, headers: Mapping[str, str]) -> Any:
        if headers.get("authorization") == "refused":
            raise Unauthorized("Missing or invalid API key.")
        return "workspace"

    def binding(self, *, checks_replies: bool = False) -> Binding:
        return Binding(self.document, self.handlers, self.admit, checks_replies)

    def application(self, *, checks_replies: bool = False) -> Litestar:
        return Litestar(
            routes(self.binding(checks_replies=checks_replies)),
            exception_handlers=dict(problems.ErrorHandling().handlers),
            openapi_config=None,
            request_max_body_size=1024**2,
            logging_config=None,
        )


@pytest.fixture(scope="module")
def shared(renderio: Document) -> Iterator[tuple[Desk, Client]]:
    """One application for all the tests that only look at answers."""
    desk = Desk(renderio)
    with TestClient(desk.application(), raise_server_exceptions=False) as client:
        yield desk, client


@pytest.fixture
def client(shared: tuple[Desk, Client]) -> Client:
    return shared[1]


@pytest.fixture(scope="module")
def control_client(control: Document) -> Iterator[Client]:
    """The same over the control document."""
    with TestClient(Desk(control, Reply(200, {})).application(), raise_server_exceptions=False) as client:
        yield client


def put(client: Client, content: bytes, headers: Mapping[str, str] = JSON) -> tuple[int, Any]:
    response = client.put("/api/v1/webhook-config", content=content, headers=dict(headers))
    return response.status_code, response.json()


# Binding.


def test_routes_refuse_a_missing_handler_by_name(renderio: Document) -> None:
    desk = Desk(renderio)
    handlers = {name: handler for name, handler in desk.handlers.items() if name != "getCommand"}
    with pytest.raises(SetUpError, match=r"renderio: .*without a handler: \['getCommand'\].*operation: \[\]"):
        routes(Binding(renderio, handlers, desk.admit))


def test_routes_refuse_a_surplus_handler_by_name(renderio: Document) -> None:
    desk = Desk(renderio)
    with pytest.raises(SetUpError, match=r"renderio: .*without a handler: \[\].*operation: \['sayHello'\]"):
        routes(Binding(renderio, {**desk.handlers, "sayHello": desk.handle}, desk.admit))


def test_routes_name_a_misspelt_handler_on_both_sides(renderio: Document) -> None:
    desk = Desk(renderio)
    handlers = {{"getCommand": "getComand"}.get(name, name): handler for name, handler in desk.handlers.items()}
    with pytest.raises(SetUpError, match=r"\['getCommand'\].*\['getComand'\]"):
        routes(Binding(renderio, handlers, desk.admit))


# Calls.


def test_handler_gets_path_body_and_workspace(renderio: Document) -> None:
    desk = Desk(renderio)
    with TestClient(desk.application()) as client:
        client.get("/api/v1/commands/a%20b%C3%A4")
        client.put("/api/v1/webhook-config", json={"url": URL})
    told: list[tuple[Any, ...]] = [(it.path, it.query, it.body, it.workspace) for it in desk.calls]
    assert told == [
        ({"commandId": "a bä"}, {}, None, "workspace"),
        ({}, {}, {"url": URL}, "workspace"),
    ]


def test_handler_gets_the_query_as_it_came(renderio: Document) -> None:
    desk = Desk(renderio)
    with TestClient(desk.application()) as client:
        client.get("/api/v1/webhook-config?date%5Bgt%5D=a+b&limit=&date%5Bgt%5D=c")
        client.get("/api/v1/webhook-config")
    assert [list(call.raw_query) for call in desk.calls] == [
        [("date[gt]", "a b"), ("limit", ""), ("date[gt]", "c")],
        [],
    ]


def test_handler_gets_the_headers_by_their_names_in_lower_case(renderio: Document) -> None:
    desk = Desk(renderio)
    with TestClient(desk.application()) as client:
        client.get("/api/v1/webhook-config", headers={"X-Wait": "Yes"})
    assert [call.headers["x-wait"] for call in desk.calls] == ["Yes"]


def test_handler_gets_typed_query_parameters(control: Document) -> None:
    desk = Desk(control, Reply(200, {}))
    with TestClient(desk.application()) as client:
        client.get("/_control/deliveries?limit=7&subject=7&unknown=1")
    assert [call.query for call in desk.calls] == [{"limit": 7, "subject": "7"}]


def test_open_operation_needs_no_credential(control: Document) -> None:
    desk = Desk(control, Reply(200, {}))
    with TestClient(desk.application()) as client:
        client.get("/_control", headers=REFUSED)
    assert [call.workspace for call in desk.calls] == [None]


def test_credential_is_asked_for_before_the_body(client: Client) -> None:
    status, body = put(client, b"not JSON", {**JSON, **REFUSED})
    assert (status, body["error"]) == (401, "UNAUTHORIZED")


def test_reply_is_sent_as_json(client: Client) -> None:
    response = client.put("/api/v1/webhook-config", json={"url": URL})
    told = (response.status_code, response.headers["content-type"], response.json())
    assert told == (200, "application/json", {"success": True, "url": URL})


# Bodies.

BAD_BODIES = {
    "empty": b"",
    "white space": b"  \n",
    "text": b"hello",
    "single quotes": b"{'url': 'http://x/'}",
    "a form": b"url=http%3A%2F%2Fx%2F",
    "NaN": b'{"url": NaN}',
    "infinity": b'{"url": Infinity}',
    "two values": b'{"url": "http://x/"} {}',
    "a trailing comma": b'{"url": "http://x/",}',
    "a comment": b'{"url": "http://x/" /* here */}',
    "cut off": b'{"url": "http://x/"',
    "a lone surrogate": b'{"url": "http://x/", "secret": "\\ud800"}',
    "a lone surrogate as a key": b'{"url": "http://x/", "\\udfff": 1}',
    "not UTF-8": b'{"url": "http://x/\xff"}',
    "not UTF-8 at all": b"\xff\xfe\x00",
    "surrogates in UTF-8": b'{"url": "http://x/", "secret": "\xed\xa0\x80"}',
    "UTF-16": '{"url": "http://x/"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"url": "http://x/"}',
    "a raw control character": b'{"url": "http://x/", "secret": "\x00"}',
    "100,000 open brackets": b"[" * 100_000,
    "100,000 nested arrays": b"[" * 100_000 + b"]" * 100_000,
    "100,000 nested objects": b'{"url":' * 100_000 + b"1" + b"}" * 100_000,
    "100,000 nested arrays in an unknown property": b'{"url":"http://x/","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "nested arrays for the URL": b'{"url":' + b"[" * 300 + b"]" * 300 + b"}",
    "nested arrays for the body": b"[" * 900 + b"]" * 900,
    "a number beyond floats": b'{"url": 1e999}',
    "a long integer for the URL": b'{"url": ' + b"9" * 400 + b"}",
    "a very long integer": b'{"url": ' + b"9" * 5_000 + b"}",
    "a very long fraction": b'{"url": 0.' + b"1" * 100_000 + b"}",
    "null": b"null",
    "an array": b'["http://x/"]',
    "a string": b'"http://x/"',
    "no URL": b"{}",
    "a URL of the wrong type": b'{"url": 1}',
    "a null URL": b'{"url": null}',
    "a bad URL": b'{"url": "http:// x"}',
    "a bad URL after a good one": b'{"url": "http://x/", "url": ""}',
    "a secret of the wrong type": b'{"url": "http://x/", "secret": 1}',
    "a null secret": b'{"url": "http://x/", "secret": null}',
}


@pytest.mark.parametrize("name", BAD_BODIES)
def test_bad_body_is_refused_with_its_status(client: Client, name: str) -> None:
    assert put(client, BAD_BODIES[name])[0] == 422


@pytest.mark.parametrize("name", BAD_BODIES)
def test_bad_body_is_refused_in_the_documented_shape(renderio: Document, client: Client, name: str) -> None:
    schema = renderio.operations["setWebhookConfig"].responses[422]
    assert schema is not None
    assert schema.violations(put(client, BAD_BODIES[name])[1]) == []


@pytest.mark.parametrize("name", BAD_BODIES)
def test_bad_body_never_reaches_the_handler(shared: tuple[Desk, Client], name: str) -> None:
    desk, client = shared
    desk.calls.clear()
    put(client, BAD_BODIES[name])
    assert desk.calls == []


def test_refusal_names_every_violation(client: Client) -> None:
    body = {"input_files": {}, "output_files": {"out_a": 1}}
    response = client.post("/api/v1/run-ffmpeg-command", json=body)
    found = {(tuple(it["loc"]), it["type"]) for it in response.json()["detail"]}
    assert found == {
        (("input_files",), "value_error"),
        (("output_files", "out_a"), "type_error"),
        (("ffmpeg_command",), "value_error"),
    }


def test_refusal_carries_code_and_message(client: Client) -> None:
    _, body = put(client, b"{}")
    assert (body["error"], body["message"]) == ("VALIDATION_ERROR", "url: is required")


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonp"])
def test_other_content_type_is_refused(client: Client, content_type: str) -> None:
    status, body = put(client, b'{"url": "http://x/"}', {"content-type": content_type})
    assert (status, [it["loc"] for it in body["detail"]]) == (422, [["Content-Type"]])


def test_missing_content_type_is_refused(client: Client) -> None:
    status, body = put(client, b'{"url": "http://x/"}', {})
    assert (status, [it["loc"] for it in body["detail"]]) == (422, [["Content-Type"]])


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON", "application/json; charset=utf-8", "application/vnd.api+json"],
)
def test_json_content_type_is_taken(client: Client, content_type: str) -> None:
    assert put(client, b'{"url": "http://x/"}', {"content-type": content_type})[0] == 200


def test_content_type_does_not_matter_where_the_document_says_so(control_client: Client) -> None:
    response = control_client.post("/_control/clock/advance", content=b'{"seconds": 0}')
    assert response.status_code == 200


@pytest.fixture(scope="module")
def lenient(renderio: Document) -> Iterator[tuple[Desk, Client]]:
    """The same where a body may be left out."""
    operations = {name: replace(it, body_required=False) for name, it in renderio.operations.items()}
    desk = Desk(replace(renderio, operations=operations))
    with TestClient(desk.application(), raise_server_exceptions=False) as client:
        yield desk, client


def test_optional_body_that_is_left_out_is_none(lenient: tuple[Desk, Client]) -> None:
    desk, client = lenient
    desk.calls.clear()
    assert put(client, b"", {})[0] == 200
    assert [call.body for call in desk.calls] == [None]


@pytest.mark.parametrize("content", [b" ", b"null", b"{}", b"{"])
def test_optional_body_that_is_there_is_judged(lenient: tuple[Desk, Client], content: bytes) -> None:
    assert put(lenient[1], content)[0] == 422


def test_body_over_the_limit_is_refused(client: Client) -> None:
    status, body = put(client, b'{"url": "http://x/", "x": "' + b"x" * 1024**2 + b'"}')
    assert (status, body["error"]) == (413, "PAYLOAD_TOO_LARGE")


@pytest.mark.parametrize(
    "seconds", [b"1e308", b"-1", b"1e999", b"-0.1", b'"5"', b"null", b"true", b"9" * 400, b"[]", b"3153600001"]
)
def test_bad_number_is_refused(control_client: Client, seconds: bytes) -> None:
    response = control_client.post("/_control/clock/advance", content=b'{"seconds": ' + seconds + b"}")
    assert (response.status_code, response.json()["error"]) == (422, "VALIDATION_ERROR")


@pytest.mark.parametrize("seconds", [b"0", b"-0", b"-0.0", b"5", b"0.5", b"1e3", b"3153600000", b"1E-400"])
def test_good_number_is_taken(control_client: Client, seconds: bytes) -> None:
    response = control_client.post("/_control/clock/advance", content=b'{"seconds": ' + seconds + b"}")
    assert response.status_code == 200


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(content=st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_bytes_break_the_server(client: Client, content: bytes) -> None:
    assert put(client, content)[0] in {200, 422}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from(["input_files", "output_files", "ffmpeg_command", "metadata", "webhook_url"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(body=json_values | st.dictionaries(keys, json_values))
def test_no_json_breaks_the_server(client: Client, body: object) -> None:
    response = client.post("/api/v1/run-ffmpeg-command", content=json.dumps(body).encode(), headers=JSON)
    assert response.status_code in {200, 422}


# Queries.

BAD_QUERIES = {
    "limit=0": "limit",
    "limit=1001": "limit",
    "limit=": "limit",
    "limit=ten": "limit",
    "limit=1.5": "limit",
    "limit=1e2": "limit",
    "limit=-1": "limit",
    "limit=--1": "limit",
    "limit=-": "limit",
    "limit=%2B1": "limit",
    "limit=%D9%A1": "limit",
    "limit=%C2%B2": "limit",
    "limit=0x10": "limit",
    "limit=1_0": "limit",
    "limit=" + "9" * 18: "limit",
    "limit=" + "9" * 19: "limit",
    "limit=" + "9" * 5_000: "limit",
    "limit=10&limit=0": "limit",
    "limit=true": "limit",
    "limit=%FF": "limit",
    "subject=": "subject",
}


@pytest.mark.parametrize("query", BAD_QUERIES, ids=lambda it: it[:30])
def test_bad_query_is_refused_at_its_parameter(control_client: Client, query: str) -> None:
    response = control_client.get(f"/_control/deliveries?{query}")
    told = (response.status_code, [it["loc"] for it in response.json()["detail"]])
    assert told == (400, [[BAD_QUERIES[query]]])


@pytest.mark.parametrize("query", BAD_QUERIES, ids=lambda it: it[:30])
def test_bad_query_is_refused_in_the_documented_shape(control: Document, control_client: Client, query: str) -> None:
    schema = control.operations["listDeliveries"].responses[400]
    assert schema is not None
    assert schema.violations(control_client.get(f"/_control/deliveries?{query}").json()) == []


def test_every_bad_parameter_is_named(control_client: Client) -> None:
    response = control_client.get("/_control/deliveries?limit=x&subject=")
    assert sorted(it["loc"][0] for it in response.json()["detail"]) == ["limit", "subject"]


@pytest.mark.parametrize(
    "query", ["limit=1", "limit=1000", "limit=007", "subject=%FF", "subject=%00", "subject=%F0%9F%8E%AC"]
)
def test_good_query_is_taken(control_client: Client, query: str) -> None:
    assert control_client.get(f"/_control/deliveries?{query}").status_code == 200


# Errors.


def answer_to(desk: Desk, *, checks_replies: bool = False) -> tuple[int, Any, Mapping[str, str]]:
    with TestClient(desk.application(checks_replies=checks_replies), raise_server_exceptions=False) as client:
        response = client.put("/api/v1/webhook-config", json={"url": URL})
    return response.status_code, response.json(), response.headers


def test_rate_limit_is_answered_with_its_wait(renderio: Document) -> None:
    status, body, headers = answer_to(Desk(renderio, RateLimited(retry_after_seconds=7)))
    assert (status, body["error"], headers["retry-after"]) == (429, "RATE_LIMITED", "7")


def test_error_of_a_handler_is_answered_in_its_form(renderio: Document) -> None:
    status, body, _ = answer_to(Desk(renderio, Conflict("not now")))
    assert (status, body) == (409, {"error": "CONFLICT", "message": "not now"})


def test_bug_of_a_handler_is_answered_without_its_story(renderio: Document) -> None:
    status, body, _ = answer_to(Desk(renderio, RuntimeError("the secret is 1234")))
    assert (status, body["error"], "1234" in str(body)) == (500, "INTERNAL_ERROR", False)


def test_unknown_path_is_answered_in_json(client: Client) -> None:
    response = client.get("/api/v1/nothing")
    assert (response.status_code, response.json()["error"]) == (404, "NOT_FOUND")


def test_unknown_method_is_answered_with_those_allowed(client: Client) -> None:
    response = client.patch("/api/v1/webhook-config")
    allowed = set(response.headers["allow"].replace(" ", "").split(",")) - {"OPTIONS"}
    assert (response.status_code, response.json()["error"], allowed) == (
        405,
        "METHOD_NOT_ALLOWED",
        {"GET", "PUT", "DELETE"},
    )


# Checked replies.


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(Reply(201, {"success": True, "url": URL}), id="undocumented status"),
        pytest.param(Reply(200, {"success": True}), id="property missing"),
        pytest.param(Reply(200, {"success": False, "url": URL}), id="wrong value"),
        pytest.param(Reply(200, []), id="wrong type"),
        pytest.param(Conflict("not now"), id="undocumented error"),
    ],
)
def test_checked_reply_that_the_document_forbids_is_a_bug(renderio: Document, reply: Reply | Exception) -> None:
    assert answer_to(Desk(renderio, reply), checks_replies=True)[0] == 500


@pytest.mark.parametrize(
    ("reply", "status"),
    [(Reply(200, {"success": True, "url": URL}), 200), (Unauthorized("no"), 401), (RateLimited(1), 429)],
    ids=["reply", "refusal", "limit"],
)
def test_checked_reply_that_the_document_knows_passes(
    renderio: Document, reply: Reply | Exception, status: int
) -> None:
    assert answer_to(Desk(renderio, reply), checks_replies=True)[0] == status


def test_unchecked_reply_passes_whatever_it_is(renderio: Document) -> None:
    assert answer_to(Desk(renderio, Reply(201, [])))[0] == 201
