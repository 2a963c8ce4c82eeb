"""What the tests share: a media clip, a scriptable receiver, running servers, and accounts on them."""

import contextlib
import functools
import http.server
import importlib.resources
import itertools
import json
import os
import queue
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import httpx
import pytest
from litestar.testing import TestClient

from mockserver.app import create_app
from mockserver.media.ffmpeg import find_ffmpeg
from mockserver.outbound.guard import LoopbackGuard
from mockserver.settings import Settings

PATIENCE_SECONDS = 20.0
"""How long a test waits for something that must happen. Only a failing test ever waits that long."""

MEBIBYTE = 1024 * 1024


@dataclass
class Hang:
    """Hold the request until `released` is set or the test ends, then answer `status`."""

    status: int = 200
    released: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True)
class Stall:
    """Answer with the status at once, announce a body, and never send it."""

    status: int = 200


class Drop:
    """Close the connection without an answer."""


@dataclass(frozen=True)
class Redirect:
    """Answer with a redirect."""

    location: str
    status: int = 302


Step = int | Hang | Stall | Drop | Redirect
Script = Step | Callable[["Arrival"], Step]


@dataclass(frozen=True)
class Arrival:
    """A request that a receiver got. `seen` is what the hook's `look` gave while the request was held."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    seen: Any = None

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    def header(self, name: str) -> str | None:
        """The header's value; None where it is absent."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        assert len(values) <= 1, f"{name} was sent {len(values)} times: {values}"
        return values[0] if values else None


class Hook:
    """One URL of a receiver: answers by its script, then with `then`, and keeps what arrives."""

    def __init__(self, url: str, path: str, steps: tuple[Step, ...], then: Script) -> None:
        self.url = url
        self.path = path
        self.look: Callable[[], Any] = lambda: None
        self.arrivals: list[Arrival] = []
        self.then = then
        self._steps = list(steps)
        self._new: queue.Queue[Arrival] = queue.Queue()

    def next(self, timeout: float = PATIENCE_SECONDS) -> Arrival:
        """The next request that arrived, in order; waits for it."""
        try:
            return self._new.get(timeout=timeout)
        except queue.Empty:
            story = "\n".join(f"  {arrival.method} {arrival.body[:200]!r}" for arrival in self.arrivals) or "  nothing"
            pytest.fail(f"no further request came to {self.path} within {timeout:g} s; what came at all:\n{story}")

    @property
    def count(self) -> int:
        """How many requests have arrived."""
        return len(self.arrivals)

    def take(self, arrival: Arrival) -> Step:
        """Keep an arrival; what to do with it."""
        self.arrivals.append(arrival)
        script: Script = self._steps.pop(0) if self._steps else self.then
        step = script(arrival) if callable(script) else script
        self._new.put(arrival)
        return step


class Receiver:
    """A real HTTP server on 127.0.0.1 with scripted hooks, and with files to download."""

    def __init__(self, clip: bytes) -> None:
        self.clip = clip
        self.downloads: queue.Queue[str] = queue.Queue()
        self.ending = threading.Event()
        self.download_gate = threading.Event()
        self.hanging: list[Hang] = []
        self._hooks: dict[str, Hook] = {}
        self._numbers = itertools.count(1)
        self._server = _ReceiverServer(("127.0.0.1", 0), functools.partial(_ReceiverHandler, self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def clip_url(self) -> str:
        """A video of half a second."""
        return f"{self.url}/clip.mp4"

    @property
    def held_clip_url(self) -> str:
        """The same, given only when `download_gate` is set; each request for it shows in `downloads` first."""
        return f"{self.url}/held/clip.mp4"

    def hook(self, *steps: Step, then: Script = 200) -> Hook:
        """A new URL: answers each request by the next of `steps`, and by `then`, or what it decides, after that."""
        return self.hook_as(f"/hooks/{next(self._numbers)}", *steps, then=then)

    def hook_as(self, path: str, *steps: Step, then: Script = 200) -> Hook:
        """The same at a path of the test's choice."""
        self._hooks[path] = Hook(f"{self.url}{path}", path, steps, then)
        return self._hooks[path]

    def hang(self, status: int = 200) -> Hang:
        """A step that holds the request."""
        self.hanging.append(Hang(status))
        return self.hanging[-1]

    def stall(self, status: int = 200) -> Stall:
        """A step that answers without ever sending the body."""
        return Stall(status)

    def drop(self) -> Drop:
        """A step that closes the connection."""
        return Drop()

    def redirect(self, location: str, status: int = 302) -> Redirect:
        """A step that redirects."""
        return Redirect(location, status)

    def hook_at(self, path: str) -> Hook | None:
        """The hook with this path."""
        return self._hooks.get(path)

    def close(self) -> None:
        """Stop, and let everything that hangs go."""
        self.ending.set()
        self.download_gate.set()
        for step in self.hanging:
            step.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _ReceiverServer(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a client that goes away in the middle is part of many tests."""


class _ReceiverHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, receiver: Receiver, *args: Any) -> None:
        self._receiver = receiver
        super().__init__(*args)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Nothing on standard error."""

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:  # the sender has died in the middle
            return None
        hook = self._receiver.hook_at(self.path)
        if hook is None:
            return self._answer(404)
        step = hook.take(Arrival("POST", self.path, tuple(self.headers.items()), body, hook.look()))
        return self._carry_out(step)

    def do_GET(self) -> None:
        hook = self._receiver.hook_at(self.path)
        if hook is not None:  # only a redirect that was followed leads here
            return self._carry_out(hook.take(Arrival("GET", self.path, tuple(self.headers.items()), b"")))
        self._receiver.downloads.put(self.path)
        return self._give(self.path.strip("/"))

    def _give(self, name: str) -> None:
        receiver = self._receiver
        match name:
            case "clip.mp4":
                self._answer(200, receiver.clip)
            case "held/clip.mp4":
                receiver.download_gate.wait()
                self._answer(200, receiver.clip)
            case "redirect/clip.mp4":
                self._answer(302, location=receiver.clip_url)
            case "loop/clip.mp4":
                self._answer(302, location=f"{receiver.url}/loop/clip.mp4")
            case "nonsense.mp4":
                self._answer(200, b"This is no media file. " * 100)
            case "cut/clip.mp4":
                self._start(200, length=len(receiver.clip), body=receiver.clip[:100])
            case "slow/clip.mp4":
                self._start(200, length=len(receiver.clip), body=receiver.clip[:100])
                receiver.ending.wait()
            case "endless/clip.mp4":
                self._start(200, length=1024 * MEBIBYTE)
                while not receiver.ending.is_set():
                    self.wfile.write(b"\0" * MEBIBYTE)
            case _:
                self._answer(404)

    def _carry_out(self, step: Step) -> None:
        match step:
            case Drop():
                self.close_connection = True
            case Redirect():
                self._answer(step.status, location=step.location)
            case Hang():
                step.released.wait()
                self._answer(step.status)
            case Stall():
                self._start(step.status, length=1000, body=b"x")
                self._receiver.ending.wait()
            case int():
                self._answer(step)

    def _answer(self, status: int, body: bytes = b"", *, location: str | None = None) -> None:
        self._start(status, length=None if status in {204, 304} else len(body), body=body, location=location)

    def _start(self, status: int, *, length: int | None, body: bytes = b"", location: str | None = None) -> None:
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(length))
        if location is not None:
            self.send_header("Location", location)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True


class RunningServer:
    """A `proofreel serve` process that answers."""

    def __init__(self, process: "subprocess.Popen[str]", url: str, log: Path) -> None:
        self.process = process
        self.url = url
        self._log = log

    @classmethod
    def start(cls, *options: str, folder: Path, environment: Mapping[str, str] | None = None) -> Self:
        """Start a server with its log and its temporary files in `folder`; ready when this returns."""
        log = folder / f"{uuid.uuid4().hex}.log"
        with log.open("w") as errors:
            process = subprocess.Popen(
                # Nothing leaves this machine, whatever a test or a fuzzer submits.
                [command(), "serve", "--port", "0", "--outbound", "loopback", *options],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env={**os.environ, "TMPDIR": str(folder), **(environment or {})},
            )
        assert process.stdout is not None
        first_line = process.stdout.readline()
        if not first_line.startswith("proofreel listening on "):
            process.kill()
            process.communicate()
            pytest.fail(f"the server did not start: {first_line!r}\n{log.read_text()}")
        return cls(process, first_line.split()[-1], log)

    @property
    def log(self) -> str:
        """What it has logged."""
        return self._log.read_text()

    def descendants(self) -> dict[int, str]:
        """The processes that it has started, directly or not, with the names of their programs."""
        found: dict[int, str] = {}
        parents = [self.process.pid]
        while parents:
            tasks = Path(f"/proc/{parents.pop()}/task")
            # A process may end at any of these steps.
            with contextlib.suppress(OSError):
                for task in tasks.iterdir():
                    for child in (task / "children").read_text().split():
                        name = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")[0]
                        found[int(child)] = name.decode().rpartition("/")[2]
                        parents.append(int(child))
        return found

    def kill(self) -> None:
        """`kill -9`."""
        self.process.kill()
        self.process.communicate()

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.wait()

    def wait(self) -> int:
        """Wait until it has ended; the exit code."""
        self.process.communicate(timeout=PATIENCE_SECONDS)
        return self.process.returncode

    def close(self) -> None:
        """End it, however that goes."""
        self.process.terminate()
        try:
            self.process.communicate(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()


class Workspace:
    """What one credential opens on one server, and the calls of the control protocol."""

    def __init__(self, client: httpx.Client, **credential: str) -> None:
        self.client = client
        self._start: datetime | None = None
        client.headers.update(credential)

    def advance(self, seconds: float) -> str:
        """Advance the clock; the new moment."""
        return str(_json(self.client.post("/_control/clock/advance", json={"seconds": seconds}))["now"])

    def settle(self) -> str:
        """Wait until nothing due is left; the moment."""
        return self.advance(0)

    def now(self) -> str:
        """The moment on the workspace's clock."""
        return str(_json(self.client.get("/_control/clock"))["now"])

    def moment_ms(self) -> int:
        """The moment on the workspace's clock, in milliseconds since 1970."""
        return self.milliseconds(self.now())

    @staticmethod
    def milliseconds(moment: str) -> int:
        """A moment of RFC 3339 in milliseconds since 1970."""
        return round(datetime.fromisoformat(moment).timestamp() * 1000)

    def answered(self) -> None:
        """Wait until the oldest delivery has a finished attempt."""
        assert until(lambda: bool(self.deliveries()[0]["attempts"])), "the first attempt does not come to an end"

    def elapsed(self) -> float:
        """The seconds on the workspace's clock since this was first called."""
        moment = datetime.fromisoformat(self.now())
        self._start = self._start or moment
        return (moment - self._start).total_seconds()

    def deliveries(self, **query: Any) -> list[dict[str, Any]]:
        """The workspace's deliveries, oldest first."""
        listed: list[dict[str, Any]] = _json(self.client.get("/_control/deliveries", params=query))["deliveries"]
        return listed


class Account(Workspace):
    """One API key on one server of RenderIO, and the calls that tests make with it."""

    def __init__(self, client: httpx.Client, key: str, clip_url: str) -> None:
        super().__init__(client, **{"X-API-KEY": key})
        self.key = key
        self.clip_url = clip_url

    def configure(self, url: str, secret: str | None = None) -> Any:
        """PUT the webhook configuration."""
        body = {"url": url} if secret is None else {"url": url, "secret": secret}
        return _json(self.client.put("/api/v1/webhook-config", json=body))

    def config(self) -> Any:
        """The webhook configuration."""
        return _json(self.client.get("/api/v1/webhook-config"))

    def unconfigure(self) -> Any:
        """DELETE the webhook configuration."""
        return _json(self.client.delete("/api/v1/webhook-config"))

    def body(self, arguments: str = "-i {{in_video}} -c copy {{out_video}}", **fields: Any) -> dict[str, Any]:
        """A submission of one command on the clip; `fields` replace or add properties."""
        return {
            "input_files": {"in_video": self.clip_url},
            "output_files": {"out_video": "result.mp4"},
            "ffmpeg_command": f"ffmpeg {arguments}",
            **fields,
        }

    def submit(self, arguments: str = "-i {{in_video}} -c copy {{out_video}}", **fields: Any) -> str:
        """Submit a command on the clip; its id."""
        return self.submit_body(self.body(arguments, **fields))

    def submit_failing(self, **fields: Any) -> str:
        """Submit a command that fails at once, as its input does not exist; its id."""
        return self.submit(input_files={"in_video": self.clip_url.replace("clip.mp4", "missing.mp4")}, **fields)

    def submit_body(self, body: Any) -> str:
        """Submit this body; the command's id."""
        return str(_json(self.client.post("/api/v1/run-ffmpeg-command", json=body))["command_id"])

    def refused(self, body: Any) -> list[dict[str, Any]]:
        """Submit a body that must be refused; the problems."""
        response = self.client.post("/api/v1/run-ffmpeg-command", json=body)
        assert response.status_code == 422, response.text
        detail: list[dict[str, Any]] = response.json()["detail"]
        return detail

    def command(self, command_id: str) -> Any:
        """The command as polling shows it."""
        return _json(self.client.get(f"/api/v1/commands/{command_id}"))

    def outcome(self, command_id: str) -> Any:
        """The command when it is over."""
        self.settle()
        return self.command(command_id)

    def run(self, arguments: str = "-i {{in_video}} -c copy {{out_video}}", **fields: Any) -> Any:
        """Submit a command on the clip; the command when it is over."""
        return self.outcome(self.submit(arguments, **fields))

    def ffmpeg(self, running: RunningServer, command_id: str) -> int:
        """Wait until FFmpeg runs for this command, the server's only one; its process id."""
        found: list[int] = []

        def runs() -> bool:
            assert self.command(command_id)["error_message"] is None
            found.extend(pid for pid, name in running.descendants().items() if name.startswith("ffmpeg"))
            return bool(found)

        assert until(runs), "FFmpeg does not start"
        return found[0]

    def fail_deliveries(self, count: int) -> None:
        """Let `count` commands fail one after another and settle each."""
        for _ in range(count):
            self.submit_failing()
            self.settle()


class Organisation(Workspace):
    """One token on one server of ricloud, and the calls that tests make with it."""

    def __init__(self, client: httpx.Client, token: str) -> None:
        super().__init__(client, Authorization=f"Token {token}")
        self.token = token

    def create(self, url: str) -> Any:
        """Create a webhook config; as the answer shows it."""
        return _json(self.client.post("/configs/webhook", json={"url": url}), status=201)

    def valid(self, url: str) -> Any:
        """Create a webhook config whose receiver accepts its test; as it then is."""
        config = self.outcome(self.create(url)["id"])
        assert config["state"] == "valid", config
        return config

    def config(self, config: int) -> Any:
        """The config as it is."""
        return _json(self.client.get(f"/configs/webhook/{config}"))

    def outcome(self, config: int) -> Any:
        """The config when all that is due is over."""
        self.settle()
        return self.config(config)

    def update(self, config: int, **changes: Any) -> Any:
        """Update a config; as the answer shows it."""
        return _json(self.client.post(f"/configs/webhook/{config}", json=changes))

    def test(self, config: int, **headers: str) -> Any:
        """Have a config tested; the task as the answer shows it."""
        return _json(self.client.post(f"/configs/webhook/{config}/test", headers=headers), status=201)

    def tested(self, config: int) -> Any:
        """Have a config tested; the task when all that is due is over."""
        task = self.test(config)["id"]
        self.settle()
        return self.task(task)

    def delete(self, config: int) -> Any:
        """Delete a config; as the answer shows it."""
        return _json(self.client.delete(f"/configs/webhook/{config}"))

    def configs(self, **query: Any) -> Any:
        """A page of the configs."""
        return _json(self.client.get("/configs/webhook", params=query))

    def task(self, task: str) -> Any:
        """The task as it is."""
        return _json(self.client.get(f"/tasks/{task}"))

    def ended(self, task: str) -> Any:
        """The task when it is over; for one whose receiver was let go, which the clock does not wait for."""
        over = {"succeeded", "failed"}
        assert until(lambda: self.task(task)["state"] in over), f"the task does not end: {self.task(task)}"
        return self.task(task)

    def tasks(self, **query: Any) -> Any:
        """A page of the tasks."""
        return _json(self.client.get("/tasks", params=query))

    def event(self, event: str) -> Any:
        """The event as it is."""
        return _json(self.client.get(f"/events/{event}"))

    def events(self, **query: Any) -> Any:
        """A page of the events."""
        return _json(self.client.get("/events", params=query))

    def happen(self, slug: str = "poll.completed", **data: Any) -> Any:
        """Have an event happen; as the control protocol shows it."""
        about, action = slug.split(".")
        body = {"type": about, "action": action, "data": data}
        return _json(self.client.post("/_control/events", json=body), status=201)

    def shown(self) -> Any:
        """The organisation as it is."""
        return _json(self.client.get("/organisation"))

    def use(self, config: int | None) -> Any:
        """Make a config the organisation's default; the organisation as the answer shows it."""
        return _json(self.client.post("/organisation", json={"webhook_config_default": config}))

    def api_key(self) -> Any:
        """The calling key as it is."""
        return _json(self.client.get("/key"))

    def use_with_key(self, config: int | None) -> Any:
        """Give the key a config of its own; the key as the answer shows it."""
        return _json(self.client.post(f"/keys/{self.api_key()['id']}", json={"webhook_config": config}))

    def reset(self) -> None:
        """Empty the workspace."""
        _json(self.client.post("/_control/reset"))


def _json(response: httpx.Response, *, status: int = 200) -> Any:
    assert response.status_code == status, f"{response.request.method} {response.request.url}: {response.text}"
    return response.json()


def command() -> str:
    """The `proofreel` command of this environment."""
    return str(Path(sys.executable).with_name("proofreel"))


def new_key() -> str:
    """An API key that nobody has used."""
    return f"ffsk_{uuid.uuid4().hex}{uuid.uuid4().hex}"


def new_token() -> str:
    """A token that nobody has used."""
    return uuid.uuid4().hex


def _has_ended(pid: int) -> bool:
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        watch = select.poll()
        watch.register(descriptor, select.POLLIN)
        return bool(watch.poll(PATIENCE_SECONDS / 4 * 1000))
    finally:
        os.close(descriptor)


def until(condition: Callable[[], bool]) -> bool:
    """Ask again and again whether the condition holds; each must be a call to a server, which sets the pace."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (held := condition()) and time.monotonic() < deadline:
        pass
    return held


StartServer = Callable[..., RunningServer]
RunProofreel = Callable[..., "subprocess.CompletedProcess[str]"]
RunServe = Callable[..., "subprocess.CompletedProcess[str]"]
ChangeDocuments = Callable[..., Path]
HasEnded = Callable[[int], bool]
OpenAccount = Callable[..., Account]
OpenOrganisation = Callable[..., Organisation]


def pytest_configure() -> None:
    """Let the programs that tests start hear SIGINT: where the whole run is in the background, it comes in ignored."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A real MP4 of half a second: 64 x 48 pixels, 10 frames a second, H.264, and a tone in AAC."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    made = [
        *(find_ffmpeg(), "-hide_banner", "-loglevel", "error", "-nostdin"),
        *("-f", "lavfi", "-i", "testsrc=size=64x48:rate=10:duration=0.5"),
        *("-f", "lavfi", "-i", "sine=frequency=440:duration=0.5"),
        *("-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", str(path)),
    ]
    subprocess.run(made, check=True)
    return path.read_bytes()


@pytest.fixture
def receiver(clip: bytes) -> Iterator[Receiver]:
    """A receiver of the test's own."""
    running = Receiver(clip)
    yield running
    running.close()


@pytest.fixture(scope="session")
def server() -> Iterator[RunningServer]:
    """A server with default options, shared by the tests of this process; each test brings its own key."""
    with tempfile.TemporaryDirectory() as folder:
        running = RunningServer.start(folder=Path(folder))
        yield running
        running.close()


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[StartServer]:
    """Start servers with options of their own; they end with the test. TMPDIR is the test's `tmp_path`."""
    with contextlib.ExitStack() as stack:

        def start(*options: str, environment: Mapping[str, str] | None = None) -> RunningServer:
            running = RunningServer.start(*options, folder=tmp_path, environment=environment)
            stack.callback(running.close)
            return running

        yield start


@pytest.fixture
def run_proofreel(tmp_path: Path) -> RunProofreel:
    """Run `proofreel` with arguments that must make it end by itself; how it ended."""

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [command(), *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_SECONDS / 4,
            env={**os.environ, "TMPDIR": str(tmp_path), "COLUMNS": "200", "NO_COLOR": "1"},
        )

    return run


@pytest.fixture
def run_serve(run_proofreel: RunProofreel) -> RunServe:
    """Run `proofreel serve` on a free port with options that must make it end by itself; how it ended."""
    return functools.partial(run_proofreel, "serve", "--port", "0")


@pytest.fixture
def change_documents(tmp_path: Path) -> ChangeDocuments:
    """Copy the documents' folder and replace texts, each of which must occur once, in the RenderIO document."""

    def change(*replacements: tuple[str, str]) -> Path:
        copy = Path(tempfile.mkdtemp(dir=tmp_path))
        with importlib.resources.as_file(importlib.resources.files("openapi")) as original:
            shutil.copytree(original, copy, dirs_exist_ok=True)
        document = copy / "renderio" / "openapi.yaml"
        text = document.read_text("utf-8")
        for old, new in replacements:
            assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times"
            text = text.replace(old, new)
        document.write_text(text, "utf-8")
        return copy

    return change


@pytest.fixture
def has_ended() -> HasEnded:
    """Wait until a process is over; false if it goes on."""
    return _has_ended


@pytest.fixture
def open_account(receiver: Receiver) -> Iterator[OpenAccount]:
    """Open accounts: `open_account(server)` with a fresh key, `open_account(server, key)` with that one."""
    with contextlib.ExitStack() as stack:

        def open_one(running: RunningServer, key: str | None = None) -> Account:
            client = stack.enter_context(httpx.Client(base_url=running.url, timeout=60, trust_env=False))
            return Account(client, key or new_key(), receiver.clip_url)

        yield open_one


@pytest.fixture
def account(open_account: OpenAccount, server: RunningServer) -> Account:
    """An account of the test's own on the shared server."""
    return open_account(server)


@pytest.fixture
def strict_app(receiver: Receiver) -> Iterator[Account]:
    """An account on a server within this process that holds every reply against the document."""
    with TestClient(create_app(Settings(checks_replies=True)), base_url="http://testserver.local") as client:
        yield Account(client, new_key(), receiver.clip_url)


@pytest.fixture
def open_organisation() -> Iterator[OpenOrganisation]:
    """Open organisations: `open_organisation(server)` with a fresh token, `open_organisation(server, token)`."""
    with contextlib.ExitStack() as stack:

        def open_one(running: RunningServer, token: str | None = None) -> Organisation:
            client = stack.enter_context(httpx.Client(base_url=running.url, timeout=60, trust_env=False))
            return Organisation(client, token or new_token())

        yield open_one


@pytest.fixture
def organisation(open_organisation: OpenOrganisation, server: RunningServer) -> Organisation:
    """An organisation of the test's own on the shared server."""
    return open_organisation(server)


@pytest.fixture
def strict_organisation() -> Iterator[Organisation]:
    """An organisation on a server within this process that holds every reply against the document."""
    settings = Settings(checks_replies=True, guard=LoopbackGuard())
    with TestClient(create_app(settings), base_url="http://testserver.local") as client:
        yield Organisation(client, new_token())
