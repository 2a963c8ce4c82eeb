"""The ways in which a target's time passes, and the choice among them."""

import itertools
import json
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.budget import Budget
from contracts.client import Address, Client
from contracts.clocks import (
    Circumstances,
    ControlTime,
    DeclaredTime,
    RealTime,
    SteppedTime,
    Timekeeper,
    choose,
    stepped,
)
from contracts.clocks.faketime import find_library
from contracts.control import NOTHING, Offer
from contracts.documents import Credential
from contracts.errors import NoAnswerError, NotObservable, NotRun, SetUpError
from contracts.process import TargetProcess
from contracts.receiver import Hang, Inbox, Receiver, Reply
from contracts.record import Exchange, Record
from contracts.target import Target, Timing
from contracts.verdicts import TimeLevel

PATIENCE_SECONDS = 10.0
SCHEDULE_SECONDS = 99_305.0
CREDENTIAL = Credential("X-API-KEY", "", ".*")
NEEDS_FAKETIME = pytest.mark.skipif(find_library() is None, reason="libfaketime is not installed")


@pytest.fixture(scope="module")
def running() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def control(running: Receiver) -> Inbox:
    """A control protocol that answers by script, at a URL of its own."""
    return running.inbox("control", record=Record())


def says(content: Any, status: int = 200) -> Reply:
    return Reply(status, (("Content-Type", "application/json"),), json.dumps(content).encode())


def clock_says(second: int, mode: str = "virtual") -> Reply:
    return says({"mode": mode, "now": f"2026-01-01T00:00:{second:02}.000Z"})


def moment(second: int) -> datetime:
    return datetime(2026, 1, 1, 0, 0, second, tzinfo=UTC)


def client_of(url: str) -> Client:
    return Client(Address(url), Record(), credential=CREDENTIAL, secret="key")  # noqa: S106 - of no worth


def asked(inbox: Inbox) -> list[tuple[str, str, bytes]]:
    """Method, last part of the path, and body of each call."""
    return [(arrival.method, arrival.path.partition("/control")[2], arrival.body) for arrival in inbox.arrivals]


# ------------------------------------------------------------------------------------------------ real time


def test_real_clock_waits() -> None:
    clock = RealTime(Budget(None), Timing()).clock(client_of("http://127.0.0.1:1"))
    before, began = clock.now(), time.monotonic()
    clock.pass_time(0.05)
    assert time.monotonic() - began >= 0.05
    assert clock.now() - before >= timedelta(seconds=0.04)
    assert clock.stamp() is None
    assert clock.level is TimeLevel.NONE


def test_real_clock_settles_at_once() -> None:
    began = time.monotonic()
    RealTime(Budget(None), Timing()).clock(client_of("http://127.0.0.1:1")).settle()
    assert time.monotonic() - began < 1


def test_time_that_the_budget_does_not_allow_is_not_waited_for() -> None:
    clock = RealTime(Budget(5), Timing()).clock(client_of("http://127.0.0.1:1"))
    assert clock.reaches(1)
    assert not clock.reaches(60)
    with pytest.raises(NotRun, match=r"1 min had to pass, and \d\.\d s of the time budget are left"):
        clock.pass_time(60)


def test_long_span_is_beyond_real_time_and_the_way_out_is_named() -> None:
    keeper = RealTime(Budget(None), Timing())
    assert keeper.beyond(60) is None
    reason = keeper.beyond(SCHEDULE_SECONDS)
    assert reason is not None
    assert "27 h 35 min 5 s of the target's time" in reason
    assert "control protocol" in reason
    assert "--run" in reason
    assert not keeper.clock(client_of("http://127.0.0.1:1")).reaches(61)


def test_budget_allows_for_longer_spans() -> None:
    keeper = RealTime(Budget(7200), Timing())
    assert keeper.beyond(3600) is None
    assert keeper.beyond(7201) is not None
    assert keeper.real_seconds(3600) == 3600


def test_reason_why_a_clock_is_not_stepped_is_told() -> None:
    reason = RealTime(Budget(None), Timing(), why_not_stepped="it is linked statically").beyond(3600)
    assert reason == "it takes 1 h of the target's time, and its clock cannot be stepped: it is linked statically"


def test_tolerance_is_the_usual_one_unless_the_target_says_otherwise() -> None:
    client = client_of("http://127.0.0.1:1")
    usual = RealTime(Budget(None), Timing()).clock(client).tolerance
    own = RealTime(Budget(None), Timing(early_seconds=0.0, late_seconds=9.0)).clock(client).tolerance
    assert (usual.early_seconds, usual.late_seconds) == (1.0, 3.0)
    assert (own.early_seconds, own.late_seconds) == (0.0, 9.0)


@given(span=st.floats(0, 1e6), budget=st.none() | st.floats(0, 1e6))
def test_what_is_not_beyond_a_fresh_budget_is_within_it(span: float, budget: float | None) -> None:
    keeper = RealTime(Budget(budget), Timing())
    if keeper.beyond(span) is None:
        assert span <= (60 if budget is None else budget)
    else:
        assert not keeper.clock(client_of("http://127.0.0.1:1")).reaches(span)


# ------------------------------------------------------------------------------------------------ declared time


def delivery(*attempts: dict[str, Any], following: str | None) -> dict[str, Any]:
    return {"id": 4, "state": "pending", "next_attempt_at": following, "attempts": list(attempts)}


def attempt(number: int, status: int | None) -> dict[str, Any]:
    start = moment(5 * number).isoformat()
    return {"number": number, "started_at": start, "finished_at": start, "status": status, "url": "u", "error": None}


def declared(control: Inbox) -> DeclaredTime:
    return DeclaredTime(Offer(control.url, frozenset({"deliveries"})), Budget(None), Timing())


def test_declared_attempts_are_read_from_the_targets_log(control: Inbox) -> None:
    following = moment(30).isoformat()
    control.script(then=says({"deliveries": [delivery(attempt(1, 503), attempt(2, None), following=following)]}))
    clock = declared(control).clock(client_of(control.url))
    first, second = clock.declared_attempts("command-1")
    assert (first.delivery, first.number, first.started_at, first.status) == ("4", 1, moment(5), 503)
    assert first.next_attempt_at is None
    assert (second.number, second.finished_at) == (2, moment(10))
    assert (second.status, second.next_attempt_at) == (None, moment(30))
    assert asked(control)[0][1] == "/deliveries?subject=command-1"
    assert clock.level is TimeLevel.DECLARED


def test_no_attempt_is_declared_where_there_is_no_delivery(control: Inbox) -> None:
    control.script(then=says({"deliveries": []}))
    assert not declared(control).clock(client_of(control.url)).declared_attempts("command-1")


@pytest.mark.parametrize(
    "entry", [{}, {"id": 1, "attempts": [{"number": "x"}]}, {"id": 1, "attempts": 3}, {"id": 1, "attempts": ["a"]}]
)
def test_log_of_another_form_is_no_answer(control: Inbox, entry: dict[str, Any]) -> None:
    control.script(then=says({"deliveries": [entry]}))
    with pytest.raises(NoAnswerError, match="the log of deliveries has another form"):
        declared(control).clock(client_of(control.url)).declared_attempts("command-1")


# ------------------------------------------------------------------------------------------------ control


def controlled(control: Inbox) -> ControlTime:
    return ControlTime(Offer(control.url, frozenset({"clock"})), Timing(), is_local=True)


def test_control_clock_advances_and_settles_by_calls(control: Inbox) -> None:
    control.script(then=clock_says(7))
    client = client_of(control.url)
    clock = controlled(control).clock(client)
    clock.pass_time(7.5)
    clock.settle()
    assert asked(control) == [
        ("POST", "/clock/advance", b'{"seconds": 7.5}'),
        ("POST", "/clock/advance", b'{"seconds": 0}'),
    ]
    assert [entry.method for entry in client.record.entries if isinstance(entry, Exchange)] == ["POST", "POST"]


def test_questions_for_the_time_are_no_evidence(control: Inbox) -> None:
    control.script(then=clock_says(9))
    client = client_of(control.url)
    clock = controlled(control).clock(client)
    assert clock.now() == moment(9)
    assert clock.stamp() == moment(9)
    assert not client.record.entries
    assert all(arrival.header("X-API-KEY") == "key" for arrival in control.arrivals)


def test_control_clock_reaches_everything(control: Inbox) -> None:
    keeper = controlled(control)
    clock = keeper.clock(client_of(control.url))
    assert clock.reaches(SCHEDULE_SECONDS)
    assert keeper.beyond(SCHEDULE_SECONDS) is None
    assert keeper.real_seconds(SCHEDULE_SECONDS) < 60
    assert not keeper.exclusive
    assert (clock.tolerance.early_seconds, clock.tolerance.late_seconds) == (1.0, 1.0)


def test_clock_that_does_not_answer_is_no_answer(control: Inbox) -> None:
    control.script(then=says({"error": "no"}, 500))
    clock = controlled(control).clock(client_of(control.url))
    for call in (clock.now, clock.settle):
        with pytest.raises(NoAnswerError, match="was answered 500"):
            call()


# ------------------------------------------------------------------------------------------------ stepped


class Recorded:
    """Steps that move nothing but their own account."""

    def __init__(self) -> None:
        self.offset_seconds = 0
        self.jumps: list[int] = []
        self.wakings = 0

    def wake(self) -> None:
        self.wakings += 1

    def jump(self, seconds: int) -> None:
        self.jumps.append(seconds)
        self.offset_seconds += seconds


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stepped, "ARMING_SECONDS", 0.03)
    monkeypatch.setattr(stepped, "SETTLING_SECONDS", 0.03)


def steps_of(receiver: Receiver, budget: Budget | None = None) -> tuple[Recorded, SteppedTime]:
    steps = Recorded()
    return steps, SteppedTime(steps, receiver, budget or Budget(None), Timing())


@contextmanager
def held(inbox: Inbox, seconds: float) -> Iterator[None]:
    """A sender whose request is held until it gives up."""

    def send() -> None:
        with suppress(httpx.ReadTimeout):
            httpx.post(inbox.url, timeout=seconds, trust_env=False)

    inbox.script(Hang())
    sender = threading.Thread(target=send)
    sender.start()
    inbox.wait(1, PATIENCE_SECONDS)
    try:
        yield
    finally:
        inbox.release()
        sender.join(PATIENCE_SECONDS)


@pytest.mark.usefixtures("quick")
def test_stepped_clock_jumps_once_by_whole_seconds_and_lands_on_the_moment() -> None:
    with Receiver() as receiver:
        steps, keeper = steps_of(receiver)
        clock = keeper.clock(client_of("http://127.0.0.1:1"))
        before = clock.now()
        clock.pass_time(297.05)
        assert steps.jumps == [297]
        passed = (clock.now() - before).total_seconds()
        assert 297.05 <= passed < 298.5
        assert clock.stamp() is not None
        assert keeper.exclusive


@pytest.mark.usefixtures("quick")
def test_less_than_a_second_passes_in_real_time() -> None:
    with Receiver() as receiver:
        steps, keeper = steps_of(receiver)
        began = time.monotonic()
        keeper.pass_time(0.2)
        assert not steps.jumps
        assert steps.wakings == 1, "timers may have been set by the clock as it was before a jump"
        assert time.monotonic() - began >= 0.19


@pytest.mark.usefixtures("quick")
def test_clock_does_not_jump_while_a_request_is_held() -> None:
    with Receiver() as receiver:
        steps, keeper = steps_of(receiver)
        inbox = receiver.inbox("hook", record=Record())
        with held(inbox, 0.4):
            began = time.monotonic()
            keeper.pass_time(100)
            assert time.monotonic() - began >= 0.3
        assert len(steps.jumps) == 1
        assert 98 <= steps.jumps[0] <= 99, "the real time that has passed counts"


@pytest.mark.usefixtures("quick")
def test_time_may_end_while_a_request_is_held() -> None:
    with Receiver() as receiver:
        steps, keeper = steps_of(receiver)
        inbox = receiver.inbox("hook", record=Record())
        with held(inbox, PATIENCE_SECONDS):
            keeper.pass_time(0.1)
            assert inbox.holding == 1
        assert not steps.jumps


@pytest.mark.usefixtures("quick")
def test_request_that_is_held_for_ever_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stepped, "LONGEST_FLIGHT_SECONDS", 0.1)
    with Receiver() as receiver:
        _, keeper = steps_of(receiver)
        inbox = receiver.inbox("hook", record=Record())
        with held(inbox, PATIENCE_SECONDS), pytest.raises(NotObservable, match="may not jump while a request is held"):
            keeper.pass_time(3600)


@pytest.mark.usefixtures("quick")
def test_budget_that_ends_while_a_request_is_held_is_told() -> None:
    with Receiver() as receiver:
        _, keeper = steps_of(receiver, Budget(0.2))
        inbox = receiver.inbox("hook", record=Record())
        with held(inbox, PATIENCE_SECONDS), pytest.raises(NotRun, match="time budget"):
            keeper.pass_time(3600)


@pytest.mark.usefixtures("quick")
def test_settling_waits_until_nothing_more_arrives() -> None:
    with Receiver() as receiver:
        _, keeper = steps_of(receiver)
        inbox = receiver.inbox("hook", record=Record())
        inbox.script(Reply(200, after_seconds=0.2))
        sender = threading.Thread(target=lambda: httpx.post(inbox.url, trust_env=False))
        sender.start()
        inbox.wait(1, PATIENCE_SECONDS)
        keeper.settle()
        assert receiver.in_flight == 0
        sender.join(PATIENCE_SECONDS)


# ------------------------------------------------------------------------------------------------ choice


def circumstances(
    control: Inbox, *capabilities: str, process: TargetProcess | None = None, receiver: Receiver | None = None
) -> Circumstances:
    return Circumstances(
        address=Address(control.url),
        credential=CREDENTIAL,
        key="key",
        offer=Offer(control.url, frozenset(capabilities)) if capabilities else NOTHING,
        process=process,
        receiver=receiver or Receiver(),
        budget=Budget(None),
        timing=Timing(),
    )


def test_virtual_clock_is_chosen(control: Inbox, running: Receiver) -> None:
    control.script(then=clock_says(0))
    assert isinstance(choose(circumstances(control, "clock", "deliveries", receiver=running)), ControlTime)


@pytest.mark.parametrize(
    ("capabilities", "kind"),
    [(("clock", "deliveries"), DeclaredTime), (("clock",), RealTime), (("deliveries",), DeclaredTime), ((), RealTime)],
)
def test_clock_of_the_machine_leaves_real_time_with_a_log_where_there_is_one(
    control: Inbox, running: Receiver, capabilities: tuple[str, ...], kind: type
) -> None:
    control.script(then=clock_says(0, "real"))
    assert type(choose(circumstances(control, *capabilities, receiver=running))) is kind


def test_clock_that_cannot_be_read_is_an_error_of_the_set_up(control: Inbox, running: Receiver) -> None:
    control.script(then=says({}, 401))
    with pytest.raises(SetUpError, match=r"a clock that cannot be read: .*401.*--control off"):
        choose(circumstances(control, "clock", receiver=running))


def test_the_clock_of_an_api_that_does_nothing_at_times_is_not_stepped(control: Inbox, running: Receiver) -> None:
    process = TargetProcess(Target(url=control.url, api="bannx", run="never started"), Budget(None))
    asked = replace(circumstances(control, process=process, receiver=running), is_timed=False)
    keeper = choose(asked)
    assert isinstance(keeper, RealTime)
    assert keeper.why_not_stepped is None


# ------------------------------------------------------------------------------------------------ real processes

LOOP = """
import asyncio, email.utils, os, sys, urllib.parse
delays, hook = [float(text) for text in sys.argv[1:]], []
async def deliver(number):
    url = urllib.parse.urlsplit(hook[0])
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    head = f"POST {url.path} HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 0\\r\\n\\r\\n"
    writer.write(head.encode())
    status = (await reader.readline()).split()[1]
    writer.close()
    if status != b"200" and number < len(delays):
        asyncio.get_running_loop().call_later(delays[number], lambda: asyncio.ensure_future(deliver(number + 1)))
async def answer(reader, writer):
    words = (await reader.readuntil(b"\\r\\n\\r\\n")).split()
    if words[1] != b"/":
        hook[:] = [urllib.parse.unquote(words[1][1:].decode())]
        asyncio.ensure_future(deliver(0))
    date = "Thu, 01 Jan 2026 00:00:00 GMT" if "FIXED" in os.environ else email.utils.formatdate(usegmt=True)
    head = f"HTTP/1.1 200 OK\\r\\nDate: {date}\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n"
    writer.write(head.encode())
    await writer.drain()
    writer.close()
async def main():
    async with await asyncio.start_server(answer, "127.0.0.1", int(os.environ["PORT"])) as server:
        await server.serve_forever()
asyncio.run(main())
"""

THREADS = """
import http.server, os, sys, threading, urllib.error, urllib.parse, urllib.request
delays = [float(text) for text in sys.argv[1:]]
def deliver(url, number):
    try:
        urllib.request.urlopen(urllib.request.Request(url, data=b"", method="POST"))
    except urllib.error.HTTPError:
        if number < len(delays):
            threading.Timer(delays[number], deliver, (url, number + 1)).start()
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path != "/":
            threading.Thread(target=deliver, args=(urllib.parse.unquote(self.path[1:]), 0), daemon=True).start()
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""

NODE = """
const http = require('http');
const delays = process.argv.slice(2).map(Number);
function deliver(url, number) {
  const request = http.request(url, {method: 'POST', agent: false}, (response) => {
    response.resume();
    if (response.statusCode !== 200 && number < delays.length)
      setTimeout(deliver, delays[number] * 1000, url, number + 1);
  });
  request.end();
}
http.createServer((request, response) => {
  if (request.url !== '/') setTimeout(deliver, 0, decodeURIComponent(request.url.slice(1)), 0);
  response.end();
}).listen(+process.env.PORT, '127.0.0.1');
"""

Run = Callable[..., str]


@pytest.fixture
def python(tmp_path: Path) -> Run:
    def command(source: str, *arguments: float) -> str:
        script = tmp_path / "target.py"
        script.write_text(source)
        return f"{sys.executable} -S -E {script} {' '.join(map(str, arguments))}"

    return command


@pytest.fixture
def node(tmp_path: Path) -> Run:
    if shutil.which("node") is None:
        pytest.skip("Node is not installed")

    def command(source: str, *arguments: float) -> str:
        script = tmp_path / "target.js"
        script.write_text(source)
        return f"node {script} {' '.join(map(str, arguments))}"

    return command


@contextmanager
def chosen(run: str, *, delays_seconds: tuple[float, ...] = ()) -> Iterator[tuple[Timekeeper, TargetProcess, Receiver]]:
    """The timekeeper of a target that was started by this command; proven where there are delays to prove it by."""
    budget = Budget(60)
    with (
        TargetProcess(Target("http://127.0.0.1:{port}", "renderio", run=run), budget) as process,
        Receiver() as receiver,
    ):
        address = Address(process.target.url)

        keeper = choose(
            Circumstances(
                address=address,
                credential=CREDENTIAL,
                key="key",
                offer=NOTHING,
                process=process,
                receiver=receiver,
                budget=budget,
                timing=Timing(),
                provoke=(lambda url: deliver_to(process, url)) if delays_seconds else None,
                delays_seconds=delays_seconds,
            )
        )
        yield keeper, process, receiver


def deliver_to(process: TargetProcess, url: str) -> None:
    quoted = url.replace("/", "%2F")
    assert httpx.get(f"{process.target.url}/{quoted}", trust_env=False).status_code == 200


def waits(keeper: Timekeeper, process: TargetProcess, receiver: Receiver, delays: tuple[float, ...]) -> list[float]:
    """How much of the target's time there was between its attempts."""
    clock = keeper.clock(client_of(process.target.url))
    inbox = receiver.inbox("hook", record=Record(), stamp=clock.stamp)
    inbox.script(then=503)
    deliver_to(process, inbox.url)
    inbox.wait(1, PATIENCE_SECONDS)
    for count, delay in enumerate(delays, start=2):
        clock.pass_time(delay + 1)
        inbox.wait(count, PATIENCE_SECONDS)
    moments = [arrival.target_at or datetime.min.replace(tzinfo=UTC) for arrival in inbox.arrivals]
    return [(later - earlier).total_seconds() for earlier, later in itertools.pairwise(moments)]


@NEEDS_FAKETIME
def test_event_loop_in_python_is_stepped(python: Run) -> None:
    delays = (36_000.0,)
    with chosen(python(LOOP, *delays)) as (keeper, process, receiver):
        assert keeper.level is TimeLevel.STEPPED
        assert waits(keeper, process, receiver, delays) == [pytest.approx(delay + 1, abs=2) for delay in delays]


@NEEDS_FAKETIME
def test_event_loop_in_node_is_stepped(node: Run) -> None:
    delays = (300.0,)
    with chosen(node(NODE, *delays), delays_seconds=delays) as (keeper, process, receiver):
        assert keeper.level is TimeLevel.STEPPED
        assert waits(keeper, process, receiver, delays) == [pytest.approx(delay + 1, abs=2) for delay in delays]


@NEEDS_FAKETIME
def test_threads_that_sleep_through_a_step_are_found_out(python: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contracts.clocks.proof.LATE_SECONDS", 1.0)
    with chosen(python(THREADS, 0.5), delays_seconds=(0.5,)) as (keeper, process, _):
        assert keeper.level is TimeLevel.NONE
        reason = keeper.beyond(3600)
        assert reason is not None
        assert "its timers do not follow" in reason
        assert "it comes in real time" in reason
        process.poke()


@NEEDS_FAKETIME
def test_target_that_never_tries_again_is_still_stepped(python: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contracts.clocks.proof.LATE_SECONDS", 0.1)
    with chosen(python(LOOP), delays_seconds=(0.1,)) as (keeper, _, _):
        assert keeper.level is TimeLevel.STEPPED


@NEEDS_FAKETIME
def test_clock_that_does_not_move_is_found_out(python: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contracts.clocks.faketime.PROBE_SECONDS", 0.2)
    monkeypatch.setenv("FIXED", "1")
    with chosen(python(LOOP)) as (keeper, process, _):
        assert "cannot be stepped: the Date of its answers does not move" in str(keeper.beyond(3600))
        process.poke()


@NEEDS_FAKETIME
def test_process_without_the_library_is_named(python: Run) -> None:
    run = f"env -u LD_PRELOAD {python(LOOP)}"
    with chosen(run) as (keeper, _, _):
        assert "does not load libfaketime.so.1" in str(keeper.beyond(3600))


def test_missing_library_is_named_with_its_package(python: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contracts.clocks.faketime.PLACES", ())
    with chosen(python(LOOP)) as (keeper, _, _):
        assert "install the Debian package faketime" in str(keeper.beyond(3600))
