"""`proofreel verify` from the outside: verdicts, exit codes, and targets that do not deserve the name."""

import contextlib
import json
import os
import shlex
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from contracts.client import MOST_KEPT_BYTES, Address, Client
from contracts.documents import load_api
from contracts.record import Exchange, Record

if TYPE_CHECKING:
    from tests.conftest import HasEnded, RunningServer, StartServer

QUICK = ("--only", "RIO-AUT-001", "--only", "RIO-CFG-001")
MOST_SECONDS = 60
HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 12\r\nConnection: close\r\n\r\n<p>Hello</p>"

Verify = Callable[..., "subprocess.CompletedProcess[str]"]


def _environment(folder: Path, **variables: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PROOFREEL_")}
    return {**kept, "TMPDIR": str(folder), "COLUMNS": "200", "NO_COLOR": "1", **variables}


@pytest.fixture
def verify(tmp_path: Path) -> Verify:
    """Run `proofreel verify`; how it ended."""

    def run(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "proofreel", "verify", *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=MOST_SECONDS,
            env=_environment(tmp_path, **variables),
        )

    return run


@contextlib.contextmanager
def _listening(handle: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server on 127.0.0.1 that does this with every connection; its URL."""
    ending = threading.Event()

    def one(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            handle(connection)

    def accept() -> None:
        while not ending.is_set():
            with contextlib.suppress(OSError):
                connection, _ = listening.accept()
                threading.Thread(target=one, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)
        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            ending.set()
            thread.join()


def _says(answer: bytes) -> Callable[[socket.socket], None]:
    def handle(connection: socket.socket) -> None:
        connection.recv(1 << 16)
        connection.sendall(answer)

    return handle


def _resets(connection: socket.socket) -> None:
    connection.recv(1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _waits(connection: socket.socket) -> None:
    while connection.recv(1 << 16):
        pass


MISBEHAVING: dict[str, tuple[Callable[[socket.socket], None], str]] = {
    "HTML": (_says(HTML), "another API"),
    "garbage": (_says(b"\x00\xff no HTTP at all \r\n\r\n"), "no HTTP"),
    "nothing": (_says(b""), "no HTTP"),
    "resets": (_resets, "no HTTP"),
    "waits": (_waits, "slow target"),
}


def test_the_reference_server_conforms_without_any_key(verify: Verify, server: "RunningServer", tmp_path: Path) -> None:
    ended = verify(server.url, *QUICK, "--seed", "7", "--report-dir", str(tmp_path / "reports"))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    report = json.loads((tmp_path / "reports" / "report.json").read_text("utf-8"))
    assert {verdict["status"] for verdict in report["verdicts"]} == {"passed"}
    assert {path.name for path in (tmp_path / "reports").iterdir()} >= {"report.html", "junit.xml", "badge.svg"}


def test_a_single_key_is_judged_on_alone(verify: Verify, start_server: "StartServer") -> None:
    running = start_server("--api-key", "ffsk_only")
    ended = verify(running.url, *QUICK, PROOFREEL_API_KEY="ffsk_only")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "ffsk_only" not in ended.stdout + ended.stderr


def test_a_wrong_key_is_a_matter_of_set_up(verify: Verify, start_server: "StartServer") -> None:
    running = start_server("--api-key", "ffsk_only")
    ended = verify(running.url, "--api-key", "ffsk_wrong", *QUICK)
    assert (ended.returncode, "wrong key" in ended.stderr) == (2, True), ended.stderr
    assert "ffsk_wrong" not in ended.stdout + ended.stderr


def test_a_target_file_says_everything(verify: Verify, server: "RunningServer", tmp_path: Path) -> None:
    file = tmp_path / "target.toml"
    file.write_text(f"[target]\nurl = '{server.url}'\n[run]\nonly = ['RIO-AUT-001']\nreport_dir = 'out'\n")
    ended = verify("--target", str(file))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert (tmp_path / "out" / "report.json").exists()


def test_an_expected_failure_that_passes_fails_the_run(verify: Verify, server: "RunningServer", tmp_path: Path) -> None:
    file = tmp_path / "target.toml"
    file.write_text("[expected_failures]\nRIO-AUT-001 = 'not yet'\n")
    ended = verify(server.url, "--target", str(file), *QUICK)
    assert ended.returncode == 1, ended.stdout + ended.stderr


def test_the_target_is_started_by_its_command(verify: Verify, tmp_path: Path) -> None:
    command = shlex.join([sys.executable, "-m", "proofreel", "serve", "--port", "{port}", "--outbound", "loopback"])
    ended = verify("--run", command, *QUICK, "--report-dir", str(tmp_path / "out"))
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_a_command_that_ends_at_once_is_a_matter_of_set_up(verify: Verify) -> None:
    ended = verify("--run", "sh -c 'echo no coffee >&2; exit 3'", "--api-key", "ffsk_a")
    assert ended.returncode == 2
    assert "no coffee" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_folder_that_cannot_be_is_told_before_anything_is_judged(
    verify: Verify, server: "RunningServer", tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    ended = verify(server.url, *QUICK, "--report-dir", str(tmp_path / "file" / "out"))
    assert (ended.returncode, ended.stdout, "--report-dir" in ended.stderr) == (2, "", True), ended.stderr


def test_a_reader_that_goes_away_leaves_the_verdict_as_it_is(server: "RunningServer", tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "proofreel", "verify", server.url, *QUICK],
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=MOST_SECONDS,
            env=_environment(tmp_path),
        )
    finally:
        os.close(writing)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_words_of_the_target_are_shown_without_the_key_and_without_effect_on_the_terminal(verify: Verify) -> None:
    body = b'{"error": "no such key: ffsk_secret_key \x1b[31m"}'
    head = b"HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nConnection: close\r\n"
    with _listening(_says(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)) as url:
        ended = verify(url, "--api-key", "ffsk_secret_key")
    assert ended.returncode == 2, ended.stderr
    assert r"no such key: [redacted] \x1b[31m" in ended.stderr
    assert "ffsk_secret_key" not in ended.stderr
    assert "\x1b" not in ended.stderr


def test_the_doctor_alone_judges_nothing(verify: Verify, server: "RunningServer") -> None:
    ended = verify(server.url, "--doctor-only")
    assert (ended.returncode, ended.stdout) == (0, "")
    assert "Nothing is in the way" in ended.stderr


@pytest.mark.parametrize("kind", MISBEHAVING)
def test_a_misbehaving_target_is_called_what_it_is(verify: Verify, kind: str) -> None:
    handle, name = MISBEHAVING[kind]
    with _listening(handle) as url:
        ended = verify(url, "--api-key", "ffsk_a")
    assert ended.returncode == 2, ended.stdout + ended.stderr
    assert name in ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr


@pytest.mark.parametrize("kind", MISBEHAVING)
def test_a_misbehaving_target_leaves_no_traceback_without_the_doctor(verify: Verify, kind: str, tmp_path: Path) -> None:
    file = tmp_path / "target.toml"
    file.write_text("[timing]\nrequest = '200ms'\npatience = '1s'\n[run]\ntime_budget = '5s'\n")
    with _listening(MISBEHAVING[kind][0]) as url:
        ended = verify(url, "--api-key", "ffsk_a", "--no-doctor", "--target", str(file), *QUICK)
    assert ended.returncode in {1, 2}, ended.stdout + ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr


def test_a_long_answer_is_judged_whole_and_its_beginning_is_kept() -> None:
    body = json.dumps({"filling": "x" * 1_000_000}).encode()
    record, key = Record(), "ffsk_a"
    with _listening(_says(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)) as url:
        client = Client(Address(url), record, credential=load_api("renderio").credential, secret=key)
        answer = client.request("GET", "/")
        client.close()
    [kept] = record.entries
    assert answer.body == body
    assert isinstance(kept, Exchange)
    assert body.startswith(kept.response_body)
    assert (len(kept.response_body), kept.response_bytes) == (MOST_KEPT_BYTES, len(body))


def test_a_target_that_is_down_is_a_matter_of_set_up(verify: Verify) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        ended = verify(f"http://127.0.0.1:{bound.getsockname()[1]}", "--api-key", "ffsk_a")
    assert (ended.returncode, "target down" in ended.stderr) == (2, True), ended.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "say which target"),
        (["localhost:1"], "http://localhost:1"),
        (["http://a.test", "--only", "RIO-WKH"], "RIO-WHK"),
        (["http://a.test", "--api", "renderoi"], "renderio"),
        (["http://a.test", "--time-budget", "soon"], "500ms"),
        (["http://a.test", "--doctor-only", "--no-doctor"], "exclude"),
        (["http://a.test", "--second-api-key", "ffsk_b"], "--api-key"),
        (["http://a.test:{port}"], "--run"),
        (["http://a.test", "--target", "/no/such/file.toml"], "file.toml"),
    ],
)
def test_wrong_usage_ends_with_two_and_says_what_is_right(verify: Verify, arguments: list[str], words: str) -> None:
    ended = verify(*arguments)
    assert (ended.returncode, words in ended.stderr) == (2, True), ended.stderr
    assert "Traceback" not in ended.stderr


def test_help_tells_of_exit_codes_and_of_keys_on_the_command_line(verify: Verify) -> None:
    ended = verify("--help")
    told = " ".join(ended.stdout.replace("│", " ").split())
    assert ended.returncode == 0
    for words in ("0 conformant", "1 a requirement failed", "PROOFREEL_API_KEY", "can see a command line", "{port}"):
        assert words in told


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_run_ends_at_once(tmp_path: Path, number: signal.Signals) -> None:
    asked = threading.Event()

    def hold(connection: socket.socket) -> None:
        if b"/api/v1/" in connection.recv(1 << 16):
            asked.set()
            _waits(connection)

    with _listening(hold) as url:
        running = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "proofreel",
                "verify",
                url,
                "--api-key",
                "ffsk_a",
                "--control",
                "off",
                "--no-doctor",
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=_environment(tmp_path),
        )
        assert asked.wait(MOST_SECONDS)
        running.send_signal(number)
        _, errors = running.communicate(timeout=MOST_SECONDS / 4)
    assert (running.returncode, "Interrupted" in errors) == (130, True), errors
    assert "Traceback" not in errors


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_start_ends_the_target(tmp_path: Path, has_ended: "HasEnded", number: signal.Signals) -> None:
    note = tmp_path / "pid"
    os.mkfifo(note)
    program = (
        "import os, socket, time; listening = socket.create_server(('127.0.0.1', {port})); listening.accept(); "
        f"open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(100)"
    )
    command = shlex.join([sys.executable, "-c", program])
    running = subprocess.Popen(
        [sys.executable, "-m", "proofreel", "verify", "--run", command, "--api-key", "ffsk_a"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=_environment(tmp_path),
    )
    pid = int(note.read_text())
    running.send_signal(number)
    _, errors = running.communicate(timeout=MOST_SECONDS / 4)
    assert running.returncode == 130, errors
    assert "Traceback" not in errors
    assert has_ended(pid)
