"""A target that the kit starts: its port, its end, and what is said when it does not start."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from contracts.budget import Budget
from contracts.errors import SetUpError, TargetGoneError
from contracts.process import TargetProcess
from contracts.receiver import Receiver
from contracts.target import Target

URL = "http://127.0.0.1:{port}"

SERVER = """
import http.server, os, subprocess, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/exit": os._exit(3)
        self.send_error(404, os.environ.get("GREETING", ""))
    def log_message(self, *_): pass
print("a word from the target", flush=True)
if "child" in sys.argv:
    child = subprocess.Popen([sys.executable, "-c", "import time; print(1, flush=True); time.sleep(1000)"], stdout=-1)
    child.stdout.readline()
    open(sys.argv[-1], "w").write(str(child.pid))
if "stubborn" in sys.argv:
    import signal
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
port = int(sys.argv[1]) if sys.argv[1:2] and sys.argv[1].isdigit() else int(os.environ["PORT"])
http.server.HTTPServer(("127.0.0.1", port), Handler).serve_forever()
"""

HasEnded = Callable[[int], bool]


@pytest.fixture
def command(tmp_path: Path) -> str:
    script = tmp_path / "server.py"
    script.write_text(SERVER)
    return f"{sys.executable} -S -E {script}"


def started(run: str, url: str = URL, control: str | None = None) -> TargetProcess:
    return TargetProcess(Target(url, "renderio", run=run, control=control), Budget(20))


def answer(process: TargetProcess) -> httpx.Response:
    return httpx.get(process.target.url, trust_env=False)


def test_target_is_there_while_it_is_open(command: str) -> None:
    with started(command) as process:
        assert answer(process).status_code == 404
    with pytest.raises(httpx.ConnectError):
        answer(process)


def test_free_port_stands_in_command_and_urls(command: str) -> None:
    with started(f"{command} {{port}}", control="http://127.0.0.1:{port}/_control") as process:
        port = process.target.url.rpartition(":")[2]
        assert process.target.control == f"http://127.0.0.1:{port}/_control"
        assert process.target.run is not None
        assert process.target.run.endswith(f" {port}")


def test_url_with_a_port_of_its_own_gives_that_to_the_command(command: str) -> None:
    with started(command) as process:
        url = process.target.url
    with started(f"{command} {{port}}", url=url) as process:
        assert process.target.url == url


def test_restart_adds_to_the_environment(command: str) -> None:
    with started(command) as process:
        first = process.pid
        process.restart({"GREETING": "hello"})
        assert process.pid != first
        assert "hello" in answer(process).text
        process.restart({})
        assert "hello" not in answer(process).text


def test_children_of_the_target_end_with_it(command: str, tmp_path: Path, has_ended: HasEnded) -> None:
    with started(f"{command} child {tmp_path / 'pid'}"):
        child = int((tmp_path / "pid").read_text())
        os.kill(child, 0)
    assert has_ended(child)


def test_target_that_does_not_heed_sigterm_is_killed(
    command: str, monkeypatch: pytest.MonkeyPatch, has_ended: HasEnded
) -> None:
    monkeypatch.setattr("contracts.process.STOP_SECONDS", 0.2)
    with started(f"{command} stubborn") as process:
        pid = process.pid
    assert has_ended(pid)


def test_target_that_ends_at_once_is_told_with_its_last_words() -> None:
    with (
        pytest.raises(SetUpError, match=r"exit code 7 before it answered.*\nno configuration"),
        started(f"{sys.executable} -S -E -c \"print('no configuration'); raise SystemExit(7)\""),
    ):
        pass


def test_target_that_does_not_answer_is_told_with_its_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contracts.process.START_SECONDS", 0.5)
    with (
        pytest.raises(SetUpError, match=r"does not answer at http://127.0.0.1:\d+ within 0.5 s.*PORT"),
        started("sleep 1000"),
    ):
        pass


@pytest.mark.parametrize("run", ["", "/no/such/program", "an 'open quote"])
def test_command_that_cannot_be_started_is_refused(run: str) -> None:
    with pytest.raises(SetUpError, match="cannot be started by the command"), started(run):
        pass


def test_url_that_answers_already_is_refused(command: str) -> None:
    with (
        Receiver() as other,
        pytest.raises(SetUpError, match=r"answers at .* already"),
        started(command, url=other.url),
    ):
        pass


def test_url_without_a_sensible_port_is_refused(command: str) -> None:
    with pytest.raises(SetUpError, match="is no URL"):
        started(f"{command} {{port}}", url="http://127.0.0.1:99999")


def test_target_that_has_ended_is_gone(command: str) -> None:
    with started(command) as process:
        process.poke()
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(f"{process.target.url}/exit", trust_env=False)
        with pytest.raises(TargetGoneError, match=r"has ended with exit code 3.*\na word from the target"):
            process.poke()


def test_certificates_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    target = Target("https://127.0.0.1:{port}", "renderio", run="true", ca_file=str(tmp_path / "absent.pem"))
    with pytest.raises(SetUpError, match=r"absent\.pem \(--ca-file\) cannot be read"):
        TargetProcess(target, Budget(5))
