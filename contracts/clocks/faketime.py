"""Makes the clock of a process jump, with libfaketime loaded into it, and finds out first whether that works."""

import os
import sysconfig
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

from contracts.errors import SetUpError, TargetGoneError
from contracts.process import TargetProcess

LIBRARY = "libfaketime.so.1"
PLACES = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/local/lib64")
PATTERNS = (f"faketime/{LIBRARY}", f"*/faketime/{LIBRARY}")
PROBE_JUMP_SECONDS = 3600
PROBE_SECONDS = 3.0
PROBE_PAUSE_SECONDS = 0.1


class FakeTime:
    """A file that every process with the library in it reads at each look at the clock."""

    def __init__(self, library: Path, folder: Path, process: TargetProcess) -> None:
        self.offset_seconds = 0
        self._library = library
        self._file = folder / "offset"
        self._process = process
        self._write()

    def environment(self) -> Mapping[str, str]:
        """What a process has to be started with."""
        before = os.environ.get("LD_PRELOAD")
        return {
            "LD_PRELOAD": f"{self._library}:{before}" if before else str(self._library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
        }

    def jump(self, seconds: int) -> None:
        """Move the clock ahead at once, and wake the target, so that it looks at its timers.

        Raises `TargetGoneError`.
        """
        self.offset_seconds += seconds
        self._write()
        self.wake()

    def wake(self) -> None:
        """Wake the target alone. Raises `TargetGoneError`."""
        self._process.poke()

    def _write(self) -> None:
        # Renamed over the old one: no reader ever sees half a file.
        new = self._file.with_suffix(".new")
        new.write_text(f"+{self.offset_seconds}s\n", "ascii")
        new.replace(self._file)


def steps_of(process: TargetProcess) -> FakeTime | str:
    """Start the target again with a clock that can jump; or why that cannot be, with the target as it was.

    Raises `SetUpError` where it does not start any more.
    """
    library = find_library()
    if library is None:
        return f"{LIBRARY} was not found; install the Debian package faketime"
    folder = process.folder / "faketime"
    folder.mkdir(exist_ok=True)
    steps = FakeTime(library, folder, process)
    try:
        process.restart(steps.environment())
        problem = _problem(steps, process)
    except SetUpError as error:
        problem = f"it does not start with {LIBRARY} loaded: {error}"
    except TargetGoneError as error:
        problem = f"it does not survive a step of its clock: {error}"
    if problem is None:
        return steps
    process.restart({})
    return problem


def find_library() -> Path | None:
    """The library, for the machine that this runs on; None where it is not installed."""
    found = [path for place in PLACES for pattern in PATTERNS for path in sorted(Path(place).glob(pattern))]
    own = sysconfig.get_config_var("MULTIARCH")
    return min(found, key=lambda path: own not in path.parts, default=None)


def _problem(steps: FakeTime, process: TargetProcess) -> str | None:
    strangers = [name for name, maps in _programs(process.pid) if LIBRARY not in maps]
    if strangers:
        names = ", ".join(sorted(set(strangers)))
        return (
            f"{names} does not load {LIBRARY}: it is linked statically, or with another C library than the machine's "
            "(Go, musl), or may not be preloaded (setuid)"
        )
    before = _date(process)
    steps.jump(PROBE_JUMP_SECONDS)
    if before is None:
        process.poke()
        return None  # it shows no clock; that the library is there has to do
    deadline = time.monotonic() + PROBE_SECONDS
    while time.monotonic() < deadline:
        moved = _date(process)
        if moved is not None and moved - before >= timedelta(seconds=PROBE_JUMP_SECONDS - 1):
            return None
        time.sleep(PROBE_PAUSE_SECONDS)
    return f"the Date of its answers does not move when its clock is moved by {PROBE_JUMP_SECONDS} s"


def _date(process: TargetProcess) -> datetime | None:
    text = process.poke().get("Date")
    try:
        return None if text is None else parsedate_to_datetime(text)
    except ValueError:
        return None


def _programs(group: int) -> list[tuple[str, str]]:
    """Name and memory map of every process of a group that can be read."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(folder.name)) == group:
                maps = (folder / "maps").read_text("utf-8", "replace")
                if maps:  # else it has ended
                    found.append(((folder / "comm").read_text("utf-8", "replace").strip(), maps))
        except OSError:
            continue
    return found
