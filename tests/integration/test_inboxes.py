"""Inboxes: receivers within the server, and sample media to work on."""

import io
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import av
import httpx
import pytest

if TYPE_CHECKING:
    from tests.conftest import Account, OpenAccount, RunningServer, StartServer

INBOXES = "/_control/inboxes"


def opened(account: "Account", **script: Any) -> dict[str, Any]:
    """A new inbox of the account, as the server describes it."""
    response = account.client.post(INBOXES, json=script)
    assert response.status_code == 201, response.text
    inbox: dict[str, Any] = response.json()
    return inbox


def read(account: "Account", inbox: dict[str, Any]) -> dict[str, Any]:
    """The inbox as it is now."""
    response = account.client.get(f"{INBOXES}/{inbox['id']}")
    assert response.status_code == 200, response.text
    now: dict[str, Any] = response.json()
    return now


def post(inbox: dict[str, Any], **request: Any) -> int:
    """Send a request to the inbox, as anybody may; the status."""
    return httpx.post(inbox["url"], trust_env=False, **request).status_code


def test_inbox_is_empty_at_first(account: "Account", server: "RunningServer") -> None:
    inbox = opened(account)
    assert (inbox["received"], inbox["requests"], inbox["url"].startswith(f"{server.url}{INBOXES}/")) == (0, [], True)


def test_inbox_answers_by_its_script_and_then_as_it_says(account: "Account") -> None:
    inbox = opened(account, answers=[503, 404, 302], then=202)
    assert [post(inbox) for _ in range(5)] == [503, 404, 302, 202, 202]


@pytest.mark.parametrize("status", [200, 204, 304, 418, 599])
def test_inbox_answers_with_any_final_status(account: "Account", status: int) -> None:
    assert post(opened(account, then=status)) == status


def test_inbox_tells_what_it_has_received(account: "Account") -> None:
    inbox = opened(account, answers=[503])
    post(inbox, content=b'{"a": [1]}', headers={"Content-Type": "application/json", "X-Twice": "1"})
    (request,) = read(account, inbox)["requests"]
    assert (request["number"], request["at"], request["method"]) == (1, account.now(), "POST")
    assert (request["body"], request["json"], request["answered"]) == ('{"a": [1]}', {"a": [1]}, 503)
    assert (request["headers"]["x-twice"], request["signed_with"]) == ("1", None)


def test_inbox_joins_headers_that_came_twice(account: "Account") -> None:
    inbox = opened(account)
    post(inbox, headers=[("X-Tag", "one"), ("X-Tag", "two")])
    assert read(account, inbox)["requests"][0]["headers"]["x-tag"] == "one, two"


@pytest.mark.parametrize(("body", "shown"), [(b"", ""), (b"{", "{"), (b"\xff", "�"), ("ä".encode(), "ä")])
def test_inbox_shows_a_body_that_is_no_json(account: "Account", body: bytes, shown: str) -> None:
    inbox = opened(account)
    post(inbox, content=body)
    (request,) = read(account, inbox)["requests"]
    assert (request["body"], request["json"]) == (shown, None)


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "PATCH", "DELETE"])
def test_inbox_takes_any_method(account: "Account", method: str) -> None:
    inbox = opened(account, then=201)
    answer = httpx.request(method, inbox["url"], trust_env=False)
    assert (answer.status_code, answer.content, read(account, inbox)["requests"][0]["method"]) == (201, b"", method)


def test_inbox_refuses_a_body_beyond_the_limit(account: "Account") -> None:
    inbox = opened(account)
    assert (post(inbox, content=b"x" * 300_000), read(account, inbox)["received"]) == (413, 0)


def test_new_script_begins_anew_and_keeps_what_has_come(account: "Account") -> None:
    inbox = opened(account, answers=[500, 500, 500])
    before = post(inbox)
    changed = account.client.put(f"{INBOXES}/{inbox['id']}", json={"answers": [404], "then": 204})
    assert (changed.status_code, changed.json()["received"]) == (200, 1)
    assert [before, post(inbox), post(inbox)] == [500, 404, 204]
    assert [it["answered"] for it in read(account, inbox)["requests"]] == [500, 404, 204]


@pytest.mark.parametrize(
    "script",
    [
        {"then": 100},
        {"then": 600},
        {"then": "200"},
        {"answers": 503},
        {"answers": [199]},
        {"answers": [200] * 201},
        {"secrets": {"a": ""}},
        {"secrets": {str(number): "s" for number in range(9)}},
        {"anwsers": [503]},
        [],
        None,
    ],
)
def test_bad_script_is_refused(account: "Account", script: Any) -> None:
    response = account.client.post(INBOXES, json=script)
    assert (response.status_code, response.json()["error"]) == (422, "VALIDATION_ERROR")


def test_inbox_belongs_to_its_account(account: "Account", open_account: "OpenAccount", server: "RunningServer") -> None:
    inbox, other = opened(account), open_account(server)
    path = f"{INBOXES}/{inbox['id']}"
    assert other.client.get(path).status_code == 404
    assert other.client.put(path, json={"then": 500}).status_code == 404
    assert post(inbox) == 200


@pytest.mark.parametrize("call", [("POST", INBOXES), ("GET", f"{INBOXES}/x"), ("PUT", f"{INBOXES}/x")])
def test_inboxes_need_a_credential(server: "RunningServer", call: tuple[str, str]) -> None:
    method, path = call
    assert httpx.request(method, f"{server.url}{path}", json={}, trust_env=False).status_code == 401


def test_unknown_hook_is_not_found(server: "RunningServer") -> None:
    response = httpx.post(f"{server.url}{INBOXES}/nobody/hook", trust_env=False)
    assert (response.status_code, response.json()["error"]) == (404, "NOT_FOUND")


def test_reset_removes_the_account_s_inboxes_alone(
    account: "Account", open_account: "OpenAccount", server: "RunningServer"
) -> None:
    inbox, others = opened(account), opened(open_account(server))
    account.client.post("/_control/reset")
    assert (post(inbox), post(others)) == (404, 200)


def test_workspace_has_a_bounded_number_of_inboxes(account: "Account") -> None:
    answers = [account.client.post(INBOXES, json={}).status_code for _ in range(33)]
    assert answers == [201] * 32 + [409]


def test_inbox_keeps_the_newest_requests_and_counts_all(account: "Account") -> None:
    inbox = opened(account)
    with httpx.Client(trust_env=False) as client:
        for number in range(205):
            client.post(inbox["url"], content=str(number))
    now = read(account, inbox)
    assert (now["received"], [it["body"] for it in now["requests"]]) == (205, [str(it) for it in range(5, 205)])


@pytest.mark.requirement("RIO-RTY-012", "RIO-RTY-013")
def test_deliveries_reach_an_inbox_while_the_clock_advances(account: "Account") -> None:
    inbox = opened(account, answers=[503, 503, 503])
    account.configure(inbox["url"])
    account.submit_failing()
    start = account.moment_ms()
    account.advance(99305)
    came = [(account.milliseconds(it["at"]) - start, it["answered"]) for it in read(account, inbox)["requests"]]
    assert came == [(0, 503), (5_000, 503), (305_000, 503), (2_105_000, 200)]


@pytest.mark.requirement("RIO-SIG-003", "RIO-RTY-020")
def test_inbox_tells_which_secret_has_signed(account: "Account") -> None:
    inbox = opened(account, answers=[500, 500], secrets={"old": "one", "new": "two"})
    for secret in ("one", "two", "three"):
        account.configure(inbox["url"], secret)
        account.submit_failing()
        account.settle()
    account.unconfigure()
    assert {it["signed_with"] for it in read(account, inbox)["requests"]} == {"old", "new", None}
    assert read(account, inbox)["requests"][0]["signed_with"] == "old"


def test_samples_are_media_of_their_kind(server: "RunningServer") -> None:
    urls = httpx.get(f"{server.url}/_control/samples", trust_env=False).json()
    found = {}
    for name, url in urls.items():
        answer = httpx.get(url, trust_env=False, timeout=60)
        with av.open(io.BytesIO(answer.content)) as container:
            kinds = sorted({stream.type for stream in container.streams})
        found[name] = (answer.status_code, answer.headers["content-type"], kinds)
    assert found == {
        "clip": (200, "video/mp4", ["audio", "video"]),
        "picture": (200, "image/png", ["video"]),
        "tone": (200, "audio/wav", ["audio"]),
    }


def test_sample_is_made_once_for_all_who_ask(server: "RunningServer") -> None:
    def ask(_: int) -> bytes:
        return httpx.get(f"{server.url}/_control/samples/clip.mp4", trust_env=False, timeout=60).content

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(ask, range(4)))) == 1


def test_unknown_sample_is_not_found(server: "RunningServer") -> None:
    response = httpx.get(f"{server.url}/_control/samples/other.mp4", trust_env=False)
    assert (response.status_code, response.json()["error"]) == (404, "NOT_FOUND")


def test_command_runs_on_a_sample_with_outbound_loopback(
    start_server: "StartServer", open_account: "OpenAccount"
) -> None:
    running = start_server("--outbound", "loopback")
    account = open_account(running)
    ended = account.run(input_files={"in_video": f"{running.url}/_control/samples/clip.mp4"})
    assert (ended["status"], ended["error_message"]) == ("SUCCESS", None)


def test_inbox_works_on_the_real_clock(start_server: "StartServer", open_account: "OpenAccount") -> None:
    account = open_account(start_server("--clock", "real"))
    inbox = opened(account)
    post(inbox)
    assert read(account, inbox)["requests"][0]["at"] <= account.now()
