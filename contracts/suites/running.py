"""The pytest hooks of a run of the suites: a session of the kit around the tests, and its reports at the end."""

import contextlib
import io
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.console import Console

from contracts.check import Check
from contracts.doctor import (
    ALL_SECONDS,
    Deadline,
    Diagnosis,
    Severity,
    examine_address,
    examine_machine,
    examine_round_trip,
)
from contracts.errors import SetUpError
from contracts.fixtures import plan_of
from contracts.plugin import given
from contracts.reports.redaction import told
from contracts.reports.terminal import show
from contracts.reports.write import write_reports
from contracts.results import CheckResult, ExitCode, Results
from contracts.run import carry_out, conclude, select
from contracts.session import Session
from contracts.settings import Plan, check_folder
from contracts.suites.found import Found
from contracts.suites.shipping import packed, unpacked

SHIPPED, GONE = "proofreel_results", "proofreel_target_gone"


@dataclass(slots=True)
class SuiteRun:
    """A run of the suites in one process; `results` grow with every test, or with every worker that ends."""

    plan: Plan
    session: Session
    warnings: list[Diagnosis] = field(default_factory=list)
    results: list[CheckResult] = field(default_factory=list)
    concluded: Results | None = None
    unwritten: str | None = None
    close: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    began_monotonic: float = field(default_factory=time.monotonic)

    def open(self) -> None:
        """Open the session; raises `SetUpError`."""
        self.close.enter_context(self.session)

    def conclude(self) -> Results:
        """What the whole run has found."""
        self.concluded = conclude(
            self.session, self.results, began=self.began, seconds=time.monotonic() - self.began_monotonic
        )
        return self.concluded


def pytest_configure(config: pytest.Config) -> None:
    """Open the session, where tests run in this process; the doctor looks once, where the reports are made."""
    if config.option.collectonly:
        return
    # pytest has a --strict of its own, which whoever wants strict verdicts is likely to say.
    options = {
        **given(config),
        "strict": config.option.proofreel_strict or getattr(config.option, "strict", None) or None,
    }
    secrets: tuple[str, ...] = ()
    try:
        plan = plan_of(options)
        secrets = plan.target.keys
        config.option.proofreel_seed = plan.options.seed  # workers take the same
        run = SuiteRun(plan, Session(plan.target, plan.options))
        config.stash[_RUN] = run
        is_worker = hasattr(config, "workerinput")
        if plan.report_dir is not None and not is_worker:
            check_folder(plan.report_dir)
        run.warnings = _opened(run, examined=not is_worker and not options["no_doctor"])
        if _has_workers(config):
            _may_have_workers(run)
            run.close.close()
    except SetUpError as error:
        raise pytest.UsageError(told(str(error), secrets)) from error


def pytest_unconfigure(config: pytest.Config) -> None:
    """Close the session."""
    if (run := config.stash.get(_RUN, None)) is not None:
        run.close.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the checks that are not asked for."""
    if (run := config.stash.get(_RUN, None)) is None or not run.plan.options.only:
        return
    left_out = [
        item for item in items if (check := _check(item)) is not None and not select([check], run.plan.options.only)
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture
def found(request: pytest.FixtureRequest) -> Found:
    """What the check that the test is parametrised with has found; a trouble of the kit is an error of the set-up."""
    run = request.config.stash[_RUN]
    result = carry_out(request.param, run.session)
    run.results.append(result)
    options = run.plan.options
    seen = Found(result, run.session.api.requirements, run.plan.target.expected_failures, options.strict)
    if (trouble := seen.trouble()) is not None:
        pytest.fail(f"proofreel itself had a trouble; this is no verdict on the target.\n{trouble}", pytrace=False)
    return seen


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:  # noqa: ARG001 - the hook's names
    """Take the results of a worker that has ended."""
    run, output = node.config.stash.get(_RUN, None), getattr(node, "workeroutput", None) or {}
    if run is not None and SHIPPED in output:
        run.results += unpacked(output[SHIPPED], run.session.api.name)
        run.session.gone = run.session.gone or output[GONE]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Send the results to where the reports are made, or make them."""
    config = session.config
    if (run := config.stash.get(_RUN, None)) is None:
        return
    if hasattr(config, "workeroutput"):
        config.workeroutput.update({SHIPPED: packed(run.results), GONE: run.session.gone})
        return
    results = run.conclude()
    if results.exit_code is not ExitCode.CONFORMANT and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    if run.plan.report_dir is not None:
        try:
            write_reports(results, run.plan.report_dir)
        except SetUpError as error:
            run.unwritten = str(error)
            session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the verdicts on the requirements below what pytest says of the tests."""
    run = config.stash.get(_RUN, None)
    if run is None or run.concluded is None:
        return
    terminalreporter.section("verdicts on requirements")
    for warning in run.warnings:
        terminalreporter.write_line(told(f"{warning.severity.value}: {warning}", run.plan.target.keys))
    text = io.StringIO()
    console = Console(
        file=text,
        force_terminal=terminalreporter.hasmarkup,
        width=terminalreporter._tw.fullwidth,  # noqa: SLF001 - there is no other way to ask
    )
    show(run.concluded, console, folder=None if run.unwritten else run.plan.report_dir)
    terminalreporter.write(text.getvalue())
    if run.unwritten is not None:
        terminalreporter.write_line(run.unwritten, red=True)


_RUN = pytest.StashKey[SuiteRun]()


def _opened(run: SuiteRun, *, examined: bool) -> list[Diagnosis]:
    if not examined:
        run.open()
        return []
    target, warnings = run.plan.target, _heeded(examine_machine(run.plan.target))
    if target.run is None:
        warnings += _heeded(examine_address(target, Deadline(ALL_SECONDS)))
    run.open()
    deadline = Deadline(ALL_SECONDS)
    try:
        if target.run is not None:
            warnings += _heeded(examine_address(run.session.target, deadline))
        return warnings + _heeded(examine_round_trip(run.session, deadline))
    except SetUpError:
        run.close.close()
        raise


def _heeded(diagnoses: list[Diagnosis]) -> list[Diagnosis]:
    blocking = [str(diagnosis) for diagnosis in diagnoses if diagnosis.severity is Severity.BLOCKING]
    if blocking:
        message = "\n".join([*blocking, "--proofreel-no-doctor judges it all the same"])
        raise SetUpError(message)
    return diagnoses


def _has_workers(config: pytest.Config) -> bool:
    return bool(getattr(config.option, "numprocesses", None)) and not hasattr(config, "workerinput")


def _may_have_workers(run: SuiteRun) -> None:
    reason = None
    if not run.session.own_workspaces:
        reason = (
            "the target does not give every check an account of its own, so that checks would get in each other's way"
        )
    elif run.session.timekeeper.exclusive and run.plan.target.run is None:
        reason = "all accounts of the target share one clock"
    elif run.plan.target.receiver.port:
        reason = "the receiver's port is fixed, and every worker has a receiver of its own"
    if reason is not None:
        run.close.close()
        message = f"-n does not work here: {reason}; leave it out, or say -n 0"
        raise SetUpError(message)


def _check(item: pytest.Item) -> Check | None:
    callspec = getattr(item, "callspec", None)
    value = callspec.params.get("found") if callspec is not None else None
    return value if isinstance(value, Check) else None
