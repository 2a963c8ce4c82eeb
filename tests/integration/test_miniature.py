"""The miniature: a second server, with other readings, that nothing of the first one helps to run."""

import ast
import hashlib
import hmac
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import jsonschema_rs
import pytest
import yaml

if TYPE_CHECKING:
    from tests.conftest import Receiver, Step

FOLDER = Path(__file__).parents[1] / "miniature"
PARTS = "tests.miniature_parts"
FAKETIME = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
START_SECONDS = 20
WHOLE_SCHEDULE = [0, 5, 305, 2105, 9305, 27305, 63305, 99305]
WEBHOOK = "/api/v1/webhook-config"
CLOCK = "/_control/clock"
COPY = "ffmpeg -i {{in_video}} -c copy <<out_video>>"

Process = subprocess.Popen[str]


def start(*options: str, environment: Mapping[str, str] | None = None) -> tuple[Process, str]:
    """A miniature that answers, and its URL."""
    process = subprocess.Popen(
        [sys.executable, str(FOLDER), "--port", "0", "--grace", "0.2", *options],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **(environment or {})},
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
    """One account on a miniature."""

    def __init__(self, client: httpx.Client, clip_url: str) -> None:
        self.client = client
        self.clip_url = clip_url
        self.client.headers["X-API-KEY"] = f"ffsk_{uuid.uuid4().hex}"
        self.began = self.moment()

    def moment(self) -> datetime:
        return datetime.fromisoformat(self.client.get(CLOCK).json()["now"])

    def elapsed(self) -> float:
        return (self.moment() - self.began).total_seconds()

    def body(self, **fields: Any) -> dict[str, Any]:
        return {
            "input_files": {"in_video": self.clip_url},
            "output_files": {"out_video": "result.mp4"},
            "ffmpeg_command": COPY,
            **fields,
        }

    def post(self, body: Any) -> httpx.Response:
        return self.client.post("/api/v1/run-ffmpeg-command", json=body)

    def submit(self, **fields: Any) -> str:
        answer = self.post(self.body(**fields))
        assert answer.status_code == 202, answer.text
        return str(answer.json()["command_id"])

    def submit_failing(self, **fields: Any) -> str:
        return self.submit(input_files={"in_video": self.clip_url.replace("clip", "missing")}, **fields)

    def command(self, command_id: str) -> Any:
        return self.client.get(f"/api/v1/commands/{command_id}").json()

    def configure(self, url: str, secret: str | None = None) -> None:
        body = {"url": url} if secret is None else {"url": url, "secret": secret}
        assert self.client.put(WEBHOOK, json=body).json() == {"success": True, "url": url}

    def config(self) -> Any:
        return self.client.get(WEBHOOK).json()

    def advance(self, seconds: float) -> None:
        answer = self.client.post(f"{CLOCK}/advance", json={"seconds": seconds}, timeout=START_SECONDS)
        assert answer.status_code == 200, answer.text


Open = Callable[..., Miniature]


@pytest.fixture(scope="module")
def miniature() -> Iterator[str]:
    process, url = start()
    yield url
    end(process)


@pytest.fixture
def open_one(receiver: "Receiver") -> Iterator[Open]:
    """Open accounts with keys of their own on the miniature with this URL."""
    with ExitStack() as stack:

        def open_account(url: str) -> Miniature:
            client = stack.enter_context(httpx.Client(base_url=url, trust_env=False))
            return Miniature(client, receiver.clip_url)

        yield open_account


@pytest.fixture
def account(miniature: str, open_one: Open) -> Miniature:
    return open_one(miniature)


def fits(schema: str, value: object) -> None:
    """Hold a value against a schema of the document."""
    document = yaml.load(files("openapi").joinpath("renderio", "openapi.yaml").read_text("utf-8"), yaml.CSafeLoader)
    components = {"components": document["components"], "$ref": f"#/components/schemas/{schema}"}
    jsonschema_rs.validator_for(components, validate_formats=True).validate(value)


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            module = node.module or ""
            yield PARTS if module.startswith(PARTS) else module.partition(".")[0]


def test_it_shares_no_code_with_the_project() -> None:
    modules = sorted([*FOLDER.glob("*.py"), *FOLDER.with_name("miniature_parts").glob("*.py")])
    names = {name for path in modules for name in imported(ast.parse(path.read_text("utf-8")))}
    assert modules
    assert names - sys.stdlib_module_names == {"imageio_ffmpeg", "werkzeug", PARTS}


def test_replies_and_deliveries_fit_the_document(account: Miniature, receiver: "Receiver") -> None:
    hook = receiver.hook()
    fits("WebhookConfig", account.config())
    account.configure(hook.url)
    held = account.submit(input_files={"in_video": receiver.held_clip_url})
    fits("Command", account.command(held))
    account.submit_failing()
    receiver.download_gate.set()
    account.advance(0)
    for arrival in (hook.next(), hook.next()):
        content = json.loads(arrival.body)
        fits("CommandCompleted", content)
        fits("Command", account.command(content["data"]["command_id"]))
    fits("WebhookConfig", account.config())
    fits("ValidationError", account.client.put(WEBHOOK, json={}).json())


def test_control_lists_what_it_offers(account: Miniature) -> None:
    offered = account.client.get("/_control").json()
    assert offered == {"protocol": 1, "capabilities": ["clock", "reset", "workspaces"]}


def test_command_runs_and_is_delivered_and_signed(account: Miniature, receiver: "Receiver") -> None:
    hook = receiver.hook()
    account.configure(hook.url, "whsec_miniature")
    command_id = account.submit(metadata={"order": "A-1", "preview": True})
    account.advance(0)
    arrival = hook.next()
    headers = {name.lower(): value for name, value in arrival.headers}
    expected = hmac.new(b"whsec_miniature", arrival.body, hashlib.sha256).hexdigest()
    assert (headers["x-webhook-signature"], headers["user-agent"]) == (expected, "RenderIO-Webhook/1.0")
    command = account.command(command_id)
    assert json.loads(arrival.body) == {
        "data": command,
        "timestamp": round(account.began.timestamp() * 1000),
    }
    assert (command["status"], command["metadata"]) == ("SUCCESS", {"order": "A-1", "preview": True})
    output = command["output_files"]["out_video"]
    stored = httpx.get(output["storage_url"], trust_env=False).content
    assert stored[4:8] == b"ftyp"
    assert output["size_mbytes"] == pytest.approx(len(stored) / 1024**2, abs=1e-6)


@pytest.mark.parametrize(
    ("fields", "error_status"),
    [
        ({"ffmpeg_command": "-i {{in_video}} -no_such_option 1 {{out_video}}"}, "FFMPEG_FAILED"),
        ({"ffmpeg_command": "-i {{in_video}} -i {{in_audio}} {{out_video}}"}, "INVALID_COMMAND"),
        ({"ffmpeg_command": "-i {{in_video}} out.mp4"}, "INVALID_COMMAND"),
        ({"ffmpeg_command": "-i {{in_video}} '{{out_video}}"}, "INVALID_COMMAND"),
        ({"ffmpeg_command": "-i {{in_video}} {{out_video}} -y /tmp/other.mp4"}, "INVALID_COMMAND"),
        ({"ffmpeg_command": "-i {{in_video}} \0 {{out_video}}"}, "FFMPEG_FAILED"),
    ],
)
def test_command_that_cannot_be_run_fails_and_is_delivered(
    account: Miniature, receiver: "Receiver", fields: dict[str, Any], error_status: str
) -> None:
    hook = receiver.hook()
    command_id = account.submit(webhook_url=hook.url, **fields)
    account.advance(0)
    command = account.command(command_id)
    assert json.loads(hook.next().body)["data"] == command
    assert (command["status"], command["error_status"]) == ("FAILED", error_status)
    assert command["error_message"]
    assert "output_files" not in command


def test_nothing_leaves_this_machine(account: Miniature) -> None:
    account.configure("http://192.0.2.1/hook")
    command_id = account.submit(input_files={"in_video": "http://192.0.2.1/clip.mp4"})
    account.advance(0)
    assert "not on this machine" in account.command(command_id)["error_message"]
    assert account.config()["consecutive_failures"] == 1


def test_redirected_input_is_fetched(account: Miniature, receiver: "Receiver") -> None:
    command_id = account.submit(input_files={"in_video": f"{receiver.url}/redirect/clip.mp4"})
    account.advance(0)
    assert account.command(command_id)["status"] == "SUCCESS"


@pytest.mark.parametrize("name", ["missing", "cut/clip", "loop/clip"])
def test_input_that_cannot_be_fetched_ends_as_failed(account: Miniature, receiver: "Receiver", name: str) -> None:
    command_id = account.submit(input_files={"in_video": f"{receiver.url}/{name}.mp4"})
    account.advance(0)
    assert account.command(command_id)["error_status"] == "UNREACHABLE_INPUT_FILE"


@pytest.mark.parametrize("spans", [[200_000], [5, 300, 1800, 7200, 18000, 36000, 36000], [0, 4.999, 0.002, 99999]])
def test_attempts_follow_the_schedule_however_the_span_is_split(
    account: Miniature, receiver: "Receiver", spans: list[float]
) -> None:
    hook = receiver.hook(then=500)
    hook.look = account.elapsed
    account.configure(hook.url)
    account.submit_failing()
    account.advance(0)
    for span in spans:
        account.advance(span)
    assert [arrival.seen for arrival in hook.arrivals] == WHOLE_SCHEDULE


def test_eighth_failure_disables_and_put_enables_again(account: Miniature, receiver: "Receiver") -> None:
    hook = receiver.hook(*[503] * 8)
    account.configure(hook.url)
    account.submit_failing()
    account.advance(99304)
    seventh = account.config()
    account.advance(1)
    disabled = account.config()
    assert (seventh["is_active"], seventh["consecutive_failures"], seventh["disabled_at"]) == (True, 7, None)
    assert (disabled["is_active"], disabled["consecutive_failures"]) == (False, 8)
    assert datetime.fromisoformat(disabled["disabled_at"]) == account.moment()
    account.submit_failing()
    account.advance(99305)
    assert hook.count == 8
    account.configure(hook.url)
    assert account.config() == {
        "configured": True,
        "url": hook.url,
        "is_active": True,
        "consecutive_failures": 0,
        "disabled_at": None,
    }
    account.submit_failing()
    account.advance(0)
    assert hook.count == 9


def test_other_retries_are_dropped_when_the_webhook_is_disabled(account: Miniature, receiver: "Receiver") -> None:
    hook = receiver.hook(then=500)
    account.configure(hook.url)
    for _ in range(8):
        account.submit_failing()
        account.advance(0)
    account.configure(hook.url)
    account.advance(200_000)
    assert hook.count == 8


def test_success_sets_the_count_back(account: Miniature, receiver: "Receiver") -> None:
    hook = receiver.hook(500, 500, 299)
    account.configure(hook.url)
    account.submit_failing()
    account.advance(5)
    before = account.config()["consecutive_failures"]
    account.advance(200_000)
    assert (before, account.config()["consecutive_failures"], hook.count) == (2, 0, 3)


def test_silent_receiver_fails_after_fifteen_seconds(account: Miniature, receiver: "Receiver") -> None:
    hook = receiver.hook(receiver.hang())
    hook.look = account.elapsed
    account.configure(hook.url)
    account.submit_failing()
    account.advance(14.999)
    assert account.config()["consecutive_failures"] == 0
    account.advance(0.001)
    assert account.config()["consecutive_failures"] == 1
    account.advance(5)
    assert [arrival.seen for arrival in hook.arrivals] == [0, 20]


def test_answer_just_before_the_timeout_delivers(account: Miniature, receiver: "Receiver") -> None:
    hang = receiver.hang()
    hook = receiver.hook(hang, then=500)
    account.configure(hook.url)
    account.submit_failing()
    account.advance(14.999)
    hang.released.set()
    account.advance(0)
    account.advance(100_000)
    assert (hook.count, account.config()["consecutive_failures"]) == (1, 0)


@pytest.mark.parametrize("name", ["drop", "redirect", "refuse"])
def test_what_is_no_answer_of_2xx_is_tried_again(account: Miniature, receiver: "Receiver", name: str) -> None:
    elsewhere = receiver.hook()
    steps: dict[str, Step] = {"drop": receiver.drop(), "redirect": receiver.redirect(elsewhere.url), "refuse": 404}
    hook = receiver.hook(steps[name])
    account.submit_failing(webhook_url=hook.url)
    account.advance(5)
    assert (hook.count, elsewhere.count) == (2, 0)


def test_own_webhook_url_is_neither_signed_nor_counted(account: Miniature, receiver: "Receiver") -> None:
    own, global_one = receiver.hook(then=500), receiver.hook()
    account.configure(global_one.url, "s")
    account.submit_failing(webhook_url=own.url)
    account.advance(200_000)
    names = {name.lower() for arrival in own.arrivals for name, _ in arrival.headers}
    assert (own.count, global_one.count, "x-webhook-signature" in names) == (8, 0, False)
    assert account.config()["consecutive_failures"] == 0


def test_pending_retry_keeps_url_body_and_signature(account: Miniature, receiver: "Receiver") -> None:
    hook, later = receiver.hook(500), receiver.hook()
    account.configure(hook.url, "old")
    account.submit_failing()
    account.advance(0)
    account.configure(later.url, "new")
    account.advance(5)
    first, second = hook.next(), hook.next()
    assert (first.body, first.headers) == (second.body, second.headers)
    assert later.count == 0


def test_delete_disables_and_keeps(account: Miniature, receiver: "Receiver") -> None:
    hook = receiver.hook()
    assert account.client.delete(WEBHOOK).status_code == 404
    account.configure(hook.url)
    assert account.client.delete(WEBHOOK).json() == {"success": True}
    shown = account.config()
    assert (shown["configured"], shown["url"], shown["is_active"]) == (True, hook.url, False)
    account.submit_failing()
    account.advance(0)
    assert hook.count == 0


def test_secret_stays_until_it_is_replaced(account: Miniature, receiver: "Receiver") -> None:
    hook = receiver.hook()
    for secret in ("s", None, ""):
        account.configure(hook.url, secret)
        account.submit_failing()
        account.advance(0)
    signed = ["x-webhook-signature" in {name.lower() for name, _ in arrival.headers} for arrival in hook.arrivals]
    assert signed == [True, True, False]


@pytest.mark.parametrize(
    ("fields", "loc"),
    [
        ({"input_files": {"video": "http://127.0.0.1/a.mp4"}}, ["input_files", "video"]),
        ({"input_files": {"in_video": "not a url"}}, ["input_files", "in_video"]),
        ({"output_files": {"out_video": "../x.mp4"}}, ["output_files", "out_video"]),
        ({"output_files": {}}, ["output_files"]),
        ({"ffmpeg_command": 7}, ["ffmpeg_command"]),
        ({"metadata": {str(number): number for number in range(11)}}, ["metadata"]),
        ({"metadata": {"a": None}}, ["metadata", "a"]),
        ({"webhook_url": "ftp://127.0.0.1/"}, ["webhook_url"]),
        ({"unknown": 1}, ["unknown"]),
    ],
)
def test_invalid_submission_is_refused_with_its_place(
    account: Miniature, fields: dict[str, Any], loc: list[str]
) -> None:
    answer = account.post(account.body(**fields))
    assert answer.status_code == 422
    assert [problem["loc"] for problem in answer.json()["detail"]] == [loc]


@pytest.mark.parametrize("body", [{}, [], {"input_files": {"in_a": "http://127.0.0.1/"}}])
def test_submission_without_a_required_field_has_400(account: Miniature, body: Any) -> None:
    answer = account.post(body)
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_REQUEST")


@pytest.mark.parametrize("content", [b"", b"{", b"[NaN]", b"\xff", b"[" * 100_000])
def test_body_that_is_not_json_has_400(account: Miniature, content: bytes) -> None:
    assert account.client.put(WEBHOOK, content=content).status_code == 400


@pytest.mark.parametrize(
    "body", [[], {}, {"url": 1}, {"url": "http://"}, {"url": "x"}, {"url": "http://a:99999"}, {"url": "http://[/"}]
)
def test_invalid_configuration_has_422(account: Miniature, body: Any) -> None:
    answer = account.client.put(WEBHOOK, json=body)
    assert answer.status_code == 422
    assert {frozenset(problem) for problem in answer.json()["detail"]} == {frozenset({"loc", "msg", "type"})}
    assert account.config() == {"configured": False}


@pytest.mark.parametrize("seconds", [-1, "1", None, True, 1e300])
def test_clock_refuses_what_is_no_span(account: Miniature, seconds: object) -> None:
    assert account.client.post(f"{CLOCK}/advance", json={"seconds": seconds}).status_code == 422
    assert account.moment() == account.began


@pytest.mark.parametrize("key", [None, "", "wrong", "ffsk_"])
@pytest.mark.parametrize("path", [WEBHOOK, CLOCK, "/api/v1/commands/x"])
def test_request_without_a_valid_key_has_401(miniature: str, path: str, key: str | None) -> None:
    answer = httpx.get(miniature + path, headers={} if key is None else {"X-API-KEY": key}, trust_env=False)
    assert answer.status_code == 401


def test_accounts_do_not_see_each_other(account: Miniature, miniature: str, open_one: Open) -> None:
    command_id = account.submit_failing()
    other = open_one(miniature)
    account.advance(100)
    assert other.client.get(f"/api/v1/commands/{command_id}").status_code == 404
    assert account.client.get(f"/api/v1/commands/{command_id}").status_code == 200
    assert (account.elapsed(), other.elapsed()) == (100, 0)


def test_reset_drops_everything_of_one_account(account: Miniature, receiver: "Receiver") -> None:
    hook = receiver.hook(then=500)
    account.configure(hook.url)
    command_id = account.submit()
    account.advance(0)
    stored = account.command(command_id)["output_files"]["out_video"]["storage_url"]
    assert account.client.post("/_control/reset").json() == {}
    account.advance(200_000)
    assert (hook.count, account.config()) == (1, {"configured": False})
    assert account.client.get(f"/api/v1/commands/{command_id}").status_code == 404
    assert httpx.get(stored, trust_env=False).status_code == 404


def test_real_clock_cannot_be_moved(open_one: Open) -> None:
    process, url = start("--clock", "real")
    try:
        account = open_one(url)
        assert account.client.get(CLOCK).json()["mode"] == "real"
        assert account.client.post(f"{CLOCK}/advance", json={"seconds": 1}).status_code == 409
    finally:
        end(process)


@pytest.mark.skipif(not FAKETIME, reason="libfaketime is not installed")
def test_real_clock_that_jumps_is_noticed_with_the_next_request(
    open_one: Open, receiver: "Receiver", tmp_path: Path
) -> None:
    offset = tmp_path / "offset"
    offset.write_text("+0s\n")
    process, url = start(
        *("--clock", "real"),
        environment={
            "LD_PRELOAD": str(FAKETIME[0]),
            "FAKETIME_TIMESTAMP_FILE": str(offset),
            "FAKETIME_NO_CACHE": "1",
        },
    )
    try:
        account = open_one(url)
        hook = receiver.hook(then=500)
        account.configure(hook.url)
        account.submit_failing()
        for number, moment in enumerate(WHOLE_SCHEDULE, start=1):
            shift = tmp_path / "next"
            shift.write_text(f"+{moment + number}s\n")
            shift.rename(offset)
            account.config()
            hook.next()
            while account.config()["consecutive_failures"] < number:
                pass  # each look is a request, which sets the pace
            assert hook.count == number
        assert account.config()["is_active"] is False
    finally:
        end(process)


def test_without_control_there_is_none() -> None:
    process, url = start("--no-control")
    try:
        answers = [httpx.get(url + path, trust_env=False).status_code for path in ("/_control", CLOCK, WEBHOOK)]
        assert answers == [404, 404, 401]
    finally:
        end(process)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_asked_and_leaves_nothing(
    open_one: Open, receiver: "Receiver", number: signal.Signals, tmp_path: Path
) -> None:
    folder = tempfile.mkdtemp(dir=tmp_path)
    process, url = start(environment={"TMPDIR": folder})
    account = open_one(url)
    account.submit(input_files={"in_video": receiver.held_clip_url})
    receiver.downloads.get(timeout=START_SECONDS)
    process.send_signal(number)
    process.communicate(timeout=START_SECONDS)
    assert (process.returncode, list(Path(folder).iterdir())) == (0, [])
