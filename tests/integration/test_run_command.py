"""`proofreel run`: what it draws, and how it ends."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from tests.conftest import RunningServer, RunProofreel

ROOT = Path(__file__).parents[2]
RECEIVED = ["● 503  +0 s", "● 503  +5 s", "● 503  +5 min 5 s", "● 200  +35 min 5 s"]


def changed(tmp_path: Path, change: Any) -> str:
    """A copy of a scenario with a change, as a file."""
    document = yaml.safe_load((ROOT / "scenarios" / "outage-35-minutes.arazzo.yaml").read_text("utf-8"))
    for source in document["sourceDescriptions"]:
        source["url"] = str(ROOT / "scenarios" / source["url"])
    change(document)
    path = tmp_path / "changed.arazzo.yaml"
    path.write_text(yaml.safe_dump(document), "utf-8")
    return str(path)


def step_of(document: Any, name: str) -> Any:
    return next(step for step in document["workflows"][0]["steps"] if step["stepId"] == name)


def test_run_draws_the_steps_and_the_gaps(run_proofreel: "RunProofreel", server: "RunningServer") -> None:
    ended = run_proofreel("run", "outage-35-minutes", "--target", server.url, "--input", "apiKey=ffsk_draws")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    lines = [line.strip() for line in ended.stdout.splitlines()]
    assert [line for line in lines if line.startswith("●")] == RECEIVED
    assert [line.strip("│ ") for line in lines if line.startswith("│ ")] == ["5 s", "5 min", "30 min"]
    assert sum(line.startswith("✓") for line in lines) == 18
    assert "✓ everything held" in lines


def test_run_without_a_target_starts_a_server_and_ends_it(run_proofreel: "RunProofreel") -> None:
    ended = run_proofreel("run", str(ROOT / "scenarios" / "per-command-override.arazzo.yaml"))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    url = ended.stdout.splitlines()[0].split()[-1]
    assert url.startswith("http://127.0.0.1:")
    again = run_proofreel("run", "per-command-override", "--target", url)
    assert (again.returncode, "had no answer" in again.stdout) == (1, True)


def test_run_fails_where_a_criterion_is_not_met(
    run_proofreel: "RunProofreel", server: "RunningServer", tmp_path: Path
) -> None:
    def change(document: Any) -> None:
        step_of(document, "notYet")["successCriteria"].append({"condition": "$response.body#/received == 7"})

    ended = run_proofreel("run", changed(tmp_path, change), "--target", server.url, "--input", "apiKey=ffsk_fails")
    assert ended.returncode == 1
    assert "$response.body#/received == 7: $response.body#/received is 1" in ended.stdout
    assert "fiveSeconds" not in ended.stdout
    assert "✗ not everything held" in ended.stdout


def test_run_takes_a_description_with_a_single_workflow_by_name(
    run_proofreel: "RunProofreel", server: "RunningServer"
) -> None:
    arguments = ("run", "unreachable-input", "--target", server.url, "--workflow")
    assert run_proofreel(*arguments, "unreachableInput").returncode == 0
    refused = run_proofreel(*arguments, "other")
    assert (refused.returncode, "there are unreachableInput" in refused.stderr) == (2, True)


def test_list_names_every_scenario(run_proofreel: "RunProofreel") -> None:
    ended = run_proofreel("run", "--list")
    names = {line.split()[0] for line in ended.stdout.splitlines()}
    assert (ended.returncode, names) == (
        0,
        {path.name.removesuffix(".arazzo.yaml") for path in (ROOT / "scenarios").glob("*.arazzo.yaml")},
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name a SCENARIO"),
        (("nonsense",), "no scenario nonsense; proofreel has bannx-failing-callback"),
        (("some/where.yaml",), "there is no file some/where.yaml"),
        (("happy-path", "--input", "apiKey"), "write it like name=value"),
        (("happy-path", "--target", "127.0.0.1:1"), "write it like http://127.0.0.1:1"),
        (("happy-path", "--input", "other=1"), "has no input other; there are apiKey, secret"),
    ],
)
def test_run_says_what_is_wrong_with_its_arguments(
    run_proofreel: "RunProofreel", arguments: tuple[str, ...], message: str
) -> None:
    ended = run_proofreel("run", *arguments)
    assert (ended.returncode, message in ended.stderr) == (2, True), ended.stderr


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda it: it.update(arazzo="9.9.9"), "this runner reads versions 1.0.x"),
        (lambda it: it["sourceDescriptions"][0].update(url="nowhere.yaml"), "the source renderio cannot be read"),
        (lambda it: step_of(it, "notYet").update(operationId="$sourceDescriptions.control.no"), "no operation no"),
    ],
)
def test_run_refuses_a_description_that_cannot_be_run(
    run_proofreel: "RunProofreel", tmp_path: Path, change: Any, message: str
) -> None:
    ended = run_proofreel("run", changed(tmp_path, change), "--target", "http://127.0.0.1:1")
    assert (ended.returncode, message in ended.stderr) == (2, True), ended.stderr


def test_run_says_why_its_server_does_not_start(run_proofreel: "RunProofreel", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROOFREEL_FFMPEG", "/nowhere/ffmpeg")
    ended = run_proofreel("run", "happy-path")
    assert (ended.returncode, "PROOFREEL_FFMPEG names /nowhere/ffmpeg" in ended.stderr) == (2, True), ended.stderr
