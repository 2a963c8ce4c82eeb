"""`kill -9` at any moment: nothing that was accepted is lost, and time goes on where it stood."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from tests.conftest import Account, Arrival, Hook, OpenAccount, Receiver, RunningServer, StartServer

ROUNDS = 6
DELAYS = [0, 5, 300, 1800, 7200, 18000, 36000, 36000]
REFUSALS = 2
"""How many requests about each command the receiver refuses."""


@pytest.fixture
def start_again(start_server: "StartServer", tmp_path: Path) -> Callable[[], "RunningServer"]:
    """Start a server on the test's one data folder."""
    options = ("--data", str(tmp_path / "data"), "--clock-start", "2026-01-01T00:00:00Z", "--parallel", "2")
    return lambda: start_server(*options)


class Life:
    """What happens to one account over several lives of its server."""

    def __init__(self, receiver: "Receiver", rng: random.Random) -> None:
        self.receiver = receiver
        self.rng = rng
        self.seen: Counter[str] = Counter()
        self.submitted: dict[str, str] = {}
        self.hook: Hook = receiver.hook(then=self._refuse_at_first)

    def _refuse_at_first(self, arrival: "Arrival") -> int:
        command_id = arrival.json["data"]["command_id"]
        self.seen[command_id] += 1
        return 503 if self.seen[command_id] <= REFUSALS else 200

    def work(self, account: "Account") -> None:
        """Submit two commands of each kind."""
        for _ in range(2):
            self.submitted[account.submit(webhook_url=self.hook.url)] = "SUCCESS"
            self.submitted[account.submit_failing(webhook_url=self.hook.url)] = "FAILED"

    def await_something(self, account: "Account") -> None:
        """Wait for an event that will come, chosen at random."""
        match self.rng.choice(["accepted", "download", "webhook", "advance", "polled"]):
            case "download":
                self.receiver.downloads.get(timeout=20)
            case "webhook":
                self._await_webhooks(self.rng.randint(1, 4))
            case "advance":
                threading.Thread(target=_advance, args=(account,), daemon=True).start()
                self._await_webhooks(self.rng.randint(2, 9))
            case "polled":
                command_id = self.rng.choice(list(self.submitted))
                while account.command(command_id)["status"] == "QUEUED":
                    pass

    def _await_webhooks(self, count: int) -> None:
        for _ in range(count):
            self.hook.next()


def _advance(account: "Account") -> None:
    try:
        account.client.post("/_control/clock/advance", json={"seconds": 400})
    except httpx.HTTPError:
        return  # the server was killed meanwhile, as the test wants


@pytest.fixture(params=[1, 2])
def survivor(
    request: pytest.FixtureRequest,
    start_again: Callable[[], "RunningServer"],
    open_account: "OpenAccount",
    receiver: "Receiver",
) -> tuple["Account", Life]:
    """An account whose server was killed again and again, on the server's last life, when all is over."""
    life = Life(receiver, random.Random(request.param))  # noqa: S311 - chooses moments
    running = start_again()
    account = open_account(running)
    for _ in range(ROUNDS):
        life.work(account)
        life.await_something(account)
        running.kill()
        running = start_again()
        account = open_account(running, account.key)
    account.advance(1_000_000)
    return account, life


@pytest.mark.requirement("RIO-WHK-001", "RIO-RTY-009", "RIO-CMD-002")
def test_kills_lose_nothing(survivor: tuple["Account", Life]) -> None:
    account, life = survivor
    commands = {command_id: account.command(command_id) for command_id in life.submitted}
    deliveries = {delivery["subject"]: delivery for delivery in account.deliveries(limit=1000)}
    assert {command_id: command["status"] for command_id, command in commands.items()} == life.submitted
    assert {command_id: deliveries[command_id]["state"] for command_id in commands} == dict.fromkeys(
        commands, "delivered"
    )
    assert len(deliveries) == len(commands) == 4 * ROUNDS
    assert [problem for delivery in deliveries.values() for problem in problems_with(delivery, account)] == []
    assert unstable_files(life, commands) == []
    assert lost_files(account, commands) == []


def problems_with(delivery: dict[str, Any], account: "Account") -> list[str]:
    """Where the attempts are not numbered in a row, or not made to the millisecond when they were due."""
    attempts = delivery["attempts"]
    problems = (
        [] if [attempt["number"] for attempt in attempts] == list(range(1, len(attempts) + 1)) else [f"{attempts}"]
    )
    moments = [(delivery["created_at"], delivery["created_at"])]
    moments += [(attempt["started_at"], attempt["finished_at"]) for attempt in attempts]
    for delay, before, this in zip(DELAYS, moments, moments[1:], strict=False):
        if account.milliseconds(this[0]) - account.milliseconds(before[1]) != delay * 1000:
            problems.append(f"{delivery['subject']}: {before} and then {this}, not {delay} s later")
    return problems


def unstable_files(life: Life, commands: dict[str, Any]) -> list[str]:
    """Commands of which different deliveries named different files."""
    return [
        arrival.json["data"]["command_id"]
        for arrival in life.hook.arrivals
        if file_ids(arrival.json["data"]) != file_ids(commands[arrival.json["data"]["command_id"]])
    ]


def file_ids(command: dict[str, Any]) -> list[str]:
    return [file["file_id"] for file in command["output_files"].values()]


def lost_files(account: "Account", commands: dict[str, Any]) -> list[str]:
    """Stored files that cannot be fetched."""
    urls = [file["storage_url"] for command in commands.values() for file in command["output_files"].values()]
    return [url for url in urls if account.client.get(httpx.URL(url).path).status_code != 200]


def test_pending_retry_is_made_on_time_after_a_kill(
    start_again: Callable[[], "RunningServer"], open_account: "OpenAccount", receiver: "Receiver"
) -> None:
    running = start_again()
    account = open_account(running)
    hook = receiver.hook(then=500)
    account.submit_failing(webhook_url=hook.url)
    account.advance(100)
    running.kill()
    again = open_account(start_again(), account.key)
    again.advance(204.999)
    before = hook.count
    again.advance(0.001)
    assert (before, hook.count, [attempt["number"] for attempt in again.deliveries()[0]["attempts"]]) == (
        2,
        3,
        [1, 2, 3],
    )


def test_clock_stands_where_it_stood_after_a_kill(
    start_again: Callable[[], "RunningServer"], open_account: "OpenAccount"
) -> None:
    running = start_again()
    account = open_account(running)
    account.advance(12.345)
    running.kill()
    assert open_account(start_again(), account.key).now() == "2026-01-01T00:00:12.345Z"


@pytest.mark.requirement("RIO-DIS-001", "RIO-DIS-003")
def test_count_of_failures_survives_a_kill(
    start_again: Callable[[], "RunningServer"], open_account: "OpenAccount", receiver: "Receiver"
) -> None:
    running = start_again()
    account = open_account(running)
    account.configure(receiver.hook(then=500).url)
    account.fail_deliveries(7)
    running.kill()
    again = open_account(start_again(), account.key)
    before = again.config()["consecutive_failures"]
    again.fail_deliveries(1)
    assert (before, again.config()["consecutive_failures"], again.config()["is_active"]) == (7, 8, False)


@pytest.mark.requirement("RIO-DIS-008")
def test_disabled_webhook_stays_so_after_a_kill(
    start_again: Callable[[], "RunningServer"], open_account: "OpenAccount", receiver: "Receiver"
) -> None:
    running = start_again()
    account = open_account(running)
    account.configure(receiver.hook(then=500).url)
    account.fail_deliveries(8)
    before = account.config()
    running.kill()
    assert open_account(start_again(), account.key).config() == before


@pytest.mark.requirement("RIO-SIG-001")
def test_secret_survives_a_kill(
    start_again: Callable[[], "RunningServer"], open_account: "OpenAccount", receiver: "Receiver"
) -> None:
    running = start_again()
    account = open_account(running)
    hook = receiver.hook()
    account.configure(hook.url, "secret")
    running.kill()
    open_account(start_again(), account.key).submit_failing()
    assert hook.next().header("X-Webhook-Signature") is not None


def test_queued_command_is_carried_out_after_a_kill(
    start_again: Callable[[], "RunningServer"], open_account: "OpenAccount", receiver: "Receiver"
) -> None:
    running = start_again()
    account = open_account(running)
    for _ in range(2):  # as many as are carried out at a time
        account.submit(input_files={"in_video": receiver.held_clip_url})
        receiver.downloads.get(timeout=20)
    command_id = account.submit()
    assert account.command(command_id)["status"] == "QUEUED"
    running.kill()
    receiver.download_gate.set()
    assert open_account(start_again(), account.key).outcome(command_id)["status"] == "SUCCESS"


def test_interrupted_command_is_still_processing_after_a_kill(
    start_again: Callable[[], "RunningServer"], open_account: "OpenAccount", receiver: "Receiver"
) -> None:
    running = start_again()
    account = open_account(running)
    command_id = account.submit(input_files={"in_video": receiver.held_clip_url})
    receiver.downloads.get(timeout=20)
    running.kill()
    again = open_account(start_again(), account.key)
    assert again.command(command_id)["status"] == "PROCESSING"


def test_attempt_that_was_under_way_is_made_again_after_a_kill(
    start_again: Callable[[], "RunningServer"], open_account: "OpenAccount", receiver: "Receiver"
) -> None:
    running = start_again()
    account = open_account(running)
    hook = receiver.hook(receiver.hang())
    command_id = account.submit_failing(webhook_url=hook.url)
    hook.next()
    running.kill()
    start_again()
    assert hook.next().json["data"]["command_id"] == command_id
