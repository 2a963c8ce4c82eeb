"""Input files for the target, made on the spot, and what a result file really is."""

import functools
import io
import os
import shutil
import struct
import subprocess
import tempfile
import threading
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import av.error
from av.container import InputContainer

from contracts.errors import NotObservable, SetUpError
from contracts.receiver import Receiver

VARIABLE = "PROOFREEL_FFMPEG"
PICTURE_PIXELS = 16
CLIP_WIDTH, CLIP_HEIGHT, CLIP_SECONDS = 64, 48, 0.5
SLOW_SECONDS = 3.0
MAKING_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Sample:
    """A file that the target can fetch.

    `alias` is a name for it in a command, of the form that APIs ask of an input's (`in_…`). `kind` is `picture`,
    `clip` or, for a file of the user's, `unknown`; of such a one (`is_own` false) sizes in pixels are None.
    `duration_seconds` is None where there is none or it is not known.
    """

    url: str
    alias: str
    kind: str
    width: int | None
    height: int | None
    duration_seconds: float | None
    is_own: bool


@dataclass(frozen=True, slots=True)
class SlowWork:
    """An input, and what stands before `-i` in a command so that FFmpeg takes about `seconds` on any machine."""

    sample: Sample
    input_arguments: str
    seconds: float

    def command(self, output: str) -> str:
        """A whole command that writes the output with this alias."""
        return f"ffmpeg {self.input_arguments} -i {{{{{self.sample.alias}}}}} -c copy {{{{{output}}}}}"


class Media:
    """The kit's sample files, made and given out when first asked for. Safe to use from several threads."""

    def __init__(self, receiver: Receiver, input_url: str | None = None) -> None:
        self._receiver = receiver
        self._input_url = input_url
        self._lock = threading.Lock()
        self._made: dict[str, Sample] = {}

    @property
    def picture(self) -> Sample:
        """A PNG of 16 x 16 pixels, or the user's file."""
        return self._sample("picture")

    @property
    def clip(self) -> Sample:
        """An MP4 of half a second, 64 x 48 pixels, 10 pictures a second, with a tone; or the user's file.

        Raises `SetUpError` where there is no FFmpeg to make it.
        """
        return self._sample("clip")

    @property
    def slow(self) -> SlowWork:
        """A clip of three seconds, read at the speed at which it plays (`-re`).

        Raises `NotObservable` where the user has named another input, `SetUpError` as `clip` does.
        """
        if self._input_url is not None:
            raise NotObservable("it takes an input of the kit's own, of known duration (without --input-url)")
        return SlowWork(self._sample("slow"), "-re", SLOW_SECONDS)

    def _sample(self, name: str) -> Sample:
        with self._lock:
            if name not in self._made:
                self._made[name] = self._make(name)
            return self._made[name]

    def _make(self, name: str) -> Sample:
        if self._input_url is not None:
            return Sample(self._input_url, "in_file", "unknown", None, None, None, is_own=False)
        if name == "picture":
            url = self._receiver.serve("picture.png", picture(), "image/png")
            return Sample(url, "in_picture", "picture", PICTURE_PIXELS, PICTURE_PIXELS, None, is_own=True)
        seconds = SLOW_SECONDS if name == "slow" else CLIP_SECONDS
        url = self._receiver.serve(f"{name}.mp4", clip(seconds), "video/mp4")
        return Sample(url, "in_clip", "clip", CLIP_WIDTH, CLIP_HEIGHT, seconds, is_own=True)


@functools.cache
def picture() -> bytes:
    """A PNG of 16 x 16 pixels, a slope from black to red and green."""
    row = range(PICTURE_PIXELS)
    pixels = b"".join(b"\0" + bytes(value for x in row for value in (x * 16, y * 16, 64)) for y in row)
    header = struct.pack(">IIBBBBB", PICTURE_PIXELS, PICTURE_PIXELS, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(pixels)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


@functools.cache
def clip(seconds: float) -> bytes:
    """An MP4 of this duration. Raises `SetUpError` where FFmpeg is missing or cannot make it."""
    with tempfile.TemporaryDirectory(prefix="proofreel-media-") as folder:
        path = Path(folder) / "clip.mp4"
        size = f"{CLIP_WIDTH}x{CLIP_HEIGHT}"
        command: Sequence[str] = (
            *(find_ffmpeg(), "-hide_banner", "-loglevel", "error", "-nostdin"),
            *("-f", "lavfi", "-i", f"testsrc=size={size}:rate=10:duration={seconds:g}"),
            *("-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds:g}"),
            *("-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "+faststart", str(path)),
        )
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=MAKING_SECONDS)  # noqa: S603 - our own
        except (OSError, subprocess.SubprocessError) as error:
            words = getattr(error, "stderr", None) or b""
            message = f"FFmpeg cannot make a sample clip: {words.decode('utf-8', 'replace').strip() or error}"
            raise SetUpError(message) from error
        return path.read_bytes()


def find_ffmpeg() -> str:
    """The FFmpeg to run: what `PROOFREEL_FFMPEG` names, else the one on PATH, else the wheel's (`imageio-ffmpeg`).

    Raises `SetUpError` where there is none.
    """
    named = os.environ.get(VARIABLE)
    program = shutil.which(named or "ffmpeg")
    if program is not None:
        return program
    if named:
        message = f"{VARIABLE} names {named}, which is no program that can be run"
        raise SetUpError(message)
    import imageio_ffmpeg  # noqa: PLC0415 - needed only where the system has none

    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        message = "no FFmpeg for the sample clips: install it, or name a small file of your own (--input-url)"
        raise SetUpError(message) from error


@dataclass(frozen=True, slots=True)
class Probed:
    """What a file is: `kind` is `video`, `picture`, `sound` or `other`; codecs are by stream, in order."""

    kind: str
    format: str
    width: int | None
    height: int | None
    duration_seconds: float | None
    codecs: tuple[str, ...]


class Unreadable(ValueError):
    """The bytes are no media file; the text is the reader's own word."""


def probe(content: bytes) -> Probed:
    """What these bytes are by their content, whatever they are called. Raises `Unreadable`."""
    try:
        # A list of other files must not be followed: the bytes come from the target.
        with av.open(io.BytesIO(content), mode="r", options={"protocol_whitelist": "none"}) as container:
            return _probed(container)
    except (av.error.FFmpegError, ValueError, EOFError, OSError) as error:
        message = f"{type(error).__name__}: {error}"
        raise Unreadable(message) from error


_CODED = {"video", "audio", "subtitle"}
_PICTURE_FORMATS = ("image2", "_pipe", "gif", "apng", "webp")


def _probed(container: InputContainer) -> Probed:
    name = container.format.name
    video = next(iter(container.streams.video), None)
    if video is not None:
        if next(container.decode(video), None) is None:
            raise ValueError("it has no picture in it")
        is_picture = any(word in name for word in _PICTURE_FORMATS)
        kind = "picture" if is_picture else "video"
    else:
        kind = "sound" if container.streams.audio else "other"
    return Probed(
        kind=kind,
        format=name,
        width=video.codec_context.width if video is not None else None,
        height=video.codec_context.height if video is not None else None,
        duration_seconds=None if container.duration is None else container.duration / av.time_base,
        codecs=tuple(stream.codec_context.name for stream in container.streams if stream.type in _CODED),
    )
