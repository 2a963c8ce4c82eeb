"""Snippets of the documents, run in a shell as a reader would run them."""

import contextlib
import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

SNIPPETS = Path(__file__).parents[1] / "docs" / "snippets"
START_SECONDS = 20

needs_shell = pytest.mark.skipif(
    not all(map(shutil.which, ("bash", "curl", "python3"))), reason="the session needs bash, curl and python3"
)


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


def adapted(name: str, *replacements: tuple[str, str]) -> str:
    """A snippet with other ports and keys than those that a reader sees."""
    text = (SNIPPETS / name).read_text("utf-8")
    for ours, theirs in replacements:
        assert ours in text
        text = text.replace(ours, theirs)
    return text


def in_shell(text: str) -> str:
    """What a shell prints that the text is pasted into."""
    run = subprocess.run(
        ["bash", "-eu"],  # noqa: S607 - the one on PATH, as for a reader who pastes
        input=text,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "no_proxy": "127.0.0.1"},
    )
    assert run.returncode == 0, run.stderr
    return run.stdout
