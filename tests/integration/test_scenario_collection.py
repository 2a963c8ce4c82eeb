"""pytest collects scenarios where a conftest.py asks for it."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import RunningServer

ROOT = Path(__file__).parents[2]
SCENARIO = "polling-only.arazzo.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with one scenario and the documents that it names."""
    (tmp_path / "scenarios").mkdir()
    shutil.copytree(ROOT / "openapi", tmp_path / "openapi")
    for name in ("conftest.py", SCENARIO):
        shutil.copy(ROOT / "scenarios" / name, tmp_path / "scenarios")
    return tmp_path


def run(folder: Path, server: "RunningServer") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            *("--proofreel-target", server.url, "scenarios"),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def test_each_workflow_is_a_test(folder: Path, server: "RunningServer") -> None:
    ended = run(folder, server)
    assert ended.returncode == 0, ended.stdout
    assert "1 passed" in ended.stdout


def test_scenario_that_does_not_hold_names_the_step(folder: Path, server: "RunningServer") -> None:
    path = folder / "scenarios" / SCENARIO
    text = path.read_text("utf-8")
    assert "SUCCESS" in text
    path.write_text(text.replace("SUCCESS", "TRIUMPH"), "utf-8")
    ended = run(folder, server)
    assert ended.returncode == 1
    assert "TRIUMPH" in ended.stdout
    assert "Traceback" not in ended.stdout


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("arazzo: 1.0.1", "arazzo: 9.9.9"), "this runner reads versions 1.0.x"),
        (("renderio/openapi.yaml", "nowhere.yaml"), "the source renderio cannot be read"),
    ],
)
def test_scenario_that_cannot_be_run_says_why_without_a_traceback(
    folder: Path, server: "RunningServer", change: tuple[str, str], message: str
) -> None:
    path = folder / "scenarios" / SCENARIO
    text = path.read_text("utf-8")
    assert change[0] in text
    path.write_text(text.replace(*change), "utf-8")
    ended = run(folder, server)
    assert ended.returncode != 0
    assert message in ended.stdout
    assert "collection.py" not in ended.stdout
