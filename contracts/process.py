"""A target that the kit starts itself, by a command, and ends again."""

import contextlib
import os
import shlex
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import httpx

from contracts.budget import Budget
from contracts.client import Address, trusted
from contracts.errors import SetUpError, TargetGoneError
from contracts.target import Target

PORT = "{port}"
START_SECONDS = 30.0
STOP_SECONDS = 5.0
PAUSE_SECONDS = 0.05
ENDING_SECONDS = 2.0
"""How long a process that answers no more has to end, so that it can be said how it did."""

QUESTION_SECONDS = 5.0
TAIL_LINES = 20
TAIL_BYTES = 8 * 1024


class TargetProcess:
    """A context manager: the target's command runs while it is open.

    `{port}` in the command and in the URLs is replaced by a free port, which the command also finds in its environment
    as `PORT`. `target` is the target with that filled in.
    """

    def __init__(self, target: Target, budget: Budget) -> None:
        self.target = _with_port(target)
        self._budget = budget
        address = Address(self.target.url, QUESTION_SECONDS, self.target.ca_file)
        self._http = httpx.Client(
            timeout=QUESTION_SECONDS,
            limits=httpx.Limits(max_keepalive_connections=0),
            trust_env=not address.is_local,
            verify=trusted(address),
        )
        self._process: subprocess.Popen[bytes] | None = None
        self._close = contextlib.ExitStack()

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as opened:
            self.folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="proofreel-target-")))
            self._output = self.folder / "output"
            opened.callback(self._http.close)
            opened.callback(self._end)
            if self._answer() is not None:
                message = f"something answers at {self.target.url} already; end it, or leave --run out to judge it"
                raise SetUpError(message)
            self._start({})
            self._close = opened.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close.close()

    @property
    def pid(self) -> int:
        """The process id of the command, which leads a process group of its own."""
        return self._running.pid

    def restart(self, environment: Mapping[str, str]) -> None:
        """End it, and start it again with these variables added to its environment. Raises `SetUpError`."""
        self._end()
        self._start(environment)

    def poke(self) -> httpx.Headers:
        """Send a request that is of no other use, on a connection of its own; the headers of whatever it is answered.

        Raises `TargetGoneError`.
        """
        answer = self._answer()
        if answer is None:
            code = self._exit_code()
            how = "does not answer any more" if code is None else f"has ended with {_in_words(code)}"
            message = f"the target {how}; its last words:\n{self.last_words()}"
            raise TargetGoneError(message)
        return answer

    def _exit_code(self) -> int | None:
        """The exit code; None where it goes on. A process that ends closes its connections first."""
        try:
            return self._running.wait(ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            return None

    def last_words(self) -> str:
        """The end of what it has written to its standard output and error."""
        with self._output.open("rb") as output:
            size = output.seek(0, os.SEEK_END)
            output.seek(max(0, size - TAIL_BYTES))
            lines = output.read().decode("utf-8", "replace").splitlines()
        return "\n".join(lines[-TAIL_LINES:]) or "(none)"

    @property
    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            message = "the target has not been started"
            raise RuntimeError(message)
        return self._process

    def _start(self, environment: Mapping[str, str]) -> None:
        try:
            words = shlex.split(self.target.run or "")
            with self._output.open("wb") as output:
                self._process = subprocess.Popen(  # noqa: S603 - the command that the user gave for this
                    words,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env={**os.environ, "PORT": str(_port_of(self.target.url)), **environment},
                    start_new_session=True,
                )
        except (OSError, ValueError, IndexError) as error:
            message = f"the target cannot be started by the command {self.target.run!r}: {error}"
            raise SetUpError(message) from error
        self._wait_until_it_answers(self._process)

    def _wait_until_it_answers(self, process: "subprocess.Popen[bytes]") -> None:
        seconds = min(START_SECONDS, self._budget.remaining_seconds)
        deadline = time.monotonic() + seconds
        while self._answer() is None:
            code = process.poll()
            if code is not None:
                message = f"the target has ended with {_in_words(code)} before it answered; its last words:\n"
                raise SetUpError(message + self.last_words())
            if time.monotonic() >= deadline:
                message = (
                    f"the target does not answer at {self.target.url} within {seconds:g} s; does it listen on the port "
                    f"that it is given ({PORT} in the command, PORT in the environment)? Its last words:\n"
                )
                raise SetUpError(message + self.last_words())
            time.sleep(PAUSE_SECONDS)

    def _answer(self) -> httpx.Headers | None:
        try:
            with self._http.stream("GET", self.target.url) as response:
                return response.headers
        except (httpx.HTTPError, OSError):
            return None

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        # The group outlives its leader where that has left children behind.
        _signal(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
        _signal(process.pid, signal.SIGKILL)
        process.wait()


def _signal(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _in_words(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"signal {-code}"


def _with_port(target: Target) -> Target:
    texts = (target.run or "", target.url, target.control or "")
    if not any(PORT in text for text in texts):
        return target
    port = str(_free_port()) if PORT in target.url else str(_port_of(target.url))
    return replace(
        target,
        run=target.run and target.run.replace(PORT, port),
        url=target.url.replace(PORT, port),
        control=target.control and target.control.replace(PORT, port),
    )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _port_of(url: str) -> int:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError as error:
        message = f"{url} is no URL: {error}"
        raise SetUpError(message) from error
    return port or (443 if parts.scheme == "https" else 80)
