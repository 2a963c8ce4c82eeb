"""CMD, ERR: bodies of a submission that are refused, each for one reason, and how."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.check import check
from contracts.checks.closing import unseen
from contracts.checks.renderio.account import Account
from contracts.checks.renderio.error_bodies import judge_details, leads_to
from contracts.checks.renderio.succeeding import SUCCESS, is_accepted, is_refusal, is_refused, short
from contracts.client import Response
from contracts.trial import Trial

UNPROCESSABLE = 422

NO_OUTPUT = "ffmpeg -i {{in_file}} -f null -"
NO_INPUT = "ffmpeg -f lavfi -i color=size=16x16:duration=0.1 -frames:v 1 {{out_file}}"


@dataclass(frozen=True, slots=True)
class Invalid:
    """A body that breaks one requirement alone.

    `places` are the ways (`loc`) of which a 422 may name one, empty where nothing is said of it.
    """

    requirement: str
    body: Any
    places: tuple[tuple[str, ...], ...] = ()


RULES = ("RIO-CMD-027", "RIO-CMD-028", "RIO-CMD-029", "RIO-CMD-030", "RIO-CMD-031", "RIO-CMD-038", "RIO-CMD-040")


@check(*RULES, "RIO-ERR-003", "RIO-ERR-004", "RIO-ERR-005")
def an_invalid_submission_is_refused(trial: Trial) -> None:
    """Bodies that break one rule are refused with a client error that names no command and says what is wrong."""
    account = Account(trial)
    answers = [(invalid, _sent(account, invalid)) for invalid in invalid_bodies(account)]
    for invalid, response in answers:
        _judge_refusal(trial, invalid, response)
    unprocessable = [(invalid, response) for invalid, response in answers if response.status == UNPROCESSABLE]
    if not unprocessable:
        because = "no invalid body was answered 422, which the pages permit (RIO-ERR-005 b)"
        trial.unobservable("RIO-ERR-003", "RIO-ERR-004", because=because)
    for invalid, response in unprocessable:
        if judge_details(trial, response):
            _judge_place(trial, invalid, response)
    unseen(trial, *RULES, "RIO-ERR-004", because="no answer to a body that breaks it has shown whether it holds")


def _sent(account: Account, invalid: Invalid) -> Response:
    response = account.send("runFfmpegCommand", body=invalid.body, stands_on="RIO-ERR-005")
    if is_accepted(response):
        account.claimed(response)
    return response


def _judge_refusal(trial: Trial, invalid: Invalid, response: Response) -> None:
    """What the answer to an invalid body says of the rule that it breaks, and of how it is refused."""
    evidence = [response.evidence]
    if is_accepted(response):
        because = f"the body {short(invalid.body)} was to be refused, and was answered {response}"
        trial.failed(invalid.requirement, because, evidence=evidence)
    elif not is_refused(response):
        trial.failed(
            "RIO-ERR-005",
            f"the invalid body {short(invalid.body)} was to be answered with a client error that names no command, and "
            f"was answered {response}",
            evidence=evidence,
        )
        if is_refusal(response):
            trial.passed(invalid.requirement, evidence=evidence)
    else:
        trial.passed(invalid.requirement, evidence=evidence)
        reading = {UNPROCESSABLE: "a", 400: "b"}.get(response.status)
        trial.passed("RIO-ERR-005", reading=reading, because=str(response.status), evidence=evidence)


def _judge_place(trial: Trial, invalid: Invalid, response: Response) -> None:
    if invalid.places:
        entries = response.object()["detail"]
        trial.expect(
            "RIO-ERR-004",
            any(leads_to(entry, place) for entry in entries for place in invalid.places),
            f"for {short(invalid.body)}, the loc of an entry was to be {short(invalid.places[0])}, and detail was "
            f"{short(entries)}",
            evidence=[response.evidence],
        )


def invalid_bodies(account: Account) -> Iterator[Invalid]:
    """Bodies that break one rule each. What the others ask for holds, so that nothing else can refuse them."""
    good, url = account.body(), account.trial.media.picture.url
    yield Invalid("RIO-ERR-005", {})
    yield Invalid("RIO-ERR-005", [])
    for key in ("file", "in_", "in-file", "in_fi le", "in_fïle", "input_file"):
        body = {**good, "input_files": {key: url}, "ffmpeg_command": _command(key, "out_file")}
        yield Invalid("RIO-CMD-027", body, (("input_files", key), ("input_files",)))
    for key in ("file", "out_", "out-file", "out_fi.le", "out_fïle", "output_file"):
        body = {**good, "output_files": {key: "result.png"}, "ffmpeg_command": _command("in_file", key)}
        yield Invalid("RIO-CMD-028", body, (("output_files", key), ("output_files",)))
    no_files: tuple[Any, ...] = (None, {}, [], "in_file", 7)
    for value in no_files:
        body = {**good, "input_files": value, "ffmpeg_command": NO_INPUT}
        yield Invalid("RIO-CMD-029", body, (("input_files",),))
    yield Invalid("RIO-CMD-029", {**_without(good, "input_files"), "ffmpeg_command": NO_INPUT}, (("input_files",),))
    yield Invalid("RIO-CMD-030", {**_without(good, "output_files"), "ffmpeg_command": NO_OUTPUT}, (("output_files",),))
    yield Invalid("RIO-CMD-031", _without(good, "ffmpeg_command"), (("ffmpeg_command",),))
    for command in (7, True, [good["ffmpeg_command"]], {"run": good["ffmpeg_command"]}):
        yield Invalid("RIO-CMD-031", {**good, "ffmpeg_command": command}, (("ffmpeg_command",),))
    eleven = {f"key_{number}": number for number in range(11)}
    too_many = (("metadata",), *(("metadata", key) for key in eleven))  # all of them, or the one that is too many
    yield Invalid("RIO-CMD-038", {**good, "metadata": eleven}, too_many)
    for webhook in ("", "not a url", "/webhooks/renderio", 7, ["https://example.com/"]):
        yield Invalid("RIO-CMD-040", {**good, "webhook_url": webhook}, (("webhook_url",),))


def _command(source: str, target: str) -> str:
    return f"ffmpeg -i {{{{{source}}}}} -frames:v 1 {{{{{target}}}}}"


def _without(body: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != key}


@check("RIO-ERR-004")
def a_violation_names_the_alias(trial: Trial) -> None:
    """Where a file of a submission is refused for its value, loc leads down to its alias."""
    account = Account(trial)
    good, url = account.body(), trial.media.picture.url
    bodies = [
        Invalid(
            "RIO-ERR-004",
            {
                **good,
                "input_files": {"in_file": url, "in_other": value},
                "ffmpeg_command": _command("in_file", "out_file"),
            },
            (("input_files", "in_other"),),
        )
        for value in (7, "not a url")
    ]
    for invalid in bodies:
        # That each declared key is used is another rule; here the value alone is to be wrong.
        command = str(invalid.body["ffmpeg_command"]).replace("-frames:v", "-i {{in_other}} -frames:v")
        response = _sent(account, Invalid("RIO-ERR-004", {**invalid.body, "ffmpeg_command": command}))
        if response.status == UNPROCESSABLE and judge_details(trial, response):
            _judge_place(trial, invalid, response)
    unseen(trial, "RIO-ERR-004", because="no value of input_files was refused with 422 and a detail")


@check("RIO-CMD-035", "RIO-CMD-036")
def placeholders_and_keys_belong_together(trial: Trial) -> None:
    """A command with a placeholder that is not declared, or a key that is not used, does not succeed."""
    account = Account(trial)
    good, url = account.body(), trial.media.picture.url
    title = str(good["ffmpeg_command"]).replace("-frames:v 1", "-frames:v 1 -metadata title={{in_other}}")
    _judge_failure(account, "RIO-CMD-035", {**good, "ffmpeg_command": title})
    unused = {**good, "input_files": {**good["input_files"], "in_unused": url}}
    _judge_failure(account, "RIO-CMD-036", unused)
    unused = {**good, "output_files": {**good["output_files"], "out_unused": "unused.png"}}
    _judge_failure(account, "RIO-CMD-036", unused)


def _judge_failure(account: Account, requirement: str, body: Mapping[str, Any]) -> None:
    trial = account.trial
    response = account.send("runFfmpegCommand", body=body, stands_on="RIO-ERR-005")
    if is_refusal(response):
        trial.saw(requirement, "a", f"it is answered {response.status}", evidence=[response.evidence])
        return
    trial.require(
        "RIO-ERR-005",
        is_accepted(response),
        f"the submission {short(body)} was to be refused with a client error, or accepted, and was answered {response}",
        evidence=[response.evidence],
    )
    command = account.finished(account.claimed(response))
    if command["status"] == SUCCESS:
        because = f"the command {short(body)} was not to succeed, and ended as SUCCESS"
        trial.failed(requirement, because, evidence=[response.evidence])
    else:
        trial.saw(requirement, "b", f"it ended as {command['status']}", evidence=[response.evidence])
