"""The README says what is so: its snippets are files that run against the real server, its numbers the document's."""

import contextlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import accumulate
from pathlib import Path
from typing import Any

import httpx
import pytest

from contracts.catalogue import Observable, known_apis, load_catalogue
from contracts.plugin import OPTIONS
from contracts.results import ExitCode
from contracts.settings import plan
from contracts.target_file import load_target_file
from contracts.verdicts import Status, TimeLevel
from demo.client import Client, connected
from demo.server import running
from mockserver.behaviours.catalogue import load as load_behaviours
from mockserver.documents import load
from proofreel.cli import main
from tests.shell import SNIPPETS, adapted, free_port, in_shell, needs_shell, wait_until_listening

ROOT = Path(__file__).parents[1]
DOCUMENTS = (
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "docs/bannx.md",
    "docs/control-protocol.md",
    "docs/ricloud.md",
    "scenarios/README.md",
)
LOCAL_URL = "http://127.0.0.1:8740"
README = (ROOT / "README.md").read_text("utf-8")
GUIDES = README + "".join((ROOT / "docs" / name).read_text("utf-8") for name in ("bannx.md", "ricloud.md"))
LANGUAGES = {".py": "python", ".mjs": "js", ".php": "php", ".sh": "sh"}
SECRET = "whsec_readme"  # noqa: S105 - the README's own
RECEIVERS: dict[str, Callable[[int], list[str]]] = {
    "receiver.py": lambda _: ["python3", str(SNIPPETS / "receiver.py")],
    "receiver.mjs": lambda _: ["node", str(SNIPPETS / "receiver.mjs")],
    "receiver.php": lambda port: ["php", "-S", f"127.0.0.1:{port}", str(SNIPPETS / "receiver.php")],
}


def command_lines(text: str) -> list[list[str]]:
    """The words of every command of ours, or of pytest with our suites, in a document's blocks for a shell."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    words = [shlex.split(line, comments=True) for line in lines if line.startswith(("proofreel ", "pytest "))]
    return [each for each in words if each[0] == "proofreel" or any("contracts.suites." in word for word in each)]


def options_of(words: list[str]) -> set[str]:
    """The options that this command has."""
    if words[0] == "pytest":
        return {"--pyargs", *suite_options()}
    parameters = main.commands[words[1]].params
    return {"--help", *(name for parameter in parameters for name in (*parameter.opts, *parameter.secondary_opts))}


def suite_options() -> set[str]:
    return {f"--{prefix}{name}" for name in OPTIONS for prefix in ("", "proofreel-")}


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


def test_guides_show_every_snippet() -> None:
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", GUIDES, re.DOTALL | re.MULTILINE)

    for path in SNIPPETS.iterdir():
        assert (LANGUAGES[path.suffix], path.read_text("utf-8")) in blocks, path.name


def test_guides_show_no_program_that_is_not_a_snippet() -> None:
    blocks = re.findall(r"^```(python|js|php)\n(.*?)^```$", GUIDES, re.DOTALL | re.MULTILINE)

    assert {text for _, text in blocks} <= {path.read_text("utf-8") for path in SNIPPETS.iterdir()}


def test_readme_schedule_is_the_documents() -> None:
    delays_ms = load("renderio").policies["commandCompleted"].delays_ms
    rows = re.findall(r"^\| (\d) \| [^|]+ \| (\d+) \|", README, re.MULTILINE)

    assert [(int(number), int(seconds) * 1000) for number, seconds in rows] == list(
        enumerate(accumulate(delays_ms), start=1)
    )


def test_readme_counts_are_the_catalogues() -> None:
    requirements = load_catalogue("renderio").values()
    behaviours = [behaviour for api in known_apis() for behaviour in load_behaviours(api)]
    unseen = [it for it in requirements if it.observable is Observable.NONE]

    assert f"Each of the {len(requirements)} requirements" in README
    assert f"| time level | when | seen, of {len(requirements)} |" in README
    assert len(unseen) == 7
    assert "seven cannot be seen from outside" in README
    rows = re.findall(r"^\| ([A-Za-z]+) \| [^|]+ \| (\d+) \| [^|]+ \|$", README, re.MULTILINE)
    assert {name.lower(): int(count) for name, count in rows} == {it: len(load_catalogue(it)) for it in known_apis()}
    assert "more than 350 faults and more than 170 readings" in README
    assert sum(it.kind == "fault" for it in behaviours) > 350
    assert sum(it.kind == "reading" for it in behaviours) > 170
    assert "Thirteen stories" in README
    assert len(list((ROOT / "scenarios").glob("*.arazzo.yaml"))) == 13


def test_readme_lists_every_verdict_time_level_and_exit_code() -> None:
    table = README.partition("| verdict | meaning |")[2].partition("\n\n")[0]
    verdicts = re.findall(r"^\| ([a-z ]+) \| [A-Z]", table, re.MULTILINE)
    levels = re.findall(r"^\| `([a-z]+)` \| ", README, re.MULTILINE)
    codes = re.findall(r"(?m)^\| (\d) ", README.partition("| exit code |")[2].partition("\n\n")[0])

    assert verdicts == list(Status)
    assert set(levels) == set(TimeLevel)
    assert [int(code) for code in codes] == list(ExitCode)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_document_shows_only_commands_and_options_that_exist(document: str) -> None:
    text = (ROOT / document).read_text("utf-8")

    for words in command_lines(text):
        given = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert given <= options_of(words), words
    inline = set(re.findall(r"`(--[a-z-]+)", text))
    assert inline <= set().union(*(options_of(["proofreel", name]) for name in main.commands), suite_options())


@pytest.mark.parametrize("document", DOCUMENTS)
def test_document_links_lead_somewhere(document: str) -> None:
    text = (ROOT / document).read_text("utf-8")
    headings = {
        re.sub(r"[^a-z0-9 -]", "", line.lower()).replace(" ", "-") for line in re.findall(r"(?m)^#+ (.+)$", text)
    }

    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", text):
        path, _, anchor = target.partition("#")
        assert not path or (ROOT / document).parent.joinpath(path).is_file(), target
        assert path or anchor in headings, target


@pytest.mark.parametrize(
    "words",
    [
        words
        for words in command_lines(README)
        if words[:2] in (["proofreel", "explain"], ["proofreel", "requirements"]) or "--list" in " ".join(words)
    ],
    ids=" ".join,
)
def test_readme_command_that_only_tells_something_works(words: list[str]) -> None:
    told = subprocess.run([sys.executable, "-m", *words], capture_output=True, text=True, check=False)

    assert told.returncode == 0, told.stderr
    assert len(told.stdout.splitlines()) > 5


def test_readme_judges_the_server(server: str) -> None:
    [words, *_] = [words for words in command_lines(README) if words[:2] == ["proofreel", "verify"]]
    judged = subprocess.run(
        [sys.executable, "-m", *[word.replace(LOCAL_URL, server) for word in words], "--only", "RIO-CFG-00"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert LOCAL_URL in words
    assert judged.returncode == 0, judged.stderr
    assert "time level control" in judged.stdout
    assert "conforms\n9 passed" in judged.stdout


def test_readme_target_file_is_one(tmp_path: Path) -> None:
    [text] = re.findall(r"^```toml\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    path = tmp_path / "target.toml"
    path.write_text(text, "utf-8")

    settings = load_target_file(path, {"STAGING_API_KEY": "ffsk_one"})

    assert (settings.api_key, settings.receiver_port) == ("ffsk_one", 9000)
    assert plan(settings).target.expected_failures == {"RIO-CMD-021": "original_request is shortened; known"}


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


@needs_shell
def test_behaviours_are_switched_on_and_off(server: str) -> None:
    key = {"X-API-KEY": "ffsk_misled"}
    text = adapted("behaviours.sh", (LOCAL_URL, server), ("ffsk_readme", "ffsk_misled"))
    misled, _, behaving = text.partition("# Behave again.")

    output = in_shell(misled)
    told = httpx.get(f"{server}/_control/behaviours", headers=key, trust_env=False).json()["behaviours"]
    in_shell(text.partition("#")[0] + behaving)
    then = httpx.get(f"{server}/_control/behaviours", headers=key, trust_env=False).json()["behaviours"]

    assert [int(line) for line in output.split()] == [2, len(told)]
    assert [it["id"] for it in told if it["active"]] == ["signature-in-capitals", "third-attempt-late"]
    assert [it["id"] for it in then if it["active"]] == []


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


def session(server: str, *, key: str, receiver: str) -> list[dict[str, Any]]:
    """Run the README's session against other ports and with another key; its output, a JSON value a line."""
    text = adapted(
        "session.sh",
        (LOCAL_URL, server),
        ("http://127.0.0.1:9000", receiver),
        ("9001", str(free_port())),
        ("ffsk_readme", key),
    )
    return [json.loads(line) for line in in_shell(text).splitlines()]
