"""Every scenario holds on the reference server, and not where the server breaks what the scenario tells of."""

import dataclasses
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from contracts.scenarios.description import Description
from contracts.scenarios.inputs import read_inputs
from contracts.scenarios.reading import read_description
from contracts.scenarios.runner import Runner
from contracts.scenarios.runs import StepRun
from contracts.scenarios.sources import load_sources

if TYPE_CHECKING:
    from tests.conftest import Account, RunningServer

FOLDER = Path(__file__).parents[2] / "scenarios"
SCENARIOS = sorted(FOLDER.glob("*.arazzo.yaml"))
EXPECTED = {
    "happy-path",
    "polling-only",
    "outage-35-minutes",
    "outage-28-hours",
    "per-command-override",
    "secret-rotation-mid-retries",
    "ffmpeg-failure",
    "unreachable-input",
    "rate-limit",
    "bannx-failing-callback",
    "bannx-render-and-log",
    "ricloud-deactivate-and-revive",
    "ricloud-receiver-repaired",
}


def name_of(path: Path) -> str:
    return path.name.removesuffix(".arazzo.yaml")


def without_reset(description: Description) -> Description:
    """The scenario without its first step, which would switch behaviours off."""
    workflows = {name: dataclasses.replace(it, steps=it.steps[1:]) for name, it in description.workflows.items()}
    return dataclasses.replace(description, workflows=workflows)


def failures(description: Description, server: "RunningServer", key: str) -> list[str]:
    """Run every workflow of a scenario with this API key, or token; what did not hold."""
    sources = load_sources(description, FOLDER)
    assert sources.credential is not None
    heard: list[StepRun] = []
    problems: list[str] = []
    with httpx.Client(base_url=server.url, timeout=60, trust_env=False) as client:
        runner = Runner(description, sources, client=client, listen=heard.append, wait=time.sleep)
        for workflow in description.workflows.values():
            ended = runner.run(workflow.id, read_inputs(workflow, {sources.credential.input_name: key}))
            problems += [] if ended.succeeded else [f"{workflow.id}: {ended.problem}"]
    unmet = [
        f"{it.step.id}: {reason}" for it in heard if not it.succeeded and not it.will_retry for reason in it.reasons
    ]
    return [*problems, *unmet]


def test_scenarios_that_the_readme_lists_are_there() -> None:
    assert {name_of(path) for path in SCENARIOS} == EXPECTED


@pytest.mark.parametrize("path", SCENARIOS, ids=name_of)
def test_scenario_holds(path: Path, server: "RunningServer", account: "Account") -> None:
    assert failures(read_description(path), server, account.key) == []


@pytest.mark.parametrize(
    ("scenario", "behaviour", "step"),
    [
        ("happy-path", "poll-without-metadata", "poll"),
        ("happy-path", "signature-swaps-key-and-body", "readInbox"),
        ("happy-path", "signature-in-capitals", "readInbox"),
        ("polling-only", "outcome-changes", "final"),
        ("outage-35-minutes", "first-attempt-late", "firstAttempt"),
        ("outage-35-minutes", "second-attempt-late", "secondAttempt"),
        ("outage-35-minutes", "fourth-attempt-late", "fourthAttempt"),
        ("outage-35-minutes", "success-keeps-count", "wellAgain"),
        ("outage-28-hours", "disabled-after-seven-failures", "stillActive"),
        ("outage-28-hours", "eighth-attempt-late", "eightAttempts"),
        ("outage-28-hours", "never-disabled", "disabled"),
        ("outage-28-hours", "disabled-without-moment", "disabled"),
        ("outage-28-hours", "disabled-webhook-is-delivered-to", "nobodyTold"),
        ("outage-28-hours", "put-does-not-re-enable", "enabled"),
        ("outage-28-hours", "re-enabled-webhook-stays-silent", "toldAgain"),
        ("per-command-override", "own-url-is-ignored", "toldElsewhere"),
        ("per-command-override", "own-url-and-configured-url", "accountNotTold"),
        ("secret-rotation-mid-retries", "retries-are-unsigned", "signedWithNew"),
        ("secret-rotation-mid-retries", "new-secret-is-ignored", "signedWithNew"),
        ("secret-rotation-mid-retries", "retries-repeat-the-first-signature", "signedWithNew"),
        ("ffmpeg-failure", "failure-without-message", "poll"),
        ("ffmpeg-failure", "failure-is-unsigned", "readInbox"),
        ("unreachable-input", "failure-without-message", "poll"),
    ],
)
def test_scenario_fails_where_the_server_breaks_what_it_tells_of(
    server: "RunningServer", account: "Account", scenario: str, behaviour: str, step: str
) -> None:
    switched = account.client.put("/_control/behaviours", json={"active": [behaviour]})
    assert switched.status_code == 200, switched.text
    description = without_reset(read_description(FOLDER / f"{scenario}.arazzo.yaml"))
    failed = failures(description, server, account.key)
    assert {it.partition(":")[0] for it in failed} == {next(iter(description.workflows)), step}, failed


@pytest.mark.parametrize("path", SCENARIOS, ids=name_of)
def test_scenario_uses_an_account_of_its_own(path: Path) -> None:
    description = read_description(path)
    credential = load_sources(description, FOLDER).credential
    assert credential is not None
    defaults = [
        workflow.inputs["properties"][credential.input_name]["default"] for workflow in description.workflows.values()
    ]
    own = {
        "apiKey": f"ffsk_scenario_{name_of(path).replace('-', '_')}",
        "token": f"scenario-{name_of(path).removeprefix('ricloud-').removeprefix('bannx-')}",
    }
    assert defaults == [own[credential.input_name]]


@pytest.mark.parametrize("path", SCENARIOS, ids=name_of)
def test_every_step_of_a_scenario_tells_what_it_is_for_and_judges(path: Path) -> None:
    steps = [step for workflow in read_description(path).workflows.values() for step in workflow.steps]
    assert [step.id for step in steps if not step.description or not step.criteria] == []
