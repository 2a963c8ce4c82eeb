"""Refusals: every status in the form of the document, and nothing rendered."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from litestar.testing import TestClient

from mockserver.app import create_app
from mockserver.http.access import RateLimit
from mockserver.settings import Settings
from tests.integration.bannx.spaces import PAGE, Space

WORDS = {
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Request Entity Too Large",
    429: "Too Many Requests",
}


def problem(answer: httpx.Response, status: int) -> str:
    """The message of a refusal, when its form is right."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json"), answer.text
    assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == ("no-cache", "nosniff")
    body = answer.json()
    assert body == {
        "error": True,
        "url": answer.request.url.raw_path.decode(),
        "statusCode": status,
        "statusMessage": WORDS[status],
        "message": body["message"],
    }
    assert body["message"]
    return str(body["message"])


@pytest.mark.requirement("BNX-CBK-003", "BNX-CRD-002", "BNX-LOG-010")
def test_refusals_leave_no_file_and_no_credit(space: Space) -> None:
    statuses = [
        space.get("none").status_code,
        space.get(format="jpeg").status_code,
        space.get(tweaks="{").status_code,
        space.post().status_code,
        space.post(pageId="badge", tweaks={"part": "x"}).status_code,
    ]
    entries = space.settled()
    assert [(it["status"], it["file"]) for it in entries] == [(status, None) for status in statuses]
    assert [it["page_id"] for it in entries] == ["none", "badge", "badge", None, "badge"]
    assert space.credits() == 0


# Credentials.


@pytest.mark.requirement("BNX-AUT-002", "BNX-AUT-003", "BNX-ERR-002", "BNX-ERR-003", "BNX-AUT-009")
@pytest.mark.parametrize(
    "value",
    [
        *(None, "", "Bearer", "Bearer ", "Basic YWRhOmFkYQ==", "abc", "Token abc", "Bearer a b", "Bearer ż"),
        *("Bearer a,b", "BearerX abc", "Bearer =", "Bearer\tabc"),
    ],
)
def test_request_without_a_bearer_token_is_refused(application: httpx.Client, value: str | None) -> None:
    headers = [] if value is None else [(b"Authorization", value.encode())]
    assert problem(application.get("/api/render/social-card", headers=headers), 401)
    assert problem(application.get("/api/render/none?format=jpeg", headers=headers), 401)
    assert problem(application.post("/api/render", content=b"{", headers=headers), 401)


@pytest.mark.requirement("BNX-AUT-007")
@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer "])
def test_word_before_the_token_may_be_written_otherwise(space: Space, scheme: str) -> None:
    answer = space.client.get("/api/render/badge", headers={"Authorization": f"{scheme} {space.token}"})
    assert answer.status_code == 200


@pytest.mark.requirement("BNX-AUT-005", "BNX-AUT-006")
@pytest.mark.parametrize(
    "query", ["token=x", "token=", "token", "a=b&token=x", "%74oken=x", "token=%ff", "token=x&token=y"]
)
def test_token_in_the_query_is_refused(space: Space, query: str) -> None:
    bare, beside = space.client.get(f"/api/render/badge?{query}"), space.get(query=query)
    posted = space.client.post(f"/api/render?{query}", json={"pageId": "badge"}, headers=space.headers)
    assert ["token" in problem(it, 400) for it in (bare, beside, posted)] == [True] * 3
    assert (space.credits(), [it for it in space.settled() if it["file"]]) == (0, [])


@pytest.mark.parametrize("query", ["tokens=x", "Token=x", "x=token", "tweak:token=x"])
def test_what_only_looks_like_a_token_is_ignored(space: Space, query: str) -> None:
    assert space.get(query=query).status_code == 200


# Pages.


@pytest.mark.requirement("BNX-REN-006", "BNX-AUT-008", "BNX-REN-007")
@pytest.mark.parametrize("page", ["none", "Badge", "badge%20", "coming-soon", "%00", "%ff", "ż", "'", "x" * 5_000])
def test_unknown_page_is_not_found(space: Space, page: str) -> None:
    assert "page" in problem(space.get(page), 404)


def test_unknown_page_of_a_body_is_not_found(space: Space) -> None:
    assert "page none" in problem(space.post(pageId="none"), 404)


def test_page_of_another_space_is_not_found(space: Space) -> None:
    other = Space(space.client)
    assert [problem(other.get(), 404), problem(other.get(draft="true"), 404)] == ["There is no page badge."] * 2


def test_long_page_id_is_not_sent_back_whole(space: Space) -> None:
    message = problem(space.post(pageId="x" * 100_000), 404)
    assert len(message) < 1_000


# Queries and bodies.


@pytest.mark.requirement("BNX-FMT-005")
@pytest.mark.parametrize("image_format", ["jpeg", "jpg", "pdf", "gif", "PNG", "", "png ", "image/png"])
def test_unknown_format_is_refused(space: Space, image_format: str) -> None:
    answers = [space.get(query=f"format={image_format}"), space.post(pageId="badge", format=image_format)]
    assert [problem(it, 400).partition(":")[0] for it in answers] == ["format", "format"]


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("output=pdf", "output"),
        ("output=", "output"),
        ("draft=yes", "draft"),
        ("draft=", "draft"),
        ("draft=1", "draft"),
    ],
)
def test_unknown_value_of_a_parameter_is_refused(space: Space, query: str, place: str) -> None:
    assert problem(space.get(query=query), 400).partition(":")[0] == place


@pytest.mark.requirement("BNX-BOD-001")
@pytest.mark.parametrize("body", [{}, {"format": "png"}, {"page_id": "badge"}, {"tweaks": {}}])
def test_body_without_a_page_is_refused(space: Space, body: dict[str, Any]) -> None:
    assert "pageId" in problem(space.post(**body), 400)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("pageId", None), ("pageId", ""), ("pageId", 5), ("pageId", ["badge"]), ("format", None), ("format", 1)),
        *(("draft", "true"), ("draft", 1), ("output", None), ("output", "pdf"), ("binary", "true"), ("page", None)),
        *(("page", []), ("page", {}), ("templateVariables", []), ("globalVariables", "x")),
    ],
)
def test_field_of_the_wrong_type_is_refused_by_its_name(space: Space, field: str, value: Any) -> None:
    message = problem(space.post(**{"pageId": "badge", field: value}), 400)
    assert message.startswith(field)


@pytest.mark.requirement("BNX-BOD-002")
@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"[]", b"null", b"5", b'"badge"', b"\xff\xfe", b"pageId=badge", b'{"pageId": "badge",}'),
        *(b'{"pageId": "\\ud800"}', b'{"pageId": "badge", "tweaks": {"a": NaN}}', b"[" * 100_000),
        *(b'{"pageId": "badge", "x": ' + b"[" * 300 + b"]" * 300 + b"}", b'{"pageId": "badge", "x": 1e999}'),
    ],
)
def test_body_that_is_no_json_object_is_refused(space: Space, content: bytes) -> None:
    assert problem(space.send(content, **{"Content-Type": "application/json"}), 400)


@pytest.mark.parametrize(
    "changes",
    [
        {"width": 15},
        {"width": 4097},
        {"width": 64.5},
        {"height": "32"},
        {"layers": {}},
        {"layers": [{"type": "star"}]},
        {"layers": [{"type": "text", "x": 0, "y": 0, "width": 10, "height": 10}]},
        {"layers": [{"type": "rectangle", "x": "{{", "y": 0, "width": 10, "height": 10}]},
        {"backgroundColor": "nocolour"},
        {"backgroundColor": "{{ ground }}"},
        {"variables": [{"id": "a", "name": "a", "type": "number", "value": "x"}]},
        {"variables": [{"id": "a", "name": "a", "type": "string", "value": "x"}] * 2},
        {"id": "../x"},
        {"name": ""},
        {"extra": 1},
        {"layers": [{"type": "circle", "centerX": 0, "centerY": 0, "radius": 1}] * 101},
    ],
)
def test_page_that_is_none_is_refused(new_space: Space, changes: dict[str, Any]) -> None:
    assert problem(new_space.post(page={**PAGE, **changes}), 400).startswith("page")


# Paths, methods, sizes, rates.


@pytest.mark.requirement("BNX-ERR-004")
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        *(("DELETE", "/api/render/badge", 405), ("POST", "/api/render/badge", 405), ("PUT", "/api/render", 405)),
        *(("GET", "/api/render", 405), ("GET", "/api/render/a/b", 404), ("GET", "/api/render/badge/", 200)),
        *(("POST", "/api/render/index", 405), ("PATCH", "/api/render", 405)),
    ],
)
def test_other_methods_and_paths(space: Space, method: str, path: str, status: int) -> None:
    answer = space.client.request(method, path, headers=space.headers)
    assert answer.status_code == status
    if status != 200:
        assert problem(answer, status)


@pytest.mark.requirement("BNX-ERR-006")
def test_body_that_is_too_large_is_refused(space: Space) -> None:
    assert problem(space.post(pageId="badge", tweaks={"text": "x" * 300_000}), 413)
    assert (space.settled(), space.credits()) == ([], 0)


@pytest.fixture(scope="module")
def hurried() -> Iterator[httpx.Client]:
    """A server that takes two requests of a space in an hour."""
    settings = Settings(checks_replies=True, parallel_renders=0, rate_limit=RateLimit(2, 3600))
    with TestClient(create_app(settings), base_url="http://testserver.local") as client:
        yield client


@pytest.mark.requirement("BNX-ERR-005")
def test_too_many_requests_are_refused_and_cost_nothing(hurried: httpx.Client) -> None:
    space = Space(hurried)
    inline = {"page": {"width": 16, "height": 16, "layers": []}}
    answers = [space.post(**inline) for _ in range(4)]
    assert [it.status_code for it in answers] == [200, 200, 429, 429]
    assert problem(answers[2], 429)
    assert int(answers[2].headers["retry-after"]) > 0
    space.settle()
    assert space.credits() == 2


def test_only_the_keys_of_the_server_open_a_space() -> None:
    settings = Settings(checks_replies=True, parallel_renders=0, api_keys=frozenset({"known"}))
    with TestClient(create_app(settings), base_url="http://testserver.local") as client:
        inline = {"page": {"width": 16, "height": 16, "layers": []}}
        answers = [Space(client, token).post(**inline).status_code for token in ("known", "unknown")]
    assert answers == [200, 401]
