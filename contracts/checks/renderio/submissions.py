"""CMD: what a submission is answered with, and that the command shows what was submitted."""

from collections.abc import Mapping
from typing import Any

from contracts.check import check
from contracts.checks.renderio.account import Account
from contracts.checks.renderio.calls import ACCEPTED, OK
from contracts.checks.renderio.payload import equal
from contracts.checks.renderio.succeeding import is_accepted, is_refusal, short
from contracts.client import Response
from contracts.trial import Trial

ECHOED = ("input_files", "output_files", "ffmpeg_command")


@check("RIO-CMD-001", "RIO-CMD-002", "RIO-CMD-003", "RIO-CMD-004", "RIO-CMD-020", "RIO-CMD-021", "RIO-CMD-022")
def a_submission_is_answered_and_echoed(trial: Trial) -> None:
    """A submission gets an id of its own, under which the command is found at once, as it was submitted."""
    account, inbox = Account(trial), trial.inbox()
    bodies = [_plain(account), {**_plain(account), "metadata": {"which": "second"}, "webhook_url": inbox.url}]
    ids = []
    for body in bodies:
        response = account.send("runFfmpegCommand", body=body, stands_on="RIO-CMD-001")
        _judge_answer(account, response)
        ids.append(account.claimed(response))
        account.poll(ids[-1])  # at once: that it is not found yet ends the check, as RIO-CMD-004 does not hold
    trial.passed("RIO-CMD-002", "RIO-CMD-003", "RIO-CMD-004")
    for command_id, body in zip(ids, bodies, strict=True):
        _judge_echo(trial, account.finished(command_id), body)


def _judge_answer(account: Account, response: Response) -> None:
    trial, accepted = account.trial, is_accepted(response)
    trial.require(
        "RIO-CMD-001",
        response.status in {OK, ACCEPTED} and "command_id" in response.object(),
        f"a valid submission was to be answered 200 or 202 with a command_id, and was answered {response}",
        evidence=[response.evidence],
    )
    if accepted:
        trial.saw("RIO-CMD-001", "a" if response.status == OK else "b", evidence=[response.evidence])


def _judge_echo(trial: Trial, command: Mapping[str, Any], body: Mapping[str, Any]) -> None:
    kind, request = command.get("command_type"), command.get("original_request")
    trial.expect(
        "RIO-CMD-020",
        kind == "FFMPEG_COMMAND",
        f"command_type was to be FFMPEG_COMMAND, and was {kind!r}",
    )
    shown = request if isinstance(request, Mapping) else {}
    different = [key for key in ECHOED if not equal(body[key], shown.get(key))]
    trial.expect(
        "RIO-CMD-021",
        not different,
        f"original_request was to echo {', '.join(ECHOED)} of {short(body)} unchanged, and was {short(request)}",
    )
    extra = [key for key in ("metadata", "webhook_url") if shown.get(key) is not None]
    trial.expect(
        "RIO-CMD-022",
        not extra,
        f"original_request was to hold neither metadata nor webhook_url, and was {short(request)}",
    )


@check("RIO-CMD-023", "RIO-CMD-039")
def metadata_is_echoed(trial: Trial) -> None:
    """Ten values of metadata, strings, numbers and booleans, come back as they were sent."""
    account = Account(trial)
    metadata = _metadata(trial)
    body = {**_plain(account), "metadata": metadata}
    response = account.send("runFfmpegCommand", body=body, stands_on="RIO-CMD-001")
    if is_refusal(response):
        _find_what_is_refused(account, metadata, response)
    trial.require(
        "RIO-CMD-001",
        response.status in {OK, ACCEPTED} and "command_id" in response.object(),
        f"a valid submission was to be answered 200 or 202 with a command_id, and was answered {response}",
        evidence=[response.evidence],
    )
    command = account.finished(account.claimed(response))
    echoed = command.get("metadata")
    trial.expect(
        "RIO-CMD-023",
        equal(metadata, echoed),
        f"metadata was to be echoed unchanged; {short(metadata)} was sent, and {short(echoed)} came back",
    )
    _see_other_values(account)


def _see_other_values(account: Account) -> None:
    """The values that the pages do not name: null, an array, an object."""
    trial = account.trial
    for value in (None, ["a"], {"a": "b"}):
        body = {**_plain(account), "metadata": {"other": value}}
        response = account.send("runFfmpegCommand", body=body, stands_on="RIO-ERR-005")
        if is_accepted(response):
            account.claimed(response)
            trial.saw("RIO-CMD-039", "b", f"{value!r} is accepted", evidence=[response.evidence])
        elif is_refusal(response):
            trial.saw("RIO-CMD-039", "a", f"{value!r} is refused", evidence=[response.evidence])
        else:
            trial.passed("RIO-CMD-039", because="strings, numbers and booleans are accepted")


def _find_what_is_refused(account: Account, metadata: Mapping[str, Any], refusal: Response) -> None:
    """End the check: the metadata of a submission was refused, for its values or for their number."""
    trial = account.trial
    plain = account.send("runFfmpegCommand", body=_plain(account), stands_on="RIO-CMD-001")
    if not is_accepted(plain):
        return
    account.claimed(plain)
    few = dict(list(metadata.items())[:-1])
    fewer = account.send("runFfmpegCommand", body={**_plain(account), "metadata": few}, stands_on="RIO-CMD-001")
    if is_accepted(fewer):
        trial.require("RIO-CMD-038", False, f"10 keys of metadata were to be accepted, and were answered {refusal}")
    message = f"strings, numbers and booleans were to be accepted as values of metadata, and were answered {refusal}"
    trial.require("RIO-CMD-039", False, message, evidence=[refusal.evidence])


def _plain(account: Account) -> dict[str, Any]:
    """A command that costs little, and that is accepted by whatever reading."""
    return account.body()


def _metadata(trial: Trial) -> dict[str, Any]:
    """Ten values that another writing of the same JSON would show in."""
    random = trial.random
    return {
        "text": f"{random.getrandbits(64):x} ünïcode · 統一 🎬",
        "markup": "</script> \"quotes\" 'apostrophes' back\\slash / &amp; %20",
        "spaces": "  two\tand\nthree  ",
        "empty": "",
        "digits": "0012",
        "whole": random.randint(-(2**52), 2**52),
        "zero": 0,
        "fraction": random.randint(1, 999) / 8,
        "yes": True,
        "no": False,
    }
