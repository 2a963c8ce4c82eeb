"""CMD: what a command that succeeded shows of its outputs, and that these are what FFmpeg was asked for."""

import math
import time
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from contracts.check import check
from contracts.checks.renderio.account import Account
from contracts.checks.renderio.pictures import is_whole_png, points
from contracts.checks.renderio.succeeding import fetched, output, short, succeeded
from contracts.media import Sample, Unreadable, picture, probe
from contracts.trial import Trial

SOON_SECONDS = 15.0
"""How long "a few seconds" may be at most, on a busy machine."""

MEGABYTES = {"a": 1_000_000, "b": 1_048_576}
LEAST_STEP_MEGABYTES = 0.001
"""What any way of reckoning may lose, such as that with numbers of 32 bits."""

LARGE_WIDTH, LARGE_HEIGHT = 700, 500
"""An uncompressed picture of so many points is about a megabyte: both readings of one differ by five hundredths."""

MEASURED = (
    *("duration", "file_type", "file_format", "codec", "pixel_format", "mime_type", "width", "height", "frame_rate"),
    *("bitrate_video_kb", "bitrate_audio_kb", "rendi_store_type", "is_deleted"),
)

CLIP_CODEC, CLIP_PICTURES, CLIP_RATE = "mpeg4", 3, 10
SLACK_SECONDS = 0.06


@check(
    *("RIO-CMD-010", "RIO-CMD-011", "RIO-CMD-012", "RIO-CMD-013", "RIO-CMD-014", "RIO-CMD-015"),
    *("RIO-CMD-016", "RIO-CMD-017", "RIO-CMD-024", "RIO-CMD-025"),
)
def outputs_are_what_was_asked_for(trial: Trial) -> None:
    """Two outputs of one picture are listed, can be fetched, and hold the very points that they were to hold."""
    account, sample = Account(trial), trial.media.picture
    width, height = trial.random.randint(3, 15), trial.random.randint(3, 15)
    body = _two_outputs(sample, width, height)
    began = time.monotonic()
    command = succeeded(account, body)
    seconds = time.monotonic() - began - account.waited_seconds
    trial.expect(
        "RIO-CMD-010",
        # Where other checks run at the same time, their commands may stand before this one.
        seconds <= (SOON_SECONDS if trial.is_alone else max(SOON_SECONDS, trial.patience_seconds)),
        f"a command on a small picture was to finish within a few seconds, and took {seconds:.1f} s",
    )
    _judge_times(trial, command)
    for key, name in body["output_files"].items():
        entry = output(trial, command, key)
        _judge_entry(trial, entry, name)
        content = fetched(account, entry)
        _judge_size(trial, entry, content)
        if key == "out_small":
            _judge_points(trial, sample, content, (width, height))
        else:
            _judge_kind(trial, content, (LARGE_WIDTH, LARGE_HEIGHT), body)
    trial.passed("RIO-CMD-012", "RIO-CMD-013", because="both outputs were listed and fetched")


def _two_outputs(sample: Sample, width: int, height: int) -> dict[str, Any]:
    corner = f"hflip,crop={width}:{height}:0:0" if sample.is_own else f"scale={width}:{height}"
    return {
        "input_files": {sample.alias: sample.url},
        "output_files": {"out_small": "corner.png", "out_large": "large_2.bmp"},
        "ffmpeg_command": (
            f"ffmpeg -i {{{{{sample.alias}}}}} -vf {corner} -frames:v 1 {{{{out_small}}}} "
            f"-vf scale={LARGE_WIDTH}:{LARGE_HEIGHT} -frames:v 1 {{{{out_large}}}}"
        ),
    }


def _judge_points(trial: Trial, sample: Sample, content: bytes, size: tuple[int, int]) -> None:
    try:
        found = points(content)
    except Unreadable as error:
        trial.failed("RIO-CMD-011", f"the output corner.png was to be a picture, and cannot be read: {error}")
        return
    if not sample.is_own:
        is_right = (found.width, found.height) == size
    else:
        is_right = found == points(picture()).mirrored().corner(*size)
    trial.expect(
        "RIO-CMD-011",
        is_right and is_whole_png(content),
        f"the output corner.png was to be a whole PNG of the mirrored picture's corner, {size[0]} x {size[1]} points, "
        f"and was a picture of {found.width} x {found.height} points, {len(content)} bytes, with other points or bytes",
    )


def _judge_kind(trial: Trial, content: bytes, size: tuple[int, int], body: Mapping[str, Any]) -> None:
    try:
        found = probe(content)
    except Unreadable as error:
        trial.failed("RIO-CMD-011", f"the output of {body['ffmpeg_command']!r} cannot be read: {error}")
        return
    trial.expect(
        "RIO-CMD-011",
        (found.width, found.height) == size,
        f"{body['ffmpeg_command']!r} was to write {size[0]} x {size[1]} points, and wrote {found}",
    )


def _judge_entry(trial: Trial, entry: Mapping[str, Any], name: str) -> None:
    trial.require(
        "RIO-CMD-012",
        isinstance(entry.get("file_id"), str) and entry["file_id"],
        f"an output entry was to have a file_id, and was {short(entry)}",
    )
    trial.expect(
        "RIO-CMD-014",
        entry.get("filename") == name,
        f"filename was to be {name!r} as declared, and was {entry.get('filename')!r}",
    )
    trial.expect(
        "RIO-CMD-015",
        entry.get("status") == "STORED",
        f"the status of an output of a command with SUCCESS was to be STORED, and was {entry.get('status')!r}",
    )
    measured = {key: entry[key] for key in MEASURED if key in entry}
    needed = {"file_id": "f", "storage_url": None, "status": "STORED", "filename": name}
    problems = trial.api.violations("OutputFileMeta", {**needed, **measured})
    trial.expect("RIO-CMD-017", not problems, f"{'; '.join(problems)} in {short(entry)}")


def _judge_size(trial: Trial, entry: Mapping[str, Any], content: bytes) -> None:
    size = entry.get("size_mbytes")
    if size is None:
        trial.passed("RIO-CMD-016", because="it is null or left out")
        return
    fitting = size_readings(size, len(content))
    if len(fitting) == 1:
        trial.saw("RIO-CMD-016", fitting[0], f"{size} for {len(content)} bytes")
    else:
        trial.expect("RIO-CMD-016", fitting, f"size_mbytes of {len(content)} bytes was {size!r}")


def size_readings(size: Any, byte_count: int) -> list[str]:
    """By which readings of a megabyte this is the size of a file of so many bytes.

    The pages do not say how it is rounded: the last decimal that is shown may be one off.
    """
    if not isinstance(size, int | float) or isinstance(size, bool) or not math.isfinite(size):
        return []
    step = max(LEAST_STEP_MEGABYTES, _last_place(size))
    return [name for name, unit in MEGABYTES.items() if abs(size - byte_count / unit) <= step]


def _last_place(value: float) -> float:
    """What one more in the last decimal is worth; 1 where there are none. Zero and infinity have none."""
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return float(10.0 ** min(0, exponent)) if isinstance(exponent, int) else 1.0


def _judge_times(trial: Trial, command: Mapping[str, Any]) -> None:
    total, run = command.get("total_processing_seconds"), command.get("ffmpeg_command_run_seconds")
    trial.expect(
        "RIO-CMD-024",
        _is_span(total) and _is_span(run),
        "total_processing_seconds and ffmpeg_command_run_seconds were to be null or numbers, 0 or more, and were "
        f"{total!r} and {run!r}",
    )
    if isinstance(total, int | float) and isinstance(run, int | float):
        trial.expect(
            "RIO-CMD-025",
            run <= total + max(_last_place(total), _last_place(run)),
            f"ffmpeg_command_run_seconds was to be at most total_processing_seconds ({total}), and was {run}",
        )
    else:
        trial.unobservable("RIO-CMD-025", because="one of the two times is not sent")


def _is_span(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool) and value >= 0)


@check("RIO-CMD-011")
def a_clip_is_cut_and_scaled(trial: Trial) -> None:
    """A clip that is cut to three pictures, scaled and encoded anew comes out just so."""
    sample = trial.media.clip
    if not sample.is_own:
        trial.unobservable("RIO-CMD-011", because="it takes a clip of the kit's own (without --input-url)")
        return
    account = Account(trial)
    size = 2 * trial.random.randint(10, 30), 2 * trial.random.randint(10, 30)
    body = {
        "input_files": {sample.alias: sample.url},
        "output_files": {"out_clip": "cut.mp4"},
        "ffmpeg_command": (
            f"ffmpeg -i {{{{{sample.alias}}}}} -an -frames:v {CLIP_PICTURES} -vf scale={size[0]}:{size[1]} "
            f"-c:v {CLIP_CODEC} {{{{out_clip}}}}"
        ),
    }
    content = fetched(account, output(trial, succeeded(account, body), "out_clip"))
    try:
        found = probe(content)
    except Unreadable as error:
        trial.failed("RIO-CMD-011", f"the output of {body['ffmpeg_command']!r} cannot be read: {error}")
        return
    seconds = CLIP_PICTURES / CLIP_RATE
    trial.expect(
        "RIO-CMD-011",
        (found.width, found.height) == size
        and found.codecs == (CLIP_CODEC,)
        and abs((found.duration_seconds or 0) - seconds) <= SLACK_SECONDS,
        f"{body['ffmpeg_command']!r} was to write {size[0]} x {size[1]} points in {CLIP_CODEC} for {seconds} s, "
        f"and wrote {found}",
    )
