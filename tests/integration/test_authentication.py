"""Who is let in: the API key, and accounts that do not see each other."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from tests.conftest import Account, OpenAccount, Receiver, RunningServer, StartServer

OPERATIONS = [
    pytest.param("PUT", "/api/v1/webhook-config", id="setWebhookConfig"),
    pytest.param("GET", "/api/v1/webhook-config", id="getWebhookConfig"),
    pytest.param("DELETE", "/api/v1/webhook-config", id="deleteWebhookConfig"),
    pytest.param("POST", "/api/v1/run-ffmpeg-command", id="runFfmpegCommand"),
    pytest.param("GET", "/api/v1/commands/no-such-command", id="getCommand"),
    pytest.param("GET", "/_control/clock", id="getClock"),
    pytest.param("POST", "/_control/clock/advance", id="advanceClock"),
    pytest.param("GET", "/_control/deliveries", id="listDeliveries"),
    pytest.param("POST", "/_control/reset", id="resetWorkspace"),
]

REFUSED_KEYS = [
    "",
    "ffsk_",
    "ffsk",
    "FFSK_0123456789",
    "sk_0123456789",
    "0123456789",
    "ffsk_01234 56789",
    "Token ffsk_0",
]


@pytest.fixture
def anonymous(server: "RunningServer") -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=60, trust_env=False) as client:
        yield client


@pytest.mark.requirement("RIO-AUT-002")
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_request_without_key_is_unauthorized(anonymous: httpx.Client, method: str, path: str) -> None:
    assert anonymous.request(method, path).status_code == 401


@pytest.mark.requirement("RIO-AUT-003")
@pytest.mark.parametrize("key", REFUSED_KEYS)
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_request_with_invalid_key_is_unauthorized(anonymous: httpx.Client, method: str, path: str, key: str) -> None:
    assert anonymous.request(method, path, headers={"X-API-KEY": key}).status_code == 401


@pytest.mark.requirement("RIO-AUT-002")
@pytest.mark.parametrize("header", ["Authorization", "API-KEY", "X-API-TOKEN"])
def test_key_in_another_header_is_no_key(anonymous: httpx.Client, header: str) -> None:
    response = anonymous.get("/api/v1/webhook-config", headers={header: "ffsk_0123456789"})
    assert response.status_code == 401


@pytest.mark.requirement("RIO-AUT-002")
def test_key_in_the_query_is_no_key(anonymous: httpx.Client) -> None:
    assert anonymous.get("/api/v1/webhook-config", params={"X-API-KEY": "ffsk_0123456789"}).status_code == 401


@pytest.mark.requirement("RIO-AUT-001")
def test_valid_key_is_all_that_is_needed(anonymous: httpx.Client, account: "Account") -> None:
    assert anonymous.get("/api/v1/webhook-config", headers={"x-api-key": account.key}).status_code == 200


@pytest.mark.requirement("RIO-AUT-005")
@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "/api/v1/webhook-config"), ("POST", "/api/v1/run-ffmpeg-command")]
)
def test_key_is_judged_before_the_body(anonymous: httpx.Client, method: str, path: str) -> None:
    assert anonymous.request(method, path, content=b"{").status_code == 401


@pytest.mark.requirement("RIO-ERR-012")
def test_refusal_names_its_code(anonymous: httpx.Client) -> None:
    body = anonymous.get("/api/v1/webhook-config").json()
    assert (body["error"], type(body["message"])) == ("UNAUTHORIZED", str)


@pytest.mark.requirement("RIO-AUT-001")
def test_listed_key_is_accepted(start_server: "StartServer", open_account: "OpenAccount") -> None:
    running = start_server("--api-key", "ffsk_one", "--api-key", "ffsk_two")
    assert open_account(running, "ffsk_two").config() == {"configured": False}


@pytest.mark.requirement("RIO-AUT-003")
def test_unlisted_key_is_refused(start_server: "StartServer", open_account: "OpenAccount") -> None:
    stranger = open_account(start_server("--api-key", "ffsk_one"), "ffsk_three")
    answers = [stranger.client.get(path).status_code for path in ("/api/v1/webhook-config", "/_control/clock")]
    assert answers == [401, 401]


@pytest.mark.requirement("RIO-ERR-008")
def test_command_of_another_account_is_not_found(
    account: "Account", open_account: "OpenAccount", server: "RunningServer"
) -> None:
    command_id = account.submit_failing()
    assert open_account(server).client.get(f"/api/v1/commands/{command_id}").status_code == 404


@pytest.mark.requirement("RIO-ERR-008", "RIO-ERR-007")
def test_command_of_another_account_looks_absent(
    account: "Account", open_account: "OpenAccount", server: "RunningServer"
) -> None:
    stranger = open_account(server)
    theirs = stranger.client.get(f"/api/v1/commands/{account.submit_failing()}").json()
    assert theirs == stranger.client.get("/api/v1/commands/no-such-command").json()


def test_configuration_belongs_to_its_account(
    account: "Account", open_account: "OpenAccount", server: "RunningServer"
) -> None:
    account.configure("https://example.com/hook")
    assert open_account(server).config() == {"configured": False}


def test_webhook_of_another_account_gets_nothing(
    account: "Account", open_account: "OpenAccount", server: "RunningServer", receiver: "Receiver"
) -> None:
    hook = receiver.hook()
    account.configure(hook.url)
    stranger = open_account(server)
    stranger.submit_failing()
    stranger.settle()
    account.settle()
    assert hook.count == 0
