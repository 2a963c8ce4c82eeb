"""Runs FFmpeg: no shell, no terminal, a bare environment, a process group that ends with the run."""

import asyncio
import contextlib
import functools
import os
import resource
import shutil
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mockserver.errors import SetUpError

VARIABLE = "PROOFREEL_FFMPEG"
TAIL_BYTES = 64 * 1024
TAIL_LINES = 12


@dataclass(frozen=True, slots=True)
class RunLimits:
    """How long a run may take, how large a file it may write, and how much memory it may use."""

    seconds: float
    most_bytes: int
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class Completed:
    """A run that is over: FFmpeg's exit code (negative: the signal that ended it) and its last words."""

    returncode: int
    timed_out: bool
    last_words: str


@functools.cache
def find_ffmpeg() -> str:
    """The FFmpeg to run: what `PROOFREEL_FFMPEG` names, else the one on PATH, else the wheel's (`imageio-ffmpeg`).

    Raises `SetUpError` where there is none.
    """
    named = os.environ.get(VARIABLE)
    if named:
        program = shutil.which(named)
        if program is None:
            message = f"{VARIABLE} names {named}, which is no program that can be run"
            raise SetUpError(message)
        return program
    on_path = shutil.which("ffmpeg")
    if on_path is not None:
        return on_path
    import imageio_ffmpeg  # noqa: PLC0415 - needed only where the system has none

    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        message = "no FFmpeg: install it, or the imageio-ffmpeg wheel of this platform"
        raise SetUpError(message) from error


async def run(program: str, arguments: Sequence[str], *, folder: Path, limits: RunLimits) -> Completed:
    """Run FFmpeg in `folder`, without a terminal; time-out and cancellation end its whole process group."""
    process = await asyncio.create_subprocess_exec(
        *_bound_to_this_process(),
        program,
        "-hide_banner",
        "-nostats",
        *arguments,
        cwd=folder,
        env={"PATH": os.defpath, "HOME": str(folder), "TMPDIR": str(folder), "LC_ALL": "C.UTF-8"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    _limit(process.pid, limits)
    timed_out = False
    try:
        tail = await asyncio.wait_for(_tail(process), limits.seconds)
    except TimeoutError:
        timed_out, tail = True, b""
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    return Completed(process.returncode or 0, timed_out, _last_lines(tail))


@functools.cache
def _bound_to_this_process() -> tuple[str, ...]:
    """What makes a run end with this server, however that ends; empty where the system has no such means."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return ()
    bound = (setpriv, "--pdeathsig", "KILL", "--")
    works = subprocess.run([*bound, setpriv, "--version"], check=False, capture_output=True)  # noqa: S603 - ours
    return bound if works.returncode == 0 else ()


async def _tail(process: asyncio.subprocess.Process) -> bytes:
    stream = process.stderr
    tail = b""
    while stream is not None and (part := await stream.read(TAIL_BYTES)):
        tail = (tail + part)[-TAIL_BYTES:]
    await process.wait()
    return tail


def _limit(pid: int, limits: RunLimits) -> None:
    # The processor-time limit outlives this server, where nothing else binds a run to it.
    cpu_seconds = max(1, round(limits.seconds)) * (os.cpu_count() or 1)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (limits.most_bytes, limits.most_bytes))
        resource.prlimit(pid, resource.RLIMIT_DATA, (limits.memory_bytes, limits.memory_bytes))
        resource.prlimit(pid, resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))


def _last_lines(tail: bytes) -> str:
    lines = [line.strip() for line in tail.decode(errors="replace").splitlines() if line.strip()]
    return "\n".join(lines[-TAIL_LINES:])
