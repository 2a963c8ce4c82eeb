"""What is on a picture that the target has made: its size and its points."""

import io
from dataclasses import dataclass

import av
import av.error

from contracts.media import Unreadable, probe

PNG_BEGIN, PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
CHANNELS = 3


@dataclass(frozen=True, slots=True)
class Points:
    """The first picture of a file: `rows` are bytes, red, green and blue for each point."""

    width: int
    height: int
    rows: tuple[bytes, ...]

    def mirrored(self) -> "Points":
        """Left and right changed."""
        return Points(self.width, self.height, tuple(_backwards(row) for row in self.rows))

    def corner(self, width: int, height: int) -> "Points":
        """The part at the top left."""
        return Points(width, height, tuple(row[: width * CHANNELS] for row in self.rows[:height]))


def points(content: bytes) -> Points:
    """The first picture in a file. Raises `Unreadable`."""
    try:
        with av.open(io.BytesIO(content), mode="r") as container:
            frame = next(container.decode(video=0)).reformat(format="rgb24")
    except (av.error.FFmpegError, ValueError, EOFError, OSError, IndexError, StopIteration) as error:
        message = f"{type(error).__name__}: {error}"
        raise Unreadable(message) from error
    plane = frame.planes[0]
    line, used = plane.line_size, frame.width * CHANNELS
    data = bytes(plane)
    rows = tuple(data[top : top + used] for top in range(0, line * frame.height, line))
    return Points(frame.width, frame.height, rows)


def size_of(content: bytes) -> tuple[int, int] | None:
    """Width and height of a picture or a video; None where the bytes are neither."""
    try:
        found = probe(content)
    except Unreadable:
        return None
    return None if found.width is None or found.height is None else (found.width, found.height)


def is_whole_png(content: bytes) -> bool:
    """Whether a PNG begins and ends as one does: nothing is missing, and nothing was added."""
    return content.startswith(PNG_BEGIN) and content.endswith(PNG_END)


def _backwards(row: bytes) -> bytes:
    return b"".join(row[at : at + CHANNELS] for at in range(len(row) - CHANNELS, -1, -CHANNELS))
