"""The README says what is so: its snippets are files that run against the real server, its numbers the document's."""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import accumulate
from pathlib import Path
from typing import Any

import httpx
import pytest
import rich_click as click

from demo.client import Client, connected
from demo.server import running
from mockserver.documents import load
from proofreel.commands.serve import serve

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
SNIPPETS = ROOT / "docs" / "snippets"
LANGUAGES = {".py": "python", ".mjs": "js", ".php": "php", ".sh": "sh"}
SECRET = "whsec_readme"  # noqa: S105 - the README's own
START_SECONDS = 20
RECEIVERS: dict[str, Callable[[int], list[str]]] = {
    "receiver.py": lambda _: ["python3", str(SNIPPETS / "receiver.py")],
    "receiver.mjs": lambda _: ["node", str(SNIPPETS / "receiver.mjs")],
    "receiver.php": lambda port: ["php", "-S", f"127.0.0.1:{port}", str(SNIPPETS / "receiver.php")],
}

needs_shell = pytest.mark.skipif(
    not all(map(shutil.which, ("bash", "curl", "python3"))), reason="the session needs bash, curl and python3"
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running("--clock-start", "2026-01-01T00:00:00Z") as url:
        yield url


@pytest.fixture(scope="module")
def picture_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("pictures")
    (folder / "grey.pgm").write_bytes(b"P5 16 16 255 " + bytes(256))
    handler = partial(QuietFiles, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as files:
        threading.Thread(target=files.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield f"http://127.0.0.1:{files.server_port}/grey.pgm"
        files.shutdown()


class QuietFiles(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass


def test_readme_shows_every_snippet() -> None:
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)

    for path in SNIPPETS.iterdir():
        assert (LANGUAGES[path.suffix], path.read_text("utf-8")) in blocks, path.name


def test_readme_shows_no_program_that_is_not_a_snippet() -> None:
    blocks = re.findall(r"^```(python|js|php)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)

    assert {text for _, text in blocks} == {path.read_text("utf-8") for path in SNIPPETS.glob("receiver.*")}


def test_readme_schedule_is_the_documents() -> None:
    delays_ms = load("renderio").policies["commandCompleted"].delays_ms
    rows = re.findall(r"^\| (\d) \| [^|]+ \| (\d+) \|", README, re.MULTILINE)

    assert [(int(number), int(seconds) * 1000) for number, seconds in rows] == list(
        enumerate(accumulate(delays_ms), start=1)
    )


def test_readme_names_only_options_that_exist() -> None:
    known = {name for parameter in serve.params for name in (*parameter.opts, *parameter.secondary_opts)}

    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README.partition("## A session")[0])) <= known | {"--help"}
    assert set(re.findall(r"`(--[a-z-]+)", README)) <= known | {"--help"}
    assert isinstance(serve, click.Command)


def test_readme_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).is_file(), target


@pytest.mark.parametrize("name", RECEIVERS)
def test_receiver_accepts_a_good_signature(name: str, server: str, picture_url: str) -> None:
    with receiving(name) as url, connected(server, f"ffsk_good_{name}") as client:
        assert answer_to_delivery(client, url, SECRET, picture_url) == 200


@pytest.mark.parametrize("name", RECEIVERS)
def test_receiver_refuses_another_secret(name: str, server: str, picture_url: str) -> None:
    with receiving(name) as url, connected(server, f"ffsk_bad_{name}") as client:
        assert answer_to_delivery(client, url, "another secret", picture_url) == 401


@pytest.mark.parametrize("name", RECEIVERS)
def test_receiver_refuses_tampered_and_missing_signatures(name: str) -> None:
    with receiving(name) as url:
        for signature in (b"", b"0" * 64, b"\xe9"):
            answer = httpx.post(url, content=b"{}", headers=[(b"X-Webhook-Signature", signature)], trust_env=False)
            assert answer.status_code == 401
        assert httpx.post(url, content=b"{}", trust_env=False).status_code == 401


@needs_shell
def test_session_disables_a_webhook_where_nobody_listens(server: str) -> None:
    lines = session(server, key="ffsk_alone", receiver=f"http://127.0.0.1:{free_port()}")

    assert lines[0]["success"] is True
    assert lines[1]["status"] == "SUCCESS"
    assert lines[2]["now"] == "2026-01-01T00:00:05.000Z"
    assert [attempt["number"] for attempt in lines[3]["deliveries"][0]["attempts"]] == [1, 2]
    assert lines[4]["now"] == "2026-01-02T03:35:05.000Z"
    assert (lines[5]["is_active"], lines[5]["consecutive_failures"]) == (False, 8)
    assert lines[6] == {}


@needs_shell
def test_session_delivers_to_a_receiver(server: str) -> None:
    with receiving("receiver.py") as url:
        lines = session(server, key="ffsk_heard", receiver=url)

    assert lines[3]["deliveries"][0]["state"] == "delivered"
    assert lines[5]["is_active"] is True


def answer_to_delivery(client: Client, url: str, secret: str, picture_url: str) -> int:
    client.configure(f"{url}/webhooks/renderio", secret)
    command = client.submit(
        inputs={"in_picture": picture_url},
        outputs={"out_picture": "grey.png"},
        command="ffmpeg -i {{in_picture}} {{out_picture}}",
    )
    client.advance(0)
    assert client.command(command)["status"] == "SUCCESS"
    [attempt] = client.attempts(command)
    return int(attempt["status"])


@contextlib.contextmanager
def receiving(name: str) -> Iterator[str]:
    """The receiver of the README on a free port; its URL."""
    port = free_port()
    command = RECEIVERS[name](port)
    if shutil.which(command[0]) is None:
        pytest.skip(f"{name} needs {command[0]}")
    with subprocess.Popen(
        command,
        env={**os.environ, "WEBHOOK_SECRET": SECRET, "PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            wait_until_listening(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def wait_until_listening(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Try until somebody answers, for as long as the process lives."""
    for _ in range(START_SECONDS * 50):
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            pytest.fail(f"the receiver ended by itself with {process.wait(1 / 50)}")
    pytest.fail("the receiver does not listen")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        return int(holder.getsockname()[1])


def session(server: str, *, key: str, receiver: str) -> list[dict[str, Any]]:
    """Run the README's session against other ports and with another key; its output, a JSON value a line."""
    text = (SNIPPETS / "session.sh").read_text("utf-8")
    for ours, theirs in (
        ("http://127.0.0.1:8740", server),
        ("http://127.0.0.1:9000", receiver),
        ("9001", str(free_port())),
        ("ffsk_readme", key),
    ):
        assert ours in text
        text = text.replace(ours, theirs)
    run = subprocess.run(
        ["bash", "-eu"],  # noqa: S607 - the one on PATH, as for a reader who pastes
        input=text,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "no_proxy": "127.0.0.1"},
    )
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]
