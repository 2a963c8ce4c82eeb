"""Why a command failed: a stable code for programs and a sentence for people."""

from typing import Literal

ErrorStatus = Literal[
    "UNREACHABLE_INPUT_FILE",
    "INPUT_FILE_TOO_LARGE",
    "INVALID_INPUT_FILE",
    "FFMPEG_FAILED",
    "COMMAND_TIMED_OUT",
    "OUTPUT_FILE_MISSING",
    "OUTPUT_FILE_TOO_LARGE",
    "INTERNAL_ERROR",
]


class CommandFailure(Exception):
    """The command ends as FAILED."""

    def __init__(self, status: ErrorStatus, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
