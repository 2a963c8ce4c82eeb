"""The pytest plugin at work: the suites against running targets, and fixtures in a project of a client's own."""

import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import textwrap
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from contracts.check import checks_of
from contracts.run import select

if TYPE_CHECKING:
    from tests.conftest import RunningServer, StartServer

ROOT = Path(__file__).parents[2]
SUITE = ("--pyargs", "contracts.suites.renderio")
QUICK = ("--only", "RIO-AUT", "--only", "RIO-CFG-001")
MOST_SECONDS = 100

RunPytest = Callable[..., "subprocess.CompletedProcess[str]"]


def _registered() -> list[str]:
    points = importlib.metadata.entry_points(group="pytest11")
    return [] if any(point.value == "contracts.plugin" for point in points) else ["-p", "contracts.plugin"]


@pytest.fixture
def run_pytest(tmp_path: Path) -> RunPytest:
    """Run pytest with the plugin in `tmp_path`; how it ended."""

    def run(*arguments: str, registered: bool = False, **variables: str) -> "subprocess.CompletedProcess[str]":
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PROOFREEL_", "PYTEST_"))}
        return subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-p", "no:cacheprovider"),
                *([] if registered else _registered()),
                *arguments,
            ],
            cwd=tmp_path,
            env={**kept, "COLUMNS": "200", "NO_COLOR": "1", "TMPDIR": str(tmp_path), **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=MOST_SECONDS,
        )

    return run


def _verdicts(folder: Path) -> dict[str, str]:
    report = json.loads((folder / "report.json").read_text("utf-8"))
    return {verdict["id"]: verdict["status"] for verdict in report["verdicts"]}


def test_the_suite_says_what_verify_says(run_pytest: RunPytest, server: "RunningServer", tmp_path: Path) -> None:
    ended = run_pytest(*SUITE, "--target", server.url, *QUICK, "--seed", "1", "--report-dir", "by-pytest", "-q")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    command = [sys.executable, "-m", "proofreel", "verify", server.url, *QUICK, "--seed", "1"]
    subprocess.run([*command, "--report-dir", "by-verify"], cwd=tmp_path, check=True, capture_output=True)
    assert _verdicts(tmp_path / "by-pytest") == _verdicts(tmp_path / "by-verify")
    assert "verdicts on requirements" in ended.stdout


def test_workers_share_the_checks_and_one_report_comes_out(
    run_pytest: RunPytest, server: "RunningServer", tmp_path: Path
) -> None:
    ended = run_pytest(*SUITE, "--target", server.url, *QUICK, "-n", "2", "--report-dir", "out")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.count("verdicts on requirements") == 1
    assert _verdicts(tmp_path / "out")["RIO-AUT-001"] == "passed"
    run = [check["id"] for check in json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))["checks"]]
    assert sorted(run) == sorted(check.id for check in select(checks_of("renderio"), ("RIO-AUT", "RIO-CFG-001")))


def test_workers_are_refused_where_there_is_one_key(run_pytest: RunPytest, start_server: "StartServer") -> None:
    running = start_server("--api-key", "ffsk_only")
    ended = run_pytest(*SUITE, "--target", running.url, "-n", "2", PROOFREEL_API_KEY="ffsk_only")
    assert ended.returncode == pytest.ExitCode.USAGE_ERROR, ended.stdout + ended.stderr
    assert "-n does not work here" in ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr


def test_a_must_that_fails_fails_its_test_and_the_reports_say_so(
    run_pytest: RunPytest, start_server: "StartServer", tmp_path: Path
) -> None:
    running = start_server("--api-key", "ffsk_only")
    documents = ("--api-key", "ffsk_only", "--no-doctor", "--control", "off")
    ended = run_pytest(
        *SUITE, "--target", f"{running.url}/nowhere", *documents, "--only", "RIO-AUT-001", "--report-dir", "out", "-q"
    )
    assert ended.returncode == pytest.ExitCode.TESTS_FAILED, ended.stdout + ended.stderr
    assert "failed" in _verdicts(tmp_path / "out").values()
    assert "FAILED" in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr


def test_an_unexpected_pass_fails_the_run(run_pytest: RunPytest, server: "RunningServer", tmp_path: Path) -> None:
    file = tmp_path / "target.toml"
    file.write_text(f"[target]\nurl = '{server.url}'\n[expected_failures]\nRIO-AUT-001 = 'not yet'\n")
    ended = run_pytest(*SUITE, "--target", str(file), "--only", "RIO-AUT-001", "-q")
    assert ended.returncode == pytest.ExitCode.TESTS_FAILED, ended.stdout + ended.stderr


def test_the_example_of_a_client_test_passes_and_starts_a_server_by_itself(
    run_pytest: RunPytest, tmp_path: Path
) -> None:
    shutil.copy(ROOT / "docs" / "snippets" / "test_client.py", tmp_path)
    ended = run_pytest("-q", "-W", "error", "--strict-markers", "test_client.py")
    assert (ended.returncode, "1 passed" in ended.stdout) == (0, True), ended.stdout + ended.stderr


def test_fixtures_give_each_test_an_account_and_a_clock_of_its_own(
    run_pytest: RunPytest, server: "RunningServer", tmp_path: Path
) -> None:
    (tmp_path / "test_own.py").write_text(
        textwrap.dedent(
            """
            import httpx
            import pytest

            seen = []

            @pytest.mark.parametrize("round", [1, 2])
            def test_apart(target, workspace, clock, receiver, round):
                assert workspace.url == target.url
                assert workspace.headers == {"X-API-KEY": workspace.api_key}
                before = clock.now()
                assert (clock.advance(3600) - before).total_seconds() == 3600
                got = httpx.get(f"{target.url}/api/v1/webhook-config", headers=workspace.headers)
                assert got.json()["configured"] is False
                receiver.script(503)
                assert [httpx.post(receiver.url).status_code for _ in range(2)] == [503, 200]
                assert len(receiver.wait(2, within_seconds=5)) == 2
                seen.append(workspace.api_key)

            def test_keys_differ():
                assert len(set(seen)) == 2
            """
        )
    )
    ended = run_pytest("-q", "test_own.py", "--proofreel-target", server.url)
    assert (ended.returncode, "3 passed" in ended.stdout) == (0, True), ended.stdout + ended.stderr


def test_the_suite_runs_from_an_installed_wheel(run_pytest: RunPytest, server: "RunningServer", tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "wheel")]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = (tmp_path / "wheel").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    ended = run_pytest(
        *SUITE, "--target", server.url, "--only", "RIO-AUT-001", "-v", "-rA",
        registered=True, PYTHONPATH=str(tmp_path / "installed"),
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "installed/contracts/suites/renderio/test_checks.py" in ended.stdout
