"""A `proofreel serve` of one's own: started on a free port, and ended again."""

import contextlib
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import IO

from contracts.errors import SetUpError

START_SECONDS = 60
STOP_SECONDS = 10
TAIL_LINES = 12


@contextlib.contextmanager
def own_server(*options: str) -> Iterator[str]:
    """The URL of a server that runs while the context is open; raises `SetUpError` where it does not start."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(  # noqa: S603 - our own program and arguments
            [sys.executable, "-m", "proofreel", "serve", "--port", "0", "--log-level", "warning", *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,  # Ctrl-C is for the command in front; it ends the server in its own time
        )
        try:
            yield _announced(process, log)
        finally:
            _end(process)


def _announced(process: "subprocess.Popen[str]", log: IO[bytes]) -> str:
    line = ""
    if process.stdout is not None and select.select([process.stdout], [], [], START_SECONDS)[0]:
        line = process.stdout.readline()
    _, found, url = line.strip().partition("listening on ")
    if not found:
        log.seek(0)
        tail = "\n".join(log.read().decode(errors="replace").splitlines()[-TAIL_LINES:]) or "(none)"
        message = f"the server did not start; its last words:\n{tail}"
        raise SetUpError(message)
    return url


def _end(process: "subprocess.Popen[str]") -> None:
    process.send_signal(signal.SIGINT)  # not SIGTERM: one that comes while Python still starts would leave files behind
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
