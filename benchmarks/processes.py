"""The processes that a benchmark measures, and the one that answers webhooks."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def running(*arguments: str) -> Iterator[tuple[str, int]]:
    """A process of `python -m …` that prints its URL as the last word of its first line: URL and process id."""
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=os.environ
    )
    try:
        assert process.stdout is not None
        first = process.stdout.readline().split()
        assert first, f"{arguments} did not start"
        yield first[-1], process.pid
    finally:
        process.terminate()
        process.wait()


def server(*options: str) -> contextlib.AbstractContextManager[tuple[str, int]]:
    """The reference server."""
    return running("proofreel", "serve", "--port", "0", "--log-level", "warning", *options)


def receiver(clip: Path | None = None) -> contextlib.AbstractContextManager[tuple[str, int]]:
    """A receiver that answers every POST with 500, and GET /clip with a file; in a process of its own."""
    return running("benchmarks.receiver", *([str(clip)] if clip else []))


def resident_mib(pid: int) -> float:
    """The resident memory of a process, in MiB."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
