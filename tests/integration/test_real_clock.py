"""`--clock real`: everything happens by itself, in wall time."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import ChangeDocuments, OpenAccount, Receiver, StartServer


@pytest.mark.requirement("RIO-RTY-011", "RIO-WHK-005")
def test_first_attempt_goes_out_by_itself(
    start_server: "StartServer", open_account: "OpenAccount", receiver: "Receiver"
) -> None:
    account = open_account(start_server("--clock", "real"))
    hook = receiver.hook()
    command_id = account.submit(webhook_url=hook.url)
    assert hook.next().json["data"]["command_id"] == command_id


def test_retries_go_out_by_themselves(
    start_server: "StartServer", open_account: "OpenAccount", receiver: "Receiver", change_documents: "ChangeDocuments"
) -> None:
    documents = change_documents(("delays_seconds: [0, 5, 300,", "delays_seconds: [0, 0.2, 0.1,"))
    account = open_account(start_server("--clock", "real", "--openapi", str(documents)))
    hook = receiver.hook(500, receiver.drop())
    account.submit_failing(webhook_url=hook.url)
    times = [hook.next().json["timestamp"] for _ in range(3)]
    assert (times[1] - times[0] >= 200, times[2] - times[1] >= 100) == (True, True)


def test_silent_receiver_times_out_by_itself(
    start_server: "StartServer", open_account: "OpenAccount", receiver: "Receiver", change_documents: "ChangeDocuments"
) -> None:
    documents = change_documents(("timeout_seconds: 15", "timeout_seconds: 0.3"), ("[0, 5, 300,", "[0, 0.1, 300,"))
    account = open_account(start_server("--clock", "real", "--openapi", str(documents)))
    hook = receiver.hook(receiver.hang())
    account.submit_failing(webhook_url=hook.url)
    times = [hook.next().json["timestamp"] for _ in range(2)]
    assert times[1] - times[0] >= 400


def test_silent_receiver_does_not_hold_up_other_deliveries_in_real_time(
    start_server: "StartServer", open_account: "OpenAccount", receiver: "Receiver"
) -> None:
    account = open_account(start_server("--clock", "real"))
    silent, other = receiver.hook(receiver.hang()), receiver.hook()
    account.submit_failing(webhook_url=silent.url)
    silent.next()
    account.submit_failing(webhook_url=other.url)
    assert other.next().json["data"]["status"] == "FAILED"


def test_virtual_clock_does_not_begin_before_what_happened_in_real_time(
    start_server: "StartServer", open_account: "OpenAccount", receiver: "Receiver", tmp_path: Path
) -> None:
    running = start_server("--clock", "real", "--data", str(tmp_path / "data"))
    account = open_account(running)
    account.submit_failing(webhook_url=receiver.hook().url)
    while not (account.deliveries() and account.deliveries()[0]["attempts"]):
        pass
    last = account.deliveries()[0]["attempts"][0]["finished_at"]
    running.stop()
    again = open_account(start_server("--data", str(tmp_path / "data")), account.key)
    assert again.now() >= last
