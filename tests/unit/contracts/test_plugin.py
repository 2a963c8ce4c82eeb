"""The pytest plugin beside other projects, and the words in which it tells what a check has found."""

import importlib.metadata
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.catalogue import load_catalogue
from contracts.check import checks_of
from contracts.record import Arrival, Exchange, Note
from contracts.results import CheckResult
from contracts.suites.found import Found
from contracts.suites.shipping import packed, unpacked
from contracts.verdicts import Finding, Status, TimeLevel

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
MUST, SHOULD = (
    next(requirement.id for requirement in load_catalogue("renderio").values() if requirement.level == level)
    for level in ("MUST", "SHOULD")
)

RunPytest = Callable[..., "subprocess.CompletedProcess[str]"]


def _registered() -> list[str]:
    """The option that loads the plugin, unless the installation does."""
    points = importlib.metadata.entry_points(group="pytest11")
    return [] if any(point.value == "contracts.plugin" for point in points) else ["-p", "contracts.plugin"]


@pytest.fixture
def run_pytest(tmp_path: Path) -> RunPytest:
    """Run pytest with the plugin in a project of its own, made of these files; how it ended."""

    def run(*arguments: str, **files: str) -> "subprocess.CompletedProcess[str]":
        for name, text in files.items():
            (tmp_path / f"{name}.py").write_text(textwrap.dedent(text))
        return subprocess.run(
            [sys.executable, "-m", "pytest", *_registered(), "-p", "no:cacheprovider", "-q", *arguments],
            cwd=tmp_path,
            env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1", "PYTEST_ADDOPTS": ""},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return run


# ----------------------------------------------------------------------------------- projects that do not use it


def test_a_project_keeps_its_own_options_and_fixtures_of_the_same_names(run_pytest: RunPytest) -> None:
    ended = run_pytest(
        "--target",
        "moon",
        "--seed",
        "one",
        "-W",
        "error",
        "--strict-markers",
        conftest="""
        import pytest

        def pytest_addoption(parser):
            for name in ("--target", "--only", "--seed", "--api-key", "--run"):
                parser.addoption(name, default="unset")

        @pytest.fixture
        def target(request):
            return request.config.getoption("--target")

        @pytest.fixture
        def workspace():
            return "own"
        """,
        test_own="""
        def test_own(target, workspace, request):
            assert (target, workspace, request.config.getoption("--only")) == ("moon", "own", "unset")
            assert request.config.getoption("--seed") == "one"
        """,
    )
    assert (ended.returncode, "1 passed" in ended.stdout) == (0, True), ended.stdout + ended.stderr


def test_short_options_are_unknown_where_no_suite_is_asked_for(run_pytest: RunPytest) -> None:
    ended = run_pytest("--target", "http://127.0.0.1:1", test_own="def test_own(): pass")
    assert ended.returncode == pytest.ExitCode.USAGE_ERROR
    assert "unrecognized arguments" in ended.stderr


def test_long_options_work_beside_a_project_that_took_the_short_ones(run_pytest: RunPytest) -> None:
    ended = run_pytest(
        *("--pyargs", "contracts.suites.renderio", "--target", "moon", "--proofreel-target", "localhost:1"),
        conftest="""
        def pytest_addoption(parser):
            parser.addoption("--target")
        """,
    )
    assert ended.returncode == pytest.ExitCode.USAGE_ERROR
    assert "write it like http://localhost:1" in ended.stderr


def test_importing_the_plugin_imports_nothing_beyond_pytest() -> None:
    program = (
        "import sys, pytest; before = set(sys.modules); import contracts.plugin; "
        "print(*sorted(set(sys.modules) - before - set(sys.stdlib_module_names)))"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["contracts", "contracts.plugin"]


def test_the_plugin_adds_no_mark(run_pytest: RunPytest) -> None:
    assert "proofreel" not in run_pytest("--markers").stdout


def test_help_lists_the_long_options_alone(run_pytest: RunPytest) -> None:
    shown = run_pytest("--help").stdout
    assert "--proofreel-target=URL|FILE" in shown
    assert " --target" not in shown


# --------------------------------------------------------------------------------------------------- wrong usage


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "say which target"),
        (["--target", "localhost:1"], "write it like http://localhost:1"),
        (["--target", "none.toml"], "none.toml"),
        (["--target", "http://127.0.0.1:1"], "target down"),
        (["--target", "http://127.0.0.1:1", "--no-doctor"], "API key"),
        (["--target", "http://127.0.0.1:1", "--only", "RIO-WKH"], "RIO-WHK"),
        (["--target", "http://127.0.0.1:1", "--time-budget", "soon"], "500ms"),
    ],
)
def test_wrong_usage_of_the_suites_is_a_usage_error(run_pytest: RunPytest, options: list[str], words: str) -> None:
    ended = run_pytest("--pyargs", "contracts.suites.renderio", *options)
    assert ended.returncode == pytest.ExitCode.USAGE_ERROR
    assert words in ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr


def test_checks_can_be_listed_without_a_target(run_pytest: RunPytest) -> None:
    ended = run_pytest("--pyargs", "contracts.suites.renderio", "--collect-only")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    listed = [line for line in ended.stdout.splitlines() if "::test_check[" in line]
    assert [line.partition("[")[2].rstrip("]") for line in listed] == [check.id for check in checks_of("renderio")]


# ------------------------------------------------------------------------------------------- what a check has found


def _result(*found: tuple[str, Status]) -> CheckResult:
    check = checks_of("renderio")[0]
    findings = tuple(
        Finding(requirement, status, "because of the moon", check.id, TimeLevel.CONTROL)
        for requirement, status in found
    )
    return CheckResult(check, findings, (), frozenset(), MOMENT, 0.5)


def _found(*found: tuple[str, Status], strict: bool = False, expected: str | None = None) -> Found:
    failures = {} if expected is None else {expected: "it is known"}
    return Found(_result(*found), load_catalogue("renderio"), failures, strict)


def test_a_must_that_failed_fails_the_test_and_is_explained() -> None:
    with pytest.raises(pytest.fail.Exception) as caught:
        _found((MUST, Status.FAILED), (SHOULD, Status.PASSED)).tell()
    assert MUST in str(caught.value)
    assert "because of the moon" in str(caught.value)
    assert str(load_catalogue("renderio")[MUST].source) in str(caught.value)


def test_a_should_that_failed_fails_the_test_only_where_strict() -> None:
    _found((SHOULD, Status.FAILED)).tell()
    with pytest.raises(pytest.fail.Exception, match=SHOULD):
        _found((SHOULD, Status.FAILED), strict=True).tell()


def test_an_expected_failure_is_one_and_gives_its_reason() -> None:
    with pytest.raises(pytest.xfail.Exception, match="it is known"):
        _found((MUST, Status.FAILED), expected=MUST).tell()


def test_another_failure_beside_an_expected_one_fails_the_test() -> None:
    with pytest.raises(pytest.fail.Exception, match=SHOULD):
        _found((MUST, Status.FAILED), (SHOULD, Status.FAILED), strict=True, expected=MUST).tell()


@pytest.mark.parametrize("status", [Status.NOT_RUN, Status.NOT_OBSERVABLE])
def test_what_was_not_seen_is_a_skip_and_never_a_pass(status: Status) -> None:
    with pytest.raises(pytest.skip.Exception, match="because of the moon"):
        _found((MUST, status), (SHOULD, status)).tell()


def test_a_pass_beside_something_unseen_is_a_pass() -> None:
    _found((MUST, Status.PASSED), (SHOULD, Status.NOT_OBSERVABLE)).tell()


def test_a_trouble_of_the_kit_is_told_apart() -> None:
    assert _found((MUST, Status.ERROR)).trouble() == "because of the moon"
    assert _found((MUST, Status.FAILED)).trouble() is None


_HEADERS = st.lists(st.tuples(st.text(), st.text()), max_size=2).map(tuple)
_SECONDS = st.floats(0, 100)
_ENTRIES = st.one_of(
    st.builds(Exchange, at=st.just(MOMENT), seconds=_SECONDS, request_headers=_HEADERS, response_headers=_HEADERS),
    st.builds(Arrival, at=st.just(MOMENT), monotonic=_SECONDS, target_at=st.none() | st.just(MOMENT), headers=_HEADERS),
    st.builds(Note, at=st.just(MOMENT), target_at=st.none() | st.just(MOMENT)),
)
_RESULTS = st.builds(
    CheckResult,
    check=st.sampled_from(checks_of("renderio")),
    findings=st.lists(st.builds(Finding, evidence=st.lists(st.integers(), max_size=2).map(tuple)), max_size=2).map(
        tuple
    ),
    entries=st.lists(_ENTRIES, max_size=2),
    secrets=st.frozensets(st.text(), max_size=2),
    began=st.just(MOMENT),
    seconds=_SECONDS,
    ended_early=st.none() | st.text(),
)


@settings(max_examples=30)
@given(st.lists(_RESULTS, max_size=2))
def test_results_come_whole_out_of_a_worker(results: list[CheckResult]) -> None:
    assert unpacked(packed(results), "renderio") == results


def test_a_token_is_another_name_of_the_key_in_the_short_and_in_the_long_options(run_pytest: RunPytest) -> None:
    for option in ("--second-token", "--proofreel-second-token"):
        ended = run_pytest(
            *("--pyargs", "contracts.suites.ricloud", "--api", "ricloud", "--target", "http://127.0.0.1:1"),
            *(option, "another"),
        )
        assert ended.returncode == pytest.ExitCode.USAGE_ERROR
        assert "a second token was given, but no first one: --token" in ended.stderr
