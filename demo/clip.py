"""Makes the input clip with FFmpeg, and looks into results with PyAV."""

import io
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import av
import av.error

from demo.expectation import UnexpectedError, expect
from mockserver.media.ffmpeg import find_ffmpeg

SECONDS = 3
WIDTH, HEIGHT = 640, 360


@dataclass(frozen=True)
class Found:
    """What a file is, by its own bytes."""

    container: str
    seconds: float | None
    video_codec: str
    width: int
    height: int
    frames: int
    audio_codec: str | None


def make_clip() -> bytes:
    """Three seconds of a moving test picture with a tone, as MP4."""
    with tempfile.TemporaryDirectory(prefix="proofreel-demo-") as folder:
        path = Path(folder, "clip.mp4")
        made = subprocess.run(  # noqa: S603 - FFmpeg, with arguments of our own
            [
                *(find_ffmpeg(), "-nostdin", "-hide_banner", "-loglevel", "error"),
                *("-f", "lavfi", "-i", f"testsrc2=size={WIDTH}x{HEIGHT}:rate=25"),
                *("-f", "lavfi", "-i", "sine=frequency=440"),
                *("-t", str(SECONDS), "-c:v", "mpeg4", "-q:v", "3", "-c:a", "aac", str(path)),
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        expect(made.returncode == 0, f"FFmpeg could not make the input clip: {made.stderr.strip()}")
        return path.read_bytes()


def look_into(content: bytes) -> Found:
    """Decode the whole file and say what it is."""
    try:
        with av.open(io.BytesIO(content), mode="r") as container:
            video = container.streams.video[0]
            audio = next(iter(container.streams.audio), None)
            return Found(
                container=container.format.name,
                seconds=None if container.duration is None else container.duration / av.time_base,
                video_codec=video.codec_context.name,
                width=video.codec_context.width,
                height=video.codec_context.height,
                frames=len(list(container.decode(video))),
                audio_codec=audio.codec_context.name if audio else None,
            )
    except (av.error.FFmpegError, IndexError) as error:
        message = f"a result cannot be read as a picture or a video: {error}"
        raise UnexpectedError(message) from error
