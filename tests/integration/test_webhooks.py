"""What a delivery is: where it goes, what it carries, how it is signed."""

import hashlib
import hmac
import json
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Account, Arrival, Receiver

AWKWARD = 'whsec_schlüssel✓ "quoted"\'; £'


def signature(secret: str, body: bytes) -> str:
    """The signature as the receiver's sample code computes it."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def delivered(account: "Account", receiver: "Receiver", secret: str | None = None) -> "Arrival":
    """One failed command's webhook."""
    hook = receiver.hook()
    account.configure(hook.url, secret)
    account.submit_failing()
    return hook.next()


@pytest.mark.requirement("RIO-WHK-001", "RIO-WHK-002", "RIO-WHK-005", "RIO-RTY-011")
def test_successful_command_is_posted_at_once(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook()
    account.configure(hook.url)
    command_id = account.submit()
    arrival = hook.next()
    assert (arrival.method, arrival.json["data"]["command_id"], arrival.json["data"]["status"]) == (
        "POST",
        command_id,
        "SUCCESS",
    )


@pytest.mark.requirement("RIO-WHK-001", "RIO-WHK-003")
def test_failed_command_is_posted_too(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook()
    account.configure(hook.url)
    command_id = account.submit_failing()
    data = hook.next().json["data"]
    assert (data["command_id"], data["status"], data["error_status"]) == (
        command_id,
        "FAILED",
        "UNREACHABLE_INPUT_FILE",
    )


@pytest.mark.requirement("RIO-CFG-011", "RIO-WHK-001")
def test_configured_url_is_used_to_the_letter(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook_as("/hooks/a%20b/?x=1&y=%2F&y=")
    account.configure(hook.url)
    account.submit_failing()
    assert hook.next().path == "/hooks/a%20b/?x=1&y=%2F&y="


@pytest.mark.requirement("RIO-WHK-006")
def test_body_is_data_and_timestamp(account: "Account", receiver: "Receiver") -> None:
    body = delivered(account, receiver).json
    assert {name: type(value) for name, value in body.items()} == {"data": dict, "timestamp": int}


@pytest.mark.requirement("RIO-WHK-007", "RIO-WHK-019")
@pytest.mark.parametrize("path", ["clip.mp4", "missing.mp4"])
def test_data_equals_polling(account: "Account", receiver: "Receiver", path: str) -> None:
    hook = receiver.hook()
    account.configure(hook.url)
    command_id = account.submit(
        input_files={"in_video": f"{receiver.url}/{path}"},
        metadata={"naïve": "✓ \\u0041 </script>", "n": 1.0, "b": True},
    )
    data = hook.next().json["data"]
    assert json.dumps(data) == json.dumps(account.command(command_id))


@pytest.mark.requirement("RIO-WHK-007")
def test_data_is_written_as_polling_writes_it(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook()
    account.configure(hook.url)
    command_id = account.submit(metadata={"naïve": "✓", "n": 1.0})
    polled = account.client.get(f"/api/v1/commands/{_settled(account, command_id)}").content
    assert hook.next().body.startswith(b'{"data":' + polled + b',"timestamp":')


def _settled(account: "Account", command_id: str) -> str:
    account.settle()
    return command_id


@pytest.mark.requirement("RIO-WHK-020", "RIO-CMD-023")
def test_metadata_is_delivered(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook()
    account.submit_failing(metadata={"order": "A-1", "n": 2, "b": False}, webhook_url=hook.url)
    assert hook.next().json["data"]["metadata"] == {"order": "A-1", "n": 2, "b": False}


@pytest.mark.requirement("RIO-WHK-004")
def test_status_is_stored_before_it_is_delivered(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook()
    commands: list[str] = []
    hook.look = lambda: account.command(commands[0])["status"]
    commands.append(account.submit(webhook_url=hook.url))
    assert hook.next().seen == "SUCCESS"


@pytest.mark.requirement("RIO-WHK-008")
def test_timestamp_is_the_clock_in_milliseconds(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook(500)
    hook.look = account.moment_ms
    account.submit_failing(webhook_url=hook.url)
    account.settle()
    account.advance(5.25)
    arrivals = [hook.next(), hook.next()]
    assert [arrival.json["timestamp"] for arrival in arrivals] == [arrival.seen for arrival in arrivals]


@pytest.mark.requirement("RIO-WHK-009", "RIO-WHK-010", "RIO-SIG-002")
def test_headers_are_those_documented(account: "Account", receiver: "Receiver") -> None:
    arrival = delivered(account, receiver)
    headers = {name.lower(): value for name, value in arrival.headers}
    assert headers == {
        "host": receiver.url.removeprefix("http://"),
        "content-type": "application/json",
        "content-length": str(len(arrival.body)),
        "user-agent": "RenderIO-Webhook/1.0",
        "connection": "close",
    }


@pytest.mark.requirement("RIO-SIG-001", "RIO-SIG-003", "RIO-SIG-004", "RIO-SIG-005")
@pytest.mark.parametrize("secret", [AWKWARD, "whsec_c2VjcmV0", "s", " ", "x" * 1000, "\u0000\n", "🔑"])
def test_signature_is_that_of_the_raw_body(account: "Account", receiver: "Receiver", secret: str) -> None:
    arrival = delivered(account, receiver, secret)
    assert arrival.header("X-Webhook-Signature") == signature(secret, arrival.body)


@pytest.mark.requirement("RIO-SIG-006", "RIO-SIG-007")
def test_signature_is_bare_lower_case_hexadecimal(account: "Account", receiver: "Receiver") -> None:
    assert re.fullmatch("[0-9a-f]{64}", delivered(account, receiver, AWKWARD).header("X-Webhook-Signature") or "")


@pytest.mark.requirement("RIO-SIG-008")
def test_successful_command_is_signed_too(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook()
    account.configure(hook.url, AWKWARD)
    account.submit()
    arrival = hook.next()
    assert arrival.header("X-Webhook-Signature") == signature(AWKWARD, arrival.body)


@pytest.mark.requirement("RIO-SIG-009")
def test_every_retry_is_signed_by_itself(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook(500, 500)
    account.configure(hook.url, AWKWARD)
    account.submit_failing()
    account.settle()
    account.advance(305)
    arrivals = [hook.next(), hook.next(), hook.next()]
    assert [arrival.header("X-Webhook-Signature") for arrival in arrivals] == [
        signature(AWKWARD, arrival.body) for arrival in arrivals
    ]


@pytest.mark.requirement("RIO-SIG-010")
def test_new_secret_signs_from_then_on(account: "Account", receiver: "Receiver") -> None:
    delivered(account, receiver, "first")
    arrival = delivered(account, receiver, "second")
    assert arrival.header("X-Webhook-Signature") == signature("second", arrival.body)


@pytest.mark.requirement("RIO-CFG-007", "RIO-SIG-002")
def test_put_without_secret_ends_signing(account: "Account", receiver: "Receiver") -> None:
    delivered(account, receiver, AWKWARD)
    assert delivered(account, receiver).header("X-Webhook-Signature") is None


@pytest.mark.requirement("RIO-CFG-008", "RIO-SIG-002")
def test_empty_secret_counts_as_none(account: "Account", receiver: "Receiver") -> None:
    assert delivered(account, receiver, "").header("X-Webhook-Signature") is None


@pytest.mark.requirement("RIO-CFG-002", "RIO-CFG-011")
def test_delivery_goes_to_the_url_of_the_last_put(account: "Account", receiver: "Receiver") -> None:
    first, second = receiver.hook(), receiver.hook()
    account.configure(first.url)
    account.configure(second.url)
    account.submit_failing()
    account.settle()
    assert (first.count, second.count) == (0, 1)


@pytest.mark.requirement("RIO-WHK-011")
def test_every_command_is_delivered_once(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook()
    account.configure(hook.url)
    submitted = {account.submit_failing() for _ in range(5)}
    account.settle()
    received = [arrival.json["data"]["command_id"] for arrival in hook.arrivals]
    assert (set(received), len(received)) == (submitted, 5)


@pytest.mark.requirement("RIO-WHK-012", "RIO-WHK-013")
def test_own_url_replaces_the_configured_one(account: "Account", receiver: "Receiver") -> None:
    configured, own = receiver.hook(), receiver.hook()
    account.configure(configured.url)
    account.submit_failing(webhook_url=own.url)
    account.settle()
    assert (configured.count, own.count) == (0, 1)


@pytest.mark.requirement("RIO-WHK-014")
def test_own_url_concerns_one_command_alone(account: "Account", receiver: "Receiver") -> None:
    configured, own = receiver.hook(), receiver.hook()
    account.configure(configured.url)
    account.submit_failing(webhook_url=own.url)
    account.submit_failing()
    account.settle()
    assert (configured.count, own.count, account.config()["url"]) == (1, 1, configured.url)


@pytest.mark.requirement("RIO-WHK-015")
def test_own_url_needs_no_configuration(account: "Account", receiver: "Receiver") -> None:
    own = receiver.hook()
    account.submit_failing(webhook_url=own.url)
    assert own.next().header("X-Webhook-Signature") is None


@pytest.mark.requirement("RIO-SIG-011")
def test_own_url_is_signed_with_the_account_secret(account: "Account", receiver: "Receiver") -> None:
    own = receiver.hook()
    account.configure(receiver.hook().url, AWKWARD)
    account.submit_failing(webhook_url=own.url)
    arrival = own.next()
    assert arrival.header("X-Webhook-Signature") == signature(AWKWARD, arrival.body)


@pytest.mark.requirement("RIO-WHK-018")
def test_own_url_is_served_while_the_account_is_inactive(account: "Account", receiver: "Receiver") -> None:
    own = receiver.hook()
    account.configure(receiver.hook().url)
    account.unconfigure()
    account.submit_failing(webhook_url=own.url)
    account.settle()
    assert own.count == 1


@pytest.mark.requirement("RIO-WHK-017")
def test_failures_of_own_urls_do_not_count(account: "Account", receiver: "Receiver") -> None:
    account.configure(receiver.hook().url)
    own = receiver.hook(then=500)
    for _ in range(9):
        account.submit_failing(webhook_url=own.url)
    account.settle()
    assert (own.count, account.config()["consecutive_failures"], account.config()["is_active"]) == (9, 0, True)


def test_success_of_an_own_url_does_not_reset_the_count(account: "Account", receiver: "Receiver") -> None:
    account.configure(receiver.hook(then=500).url)
    account.fail_deliveries(1)
    account.submit_failing(webhook_url=receiver.hook().url)
    account.settle()
    assert account.config()["consecutive_failures"] == 1


@pytest.mark.requirement("RIO-CFG-016", "RIO-CFG-015")
def test_nothing_is_sent_after_delete(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook()
    account.configure(hook.url)
    account.unconfigure()
    account.submit_failing()
    account.advance(100_000)
    assert (hook.count, account.deliveries()) == (0, [])


@pytest.mark.requirement("RIO-DIS-014")
def test_put_after_delete_delivers_again(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook()
    account.configure(hook.url)
    account.unconfigure()
    account.configure(hook.url)
    command_id = account.submit_failing()
    assert hook.next().json["data"]["command_id"] == command_id


@pytest.mark.requirement("RIO-DIS-010")
def test_commands_of_inactive_times_are_never_delivered(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook()
    account.configure(hook.url)
    account.unconfigure()
    account.fail_deliveries(1)
    account.configure(hook.url)
    account.advance(100_000)
    assert hook.count == 0


def test_account_without_webhook_sends_nothing(account: "Account") -> None:
    account.fail_deliveries(1)
    assert account.deliveries() == []
