"""CMD: commands that fail when they are carried out, and what is shown of them."""

from collections.abc import Mapping
from typing import Any

from contracts.check import check
from contracts.checks.closing import unseen
from contracts.checks.renderio.account import Account
from contracts.checks.renderio.succeeding import is_accepted, is_refusal, is_success, short
from contracts.trial import Trial

NULLABLE = ("metadata", "total_processing_seconds", "ffmpeg_command_run_seconds", "error_status", "error_message")


@check("RIO-CMD-018", "RIO-CMD-019", "RIO-CMD-026", "RIO-CMD-042")
def what_cannot_be_done_fails(trial: Trial) -> None:
    """An input that cannot be fetched and a command line that FFmpeg rejects end as FAILED, or are refused at once."""
    account = Account(trial)
    no_such_stream = str(account.body()["ffmpeg_command"]).replace("-frames:v 1", "-map 9:v -frames:v 1")
    for body in (account.failing_body(), account.body(ffmpeg_command=no_such_stream)):
        command = _failed(account, body)
        if command is not None:
            _judge_error(trial, command)
            _see_output_files(trial, command)
            _see_nulls(trial, command)
    unseen(trial, "RIO-CMD-018", because="the target refuses at submission what would fail (RIO-CMD-042 b)")


def _failed(account: Account, body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The command after its end as FAILED; None where it was refused, or has not failed, which is judged."""
    trial = account.trial
    response = account.send("runFfmpegCommand", body=body, stands_on="RIO-CMD-042")
    if is_refusal(response):
        trial.saw("RIO-CMD-042", "b", f"it is answered {response.status}", evidence=[response.evidence])
        return None
    trial.require(
        "RIO-CMD-001" if is_success(response) else "RIO-CMD-042",
        is_accepted(response),
        f"the submission {short(body)} was to be accepted, or refused with a client error, and was answered {response}",
        evidence=[response.evidence],
    )
    command = account.finished(account.claimed(response), stands_on="RIO-CMD-042")
    if command["status"] == "FAILED":
        trial.saw("RIO-CMD-042", "a", evidence=[response.evidence])
        return command
    trial.failed("RIO-CMD-042", f"the command {short(body)} was to end as FAILED, and ended as {command['status']}")
    return None


def _judge_error(trial: Trial, command: Mapping[str, Any]) -> None:
    words = [command.get(key) for key in ("error_status", "error_message")]
    trial.expect(
        "RIO-CMD-018",
        all(isinstance(word, str) and word.strip() for word in words),
        "a command with FAILED was to have an error_status and an error_message that are not empty, and had "
        f"{words[0]!r} and {words[1]!r}",
    )


def _see_output_files(trial: Trial, command: Mapping[str, Any]) -> None:
    files = command.get("output_files")
    if "output_files" not in command:
        trial.saw("RIO-CMD-026", "b")
    elif files == {}:
        trial.saw("RIO-CMD-026", "a")
    elif isinstance(files, Mapping) and all(_is_unstored(entry) for entry in files.values()):
        trial.saw("RIO-CMD-026", "c")


def _is_unstored(entry: Any) -> bool:
    return isinstance(entry, Mapping) and entry.get("status") in {"PROCESSING", "FAILED"}


def _see_nulls(trial: Trial, command: Mapping[str, Any]) -> None:
    for key in NULLABLE:
        if key not in command:
            trial.saw("RIO-CMD-019", "b", f"{key} is left out")
        elif command[key] is None:
            trial.saw("RIO-CMD-019", "a", f"{key} is null")


@check("RIO-CMD-041", "RIO-CMD-043")
def what_the_pages_leave_open(trial: Trial) -> None:
    """Which properties and which output names a submission may have beyond the documented ones."""
    account = Account(trial)
    plain = account.submit_failing()  # what is accepted below costs no run of FFmpeg
    accepted = _is_taken(account, {**account.failing_body(), "max_command_run_seconds": 60})
    trial.saw("RIO-CMD-041", "a" if accepted else "b", "max_command_run_seconds was sent as well")
    names = {"My file-1.v2.png": True, "-result.png": False, "a/b.png": False, f"{'x' * 125}.png": False}
    taken = {name: _is_taken(account, account.failing_body(output_files={"out_file": name})) for name in names}
    trial.saw("RIO-CMD-043", "a" if taken == names else "b", f"which names are taken: {short(taken)}")
    account.finished(plain, stands_on="RIO-CMD-042")


def _is_taken(account: Account, body: Mapping[str, Any]) -> bool:
    response = account.send("runFfmpegCommand", body=body, stands_on="RIO-CMD-001")
    if is_accepted(response):
        account.claimed(response)
        return True
    return False
