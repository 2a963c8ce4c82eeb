"""Reports are files that are whole or not there."""

import os
from pathlib import Path

import pytest

from contracts.errors import SetUpError
from contracts.reports.write import write_reports
from contracts.results import Results

NAMES = ["badge.json", "badge.svg", "junit.xml", "report.html", "report.json"]


def test_reports_are_written_into_a_folder_that_is_made(tmp_path: Path, everything: Results) -> None:
    folder = tmp_path / "a" / "b"
    written = write_reports(everything, folder)
    assert sorted(path.name for path in written) == NAMES
    assert sorted(path.name for path in folder.iterdir()) == NAMES
    assert all(path.stat().st_size > 80 for path in written)


def test_reports_of_before_are_replaced_in_one_step(tmp_path: Path, everything: Results) -> None:
    before = tmp_path / "report.json"
    before.write_text("before")
    with before.open() as reader:
        write_reports(everything, tmp_path)
        assert reader.read() == "before"
    assert before.read_text("utf-8").startswith("{")


def test_folder_that_cannot_be_made_is_said(tmp_path: Path, everything: Results) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SetUpError, match=r"the reports cannot be written to .*/file/out"):
        write_reports(everything, tmp_path / "file" / "out")


def test_failed_write_leaves_nothing_behind(
    tmp_path: Path, everything: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int, mode: str) -> None:
        os.close(descriptor)
        assert mode == "wb"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fdopen", full)
    with pytest.raises(SetUpError, match="No space left on device"):
        write_reports(everything, tmp_path)
    assert list(tmp_path.iterdir()) == []
