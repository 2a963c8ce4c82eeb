"""How a server ends when it is asked to: soon, cleanly, and without losing what it keeps."""

import os
import signal
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from tests.conftest import Account, HasEnded, OpenAccount, Receiver, RunningServer, StartServer

ENDLESS = "-stream_loop -1 -re -i {{in_video}} -c copy {{out_video}}"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_idle_server_ends_well(
    start_server: "StartServer", open_account: "OpenAccount", number: signal.Signals
) -> None:
    running = start_server()
    open_account(running).fail_deliveries(1)
    running.process.send_signal(number)
    assert (running.wait(), "Traceback" in running.log) == (0, False)


def test_busy_server_ends_well(start_server: "StartServer", open_account: "OpenAccount", receiver: "Receiver") -> None:
    running = start_server("--parallel", "2")
    account = open_account(running)
    hook = receiver.hook(receiver.hang())
    account.submit_failing(webhook_url=hook.url)
    hook.next()
    account.submit(input_files={"in_video": receiver.held_clip_url})
    receiver.downloads.get(timeout=20)
    account.ffmpeg(running, account.submit(ENDLESS))
    assert (running.stop(), "Traceback" in running.log) == (0, False)


def test_stopped_server_leaves_no_process(
    start_server: "StartServer", open_account: "OpenAccount", has_ended: "HasEnded"
) -> None:
    running = start_server()
    account = open_account(running)
    account.ffmpeg(running, account.submit(ENDLESS))
    children = running.descendants()
    running.stop()
    assert (len(children) >= 2, [name for pid, name in children.items() if not has_ended(pid)]) == (True, [])


def test_killed_server_leaves_no_process(
    start_server: "StartServer", open_account: "OpenAccount", has_ended: "HasEnded"
) -> None:
    running = start_server("--parallel", "1")
    account = open_account(running)
    account.ffmpeg(running, account.submit(ENDLESS))
    children = running.descendants()
    running.kill()
    left = {pid: name for pid, name in children.items() if not has_ended(pid)}
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert list(left.values()) == []


def test_stopped_server_leaves_no_temporary_file(
    start_server: "StartServer", open_account: "OpenAccount", tmp_path: Path
) -> None:
    running = start_server()
    account = open_account(running)
    account.run()
    account.ffmpeg(running, account.submit(ENDLESS))
    running.stop()
    assert {path.suffix for path in tmp_path.iterdir()} == {".log"}


def test_finished_command_leaves_no_job_folder(
    start_server: "StartServer", open_account: "OpenAccount", tmp_path: Path
) -> None:
    account = open_account(start_server("--data", str(tmp_path / "data")))
    account.run()
    account.fail_deliveries(1)
    assert list((tmp_path / "data" / "jobs").iterdir()) == []


def test_command_in_work_runs_again_after_a_restart(
    start_server: "StartServer", open_account: "OpenAccount", receiver: "Receiver", tmp_path: Path
) -> None:
    running = start_server("--data", str(tmp_path / "data"))
    account = open_account(running)
    hook = receiver.hook()
    command_id = account.submit(input_files={"in_video": receiver.held_clip_url}, webhook_url=hook.url)
    receiver.downloads.get(timeout=20)
    running.stop()
    receiver.download_gate.set()
    again = open_account(start_server("--data", str(tmp_path / "data")), account.key)
    assert (hook.next().json["data"]["status"], again.outcome(command_id)["status"]) == ("SUCCESS", "SUCCESS")


def test_attempt_in_flight_is_made_again_after_a_restart(
    start_server: "StartServer", open_account: "OpenAccount", receiver: "Receiver", tmp_path: Path
) -> None:
    running = start_server("--data", str(tmp_path / "data"))
    account = open_account(running)
    hook = receiver.hook(receiver.hang())
    account.submit_failing(webhook_url=hook.url)
    hook.next()
    running.stop()
    again = open_account(start_server("--data", str(tmp_path / "data")), account.key)
    again.settle()
    assert (hook.count, [attempt["number"] for attempt in again.deliveries()[0]["attempts"]]) == (2, [1])


def test_server_without_data_forgets(start_server: "StartServer", open_account: "OpenAccount") -> None:
    first = start_server()
    account = open_account(first)
    account.configure("https://example.com/hook")
    first.stop()
    assert open_account(start_server(), account.key).config() == {"configured": False}


def status_of_a_call_that_waits_while_stopping(running: "RunningServer", account: "Account") -> str:
    """Ask for an advance that cannot be answered yet, tell the server to stop, and see what comes."""
    address = httpx.URL(running.url)
    with socket.create_connection((address.host, address.port)) as connection:
        body = '{"seconds":0}'
        lines = ["POST /_control/clock/advance HTTP/1.1", f"X-API-KEY: {account.key}", f"Content-Length: {len(body)}"]
        connection.sendall("\r\n".join([*lines, "", body]).encode())
        account.now()  # a later request is answered: the server has read the earlier one
        running.process.send_signal(signal.SIGTERM)
        status_line = connection.makefile().readline()
    return status_line.split()[1]


def test_call_that_waits_is_answered_when_the_server_stops(
    start_server: "StartServer", open_account: "OpenAccount", receiver: "Receiver"
) -> None:
    running = start_server("--grace", "1h")
    account = open_account(running)
    hook = receiver.hook(receiver.hang())
    account.submit_failing(webhook_url=hook.url)
    hook.next()
    status = status_of_a_call_that_waits_while_stopping(running, account)
    assert (status, running.wait(), "Traceback" in running.log) == ("503", 0, False)


def test_call_that_waits_for_ffmpeg_is_answered_when_the_server_stops(
    start_server: "StartServer", open_account: "OpenAccount"
) -> None:
    running = start_server()
    account = open_account(running)
    account.ffmpeg(running, account.submit(ENDLESS))
    status = status_of_a_call_that_waits_while_stopping(running, account)
    assert (status, running.wait(), "Traceback" in running.log) == ("503", 0, False)


def test_stopping_server_does_not_wait_for_a_silent_receiver(
    start_server: "StartServer", open_account: "OpenAccount", receiver: "Receiver"
) -> None:
    running = start_server("--clock", "real")
    hook = receiver.hook(receiver.hang())
    open_account(running).submit_failing(webhook_url=hook.url)
    hook.next()
    assert running.stop() == 0
