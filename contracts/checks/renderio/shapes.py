"""Commands held against the document's schema; each violation belongs to the requirement that says so."""

import re
from collections.abc import Mapping
from typing import Any

from contracts.checks.renderio.succeeding import short
from contracts.trial import Trial

OWNERS = {
    "status": "RIO-CMD-005",
    "command_id": "RIO-CMD-003",
    "command_type": "RIO-CMD-020",
    "original_request": "RIO-CMD-021",
    "metadata": "RIO-CMD-023",
    "total_processing_seconds": "RIO-CMD-024",
    "ffmpeg_command_run_seconds": "RIO-CMD-024",
}
OWNERS_OF_FAILED = {**OWNERS, "error_status": "RIO-CMD-018", "error_message": "RIO-CMD-018"}


def judge_command(trial: Trial, command: Mapping[str, Any]) -> None:
    """Judge the form of a command that has not succeeded, of whose output_files the pages say nothing."""
    owners = OWNERS_OF_FAILED if command.get("status") == "FAILED" else OWNERS
    violations = trial.api.violations("Command", {**command, "output_files": {}})
    broken = {owners[place]: violation for violation in violations if (place := place_of(violation)) in owners}
    for requirement, violation in broken.items():
        trial.failed(requirement, f"{violation}, in {short(command)}")
    for requirement in {owner for key, owner in owners.items() if key in command} - set(broken):
        trial.passed(requirement)


def place_of(violation: str) -> str:
    """The property of the whole value that a violation is about, by the form of `Api.violations`."""
    missing = re.match(r'the value: "(\w+)" is a required property', violation)
    return missing.group(1) if missing else re.split(r"[.:]", violation, maxsplit=1)[0]
