"""CMD: how files stand in a command line, and that the word ffmpeg before it is optional."""

from collections.abc import Mapping
from typing import Any

from contracts.check import check
from contracts.checks.renderio.account import Account
from contracts.checks.renderio.pictures import size_of
from contracts.checks.renderio.succeeding import SUCCESS, fetched, is_accepted, is_refusal, output, succeeded
from contracts.trial import Trial

Sizes = Mapping[str, tuple[int, int] | None]
"""The size in pixels of each output by its key; None where it is no picture."""


@check("RIO-CMD-032", "RIO-CMD-033", "RIO-CMD-037")
def a_placeholder_stands_for_its_file(trial: Trial) -> None:
    """Placeholders mean the files declared under their keys, in both brackets; the word ffmpeg may be left out."""
    account = Account(trial)
    body, expected = _crossed(trial)
    sizes = _sizes(account, succeeded(account, body))
    trial.expect("RIO-CMD-032", sizes == expected, _because(body, expected, sizes))
    command = str(body["ffmpeg_command"])
    others = {
        "RIO-CMD-033": command.replace("{{", "<<").replace("}}", ">>"),
        "RIO-CMD-037": command.removeprefix("ffmpeg").lstrip(),
    }
    for requirement, line in others.items():
        other = {**body, "ffmpeg_command": line}
        response = account.send("runFfmpegCommand", body=other, stands_on=requirement)
        trial.require(
            requirement,
            is_accepted(response),
            f"{line!r} was to mean the same as {command!r}, which was accepted, and was answered {response}",
            evidence=[response.evidence],
        )
        ended = account.finished(account.claimed(response))
        if trial.expect(
            requirement,
            ended["status"] == SUCCESS,
            f"{line!r} was to do the same as {command!r}, which succeeded, and ended as {ended['status']}: "
            f"{ended.get('error_message')!r}",
        ):
            trial.expect(requirement, (same := _sizes(account, ended)) == sizes, _because(other, sizes, same))


def _crossed(trial: Trial) -> tuple[dict[str, Any], Sizes]:
    """Two inputs and two outputs, in another order in the command than in the declarations, and the outputs' sizes.

    The keys begin alike, so that it shows where one is taken for the beginning of another.
    """
    picture, clip = trial.media.picture, trial.media.clip
    inputs = {"in_a": picture.url, "in_a1": clip.url}
    outputs = {"out_B_2": "second.png", "out_B": "first.png"}
    line = "ffmpeg -i {{in_a1}} -i {{in_a}} -map 1:v -frames:v 1 {{out_B}} -map 0:v -frames:v 1 {{out_B_2}}"
    if picture.is_own and clip.is_own:
        expected = {"out_B": _size(picture.width, picture.height), "out_B_2": _size(clip.width, clip.height)}
    else:
        line = (
            "ffmpeg -i {{in_a1}} -i {{in_a}} -map 1:v -vf scale=24:16 -frames:v 1 {{out_B}} "
            "-map 0:v -vf scale=32:18 -frames:v 1 {{out_B_2}}"
        )
        expected = {"out_B": (24, 16), "out_B_2": (32, 18)}
    return {"input_files": inputs, "output_files": outputs, "ffmpeg_command": line}, expected


def _size(width: int | None, height: int | None) -> tuple[int, int] | None:
    return None if width is None or height is None else (width, height)


def _sizes(account: Account, command: Mapping[str, Any]) -> Sizes:
    sizes = {key: size_of(fetched(account, output(account.trial, command, key))) for key in ("out_B", "out_B_2")}
    account.trial.require("RIO-CMD-011", None not in sizes.values(), f"outputs were to be pictures, and were {sizes}")
    return sizes


def _because(body: Mapping[str, Any], expected: Sizes, sizes: Sizes) -> str:
    return f"{body['ffmpeg_command']!r} was to write pictures of {dict(expected)} pixels, and wrote {dict(sizes)}"


@check("RIO-CMD-034")
def white_space_in_a_placeholder(trial: Trial) -> None:
    """White space between the brackets and the alias is tolerated, or makes it no placeholder."""
    account = Account(trial)
    body = account.body()
    line = str(body["ffmpeg_command"]).replace("{{", "{{ ").replace("}}", " }}")
    response = account.send("runFfmpegCommand", body={**body, "ffmpeg_command": line}, stands_on="RIO-CMD-001")
    if is_refusal(response):
        trial.saw("RIO-CMD-034", "b", f"it is answered {response.status}", evidence=[response.evidence])
    elif is_accepted(response):
        ended = account.finished(account.claimed(response))
        trial.saw("RIO-CMD-034", "a" if ended["status"] == SUCCESS else "b", f"it ends as {ended['status']}")
