"""Reads the properties of media files, in a process of its own: a file that crashes the reader takes no server with it.

Started as `python -m mockserver.media.inspector`: one JSON request a line on standard input, one JSON reply a line
on standard output, until the input ends (so it ends with the server, however that ends).
"""

import json
import sys
from pathlib import Path
from typing import Any

import av
import av.error


def inspect(path: str, formats: str) -> dict[str, Any]:
    """What the container says of itself; no other file is opened. Raises `av.error.FFmpegError` or `ValueError`."""
    with av.open(path, options={"protocol_whitelist": "file", "format_whitelist": formats}) as container:
        video = next(iter(container.streams.video), None)
        audio = next(iter(container.streams.audio), None)
        found: dict[str, Any] = {
            "format": container.format.name,
            "duration": None if container.duration is None else round(container.duration / 1_000_000, 6),
            "video": None,
            "audio": None,
            "subtitles": bool(container.streams.subtitles),
        }
        if video is not None:
            found["video"] = {
                "codec": video.codec_context.name,
                "pixel_format": video.codec_context.pix_fmt,
                "width": video.codec_context.width,
                "height": video.codec_context.height,
                "frame_rate": None if not video.average_rate else round(float(video.average_rate), 6),
                "bit_rate": video.codec_context.bit_rate,
                "frames": video.frames,
            }
        if audio is not None:
            found["audio"] = {"codec": audio.codec_context.name, "bit_rate": audio.codec_context.bit_rate}
        return found


def answer(line: str) -> dict[str, Any]:
    """The reply to one request line: `{"found": …}` or `{"unreadable": reason}`."""
    request = json.loads(line)
    try:
        return {"found": inspect(request["path"], request["formats"])}
    except (av.error.FFmpegError, ValueError, OSError, UnicodeError) as error:
        return {"unreadable": str(error).replace(request["path"], Path(request["path"]).name)}


def main() -> None:
    """Answer requests until the input ends."""
    av.logging.set_level(None)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(line)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
