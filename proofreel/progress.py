"""What is shown while a run goes on: a bar on a terminal, lines elsewhere."""

import threading
import time
from collections import Counter
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from contracts.results import CheckResult
from contracts.verdicts import Status, fold

QUIET_SECONDS = 2.0
"""Lines come no more often than this."""

NAMES = {
    Status.PASSED: "passed",
    Status.FAILED: "failed",
    Status.ERROR: "in error",
    Status.NOT_RUN: "not run",
    Status.NOT_OBSERVABLE: "not observable",
}


class Progress:
    """Counts the checks that are over; a context manager. `hear` may be called from any thread."""

    def __init__(self, console: Console, total: int) -> None:
        self._console = console
        self._total = total
        self._counts: Counter[Status] = Counter()
        self._lock = threading.Lock()
        self._said_at = time.monotonic()
        self._bar = Bar(
            TextColumn("checks"),
            BarColumn(),
            TextColumn("{task.completed:.0f}/{task.total:.0f}  {task.description}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=total)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def end(self, words: str) -> None:
        """Give the terminal back as it was, for a process that is about to end, and print these words."""
        self._bar.stop()
        self._console.print(words, highlight=False, markup=False)

    def hear(self, result: CheckResult) -> None:
        """Count a check that is over."""
        with self._lock:
            self._counts[fold(finding.status for finding in result.findings)] += 1
            self._bar.update(self._task, advance=1, description=self._summary)
            if not self._console.is_terminal and time.monotonic() - self._said_at >= QUIET_SECONDS:
                self._said_at = time.monotonic()
                done = self._counts.total()
                self._console.print(f"checks {done}/{self._total}: {self._summary}", highlight=False)

    @property
    def _summary(self) -> str:
        return ", ".join(f"{self._counts[status]} {name}" for status, name in NAMES.items() if self._counts[status])
