"""What outlives a server, and what a reset and a seed do to an organisation."""

import random
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from tests.conftest import Arrival, Hook, OpenOrganisation, Organisation, Receiver, RunningServer, StartServer

NOWHERE = "http://127.0.0.1:1/hook"
ROUNDS = 5
REFUSALS = 2
"""How many attempts of each event the receiver refuses."""
DELAYS = [0, 300, 1800]


@pytest.fixture
def start_again(start_server: "StartServer", tmp_path: Path) -> Callable[[], "RunningServer"]:
    """Start a server on the test's one data folder."""
    options = ("--data", str(tmp_path / "data"), "--clock-start", "2026-01-01T00:00:00Z")
    return lambda: start_server(*options)


class Life:
    """What happens to one organisation over several lives of its server."""

    def __init__(self, receiver: "Receiver", rng: random.Random) -> None:
        self.receiver = receiver
        self.rng = rng
        self.seen: dict[str, int] = {}
        self.configs: dict[int, str] = {}
        self.events: list[str] = []
        self.hook: Hook = receiver.hook(then=self._refuse_events_at_first)

    def _refuse_events_at_first(self, arrival: "Arrival") -> int:
        event = arrival.json
        if event["type"] == "webhook_config":
            return 200
        self.seen[event["id"]] = self.seen.get(event["id"], 0) + 1
        return 503 if self.seen[event["id"]] <= REFUSALS else 200

    def begin(self, organisation: "Organisation") -> None:
        """A valid config that takes the events."""
        organisation.use(organisation.valid(self.hook.url)["id"])
        self.hook.next()

    def work(self, organisation: "Organisation") -> None:
        """Create configs that will pass and fail their tests, and have events happen."""
        for url, state in ((self.hook.url, "valid"), (NOWHERE, "invalid"), (self.hook.url, "valid")):
            self.configs[organisation.create(url)["id"]] = state
        self.events += [organisation.happen()["id"] for _ in range(2)]

    def await_something(self, organisation: "Organisation") -> None:
        """Wait for something that will come, chosen at random; or for nothing."""
        match self.rng.choice(["nothing", "arrival", "advance", "tasks"]):
            case "arrival":
                self._await_arrivals(self.rng.randint(1, 4))
            case "advance":
                threading.Thread(target=_advance, args=(organisation,), daemon=True).start()
                self._await_arrivals(self.rng.randint(2, 5))
            case "tasks":
                while organisation.tasks(state="pending")["total_count"] > self.rng.randint(0, 2):
                    pass

    def _await_arrivals(self, count: int) -> None:
        for _ in range(count):
            self.hook.next()


def _advance(organisation: "Organisation") -> None:
    try:
        organisation.client.post("/_control/clock/advance", json={"seconds": 400})
    except httpx.HTTPError:
        return  # the server was killed meanwhile, as the test wants


@pytest.fixture(params=[1, 2])
def survivor(
    request: pytest.FixtureRequest,
    start_again: Callable[[], "RunningServer"],
    open_organisation: "OpenOrganisation",
    receiver: "Receiver",
) -> "tuple[Organisation, Life]":
    """An organisation whose server was killed again and again, on the server's last life, when all is over."""
    life = Life(receiver, random.Random(request.param))  # noqa: S311 - chooses moments
    running = start_again()
    organisation = open_organisation(running)
    life.begin(organisation)
    for _ in range(ROUNDS):
        life.work(organisation)
        life.await_something(organisation)
        running.kill()
        running = start_again()
        organisation = open_organisation(running, organisation.token)
    organisation.advance(1_000_000)
    return organisation, life


def whole(page: Callable[..., Any]) -> list[Any]:
    """Everything that a list has."""
    items: list[Any] = page(limit=1000)["data"]
    return items


@pytest.mark.requirement("RCL-TST-003", "RCL-TSK-003", "RCL-TSK-004", "RCL-EVT-013", "RCL-EVT-016")
def test_kills_lose_no_test_and_no_event(survivor: "tuple[Organisation, Life]") -> None:
    organisation, life = survivor
    outcomes = {"valid": "succeeded", "invalid": "failed"}
    assert {config: organisation.config(config)["state"] for config in life.configs} == life.configs
    tasks = {int(task["target"]): task["state"] for task in whole(organisation.tasks)}
    assert {config: tasks[config] for config in life.configs} == {
        config: outcomes[state] for config, state in life.configs.items()
    }
    events = {event["id"]: event for event in whole(organisation.events)}
    assert [events[event]["state"] for event in life.events] == ["delivered"] * (2 * ROUNDS)
    assert len(events) == 1 + 5 * ROUNDS
    assert [problem for entry in organisation.deliveries(limit=1000) for problem in problems_with(entry)] == []


def problems_with(delivery: dict[str, Any]) -> list[str]:
    """Where the attempts are not numbered in a row, or not made to the millisecond when they were due."""
    attempts = delivery["attempts"]
    problems = [] if [it["number"] for it in attempts] == list(range(1, len(attempts) + 1)) else [f"{attempts}"]
    before = delivery["created_at"]
    for delay, attempt in zip(DELAYS, attempts, strict=False):
        if _milliseconds(attempt["started_at"]) - _milliseconds(before) != delay * 1000:
            problems.append(f"{delivery['subject']}: {before} and then {attempt['started_at']}, not {delay} s later")
        before = attempt["finished_at"]
    return problems


def _milliseconds(moment: str) -> int:
    return round(datetime.fromisoformat(moment).timestamp() * 1000)


@pytest.mark.requirement("RCL-TST-003")
def test_attempt_in_flight_is_made_again_after_a_restart(
    start_again: Callable[[], "RunningServer"], open_organisation: "OpenOrganisation", receiver: "Receiver"
) -> None:
    running = start_again()
    organisation = open_organisation(running)
    hook = receiver.hook(receiver.hang())
    config = organisation.create(hook.url)["id"]
    hook.next()
    running.kill()
    again = open_organisation(start_again(), organisation.token)
    assert (again.outcome(config)["state"], hook.count) == ("valid", 2)
    assert [task["state"] for task in whole(again.tasks)] == ["succeeded"]


def test_everything_is_as_it_was_after_a_restart(
    start_again: Callable[[], "RunningServer"], open_organisation: "OpenOrganisation", receiver: "Receiver"
) -> None:
    running = start_again()
    organisation = open_organisation(running)
    organisation.use(organisation.valid(receiver.hook().url)["id"])
    organisation.use_with_key(organisation.outcome(organisation.create(NOWHERE)["id"])["id"])
    organisation.happen("session.expired", name="ż")
    organisation.advance(1234.567)
    before = everything(organisation)
    running.stop()
    assert everything(open_organisation(start_again(), organisation.token)) == before


def everything(organisation: "Organisation") -> list[Any]:
    """All that an organisation can see."""
    lists = (organisation.configs, organisation.tasks, organisation.events)
    owners = [organisation.shown(), organisation.api_key(), organisation.now(), organisation.deliveries(limit=1000)]
    return [*map(whole, lists), *owners]


# Reset.


@pytest.fixture
def emptied(organisation: "Organisation", receiver: "Receiver") -> "tuple[Organisation, Hook]":
    """An organisation that was reset in the middle of much, and the receiver of all."""
    hook = receiver.hook(200, 500, receiver.hang())
    organisation.use(organisation.valid(hook.url)["id"])
    organisation.happen()
    organisation.settle()
    organisation.tested(organisation.configs()["data"][0]["id"])
    organisation.create(hook.url)
    organisation.reset()
    return organisation, hook


def test_reset_leaves_nothing(emptied: "tuple[Organisation, Hook]") -> None:
    organisation, _ = emptied
    pages = [
        organisation.configs(),
        organisation.configs(state="deactivated"),
        organisation.tasks(),
        organisation.events(),
    ]
    assert ([page["total_count"] for page in pages], organisation.deliveries()) == ([0] * 4, [])
    assert organisation.shown()["webhook_config_default"] is None


def test_reset_sends_nothing_any_more(emptied: "tuple[Organisation, Hook]") -> None:
    organisation, hook = emptied
    before = hook.count
    organisation.advance(1_000_000)
    assert hook.count == before


def test_organisation_works_after_a_reset(emptied: "tuple[Organisation, Hook]", receiver: "Receiver") -> None:
    organisation, _ = emptied
    organisation.use(organisation.valid(receiver.hook().url)["id"])
    event = organisation.happen()
    organisation.settle()
    assert organisation.event(event["id"])["state"] == "delivered"


# Seeds.


def lived(organisation: "Organisation") -> Any:
    """What an organisation is given that does always the same."""
    config = organisation.outcome(organisation.create(NOWHERE)["id"])
    organisation.tested(config["id"])
    organisation.update(config["id"], url="http://127.0.0.1:1/other")
    organisation.happen()
    organisation.create(NOWHERE)
    organisation.settle()
    return everything(organisation)


def test_same_seed_gives_the_same_ids_and_secrets(
    start_server: "StartServer", open_organisation: "OpenOrganisation"
) -> None:
    options = ("--seed", "7", "--clock-start", "2026-01-01T00:00:00Z")
    first, second = [lived(open_organisation(start_server(*options), "seeded")) for _ in range(2)]
    assert first == second


def test_another_seed_gives_other_ids_and_secrets(
    start_server: "StartServer", open_organisation: "OpenOrganisation"
) -> None:
    lives = [lived(open_organisation(start_server("--seed", seed), "seeded")) for seed in ("7", "8")]
    secrets = [{config["secret"] for config in life[0]} for life in lives]
    ids = [{item["id"] for item in (*life[1], *life[2])} for life in lives]
    assert (secrets[0] & secrets[1], ids[0] & ids[1], [len(it) for it in ids]) == (set(), set(), [9, 9])


def test_seeded_organisations_of_one_server_differ(
    start_server: "StartServer", open_organisation: "OpenOrganisation"
) -> None:
    running = start_server("--seed", "7")
    first, second = [lived(open_organisation(running, token)) for token in ("one", "two")]
    assert {item["id"] for item in first[1]}.isdisjoint(item["id"] for item in second[1])
    assert {config["secret"] for config in first[0]}.isdisjoint(config["secret"] for config in second[0])


# Real time.


@pytest.mark.requirement("RCL-TST-004", "RCL-EVT-001")
def test_server_with_the_real_clock_tests_and_delivers(
    start_server: "StartServer", open_organisation: "OpenOrganisation", receiver: "Receiver"
) -> None:
    organisation = open_organisation(start_server("--clock", "real"))
    hook = receiver.hook()
    config = organisation.create(hook.url)["id"]
    assert organisation.test(config, **{"Ricloud-Await": "10"})["state"] == "succeeded"
    organisation.use(config)
    event = organisation.happen()["id"]
    while organisation.event(event)["state"] == "pending":
        pass
    assert (organisation.event(event)["state"], hook.count) == ("delivered", 3)


def test_virtual_clock_does_not_begin_before_what_happened_in_real_time(
    start_server: "StartServer", open_organisation: "OpenOrganisation", tmp_path: Path
) -> None:
    running = start_server("--clock", "real", "--data", str(tmp_path / "data"))
    organisation = open_organisation(running)
    organisation.create(NOWHERE)
    before = organisation.now()
    while organisation.now() == before:
        pass
    happened = organisation.happen()  # sent to nobody, so that no delivery knows of the moment
    running.stop()
    again = open_organisation(start_server("--data", str(tmp_path / "data")), organisation.token)
    later = again.create(NOWHERE)
    assert (happened["state"], later["date_created"] >= happened["date_created"]) == ("failed", True)
