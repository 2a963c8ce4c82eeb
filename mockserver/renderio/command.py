"""An FFmpeg command: what was asked, how far it is, what came of it."""

from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

import msgspec

Status = Literal["QUEUED", "PROCESSING", "SUCCESS", "FAILED"]


class Request(msgspec.Struct, frozen=True):
    """A submission as it was accepted; unknown fields of the body are ignored."""

    input_files: dict[str, str]
    output_files: dict[str, str]
    ffmpeg_command: str
    metadata: dict[str, Any] | None = None
    webhook_url: str | None = None


class OutputFile(msgspec.Struct, frozen=True):
    """A stored result with what a probe finds in it; `None` where a property does not apply."""

    file_id: str
    filename: str
    size_bytes: int
    duration: float | None = None
    file_type: str | None = None
    file_format: str | None = None
    codec: str | None = None
    pixel_format: str | None = None
    mime_type: str | None = None
    width: int | None = None
    height: int | None = None
    frame_rate: float | None = None
    bitrate_video_kb: float | None = None
    bitrate_audio_kb: float | None = None


class Result(msgspec.Struct, frozen=True):
    """How a command ended: outputs by alias, or an error."""

    output_files: dict[str, OutputFile]
    total_processing_seconds: float
    ffmpeg_command_run_seconds: float | None = None
    error_status: str | None = None
    error_message: str | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """A command of one workspace; `result` is there once it is over."""

    id: str
    workspace: str
    status: Status
    request: Request
    result: Result | None


def view(command: Command, *, storage_url: str) -> dict[str, Any]:
    """The command as `GET /commands/{commandId}` and the webhook's `data` show it."""
    request, result = command.request, command.result
    return {
        "command_id": command.id,
        "status": command.status,
        "command_type": "FFMPEG_COMMAND",
        "original_request": {
            "input_files": request.input_files,
            "output_files": request.output_files,
            "ffmpeg_command": request.ffmpeg_command,
        },
        "metadata": request.metadata,
        "total_processing_seconds": result.total_processing_seconds if result else None,
        "ffmpeg_command_run_seconds": result.ffmpeg_command_run_seconds if result else None,
        "output_files": {alias: _output_view(file, storage_url) for alias, file in result.output_files.items()}
        if result
        else {},
        "error_status": result.error_status if result else None,
        "error_message": result.error_message if result else None,
    }


def _output_view(file: OutputFile, storage_url: str) -> dict[str, Any]:
    properties = msgspec.structs.asdict(file)
    size_bytes = properties.pop("size_bytes")
    return {
        "storage_url": f"{storage_url}/{file.file_id}/{quote(file.filename, safe='')}",
        "status": "STORED",
        "rendi_store_type": "OUTPUT",
        "is_deleted": False,
        "size_mbytes": size_bytes / 1_000_000,
        **properties,
    }
