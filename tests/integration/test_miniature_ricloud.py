"""The miniature of ricloud: a second server, with other readings, that nothing of the first one helps to run."""

import ast
import base64
import hashlib
import hmac
import select
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import jsonschema_rs
import pytest
import yaml

if TYPE_CHECKING:
    from tests.conftest import Hook, Receiver, Step

TESTS = Path(__file__).parents[1]
FOLDER = TESTS / "miniature_ricloud"
VARIED = TESTS / "miniature_ricloud_variations"
PARTS = "tests.miniature_parts"
START_SECONDS = 20
CONFIGS, CLOCK = "/configs/webhook", "/_control/clock"
WHOLE_SCHEDULE = [0, 60, 960, 6360]

Process = subprocess.Popen[str]
Json = dict[str, Any]


def start(*options: str, folder: Path = VARIED) -> tuple[Process, str]:
    """A miniature that answers, and its URL."""
    process = subprocess.Popen(
        [sys.executable, str(folder), "--port", "0", "--grace", "0.2", *options], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], START_SECONDS)
    line = process.stdout.readline() if ready else ""
    if not line.startswith("listening on http://127.0.0.1:"):
        end(process)
        pytest.fail(f"the miniature did not start: {line!r}")
    return process, line.split()[-1]


def end(process: Process) -> int:
    """Ask it to end; the exit code."""
    process.terminate()
    process.communicate(timeout=START_SECONDS)
    return process.returncode


class Miniature:
    """One organisation on a miniature."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        self.client.headers["Authorization"] = f"Token {uuid.uuid4().hex}"
        self.began = self.moment()

    def moment(self) -> datetime:
        return datetime.fromisoformat(self.get(CLOCK)["now"])

    def elapsed(self) -> float:
        return (self.moment() - self.began).total_seconds()

    def advance(self, seconds: float) -> None:
        answer = self.client.post(f"{CLOCK}/advance", json={"seconds": seconds}, timeout=START_SECONDS)
        assert answer.status_code == 200, answer.text

    def get(self, path: str, **query: str) -> Any:
        answer = self.client.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None, status: int = 200) -> Any:
        answer = self.client.post(path, json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def created(self, hook: "Hook") -> Any:
        """A config whose test is over, as its creation showed it."""
        config = self.post(CONFIGS, {"url": hook.url})
        self.advance(0)
        return config

    def chosen(self, hook: "Hook") -> Any:
        """The same; events are sent to it."""
        config = self.created(hook)
        self.post("/organisation", {"webhook_config_default": config["id"]})
        return config

    def config(self, identifier: object) -> Any:
        return self.get(f"{CONFIGS}/{identifier}")

    def state(self, config: Json) -> Any:
        return self.config(config["id"])["state"]

    def update(self, config: Json, **body: Any) -> Any:
        return self.post(f"{CONFIGS}/{config['id']}", body)

    def test(self, config: Json, **headers: str) -> Any:
        answer = self.client.post(f"{CONFIGS}/{config['id']}/test", headers=headers)
        assert answer.status_code == 202, answer.text
        return answer.json()

    def trigger(self) -> Any:
        return self.post("/_control/events", {"type": "poll", "action": "completed", "data": {"id": "7"}}, status=201)

    def ids(self, path: str = CONFIGS, **query: str) -> list[Any]:
        return [item["id"] for item in self.get(path, **query)["data"]]


Open = Callable[[str], Miniature]


@pytest.fixture(scope="module")
def miniature() -> Iterator[str]:
    process, url = start("--vary", "urls-as-they-are")
    yield url
    end(process)


@pytest.fixture(scope="module")
def like_the_reference() -> Iterator[str]:
    process, url = start("--vary", "as-the-reference")
    yield url
    end(process)


@pytest.fixture
def open_one() -> Iterator[Open]:
    """Open organisations with tokens of their own on the miniature with this URL."""
    with ExitStack() as stack:

        def open_organisation(url: str) -> Miniature:
            return Miniature(stack.enter_context(httpx.Client(base_url=url, trust_env=False, timeout=START_SECONDS)))

        yield open_organisation


@pytest.fixture
def mine(miniature: str, open_one: Open) -> Miniature:
    return open_one(miniature)


def document(name: str) -> Any:
    return yaml.load(files("openapi").joinpath(name, "openapi.yaml").read_text("utf-8"), yaml.CSafeLoader)


def fits(schema: str, value: object, *, api: str = "ricloud") -> None:
    """Hold a value against a schema of the document."""
    components = {"components": document(api)["components"], "$ref": f"#/components/schemas/{schema}"}
    jsonschema_rs.validator_for(components, validate_formats=True).validate(value)


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            module = node.module or ""
            yield PARTS if module.startswith(PARTS) else module.partition(".")[0]


def test_it_shares_no_code_with_the_project() -> None:
    modules = sorted(FOLDER.glob("*.py"))
    names = {name for path in modules for name in imported(ast.parse(path.read_text("utf-8")))}
    assert modules
    assert names - sys.stdlib_module_names == {"werkzeug", PARTS}


@pytest.mark.parametrize("manners", ["miniature", "like_the_reference"])
def test_answers_and_deliveries_fit_the_document(
    request: pytest.FixtureRequest, open_one: Open, receiver: "Receiver", manners: str
) -> None:
    mine = open_one(request.getfixturevalue(manners))
    hook = receiver.hook()
    answer = mine.client.post(CONFIGS, json={"url": hook.url})
    config = answer.json()
    mine.advance(0)
    mine.post("/organisation", {"webhook_config_default": config["id"]})
    event = mine.trigger()
    mine.advance(0)
    fits("WebhookConfigCreated", config)
    fits("WebhookConfigTested", hook.next().json)
    fits("Event", hook.next().json)
    fits("WebhookConfigList", mine.get(CONFIGS))
    fits("TaskList", mine.get("/tasks"))
    fits("EventList", mine.get("/events"))
    fits("Event", mine.get(f"/events/{event['id']}"))
    fits("Organisation", mine.get("/organisation"))
    fits("Key", mine.get("/key"))
    fits("Error", mine.client.post(CONFIGS, content=b"{").json())
    fits("Error", mine.client.get("/nowhere").json())
    fits("Deliveries", mine.get("/_control/deliveries"), api="control")


def test_control_lists_what_it_offers(mine: Miniature) -> None:
    capabilities = ["clock", "reset", "workspaces", "deliveries", "events"]
    assert mine.get("/_control") == {"protocol": 1, "capabilities": capabilities}


def test_new_config_is_tested_and_the_test_is_signed(mine: Miniature, receiver: "Receiver") -> None:
    hook = receiver.hook()
    config = mine.created(hook)
    arrival = hook.next()
    timestamp = round(mine.began.timestamp() * 1000) // 1000
    signed = hmac.new(config["secret"].encode(), b"%d.%s" % (timestamp, arrival.body), hashlib.sha256).digest()
    assert arrival.header("Ricloud-Signature") == f"t={timestamp},s={base64.b64encode(signed).decode()}"
    assert (config["state"], mine.state(config)) == ("new", "valid")
    assert (arrival.json["type"], arrival.json["action"], arrival.json["data"]["id"]) == (
        "webhook_config",
        "test",
        config["id"],
    )
    assert mine.get(f"/events/{arrival.json['id']}")["state"] == "delivered"
    assert [task["state"] for task in mine.get("/tasks")["data"]] == ["succeeded"]


def test_events_are_addressed_below_the_url(open_one: Open, receiver: "Receiver") -> None:
    process, url = start(folder=FOLDER)
    try:
        mine = open_one(url)
        mine.created(receiver.hook_as("/hooks/below/"))
        delivery = mine.get("/_control/deliveries")["deliveries"][0]
        assert delivery["url"] == f"{receiver.url}/hooks/below/{delivery['subject']}"
    finally:
        end(process)


@pytest.mark.parametrize(
    ("name", "error"),
    [("refuse", "test-refused"), ("only-200", "test-refused"), ("drop", "test-unreachable"), ("away", "test-refused")],
)
def test_config_whose_receiver_does_not_accept_is_invalid(
    mine: Miniature, receiver: "Receiver", name: str, error: str
) -> None:
    steps: Mapping[str, Step] = {
        "refuse": 500,
        "only-200": 204,
        "drop": receiver.drop(),
        "away": receiver.redirect(receiver.hook(410).url),
    }
    config = mine.created(receiver.hook(steps[name]))
    task = mine.get("/tasks")["data"][0]
    assert (mine.state(config), task["state"], task["error"]) == ("invalid", "failed", error)


def test_redirect_is_followed(mine: Miniature, receiver: "Receiver") -> None:
    elsewhere = receiver.hook()
    config = mine.created(receiver.hook(receiver.redirect(elsewhere.url, 307)))
    assert (mine.state(config), elsewhere.next().method) == ("valid", "POST")


def test_nothing_leaves_this_machine(mine: Miniature) -> None:
    config = mine.post(CONFIGS, {"url": "http://192.0.2.1/hook"})
    mine.advance(0)
    attempt = mine.get("/_control/deliveries")["deliveries"][0]["attempts"][0]
    assert mine.state(config) == "invalid"
    assert "not on this machine" in attempt["error"]


def test_silent_receiver_is_given_up_after_the_timeout(mine: Miniature, receiver: "Receiver") -> None:
    config = mine.created(receiver.hook(receiver.hang()))
    mine.advance(4.999)
    before = mine.state(config)
    mine.advance(0.001)
    assert (before, mine.state(config)) == ("new", "invalid")
    assert mine.get("/tasks")["data"][0]["error"] == "test-timed-out"


@pytest.mark.parametrize("spans", [[100_000], [60, 900, 5400], [0, 59.999, 0.002, 99999]])
def test_attempts_follow_the_schedule_however_the_span_is_split(
    mine: Miniature, receiver: "Receiver", spans: list[float]
) -> None:
    hook = receiver.hook(200, then=500)
    hook.look = mine.elapsed
    mine.chosen(hook)
    event = mine.trigger()
    mine.advance(0)
    for span in spans:
        mine.advance(span)
    attempts = hook.arrivals[1:]
    assert [arrival.seen for arrival in attempts] == WHOLE_SCHEDULE
    assert [arrival.json["retries"] for arrival in attempts] == [0, 1, 2, 3]
    last = mine.get(f"/events/{event['id']}")
    assert (last["state"], last["retries"], last["date_delivered"]) == ("failed", 3, None)


def test_event_that_is_accepted_is_delivered_and_not_sent_again(mine: Miniature, receiver: "Receiver") -> None:
    hook = receiver.hook(200, 500)
    mine.chosen(hook)
    event = mine.trigger()
    mine.advance(0)
    pending = mine.get(f"/events/{event['id']}")["state"]
    mine.advance(100_000)
    last = mine.get(f"/events/{event['id']}")
    assert (pending, last["state"], hook.count) == ("pending", "delivered", 3)
    assert datetime.fromisoformat(last["date_delivered"]).timestamp() == mine.began.timestamp() + 60


def test_retest_makes_valid_what_was_invalid_and_back(mine: Miniature, receiver: "Receiver") -> None:
    hook = receiver.hook(500, 200, 500)
    config = mine.created(hook)
    states = [mine.state(config)]
    for _ in range(2):
        during = mine.test(config)["type"]
        mine.advance(0)
        states.append(mine.state(config))
        assert during == "webhook_config.test"
    assert states == ["invalid", "valid", "invalid"]


def test_answer_is_held_until_the_task_is_over(mine: Miniature, receiver: "Receiver") -> None:
    config = mine.created(receiver.hook())
    task = mine.test(config, **{"Ricloud-Await": "10"})
    assert (task["state"], mine.state(config)) == ("succeeded", "valid")


def test_answer_is_not_held_longer_than_was_asked(mine: Miniature, receiver: "Receiver") -> None:
    hang = receiver.hang()
    config = mine.created(receiver.hook(200, hang))
    task = mine.test(config, **{"Ricloud-Await": "0.1"})
    hang.released.set()
    assert task["state"] == "processing"


@pytest.mark.parametrize("value", ["11", "-1", "soon", ""])
def test_odd_await_is_refused(mine: Miniature, receiver: "Receiver", value: str) -> None:
    config = mine.created(receiver.hook())
    answer = mine.client.post(f"{CONFIGS}/{config['id']}/test", headers={"Ricloud-Await": value})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid-header")


def test_test_of_an_earlier_url_says_nothing(mine: Miniature, receiver: "Receiver") -> None:
    hang, broken = receiver.hang(), receiver.hook(500)
    config = mine.created(receiver.hook(hang))
    mine.update(config, url=broken.url)
    mine.advance(0)
    hang.released.set()
    mine.advance(0)
    assert (mine.state(config), broken.count) == ("invalid", 1)


def test_test_under_way_does_not_undo_a_deactivation(mine: Miniature, receiver: "Receiver") -> None:
    hang = receiver.hang()
    config = mine.created(receiver.hook(hang))
    mine.update(config, state="deactivated")
    hang.released.set()
    mine.advance(0)
    assert mine.state(config) == "deactivated"


def test_deactivated_config_is_listed_when_it_is_asked_for(mine: Miniature, receiver: "Receiver") -> None:
    kept, retired = mine.created(receiver.hook()), mine.created(receiver.hook())
    mine.update(retired, state="deactivated")
    mine.advance(0)
    assert mine.ids() == [kept["id"]]
    assert mine.ids(state="deactivated") == [retired["id"]]
    mine.update(retired, state="new")
    mine.advance(0)
    assert mine.ids(state="valid") == [kept["id"], retired["id"]]


def test_pages_lead_through_the_list(mine: Miniature, receiver: "Receiver") -> None:
    created = [mine.created(receiver.hook())["id"] for _ in range(5)]
    assert mine.ids(limit="2") == created[:2]
    assert mine.ids(limit="2", after_id=created[1]) == created[2:4]
    assert mine.ids(limit="2", before_id=created[4]) == created[2:4]
    more = [mine.get(CONFIGS, limit=limit)["has_more"] for limit in ("4", "5")]
    assert more == [True, False]
    assert mine.client.get(CONFIGS, params={"after_id": "wc_0"}).status_code == 404


def test_date_filters_a_list(mine: Miniature, receiver: "Receiver") -> None:
    early = mine.created(receiver.hook())
    mine.advance(10)
    late = mine.created(receiver.hook())
    moment = early["date_created"]
    found = {
        name: mine.ids(**{name: moment})
        for name in ("date_created", "date_created[gt]", "date_created[gte]", "date_created[lt]")
    }
    assert found == {
        "date_created": [early["id"]],
        "date_created[gt]": [late["id"]],
        "date_created[gte]": [early["id"], late["id"]],
        "date_created[lt]": [],
    }
    assert mine.ids(date_created="yesterday") == []


def test_own_config_of_the_key_comes_first_while_it_is_valid(mine: Miniature, receiver: "Receiver") -> None:
    default, own = receiver.hook(), receiver.hook(200, 200, 500)
    mine.chosen(default)
    config = mine.created(own)
    key = mine.get("/key")
    mine.post(f"/keys/{key['id']}", {"webhook_config": config["id"]})
    counts = []
    for _ in range(2):
        mine.trigger()
        mine.advance(0)
        counts.append((default.count, own.count))
        mine.test(config)
        mine.advance(0)
    assert counts == [(1, 2), (2, 3)]


def test_no_event_is_sent_to_a_config_that_is_deactivated(mine: Miniature, receiver: "Receiver") -> None:
    hook = receiver.hook()
    config = mine.chosen(hook)
    mine.update(config, state="deactivated")
    mine.advance(0)
    before = hook.count
    event = mine.trigger()
    mine.advance(100_000)
    assert (mine.get(f"/events/{event['id']}")["state"], hook.count) == ("failed", before)


def test_organisations_do_not_see_each_other(mine: Miniature, miniature: str, open_one: Open) -> None:
    config = mine.post(CONFIGS, {"url": "http://127.0.0.1:1/"})
    other = open_one(miniature)
    mine.advance(100)
    assert other.client.get(f"{CONFIGS}/{config['id']}").status_code == 403
    assert other.client.post("/organisation", json={"webhook_config_default": config["id"]}).status_code == 404
    assert (other.ids(), other.ids("/tasks"), other.ids("/events")) == ([], [], [])
    assert (mine.elapsed(), other.elapsed()) == (100, 0)


@pytest.mark.parametrize(
    ("path", "status"), [("wc_0", 404), ("x", 400), ("", 404), ("wc_0/test", 404), ("/", 404), ("%00", 400)]
)
def test_config_that_does_not_exist_is_not_found(mine: Miniature, path: str, status: int) -> None:
    answer = mine.client.get(f"{CONFIGS}/{path}")
    assert answer.status_code == status
    fits("Error", answer.json())


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"", 400), (b"{", 400), (b'{"url": NaN}', 400), (b"\xff", 400), (b"[]", 422), (b"null", 422)],
)
def test_body_that_is_no_object_is_refused(mine: Miniature, content: bytes, status: int) -> None:
    answer = mine.client.post(CONFIGS, content=content)
    assert (answer.status_code, answer.json()["error"]) == (status, "invalid-body")


@pytest.mark.parametrize(
    ("body", "wrong"),
    [({}, {"url"}), ({"url": None}, {"url"}), ({"url": []}, {"url"}), ({"url": "http://a/", "colour": 1}, {"colour"})],
)
def test_creation_with_a_wrong_parameter_is_refused(mine: Miniature, body: Json, wrong: set[str]) -> None:
    answer = mine.client.post(CONFIGS, json=body)
    assert (answer.status_code, answer.json()["error"], set(answer.json()["params"])) == (
        400,
        "invalid-parameter",
        wrong,
    )
    assert mine.ids() == []


@pytest.mark.parametrize("state", ["valid", "invalid", "", None, [], 1])
def test_update_to_another_state_is_refused_and_changes_nothing(
    mine: Miniature, receiver: "Receiver", state: object
) -> None:
    hook = receiver.hook()
    config = mine.created(hook)
    answer = mine.client.post(f"{CONFIGS}/{config['id']}", json={"url": "http://127.0.0.1/other", "state": state})
    mine.advance(0)
    assert (answer.status_code, set(answer.json()["params"])) == (400, {"state"})
    assert (mine.config(config["id"])["url"], mine.state(config), hook.count) == (hook.url, "valid", 1)


def test_comma_at_the_end_of_an_update_is_forgiven(mine: Miniature, receiver: "Receiver") -> None:
    config = mine.created(receiver.hook())
    other = receiver.hook()
    answer = mine.client.post(f"{CONFIGS}/{config['id']}", content=f'{{"url": "{other.url}?a=,}}",\n}}')
    assert answer.json()["url"] == f"{other.url}?a=,}}"


def test_deleted_config_is_gone(mine: Miniature, receiver: "Receiver") -> None:
    config = mine.chosen(receiver.hook())
    path = f"{CONFIGS}/{config['id']}"
    assert [mine.client.delete(path).status_code for _ in range(2)] == [200, 404]
    assert mine.get("/organisation")["webhook_config_default"] is None


@pytest.mark.parametrize("value", [None, "", "Token", "Bearer abc", "abc", "token abc", "Token  abc"])
@pytest.mark.parametrize("path", [CONFIGS, CLOCK, "/tasks/x"])
def test_request_without_a_token_has_401(miniature: str, path: str, value: str | None) -> None:
    headers = {} if value is None else {"Authorization": value}
    answer = httpx.get(miniature + path, headers=headers, trust_env=False)
    assert answer.status_code == 401
    fits("Error", answer.json())


@pytest.mark.parametrize("seconds", [-1, "1", None, True, 1e300])
def test_clock_refuses_what_is_no_span(mine: Miniature, seconds: object) -> None:
    assert mine.client.post(f"{CLOCK}/advance", json={"seconds": seconds}).status_code == 422
    assert mine.moment() == mine.began


def test_reset_drops_everything_of_one_organisation(mine: Miniature, receiver: "Receiver") -> None:
    hook = receiver.hook(200, then=500)
    mine.chosen(hook)
    mine.trigger()
    mine.advance(0)
    assert mine.post("/_control/reset") == {}
    mine.advance(100_000)
    assert (hook.count, mine.ids(), mine.get("/organisation")["webhook_config_default"]) == (2, [], None)


def test_real_clock_runs_by_itself_and_cannot_be_moved(open_one: Open, receiver: "Receiver") -> None:
    process, url = start("--clock", "real", "--vary", "urls-as-they-are", "--vary", "tests-retried-at-once")
    try:
        mine = open_one(url)
        config = mine.post(CONFIGS, {"url": (hook := receiver.hook(500, 500)).url})
        for _ in range(3):
            hook.next()
        while mine.state(config) == "new":
            pass  # each look is a request, which sets the pace
        assert mine.state(config) == "valid"
        assert abs((mine.moment() - datetime.now(UTC)).total_seconds()) < START_SECONDS  # noqa: TID251 - a real clock
        assert mine.client.post(f"{CLOCK}/advance", json={"seconds": 1}).status_code == 409
    finally:
        end(process)


def test_without_control_there_is_none() -> None:
    process, url = start("--no-control")
    try:
        answers = [httpx.get(url + path, trust_env=False).status_code for path in ("/_control", CLOCK, CONFIGS)]
        assert answers == [404, 404, 401]
    finally:
        end(process)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_asked_in_the_middle_of_a_test(
    open_one: Open, receiver: "Receiver", number: signal.Signals
) -> None:
    process, url = start("--vary", "urls-as-they-are")
    mine = open_one(url)
    hook = receiver.hook(receiver.hang())
    mine.post(CONFIGS, {"url": hook.url})
    hook.next()
    process.send_signal(number)
    process.communicate(timeout=START_SECONDS)
    assert process.returncode == 0
