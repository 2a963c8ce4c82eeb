"""Runs `proofreel serve` as a process of its own, the way a developer would."""

import contextlib
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from demo.expectation import expect

ROOT = Path(__file__).parents[1]
START_SECONDS = 30
STOP_SECONDS = 8
LOG_LINES = 8


@contextlib.contextmanager
def running(*options: str) -> Iterator[str]:
    """A server on a free port, gone at the end; its URL."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(  # noqa: S603 - our own program and arguments
            [
                sys.executable,
                "-c",
                "from proofreel.cli import main; main()",
                "serve",
                "--port",
                "0",
                "--log-level",
                "warning",
                *options,
            ],
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            yield _announced(process, log)
        finally:
            _stop(process)


def _announced(process: "subprocess.Popen[str]", log: IO[bytes]) -> str:
    line = ""
    if process.stdout is not None and select.select([process.stdout], [], [], START_SECONDS)[0]:
        line = process.stdout.readline()
    _, found, url = line.strip().partition("listening on ")
    expect(bool(found), f"the server did not start; its last words:\n{_last_words(log)}")
    return url


def _last_words(log: IO[bytes]) -> str:
    log.seek(0)
    lines = log.read().decode(errors="replace").strip().splitlines()
    return "\n".join(lines[-LOG_LINES:]) or "(none)"


def _stop(process: "subprocess.Popen[str]") -> None:
    process.send_signal(signal.SIGINT)  # not SIGTERM: one that comes while Python still starts would leave files behind
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
