"""`--rate-limit`: too many requests get 429 and are told when to come back."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Account, OpenAccount, StartServer

CONFIG = "/api/v1/webhook-config"


@pytest.fixture
def limited(start_server: "StartServer", open_account: "OpenAccount") -> "Account":
    """An account that may send three requests an hour, and has."""
    account = open_account(start_server("--rate-limit", "3/1h"))
    assert [account.client.get(CONFIG).status_code for _ in range(3)] == [200, 200, 200]
    return account


@pytest.mark.requirement("RIO-ERR-009", "RIO-ERR-012")
def test_request_beyond_the_limit_is_refused(limited: "Account") -> None:
    response = limited.client.get(CONFIG)
    assert (response.status_code, response.json()["error"], bool(response.json()["message"])) == (
        429,
        "RATE_LIMITED",
        True,
    )


@pytest.mark.requirement("RIO-ERR-010")
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", CONFIG),
        ("PUT", CONFIG),
        ("DELETE", CONFIG),
        ("POST", "/api/v1/run-ffmpeg-command"),
        ("GET", "/api/v1/commands/x"),
    ],
)
def test_refusal_tells_how_long_to_wait(limited: "Account", method: str, path: str) -> None:
    response = limited.client.request(method, path)
    assert (response.status_code, 1 <= int(response.headers["Retry-After"]) <= 3600) == (429, True)


def test_refused_request_has_no_effect(limited: "Account") -> None:
    limited.client.put(CONFIG, json={"url": "http://127.0.0.1:1/hook"})
    limited.settle()
    assert limited.deliveries() == []


def test_control_is_not_limited(limited: "Account") -> None:
    assert [limited.client.get("/_control/clock").status_code for _ in range(5)] == [200] * 5


def test_another_key_has_a_limit_of_its_own(start_server: "StartServer", open_account: "OpenAccount") -> None:
    running = start_server("--rate-limit", "1/1h")
    assert [open_account(running).client.get(CONFIG).status_code for _ in range(2)] == [200, 200]


@pytest.mark.requirement("RIO-ERR-011")
def test_limit_ends_with_its_window(start_server: "StartServer", open_account: "OpenAccount") -> None:
    account = open_account(start_server("--rate-limit", "2/150ms"))
    answers: list[int] = []
    while answers[-2:] != [429, 200] and len(answers) < 10_000:
        answers.append(account.client.get(CONFIG).status_code)
    assert answers[-2:] == [429, 200]
