"""CMD: the states that a command goes through, as polls see them."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from contracts.check import check
from contracts.checks.renderio.account import Account
from contracts.checks.renderio.resources import FINAL
from contracts.checks.renderio.succeeding import is_accepted, short
from contracts.errors import NotObservable
from contracts.media import SlowWork
from contracts.trial import Trial

RANK = {"QUEUED": 0, "PROCESSING": 1, "SUCCESS": 2, "FAILED": 2}
LATER_POLLS = 3
SEEN_RUN_SECONDS = 1.5
"""How long FFmpeg must have run at least for polls to have met it."""


@dataclass(frozen=True, slots=True)
class Poll:
    """One poll: when it was answered (monotonic seconds), and the command."""

    at: float
    command: Mapping[str, Any]

    @property
    def status(self) -> str:
        """The status that it shows."""
        return str(self.command["status"])


@check("RIO-CMD-005", "RIO-CMD-007", "RIO-CMD-008", "RIO-CMD-009")
def a_long_run_is_seen_from_its_beginning_to_its_end(trial: Trial) -> None:
    """A run of three seconds is seen as PROCESSING; its status only moves forward, and its end is final."""
    account = Account(trial)
    command_id, work = _begun(account)
    began = time.monotonic()
    polls = list(_until_final(account, command_id, began))
    backward = moved_back([poll.status for poll in polls])
    trial.expect("RIO-CMD-008", backward is None, f"a status was only to move forward, and went {backward}")
    _judge_processing(trial, polls, work, time.monotonic() - began)
    _judge_end(account, command_id, polls[-1])
    trial.passed("RIO-CMD-005", because="every status was one of the four")


def _begun(account: Account) -> tuple[str, SlowWork | None]:
    """A command that takes some seconds; where the target does not take it, a short one and None."""
    try:
        work = account.trial.media.slow
    except NotObservable:
        return account.submit(), None
    body = {
        "input_files": {work.sample.alias: work.sample.url},
        "output_files": {"out_file": "result.mp4"},
        "ffmpeg_command": work.command("out_file"),
    }
    response = account.send("runFfmpegCommand", body=body, stands_on="RIO-CMD-001")
    if not is_accepted(response):
        return account.submit(), None
    return account.claimed(response), work


def _until_final(account: Account, command_id: str, began: float) -> Iterator[Poll]:
    patience_seconds = account.trial.patience_seconds
    while True:
        command = account.poll(command_id)
        yield Poll(time.monotonic(), command)
        if command["status"] in FINAL:
            return
        account.trial.require(
            "RIO-CMD-010",
            time.monotonic() - began < patience_seconds,
            f"a command on a clip of three seconds was to finish, and was {command['status']} "
            f"after {patience_seconds:g} s",
        )
        time.sleep(account.trial.poll_seconds)


def moved_back(statuses: Sequence[str]) -> str | None:
    """The first step against the order QUEUED, PROCESSING, end; None where there is none."""
    steps = (f"from {one} to {next_one}" for one, next_one in pairwise(statuses) if RANK[next_one] < RANK[one])
    return next(steps, None)


def _judge_processing(trial: Trial, polls: Sequence[Poll], work: SlowWork | None, seconds: float) -> None:
    if any(poll.status == "PROCESSING" for poll in polls):
        trial.passed("RIO-CMD-007", because="it was seen while FFmpeg ran")
        return
    if work is None:
        trial.unobservable("RIO-CMD-007", because="the target has not taken a command that runs for some seconds")
        return
    run_seconds = polls[-1].command.get("ffmpeg_command_run_seconds")
    run_seconds = run_seconds if isinstance(run_seconds, int | float) else seconds - trial.poll_seconds
    widest = max((later.at - earlier.at for earlier, later in pairwise(polls)), default=seconds)
    if polls[-1].status != "SUCCESS" or run_seconds < max(SEEN_RUN_SECONDS, 2 * widest):
        trial.unobservable("RIO-CMD-007", because="FFmpeg did not run long enough to be met by a poll")
        return
    seen = sorted({poll.status for poll in polls}, key=RANK.__getitem__)
    trial.failed(
        "RIO-CMD-007",
        f"FFmpeg ran for about {run_seconds:.1f} s, during which polls were to see PROCESSING; "
        f"{len(polls)} polls saw {', '.join(seen)} alone",
    )


def _judge_end(account: Account, command_id: str, last: Poll) -> None:
    trial, outcome = account.trial, _outcome(last.command)
    for _ in range(LATER_POLLS):
        time.sleep(trial.poll_seconds)
        later = _outcome(account.poll(command_id))
        if not trial.expect(
            "RIO-CMD-009",
            later == outcome,
            f"the outcome {short(outcome)} was to be final, and a later poll showed {short(later)}",
        ):
            return


def _outcome(command: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is final of a finished command. A storage URL may be signed anew for every poll."""
    files = command.get("output_files")
    return {
        **{key: command.get(key) for key in ("status", "error_status", "error_message")},
        "output_files": {
            key: {name: entry.get(name) for name in ("file_id", "filename", "status")}
            for key, entry in (files.items() if isinstance(files, Mapping) else ())
            if isinstance(entry, Mapping)
        },
    }
