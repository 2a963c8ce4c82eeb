"""Behaviours that show a command in another way, to polls, in deliveries, or in both."""

import copy
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from mockserver.media import placeholders
from mockserver.renderio.blueprint import Blueprint, Change, View
from mockserver.renderio.command import Command

MEBIBYTES_PER_MEGABYTE = 1_000_000 / (1024 * 1024)
KILOBYTES_PER_MEGABYTE = 1000

_MEASURED = ("duration", "width", "height", "frame_rate", "bitrate_video_kb", "bitrate_audio_kb")

Shown = dict[str, Any]
Edit = Callable[[Shown, Command], None]
"""Changes, in place, how a command is shown."""


def _edited(view: View, edit: Edit) -> View:
    def show(command: Command) -> Shown:
        shown = copy.deepcopy(view(command))
        edit(shown, command)
        return shown

    return show


def _both(edit: Edit) -> Change:
    def apply(blueprint: Blueprint) -> Blueprint:
        return replace(blueprint, polled=_edited(blueprint.polled, edit), delivered=_edited(blueprint.delivered, edit))

    return apply


def _polled(edit: Edit) -> Change:
    return lambda blueprint: replace(blueprint, polled=_edited(blueprint.polled, edit))


def _delivered(edit: Edit) -> Change:
    return lambda blueprint: replace(blueprint, delivered=_edited(blueprint.delivered, edit))


def _every_output(edit: Callable[[Shown], None]) -> Edit:
    def apply(shown: Shown, _: Command) -> None:
        for output in shown.get("output_files", {}).values():
            edit(output)

    return apply


def _set(**values: Any) -> Edit:
    def apply(shown: Shown, _: Command) -> None:
        shown.update(values)

    return apply


# The command.


def _unfinished_in_small_letters(shown: Shown, command: Command) -> None:
    if command.result is None:
        shown["status"] = shown["status"].lower()


def _processing_as_queued(shown: Shown, _: Command) -> None:
    if shown["status"] == "PROCESSING":
        shown["status"] = "QUEUED"


def _id_in_capitals(shown: Shown, _: Command) -> None:
    shown["command_id"] = shown["command_id"].upper()


def _no_error_message(shown: Shown, _: Command) -> None:
    if shown["status"] == "FAILED":
        shown["error_message"] = ""


def _nulls_left_out(shown: Shown, _: Command) -> None:
    for name in [name for name, value in shown.items() if value is None]:
        del shown[name]


def _rendered_request(shown: Shown, command: Command) -> None:
    names = {**command.request.input_files, **command.request.output_files}
    original = shown["original_request"]
    original["ffmpeg_command"] = placeholders.replace(original["ffmpeg_command"], lambda alias: names.get(alias, alias))


def _whole_request(shown: Shown, command: Command) -> None:
    request = command.request
    if request.metadata is not None:
        shown["original_request"]["metadata"] = request.metadata
    if request.webhook_url is not None:
        shown["original_request"]["webhook_url"] = request.webhook_url


def _negative_seconds(shown: Shown, _: Command) -> None:
    if shown.get("ffmpeg_command_run_seconds") is not None:
        shown["ffmpeg_command_run_seconds"] = -1.0 - shown["ffmpeg_command_run_seconds"]


def _run_longer_than_all(shown: Shown, _: Command) -> None:
    if shown.get("ffmpeg_command_run_seconds") is not None:
        shown["ffmpeg_command_run_seconds"] = shown["total_processing_seconds"] + 1.0


def _more_seconds(shown: Shown, _: Command) -> None:
    if shown.get("total_processing_seconds") is not None:
        shown["total_processing_seconds"] += 1.0


# Its outputs.


def _no_outputs_before_success(shown: Shown, _: Command) -> None:
    if shown["status"] != "SUCCESS":
        shown.pop("output_files", None)


def _outputs_before_success(shown: Shown, command: Command) -> None:
    if shown["status"] == "SUCCESS":
        return
    status = "FAILED" if shown["status"] == "FAILED" else "PROCESSING"
    shown["output_files"] = {
        alias: {
            "file_id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{command.id}/{alias}")),
            "storage_url": None,
            "status": status,
            "rendi_store_type": "OUTPUT",
            "is_deleted": False,
            "filename": name,
            "size_mbytes": None,
        }
        for alias, name in command.request.output_files.items()
    }


def _no_file_id(output: Shown) -> None:
    output.pop("file_id", None)


def _dead_storage_url(output: Shown) -> None:
    if output.get("storage_url"):
        output["storage_url"] = f"{output['storage_url']}.gone"


def _signed_storage_url(output: Shown) -> None:
    if output.get("storage_url"):
        output["storage_url"] = f"{output['storage_url']}?expires=3600&signature={uuid.uuid4().hex}"


def _other_filename(output: Shown) -> None:
    output["filename"] = f"output-{output['filename']}"


def _uploaded(output: Shown) -> None:
    if output["status"] == "STORED":
        output["status"] = "UPLOADED"


def _size_times(factor: float) -> Callable[[Shown], None]:
    def edit(output: Shown) -> None:
        if output.get("size_mbytes") is not None:
            output["size_mbytes"] *= factor

    return edit


def _numbers_as_text(output: Shown) -> None:
    for name in _MEASURED:
        if output.get(name) is not None:
            output[name] = str(output[name])


CHANGES: Mapping[str, Change] = {
    "unfinished-status-in-small-letters": _both(_unfinished_in_small_letters),
    "processing-is-shown-as-queued": _polled(_processing_as_queued),
    "poll-shows-id-in-capitals": _polled(_id_in_capitals),
    "failure-without-message": _both(_no_error_message),
    "nulls-are-left-out": _both(_nulls_left_out),
    "other-command-type": _both(_set(command_type="FFMPEG")),
    "request-is-echoed-rendered": _both(_rendered_request),
    "request-is-echoed-whole": _both(_whole_request),
    "poll-without-metadata": _polled(_set(metadata=None)),
    "delivery-without-metadata": _delivered(_set(metadata=None)),
    "negative-run-time": _both(_negative_seconds),
    "run-longer-than-the-whole": _both(_run_longer_than_all),
    "delivery-differs-from-poll": _delivered(_more_seconds),
    "no-outputs-before-success": _both(_no_outputs_before_success),
    "outputs-before-success": _both(_outputs_before_success),
    "outputs-without-file-id": _both(_every_output(_no_file_id)),
    "storage-url-is-dead": _both(_every_output(_dead_storage_url)),
    "storage-url-is-signed": _both(_every_output(_signed_storage_url)),
    "other-filename": _both(_every_output(_other_filename)),
    "other-output-status": _both(_every_output(_uploaded)),
    "size-in-kilobytes": _both(_every_output(_size_times(KILOBYTES_PER_MEGABYTE))),
    "size-in-mebibytes": _both(_every_output(_size_times(MEBIBYTES_PER_MEGABYTE))),
    "measures-as-text": _both(_every_output(_numbers_as_text)),
}
