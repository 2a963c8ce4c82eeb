"""The rules of a submission that a document cannot state: they tie the command to its inputs and outputs."""

from collections.abc import Mapping
from typing import Any

import msgspec

from mockserver.errors import Invalid, Violation
from mockserver.media.command_line import CommandRefused, parse
from mockserver.renderio.command import Request

MOST_FILES = 100


def accepted(body: Mapping[str, Any]) -> Request:
    """The request in a body that the document allows; raises `Invalid` with all that is wrong with the command."""
    request = msgspec.convert(body, Request)
    too_many = [
        Violation((field,), f"this server takes at most {MOST_FILES} files")
        for field in ("input_files", "output_files")
        if len(body[field]) > MOST_FILES
    ]
    if too_many:
        raise Invalid(too_many)
    try:
        parse(request.ffmpeg_command, inputs=request.input_files, outputs=request.output_files)
    except CommandRefused as refused:
        raise Invalid([Violation(problem.location, problem.message) for problem in refused.problems]) from refused
    return request
