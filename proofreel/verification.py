"""A verification from the settings to the exit code: the shell around a session, its run and its reports."""

import os
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from rich.console import Console

from contracts.check import checks_of
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
from contracts.reports.redaction import told
from contracts.reports.terminal import show
from contracts.reports.write import write_reports
from contracts.results import ExitCode
from contracts.run import run, select
from contracts.session import Session
from contracts.settings import Plan, Settings, check_folder, plan
from contracts.target import Target
from contracts.target_file import load_target_file
from proofreel.console import VerdictConsole
from proofreel.interruption import like_ctrl_c
from proofreel.progress import Progress

INTERRUPTED = 130
"""How a shell expects a command to end that Ctrl-C has stopped."""

T = TypeVar("T")


class Doctor(Enum):
    """What part the doctor has."""

    FIRST = auto()
    ALONE = auto()
    OFF = auto()


def judge(options: Mapping[str, Any], target_file: Path | None, *, doctor: Doctor) -> int:
    """Judge as the command line, a target file and the environment say; the exit code.

    Raises `SetUpError` where these do not make a plan.
    """
    settings = Settings(**options)
    if target_file is not None:
        settings = settings.over(load_target_file(target_file, os.environ, given=settings))
    chosen = plan(settings.over(Settings.of_environment(os.environ, api=settings.api)))
    errors = VerdictConsole(stderr=True, soft_wrap=True)
    try:
        with like_ctrl_c():
            return _judge(chosen, doctor, errors)
    except SetUpError as error:
        errors.print(f"Cannot go on: {told(str(error), chosen.target.keys)}", highlight=False, markup=False)
        return ExitCode.SET_UP
    except KeyboardInterrupt:
        errors.print("Interrupted; nothing was judged.")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the outermost shell: a trouble of the kit has an exit code of its own
        _tell_of(error, errors)
        return ExitCode.KIT


def _judge(chosen: Plan, doctor: Doctor, errors: Console) -> int:
    deadline = Deadline(ALL_SECONDS)
    target = chosen.target
    if chosen.report_dir is not None:
        check_folder(chosen.report_dir)
    if doctor is not Doctor.OFF:
        _heed(examine_machine(target), target, errors)
        if target.run is None:
            _heed(examine_address(target, deadline), target, errors)
    with Session(target, chosen.options) as session:
        if doctor is not Doctor.OFF:
            if target.run is not None:
                deadline = Deadline(ALL_SECONDS)
                _heed(examine_address(session.target, deadline), target, errors)
            _heed(examine_round_trip(session, deadline), target, errors)
        if doctor is Doctor.ALONE:
            words = f"Nothing is in the way of judging {session.target.url} (time level {session.time_level})."
            errors.print(words, highlight=False, markup=False)
            return ExitCode.CONFORMANT
        with Progress(errors, len(select(checks_of(session.api.name), session.options.only))) as progress:
            results = _attended(lambda: run(session, progress=progress.hear), session, progress)
    unwritten = None
    if chosen.report_dir is not None:
        try:
            write_reports(results, chosen.report_dir)
        except SetUpError as error:
            unwritten = error
    show(results, VerdictConsole(), folder=None if unwritten else chosen.report_dir)
    if unwritten is not None:
        raise unwritten
    return results.exit_code


def _heed(diagnoses: Sequence[Diagnosis], target: Target, errors: Console) -> None:
    for diagnosis in diagnoses:
        words = told(f"{diagnosis.severity.value}: {diagnosis}", target.keys)
        errors.print(words, highlight=False, markup=False)
    if any(diagnosis.severity is Severity.BLOCKING for diagnosis in diagnoses):
        raise SetUpError("see above; --no-doctor judges it all the same")


def _attended(work: Callable[[], T], session: Session, progress: Progress) -> T:
    """What the work gives; Ctrl-C closes the session and ends the process, whatever a check is waiting for."""
    done: list[T] = []
    failed: list[BaseException] = []

    def carry_out() -> None:
        try:
            done.append(work())
        except BaseException as error:  # noqa: BLE001 - it is raised again where it is waited for
            failed.append(error)

    thread = threading.Thread(target=carry_out, name="verification", daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(0.2)
    except KeyboardInterrupt:
        _stop(session, progress)
    if failed:
        raise failed[0]
    return done[0]


def _stop(session: Session, progress: Progress) -> NoReturn:
    session.gone = "the run was interrupted"
    session.__exit__(None, None, None)
    progress.end("Interrupted; nothing was judged.")
    sys.stdout.flush()
    # A check may be waiting in a thread that nothing can end; the interpreter would wait for it.
    os._exit(INTERRUPTED)


def _tell_of(error: Exception, errors: Console) -> None:
    with tempfile.NamedTemporaryFile("w", prefix="proofreel-", suffix=".txt", delete=False) as file:
        file.write("".join(traceback.format_exception(error)))
    errors.print(
        f"proofreel itself had a trouble; this is no verdict on the target. {type(error).__name__}: {error}\n"
        f"Where it happened is in {file.name}.",
        highlight=False,
        markup=False,
    )
