"""`make demo` runs to its end, and stops where the server is not as it says."""

import io
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from rich.console import Console

from demo import clip
from demo.client import Client, connected
from demo.expectation import UnexpectedError
from demo.judgement import judge
from demo.receiver import Receiver
from demo.server import running
from demo.stage import Stage
from demo.story import Story

ROOT = Path(__file__).parents[1]
COLOUR_SETTINGS = {"FORCE_COLOR", "CLICOLOR_FORCE", "TTY_COMPATIBLE", "COLUMNS"}


def plain_environment() -> Mapping[str, str]:
    return {name: value for name, value in os.environ.items() if name not in COLOUR_SETTINGS}


def test_demo_tells_its_whole_story() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "demo"], cwd=ROOT, env=plain_environment(), capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stdout + run.stderr
    told = " ".join(run.stdout.split())
    for phrase in (
        "SUCCESS",
        "+ 35 min 5 s 4 of 8 200, delivered right",
        "vp9 + opus 640x360 75",
        "the clock moved 27 h 35 min 5 s",
        "Disabled at 2026-01-02 04:10:10, after 8 consecutive failures",
        "signed with the new secret",
        "Everything above was checked.",
        "✗ new → invalid The receiver answered 500. (task: receiver-refused)",
        "✓ invalid → valid The receiver is repaired, and tested again.",
        "1200x630 PNG",
        "✗ The upload is told to fail: the log of the second render has no file.",
        "✓ The client has noticed nothing: status 200, and the same image.",
        "✓ Credits: 2, one for each render.",
        "As it is: 7 of 7 rows of the retry schedule hold.",
        "✗ RIO-RTY-013 Attempt 3 is made 5 minutes after attempt 2 has failed.",
        "source: Polling & Webhooks, Retry schedule, row 3: “5 minutes”",
        "it came after 6 min",
        "The kit has found this, and nothing else",
    ):
        assert phrase in told
    assert "\x1b" not in run.stdout
    assert max(map(len, run.stdout.splitlines())) <= 80
    assert run.stderr == ""


def test_demo_saves_a_picture_that_loads_nothing(tmp_path: Path) -> None:
    picture = tmp_path / "demo.svg"

    run = subprocess.run(
        [sys.executable, "-m", "demo", "--save-svg", str(picture)], cwd=ROOT, stdout=subprocess.PIPE, check=False
    )

    assert run.returncode == 0
    text = picture.read_text("utf-8")
    assert "make&#160;demo" in text or "make demo" in text
    assert "@font-face" not in text


def test_interrupted_demo_takes_its_server_along() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "demo"],
        cwd=ROOT,
        env={**plain_environment(), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as demo:
        assert demo.stdout is not None
        line = next(line for line in demo.stdout if "proofreel serve" in line)
        demo.send_signal(signal.SIGINT)
        _, complaints = demo.communicate()

    address = urlsplit(line.split()[2].removesuffix(","))
    assert demo.returncode == 130
    assert complaints == "\nStopped.\n"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=1)


def test_demo_stops_at_a_wrong_schedule(wrong_documents: Path) -> None:
    with (
        running("--openapi", str(wrong_documents)) as url,
        connected(url, "ffsk_demo") as client,
        pytest.raises(UnexpectedError, match=r"the attempts came after \[0.0, 5.0, 295.0"),
    ):
        tell(Receiver(clip.make_clip(), client.now), client)


def test_demo_stops_where_the_kit_finds_what_is_not_told(wrong_documents: Path) -> None:
    with (
        running("--openapi", str(wrong_documents)) as url,
        pytest.raises(UnexpectedError, match=r"RIO-RTY-014 failed: attempt 4 was to come 30 min .* after 30 min 10 s"),
    ):
        judge(Stage(Console(file=io.StringIO())), url)


def test_demo_stops_where_there_is_nothing_to_judge() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"

    with pytest.raises(UnexpectedError, match="cannot be judged"):
        judge(Stage(Console(file=io.StringIO())), url)


@pytest.fixture
def wrong_documents(tmp_path: Path) -> Path:
    """A folder of documents like ours, but with other waits before the third and the fourth attempt."""
    for name in ("renderio", "control"):
        (tmp_path / name).mkdir()
        text = files("openapi").joinpath(name, "openapi.yaml").read_text("utf-8")
        late = text.replace("delays_seconds: [0, 5, 300, 1800,", "delays_seconds: [0, 5, 290, 1810,")
        (tmp_path / name / "openapi.yaml").write_text(late, "utf-8")
    return tmp_path


def test_demo_stops_at_a_wrong_signature() -> None:
    class Forgetful(Receiver):
        def take(self, body: bytes, signature: str) -> int:
            return super().take(body, signature.upper())

    with (
        running() as url,
        connected(url, "ffsk_demo") as client,
        pytest.raises(UnexpectedError, match="a signature is wrong"),
    ):
        tell(Forgetful(clip.make_clip(), client.now), client)


def test_demo_says_why_no_server_started() -> None:
    with pytest.raises(UnexpectedError, match="no moment"), running("--clock-start", "yesterday"):
        pass


def tell(receiver: Receiver, client: Client) -> None:
    with receiver.listening():
        Story(Stage(Console(file=io.StringIO())), client, receiver).tell()
