"""A scenario from its name to the exit code: the shell around a runner."""

import contextlib
import time
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from importlib.resources import as_file, files
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table
from rich.text import Text

from contracts.errors import SetUpError
from contracts.scenarios.description import Description, Workflow
from contracts.scenarios.drawing import Drawing
from contracts.scenarios.inputs import read_inputs
from contracts.scenarios.reading import read_description
from contracts.scenarios.runner import Runner
from contracts.scenarios.sources import load_sources
from contracts.settings import checked_url
from proofreel.interruption import like_ctrl_c
from proofreel.server_process import own_server

SUFFIX = ".arazzo.yaml"
TIMEOUT_SECONDS = 120.0
"""For one answer: an advance answers when everything that it has led to is done."""

LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})


class ExitCode(IntEnum):
    """How `proofreel run` ends."""

    HELD = 0
    FAILED = 1
    SET_UP = 2
    KIT = 3
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be run: a file or the name of a scenario that comes with proofreel, where, and with which inputs.

    Without a target, a server is started for the run.
    """

    scenario: str
    target: str | None
    workflow: str | None
    inputs: Mapping[str, str]


def carry_out(wanted: Wanted, console: Console, errors: Console) -> int:
    """Run a scenario and draw it; the exit code."""
    try:
        with like_ctrl_c():
            return ExitCode.HELD if _ran(wanted, console) else ExitCode.FAILED
    except SetUpError as error:
        errors.print(f"The scenario cannot be run: {error}", highlight=False, markup=False)
        return ExitCode.SET_UP
    except KeyboardInterrupt:
        errors.print("Interrupted; the scenario did not come to its end.")
        return ExitCode.INTERRUPTED
    except Exception:  # noqa: BLE001 - the outermost shell: a trouble of the kit has an exit code of its own
        errors.print(f"proofreel itself has broken:\n{traceback.format_exc()}", highlight=False, markup=False)
        return ExitCode.KIT


def list_scenarios(console: Console) -> None:
    """What comes with proofreel, with a sentence for each."""
    table = Table.grid(padding=(0, 2))
    with _installed() as folder:
        for path in sorted(folder.glob(f"*{SUFFIX}")):
            description = read_description(path)
            table.add_row(Text(path.name.removesuffix(SUFFIX), style="bold"), Text(description.summary))
    console.print(table)


def _ran(wanted: Wanted, console: Console) -> bool:
    with _found(wanted.scenario) as path:
        description = read_description(path)
        sources = load_sources(description, path.parent)
    workflow = _chosen(description, wanted.workflow)
    inputs = read_inputs(workflow, wanted.inputs)
    with (
        own_server() if wanted.target is None else contextlib.nullcontext(wanted.target) as url,
        _client(url) as client,
    ):
        drawing = Drawing(console, description)
        drawing.begin(description, url)
        runner = Runner(description, sources, client=client, listen=drawing.step, wait=time.sleep)
        ended = runner.run(workflow.id, inputs)
        drawing.end(ended)
        return ended.succeeded


def _client(target: str) -> httpx.Client:
    url = checked_url(target, what="--target")
    try:
        host = httpx.URL(url).host
    except httpx.InvalidURL as error:
        message = f"{url} is no URL: {error}"
        raise SetUpError(message) from error
    # No proxy stands between this machine and itself.
    return httpx.Client(base_url=url, timeout=TIMEOUT_SECONDS, trust_env=host not in LOCAL)


def _chosen(description: Description, name: str | None) -> Workflow:
    workflows = description.workflows
    if name is None:
        return next(iter(workflows.values()))
    if name not in workflows:
        message = f"there is no workflow {name}; there are {', '.join(workflows)}"
        raise SetUpError(message)
    return workflows[name]


@contextlib.contextmanager
def _found(scenario: str) -> Iterator[Path]:
    """The file: the one at this path, or the scenario of this name that comes with proofreel."""
    if Path(scenario).is_file():
        yield Path(scenario)
        return
    if Path(scenario).name != scenario:
        message = f"there is no file {scenario}"
        raise SetUpError(message)
    with _installed() as folder:
        path = folder / f"{scenario.removesuffix(SUFFIX)}{SUFFIX}"
        if not path.is_file():
            names = ", ".join(sorted(each.name.removesuffix(SUFFIX) for each in folder.glob(f"*{SUFFIX}")))
            message = f"there is no file and no scenario {scenario}; proofreel has {names}"
            raise SetUpError(message)
        yield path


@contextlib.contextmanager
def _installed() -> Iterator[Path]:
    """The folder of the scenarios, with that of the OpenAPI documents beside it, as their sources name it."""
    with as_file(files("scenarios")) as folder:
        yield folder
