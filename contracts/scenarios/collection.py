"""Lets pytest collect scenarios: each workflow of an `*.arazzo.yaml` file is a test.

A folder asks for it in its conftest.py: `from contracts.scenarios.collection import pytest_collect_file`. The scenarios
run against the server of `--proofreel-target`, or against a reference server that is started for the session.
"""

import contextlib
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from contracts.errors import SetUpError
from contracts.fixtures import RunningTarget, running_target
from contracts.plugin import given
from contracts.scenarios.description import Description, Workflow
from contracts.scenarios.inputs import read_inputs
from contracts.scenarios.reading import read_description
from contracts.scenarios.runner import Runner
from contracts.scenarios.runs import StepRun
from contracts.scenarios.sources import Sources, load_sources

SUFFIX = ".arazzo.yaml"
REQUEST_SECONDS = 60.0

_TARGET = pytest.StashKey[RunningTarget]()


class ScenarioError(Exception):
    """A scenario does not hold; the text says which steps, and why."""


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "ScenarioFile | None":
    """Collect scenarios."""
    return ScenarioFile.from_parent(parent, path=file_path) if file_path.name.endswith(SUFFIX) else None


class ScenarioFile(pytest.File):
    """One Arazzo document."""

    def collect(self) -> Iterator["ScenarioItem"]:
        """A test for each workflow."""
        try:
            description = read_description(self.path)
        except SetUpError as error:
            raise self.CollectError(str(error)) from error
        for workflow in description.workflows.values():
            item = ScenarioItem.from_parent(self, name=workflow.id)
            item.description, item.workflow = description, workflow
            yield item


class ScenarioItem(pytest.Item):
    """One workflow."""

    description: Description
    workflow: Workflow

    def runtest(self) -> None:
        """Run it with a new account where the target opens one, else with the input's default."""
        target = _target(self.config)
        sources = load_sources(self.description, self.path.parent)
        problems: list[StepRun] = []
        with httpx.Client(
            base_url=target.url, timeout=REQUEST_SECONDS, trust_env=not target.address.is_local
        ) as client:
            runner = Runner(
                self.description,
                sources,
                client=client,
                listen=problems.append,
                wait=time.sleep,
            )
            ended = runner.run(self.workflow.id, read_inputs(self.workflow, self._account(target, sources)))
        if not ended.succeeded:
            unmet = [
                f"{run.step.id}: {reason}"
                for run in problems
                if not run.succeeded and not run.will_retry
                for reason in run.reasons
            ]
            raise ScenarioError("\n".join([str(ended.problem or "it does not hold"), *unmet]))

    def _account(self, target: RunningTarget, sources: Sources) -> Mapping[str, str]:
        """An account of the API that the scenario is about, as the input that names one; nothing where none does."""
        credential = sources.credential
        if credential is None or credential.input_name not in self.workflow.inputs.get("properties", {}):
            return {}
        return {credential.input_name: target.account(credential).api_key}

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:  # noqa: ARG002 - pytest's signature
        """The steps that do not hold, or why it cannot be run, without a traceback through the runner."""
        if isinstance(excinfo.value, ScenarioError | SetUpError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it stands."""
        return self.path, 0, f"{self.path.name}: {self.workflow.id}"


def _target(config: pytest.Config) -> RunningTarget:
    if _TARGET not in config.stash:
        stack = contextlib.ExitStack()
        config.add_cleanup(stack.close)
        config.stash[_TARGET] = stack.enter_context(running_target(given(config)))
    return config.stash[_TARGET]
