"""`--openapi DIR`: the server follows the document that it is given."""

from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from tests.conftest import Account, ChangeDocuments, OpenAccount, Receiver, RunServe, StartServer

SCHEDULE = ("[0, 5, 300, 1800, 7200, 18000, 36000, 36000]", "[2, 7, 11, 1.5]")
HEADERS = ("User-Agent: RenderIO-Webhook/1.0}", "User-Agent: Other/2.0, X-More: more}")
THRESHOLD = ("disable_after_consecutive_failures: 8", "disable_after_consecutive_failures: 3")


@pytest.fixture
def changed(start_server: "StartServer", open_account: "OpenAccount", change_documents: "ChangeDocuments") -> "Account":
    return open_account(start_server("--openapi", str(change_documents(SCHEDULE, THRESHOLD, HEADERS))))


def test_server_follows_a_changed_schedule(changed: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook(then=500)
    hook.look = changed.elapsed
    changed.elapsed()
    changed.submit_failing(webhook_url=hook.url)
    changed.advance(1_000_000)
    assert [arrival.seen for arrival in hook.arrivals] == [2, 9, 20, 21.5]


def test_server_follows_a_changed_threshold(changed: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook(then=500)
    changed.configure(hook.url)
    changed.submit_failing()
    changed.advance(1_000_000)
    assert (hook.count, changed.config()["is_active"], changed.config()["consecutive_failures"]) == (3, False, 3)


def test_server_follows_changed_headers(changed: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook()
    changed.submit_failing(webhook_url=hook.url)
    changed.advance(2)
    arrival = hook.next()
    assert (arrival.header("User-Agent"), arrival.header("X-More")) == ("Other/2.0", "more")


@pytest.mark.parametrize(
    "change",
    [
        ("User-Agent: RenderIO-Webhook/1.0}", "User-Agent: yes}"),
        ("timeout_seconds: 15", "timeout_seconds: .nan"),
        ("timeout_seconds: 15", "timeout_seconds: soon"),
        ("[0, 5, 300, 1800, 7200, 18000, 36000, 36000]", "[]"),
        ("[0, 5, 300, 1800, 7200, 18000, 36000, 36000]", "[0, .inf]"),
        ("success_statuses: [200, 299]", "success_statuses: [ok]"),
        ("disable_after_consecutive_failures: 8", "disable_after_consecutive_failures: many"),
        ("encoding: hex", "encoding: octal"),
        ("operationId: setWebhookConfig", "operationId: getSomething"),
        ("'^[A-Za-z0-9_][A-Za-z0-9_. -]*$'", "'^('"),
        ("openapi: 3.1.0", "openapi: [3.1.0"),
    ],
)
def test_document_that_cannot_be_used_stops_the_start(
    run_serve: "RunServe", change_documents: "ChangeDocuments", change: tuple[str, str]
) -> None:
    ended = run_serve("--openapi", str(change_documents(change)))
    assert (ended.returncode, "Error" in ended.stderr, "Traceback" in ended.stderr) == (1, True, False)


def test_server_serves_the_changed_document(start_server: "StartServer", change_documents: "ChangeDocuments") -> None:
    running = start_server("--openapi", str(change_documents(THRESHOLD)))
    document = httpx.get(f"{running.url}/openapi/renderio.json", trust_env=False).json()
    policy = document["webhooks"]["commandCompleted"]["x-proofreel-delivery"]
    assert policy["disable_after_consecutive_failures"] == 3
