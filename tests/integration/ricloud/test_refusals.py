"""Errors: one form for all, and never a server error, whatever is sent."""

import copy
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import hypothesis
import pytest
from hypothesis import strategies as some

if TYPE_CHECKING:
    from tests.conftest import OpenOrganisation, Organisation, Receiver, StartServer

NOWHERE = "http://127.0.0.1:1/hook"
LIST = "/configs/webhook"

FUZZING = hypothesis.settings(
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=60,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture, hypothesis.HealthCheck.too_slow],
)


# The form.


@pytest.mark.requirement("RCL-ERR-002", "RCL-ERR-003", "RCL-ERR-001", "RCL-UPD-015")
@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"url": "http://x/",}', b"\xff", b"[]", b"null", b"1", b'"x"', b"{}{}", b"\xef\xbb\xbf{}"]
)
@pytest.mark.parametrize("path", ["create", "update", "organisation", "key"])
def test_body_that_is_no_object_is_refused_as_a_whole(organisation: "Organisation", content: bytes, path: str) -> None:
    config = organisation.outcome(organisation.create(NOWHERE)["id"])
    paths = {
        "create": LIST,
        "update": f"{LIST}/{config['id']}",
        "organisation": "/organisation",
        "key": f"/keys/{config['organisation']}",
    }
    response = organisation.client.post(paths[path], content=content)
    assert (response.status_code, response.json()["error"], "params" in response.json()) == (400, "invalid-body", False)
    assert organisation.configs()["data"] == [config]


@pytest.mark.requirement("RCL-ERR-010")
@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/configs/webhook/1", "DELETE, GET, POST"),
        ("PATCH", "/configs/webhook/1", "DELETE, GET, POST"),
        ("DELETE", LIST, "GET, POST"),
        ("POST", "/tasks", "GET"),
        ("POST", "/events/x", "GET"),
        ("DELETE", "/organisation", "GET, POST"),
        ("POST", "/key", "GET"),
    ],
)
def test_method_that_a_path_does_not_have_is_refused(
    organisation: "Organisation", method: str, path: str, allowed: str
) -> None:
    response = organisation.client.request(method, path)
    assert (response.status_code, response.json()["error"]) == (405, "method-not-allowed")
    assert set(response.headers["Allow"].split(", ")) == {*allowed.split(", "), "OPTIONS"}


@pytest.mark.requirement("RCL-ERR-011")
def test_body_that_is_too_large_is_refused(organisation: "Organisation") -> None:
    response = organisation.client.post(LIST, json={"url": f"http://127.0.0.1:1/{'x' * 1_100_000}"})
    assert (response.status_code, response.json()["error"]) == (413, "payload-too-large")


@pytest.mark.requirement("RCL-ERR-009", "RCL-ERR-008")
def test_request_beyond_the_limit_is_told_when_to_come_back(
    start_server: "StartServer", open_organisation: "OpenOrganisation"
) -> None:
    organisation = open_organisation(start_server("--rate-limit", "3/1h"))
    statuses = [organisation.client.get(path).status_code for path in (LIST, "/tasks", "/key")]
    refused = organisation.client.post(LIST, json={"url": NOWHERE})
    assert (statuses, refused.status_code, refused.json()["error"]) == ([200] * 3, 429, "limit-exceeded")
    assert 1 <= int(refused.headers["Retry-After"]) <= 3600
    assert organisation.deliveries() == []


# Replies, each held against the document.


@pytest.mark.requirement("RCL-CFG-012", "RCL-LST-011", "RCL-TSK-001", "RCL-EVT-010", "RCL-ORG-005")
def test_replies_of_a_whole_life_are_documented(strict_organisation: "Organisation", receiver: "Receiver") -> None:
    organisation = strict_organisation
    urls = [receiver.hook().url, receiver.hook(receiver.redirect(NOWHERE)).url, receiver.hook(500).url, NOWHERE]
    for url in urls:
        config = organisation.create(url)["id"]
        organisation.tested(config)
        organisation.update(config, url=urls[0])
        organisation.outcome(config)
    organisation.use(config)
    organisation.use_with_key(config)
    for event in (organisation.happen(), organisation.happen("session.expired", a=[1])):
        organisation.advance(20_000)
        organisation.event(event["id"])
    organisation.delete(config)
    organisation.happen()
    for page in (organisation.configs(), organisation.tasks(), organisation.events(), organisation.shown()):
        assert page["resource"] in {"list", "organisation"}
    assert organisation.configs(state="deactivated")["total_count"] == 1


@pytest.mark.parametrize(
    ("method", "path", "content", "status"),
    [
        *(("POST", LIST, content, 400) for content in (b"{}", b"[]", b"{")),
        ("POST", LIST, b"x" * 1_100_000, 413),
        ("GET", f"{LIST}?limit=0", b"", 400),
        ("GET", "/tasks?after_id=x", b"", 400),
        ("GET", "/events?date_created__gt=x", b"", 400),
        *((method, f"{LIST}/0", b'{"state": "new"}', 404) for method in ("GET", "POST", "DELETE")),
        ("POST", f"{LIST}/0/test", b"", 404),
        ("POST", f"{LIST}/0/test", b"[]", 400),
        ("POST", "/organisation", b'{"webhook_config_default": 0}', 400),
        *(("GET", path, b"", 404) for path in ("/tasks/x", "/events/x", "/keys/x")),
    ],
)
def test_refusals_are_documented(
    strict_organisation: "Organisation", method: str, path: str, content: bytes, status: int
) -> None:
    assert strict_organisation.client.request(method, path, content=content).status_code == status


# Whatever is sent.

TEXTS = some.text() | some.sampled_from(
    [*("", "\0", "\ud800", "url", "state", "new", "valid", "deactivated", NOWHERE, "http://[", "https://é.invalid/"),
     *("http://127.0.0.1:99999/", "http://[::1", "http://%", "http://a b/", "x" * 20_000, "1", "null", "%s", "${x}")]
)  # fmt: skip
SCALARS = some.none() | some.booleans() | some.integers() | some.floats() | TEXTS
VALUES = some.recursive(
    SCALARS, lambda inner: some.lists(inner, max_size=4) | some.dictionaries(TEXTS, inner, max_size=4)
)
BODIES: dict[str, Any] = {
    LIST: {"url": NOWHERE},
    f"{LIST}/CONFIG": {"url": NOWHERE, "state": "new"},
    f"{LIST}/CONFIG/test": {},
    "/organisation": {"name": "Ours", "webhook_config_default": 1},
    "/keys/OWNER": {"webhook_config": 1},
    "/_control/events": {"type": "poll", "action": "completed", "data": {"id": "x", "a": {"b": [1]}}},
}
"""By path: a body that the operation takes."""


@pytest.fixture
def at(strict_organisation: "Organisation") -> "dict[str, str]":
    """The paths, by how they are written here, of an organisation that has a config."""
    config = strict_organisation.outcome(strict_organisation.create(NOWHERE)["id"])
    strict_organisation.use(config["id"])
    return {
        path: path.replace("CONFIG", str(config["id"])).replace("OWNER", str(config["organisation"])) for path in BODIES
    }


@some.composite
def mutated(draw: some.DrawFn, valid: Any) -> Any:
    """A valid body with one property replaced, removed, renamed or joined by another."""
    body = copy.deepcopy(valid)
    name = draw(some.sampled_from(sorted(body) or ["x"]))
    match draw(some.sampled_from(["replace", "remove", "add", "rename"])):
        case "replace":
            body[name] = draw(VALUES)
        case "remove":
            body.pop(name, None)
        case "add":
            body[draw(TEXTS)] = draw(VALUES)
        case _:
            body[draw(TEXTS)] = body.pop(name, None)
    return body


@pytest.mark.requirement("RCL-ERR-012")
@pytest.mark.parametrize("path", BODIES)
def test_mutated_bodies_never_break_the_server(
    strict_organisation: "Organisation", at: dict[str, str], path: str
) -> None:
    @FUZZING
    @hypothesis.given(mutated(BODIES[path]))
    def check(body: Any) -> None:
        status = strict_organisation.client.post(at[path], content=json.dumps(body).encode()).status_code
        assert status in {200, 201, 400, 413, 422}

    check()
    strict_organisation.settle()


@pytest.mark.requirement("RCL-ERR-012")
@pytest.mark.parametrize("path", BODIES)
def test_any_json_never_breaks_the_server(strict_organisation: "Organisation", at: dict[str, str], path: str) -> None:
    @FUZZING
    @hypothesis.given(VALUES)
    def check(body: Any) -> None:
        status = strict_organisation.client.post(at[path], content=json.dumps(body).encode()).status_code
        assert status in {200, 201, 400, 413, 422}

    check()


@pytest.mark.requirement("RCL-ERR-012")
@pytest.mark.parametrize("path", BODIES)
def test_any_bytes_never_break_the_server(strict_organisation: "Organisation", at: dict[str, str], path: str) -> None:
    valid = json.dumps(BODIES[path]).encode()
    cut = some.integers(0, len(valid)).map(lambda length: valid[:length])

    @FUZZING
    @hypothesis.given(some.binary() | some.tuples(cut, some.binary(max_size=8)).map(b"".join))
    def check(body: bytes) -> None:
        assert strict_organisation.client.post(at[path], content=body).status_code in {200, 201, 400, 413, 422}

    check()


NAMES = ["state", "type", "action", "limit", "after_id", "before_id", "x"]
NAMES += [f"date_created{form}" for form in ("", "[gt]", "[lte]", "__lt", "__gte", "[", "[]", "__", "[x]")]
FILTERS = some.dictionaries(
    some.sampled_from(NAMES) | some.text(some.characters(codec="utf-8"), max_size=5),
    some.text(some.characters(codec="utf-8"), max_size=12)
    | some.integers().map(str)
    | some.datetimes().map(lambda moment: moment.isoformat())
    | some.sampled_from(
        ["valid", "deactivated", "2026-01-01", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"]
    ),
    max_size=4,
)


@pytest.mark.requirement("RCL-ERR-012")
@FUZZING
@hypothesis.given(path=some.sampled_from([LIST, "/tasks", "/events"]), parameters=FILTERS)
def test_any_query_is_answered_as_the_document_says(
    strict_organisation: "Organisation", path: str, parameters: dict[str, str]
) -> None:
    assert strict_organisation.client.get(path, params=parameters).status_code in {200, 400}


@pytest.mark.requirement("RCL-ERR-012")
@FUZZING
@hypothesis.given(
    method=some.sampled_from(["GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS"]),
    path=some.sampled_from(
        ["/organisation", "/key", "/keys/1", LIST, f"{LIST}/1", f"{LIST}/1/test", "/tasks", "/events"]
    )
    | some.tuples(
        some.sampled_from([LIST, "/tasks", "/events", "/keys"]), some.text(some.characters(codec="utf-8"), max_size=20)
    ).map("/".join),
)
def test_any_request_is_answered_without_a_server_error(
    strict_organisation: "Organisation", method: str, path: str
) -> None:
    assert strict_organisation.client.request(method, quote(path)).status_code < 500


@pytest.mark.requirement("RCL-ERR-012")
@FUZZING
@hypothesis.given(
    token=some.text(some.characters(min_codepoint=33, max_codepoint=255, exclude_characters="\x7f"), max_size=50)
)
def test_any_token_is_answered_without_a_server_error(strict_organisation: "Organisation", token: str) -> None:
    headers = [(b"Authorization", b"Token " + token.encode("latin-1"))]
    assert strict_organisation.client.get("/key", headers=headers).status_code in {200, 401}
