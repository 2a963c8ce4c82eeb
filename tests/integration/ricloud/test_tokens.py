"""Who is let in: `Authorization: Token …`, for the API and for the control protocol."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from tests.conftest import Account, OpenAccount, OpenOrganisation, Organisation, RunningServer, StartServer

OPERATIONS = [
    *(("POST", "/configs/webhook"), ("GET", "/configs/webhook"), ("GET", "/configs/webhook/1")),
    *(("POST", "/configs/webhook/1"), ("DELETE", "/configs/webhook/1"), ("POST", "/configs/webhook/1/test")),
    *(("GET", "/tasks"), ("GET", "/tasks/x"), ("GET", "/events"), ("GET", "/events/x")),
    *(("GET", "/organisation"), ("POST", "/organisation"), ("GET", "/key"), ("GET", "/keys/1"), ("POST", "/keys/1")),
]
LIST = "/configs/webhook"


@pytest.fixture
def anonymous(server: "RunningServer") -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=60, trust_env=False) as client:
        yield client


@pytest.mark.requirement("RCL-AUT-002", "RCL-ERR-001", "RCL-ERR-008")
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_request_without_a_token_is_unauthorized(anonymous: httpx.Client, method: str, path: str) -> None:
    response = anonymous.request(method, path, content=b"{" if method == "POST" else None)
    assert (response.status_code, response.json()) == (
        401,
        {"error": "unauthorized", "message": "Missing or invalid token."},
    )


@pytest.mark.requirement("RCL-AUT-003")
@pytest.mark.parametrize(
    "value",
    ["", "Token", "Bearer abc", "abc", "Basic YTpi", "Tokenabc", "Token a b", "Token: abc", "Token a\tb"],
)
def test_authorization_of_another_form_is_unauthorized(anonymous: httpx.Client, value: str) -> None:
    assert anonymous.get(LIST, headers={"Authorization": value}).status_code == 401


@pytest.mark.requirement("RCL-AUT-001", "RCL-AUT-005")
@pytest.mark.parametrize("scheme", ["Token", "token", "TOKEN", "Token  "])
def test_token_is_let_in(anonymous: httpx.Client, scheme: str) -> None:
    assert anonymous.get(LIST, headers={"authorization": f"{scheme} abc"}).status_code == 200


@pytest.mark.requirement("RCL-AUT-002")
@pytest.mark.parametrize("where", [{"headers": {"X-API-KEY": "ffsk_abc"}}, {"params": {"token": "abc"}}])
def test_token_in_another_place_is_none(anonymous: httpx.Client, where: dict[str, dict[str, str]]) -> None:
    assert anonymous.get(LIST, headers=where.get("headers"), params=where.get("params")).status_code == 401


@pytest.mark.requirement("RCL-AUT-004")
def test_listed_tokens_alone_are_let_in(start_server: "StartServer", open_organisation: "OpenOrganisation") -> None:
    running = start_server("--api-key", "one", "--api-key", "two")
    answers = [open_organisation(running, token).client.get(LIST) for token in ("one", "two", "three")]
    clocks = [open_organisation(running, token).client.get("/_control/clock") for token in ("two", "three")]
    assert [answer.status_code for answer in (*answers, *clocks)] == [200, 200, 401, 200, 401]


# RenderIO and ricloud in one server.


@pytest.fixture
def both(
    server: "RunningServer", open_account: "OpenAccount", open_organisation: "OpenOrganisation"
) -> "tuple[Account, Organisation]":
    """An account and an organisation whose credentials are the same text."""
    account = open_account(server)
    return account, open_organisation(server, account.key)


def test_apis_do_not_see_each_other(both: "tuple[Account, Organisation]") -> None:
    account, organisation = both
    account.configure("http://127.0.0.1:1/hook")
    organisation.create("http://127.0.0.1:1/hook")
    account.fail_deliveries(1)
    organisation.settle()
    assert [it["webhook"] for it in account.deliveries()] == ["commandCompleted"]
    assert [it["webhook"] for it in organisation.deliveries()] == ["webhookConfigTest"]


def test_clocks_of_two_apis_are_apart(both: "tuple[Account, Organisation]") -> None:
    account, organisation = both
    before = account.now()
    organisation.advance(3600)
    assert account.now() == before


def test_reset_of_one_api_leaves_the_other(both: "tuple[Account, Organisation]") -> None:
    account, organisation = both
    account.configure("http://127.0.0.1:1/hook")
    organisation.create("http://127.0.0.1:1/hook")
    organisation.reset()
    assert (account.config()["configured"], organisation.configs()["total_count"]) == (True, 0)


def test_behaviours_of_one_api_are_unknown_to_the_other(both: "tuple[Account, Organisation]") -> None:
    active = {"active": ["events-go-below-the-url"]}
    assert [it.client.put("/_control/behaviours", json=active).status_code for it in both] == [422, 200]


def test_events_happen_in_ricloud_alone(both: "tuple[Account, Organisation]") -> None:
    body = {"type": "poll", "action": "completed"}
    assert [it.client.post("/_control/events", json=body).status_code for it in both] == [404, 201]


@pytest.mark.parametrize(
    ("path", "in_ricloud"), [("/configs/nothing", True), ("/tasks/a/b", True), ("/api/v1/nothing", False)]
)
def test_path_that_is_not_there_is_refused_in_the_form_of_its_api(
    both: "tuple[Account, Organisation]",
    path: str,
    in_ricloud: bool,  # noqa: FBT001 - a table's column
) -> None:
    code = "not-found" if in_ricloud else "NOT_FOUND"
    assert both[1].client.get(path).json()["error"] == code
