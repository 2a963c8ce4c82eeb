"""An error outside of any operation has the form of the API that the request was meant for."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from litestar import Litestar, Request, get, post
from litestar.exceptions import HTTPException
from litestar.testing import TestClient

from mockserver.errors import ApiError, Invalid, NotFound, RateLimited, Unreadable, Violation
from mockserver.http.problems import ErrorHandling, Problem, Territory, headers_of, problem

RENDER, CLOUD = "render", "cloud"
Client = TestClient[Litestar]


def shape_of(name: str) -> Any:
    def shape(error: ApiError, url: str = "") -> Problem:  # noqa: ARG001 - this form does not name it
        return Problem(error.status, f'{{"from": "{name}", "code": "{error.code}"}}'.encode(), {"X-Form": name})

    return shape


ERRORS = ErrorHandling(
    [
        Territory(["/api/v1/config", "/api/v1/commands/{id}"], shape_of(RENDER)),
        Territory(["/configs/webhook", "/configs/webhook/{id}", "/key", "/api/v2/{id}"], shape_of(CLOUD)),
    ]
)


def form_at(path: str) -> str:
    form = ERRORS.shape_at(path)(ApiError()).headers
    return form.get("X-Form", "usual")


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/api/v1/config", RENDER),
        ("/api/v1/config/more", RENDER),
        ("/api/v1", RENDER),
        ("/api", RENDER),
        ("/api/v2", CLOUD),
        ("/api/v2/config", CLOUD),
        ("/configs", CLOUD),
        ("/configs/", CLOUD),
        ("/configs/other", CLOUD),
        ("/key", CLOUD),
        ("/keys", "usual"),
        ("/", "usual"),
        ("", "usual"),
        ("/v1/config", "usual"),
        ("/{id}", "usual"),
        ("/_control/clock", "usual"),
    ],
)
def test_form_is_that_of_the_api_whose_path_begins_like_it(path: str, form: str) -> None:
    assert form_at(path) == form


def test_form_is_the_usual_one_where_there_are_no_apis() -> None:
    assert ErrorHandling().shape_at("/api/v1/config") is problem


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    @get("/key", sync_to_thread=False)
    def bug() -> None:
        raise RuntimeError("the secret is 1234")

    @get("/configs/webhook", sync_to_thread=False)
    def missing() -> None:
        raise NotFound("no")

    @get("/configs/teapot", sync_to_thread=False)
    def teapot() -> None:
        raise HTTPException("short and stout", status_code=418)

    @post("/configs/large")
    async def large(request: Request[Any, Any, Any]) -> None:
        raise AssertionError(await request.body())

    application = Litestar(
        [bug, missing, teapot, large],
        exception_handlers=ERRORS.handlers,
        openapi_config=None,
        request_max_body_size=10,
        logging_config=None,
    )
    with TestClient(application, raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/key", 500, "INTERNAL_ERROR"),
        ("GET", "/configs/webhook", 404, "NOT_FOUND"),
        ("GET", "/configs/nothing", 404, "NOT_FOUND"),
        ("PATCH", "/key", 405, "METHOD_NOT_ALLOWED"),
        ("POST", "/configs/large", 413, "PAYLOAD_TOO_LARGE"),
        ("GET", "/configs/teapot", 418, "INVALID_REQUEST"),
    ],
)
def test_error_of_every_kind_has_the_form_of_its_api(
    client: Client, method: str, path: str, status: int, code: str
) -> None:
    response = client.request(method, path, json={"a": "x" * 20} if method == "POST" else None)
    told: tuple[int, Mapping[str, str], str] = (response.status_code, response.json(), response.headers["X-Form"])
    assert told == (status, {"from": CLOUD, "code": code}, CLOUD)


def test_refused_method_is_answered_with_those_allowed(client: Client) -> None:
    assert "GET" in client.patch("/key").headers["Allow"]


def test_path_of_no_api_is_answered_in_the_usual_form(client: Client) -> None:
    response = client.get("/nothing")
    assert (response.status_code, response.json()["error"], "X-Form" in response.headers) == (404, "NOT_FOUND", False)


@pytest.mark.parametrize(
    ("error", "headers"),
    [(RateLimited(7), {"Retry-After": "7"}), (Invalid([Violation((), "no")]), {}), (Unreadable("no", status=431), {})],
)
def test_headers_of_an_error_do_not_depend_on_its_form(error: ApiError, headers: dict[str, str]) -> None:
    assert headers_of(error) == headers
    assert problem(error).headers == headers
