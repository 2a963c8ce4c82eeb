"""A space: its log, its credits, and the callbacks that its renders are followed by."""

import contextlib
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .manners import Callbacks
from .storage import File, Storage

Step = Literal["upload", "log", "credits"]
Fault = Literal["fail", "hang"]

STEPS: tuple[Step, ...] = ("upload", "log", "credits")
PAUSE_SECONDS = 0.25


@dataclass(eq=False)
class Entry:
    """A request in the log. `file` is there once it is uploaded and the log knows it."""

    request_id: str
    page_id: str | None
    status: int
    created_ms: int
    file: File | None = None


@dataclass(frozen=True)
class Render:
    """A render that was successful, and how many credits it is worth."""

    entry: Entry
    file: File
    credits: int


@dataclass(eq=False)
class Callback:
    """What follows a render; `done` are the steps that have worked, `faults` what goes wrong."""

    render: Render
    faults: Mapping[Step, Fault]
    done: set[Step] = field(default_factory=set)


class Space:
    """What belongs to one token. Its methods may be called by several threads."""

    def __init__(self, storage: Storage, manners: Callbacks) -> None:
        self._storage = storage
        self._manners = manners
        self._pulse = threading.Condition()
        self._turn = threading.Lock()
        self._log: list[Entry] = []
        self._faults: dict[Step, Fault] = {}
        self._owed = 0
        self._broken: list[Callback] = []
        self.credits = 0

    def has_failed(self, entry: Entry) -> None:
        """A request was answered with an error."""
        if self._manners.logs_failures:
            self._enter(entry)

    def owe(self, render: Render) -> Callable[[], None]:
        """A render was successful: what is returned begins its callback, and is to be called once."""
        with self._pulse:
            self._owed += not self._manners.settles_what_has_begun
            faults = dict(self._faults) if self._manners.faults_as_begun else self._faults
        if not self._manners.logged_late:
            self._enter(render.entry)
        return lambda: self._begin(Callback(render, faults))

    def upload(self, file: File) -> bool:
        """Upload a file; whether that worked."""
        return self._upload(file, self._faults)

    def set_fault(self, step: Step, fault: Fault | None) -> None:
        """From now on a step goes wrong, or works again; then what has failed may be made up."""
        with self._pulse:
            if fault is not None:
                self._faults[step] = fault
                return
            self._faults.pop(step, None)
            self._pulse.notify_all()
            again = self._broken if self._manners.makes_up else []
            self._broken = []
            self._owed += 0 if self._manners.settles_what_has_begun else len(again)
        for callback in again:
            self._begin(callback)

    def settle(self) -> None:
        """Return once no callback is under way or owed."""
        with self._pulse:
            self._pulse.wait_for(lambda: not self._owed)

    def log(self) -> list[Mapping[str, Any]]:
        """The log, oldest first, as it is shown."""
        with self._pulse:
            return [self._shown(entry) for entry in self._log]

    def _enter(self, entry: Entry) -> None:
        with self._pulse:
            self._log.append(entry)

    def _begin(self, callback: Callback) -> None:
        threading.Thread(target=self._follow, args=(callback,), name="callback", daemon=True).start()

    def _follow(self, callback: Callback) -> None:
        try:
            time.sleep(self._manners.delay_seconds)
            with self._pulse:
                self._owed += self._manners.settles_what_has_begun
            if self._manners.logged_late and callback.render.entry not in self._log:
                self._enter(callback.render.entry)
            with self._turn if self._manners.in_turn else contextlib.nullcontext():
                self._carry_out(callback)
        finally:
            with self._pulse:
                self._owed -= 1
                if callback.done < set(STEPS):
                    self._broken.append(callback)
                self._pulse.notify_all()

    def _carry_out(self, callback: Callback) -> None:
        render, done, faults = callback.render, callback.done, callback.faults
        if "upload" not in done and self._upload(render.file, faults):
            done.add("upload")
        if "upload" in done and "log" not in done and self._try("log", faults, lambda: self._attach(render)):
            done.add("log")
        is_counted = self._manners.counts_without_file or "log" in done
        if is_counted and "credits" not in done and self._try("credits", faults, lambda: self._count(render)):
            done.add("credits")

    def _upload(self, file: File, faults: Mapping[Step, Fault]) -> bool:
        return self._try("upload", faults, lambda: self._storage.put(file))

    def _try(self, step: Step, faults: Mapping[Step, Fault], act: Callable[[], None]) -> bool:
        for number in range(self._manners.tries):
            time.sleep(PAUSE_SECONDS if number else 0)
            fault = faults.get(step)
            if fault == "fail":
                continue
            if fault == "hang":
                self._hang(step)
            act()
            return True
        return False

    def _hang(self, step: Step) -> None:
        ends_early = self._manners.hangs_until_mended
        with self._pulse:
            self._pulse.wait_for(
                lambda: ends_early and self._faults.get(step) != "hang", timeout=self._manners.hang_seconds
            )

    def _attach(self, render: Render) -> None:
        with self._pulse:
            render.entry.file = render.file

    def _count(self, render: Render) -> None:
        with self._pulse:
            self.credits += render.credits

    def _shown(self, entry: Entry) -> Mapping[str, Any]:
        file = entry.file and {
            "url": self._storage.url_of(entry.file.key),
            "content_type": entry.file.content_type.partition(";")[0].lower(),
            "size": len(entry.file.body),
            "sha256": entry.file.sha256,
        }
        return {
            "request_id": entry.request_id,
            "page_id": entry.page_id,
            "status": entry.status,
            "created_at": self._manners.written(entry.created_ms),
            "file": file,
        }
