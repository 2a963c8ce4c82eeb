"""Hypothesis in one thread at a time, and out of the user's folder."""

import os
import threading
from pathlib import Path
from types import TracebackType

from hypothesis.configuration import set_hypothesis_home_dir, storage_directory


class HypothesisLock:
    """To be held while hypothesis runs; one thread may hold it several times over.

    Hypothesis reads the source of functions, and Python 3.11 cannot parse in two threads at once: at random, it fails
    with "AST constructor recursion depth mismatch".
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._homes: list[Path] = []

    def __enter__(self) -> None:
        self._lock.acquire()
        home = storage_directory(intent_to_write=False).home_directory
        self._homes.append(home)
        # What hypothesis keeps for itself, such as tables of Unicode, is no business of the folder that a run began in;
        # where it has been before, by the user's own doing, it stays.
        if "HYPOTHESIS_STORAGE_DIRECTORY" not in os.environ and not home.exists():
            set_hypothesis_home_dir(cache_folder())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        set_hypothesis_home_dir(self._homes.pop())
        self._lock.release()


def cache_folder() -> Path:
    """Where hypothesis may keep what is quicker to read than to make; it does without where it cannot write there."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "proofreel" / "hypothesis"


HYPOTHESIS = HypothesisLock()
"""There is one hypothesis, and so one lock."""
