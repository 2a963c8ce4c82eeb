import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis.configuration import set_hypothesis_home_dir, storage_directory

from contracts.hypothesis_lock import HypothesisLock, cache_folder


def home() -> Path:
    return storage_directory(intent_to_write=False).home_directory


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of hypothesis that is not there yet, and a cache."""
    monkeypatch.delenv("HYPOTHESIS_STORAGE_DIRECTORY", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    before = home()
    set_hypothesis_home_dir(tmp_path / ".hypothesis")
    yield tmp_path
    set_hypothesis_home_dir(before)


def test_nothing_is_kept_in_a_folder_that_had_nothing(elsewhere: Path) -> None:
    with HypothesisLock():
        assert home() == cache_folder() == elsewhere / "cache" / "proofreel" / "hypothesis"
    assert home() == elsewhere / ".hypothesis"


def test_home_that_is_there_stays(elsewhere: Path) -> None:
    (elsewhere / ".hypothesis").mkdir()
    with HypothesisLock():
        assert home() == elsewhere / ".hypothesis"


def test_lock_may_be_held_twice_by_one_thread(elsewhere: Path) -> None:
    lock = HypothesisLock()
    with lock, lock:
        assert home() == cache_folder()
    assert home() == elsewhere / ".hypothesis"


def test_other_thread_waits() -> None:
    lock, order = HypothesisLock(), []

    def other() -> None:
        with lock:
            order.append("other")

    with lock:
        thread = threading.Thread(target=other)
        thread.start()
        order.append("first")
    thread.join(10)
    assert order == ["first", "other"]
