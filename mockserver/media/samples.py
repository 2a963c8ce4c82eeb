"""Sample media: small inputs for commands, made with FFmpeg when they are first asked for."""

import asyncio
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mockserver.media import ffmpeg

LIMITS = ffmpeg.RunLimits(seconds=60, most_bytes=16 * 1024 * 1024, memory_bytes=4 * 1024**3)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How FFmpeg makes one sample, and what it is."""

    media_type: str
    arguments: tuple[str, ...]


RECIPES: Mapping[str, Recipe] = {
    "clip.mp4": Recipe(
        "video/mp4",
        (
            *("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25", "-f", "lavfi", "-i", "sine=frequency=440"),
            *("-t", "2", "-c:v", "mpeg4", "-q:v", "3", "-c:a", "aac"),
        ),
    ),
    "picture.png": Recipe("image/png", ("-f", "lavfi", "-i", "testsrc2=size=320x180", "-frames:v", "1")),
    "tone.wav": Recipe("audio/wav", ("-f", "lavfi", "-i", "sine=frequency=440", "-t", "2")),
}
"""By file name: two seconds of a moving test picture with a tone, one picture of it, and the tone."""


class SampleError(Exception):
    """FFmpeg could not make a sample; the text holds its last words."""


class Samples:
    """Makes each sample once, and keeps it in memory."""

    def __init__(self) -> None:
        self._made: dict[str, bytes] = {}
        self._making: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def content(self, name: str) -> bytes:
        """The bytes of a sample; the name is a key of `RECIPES`. Raises `SampleError`."""
        async with self._making[name]:
            if name not in self._made:
                self._made[name] = await _make(name, RECIPES[name])
            return self._made[name]


async def _make(name: str, recipe: Recipe) -> bytes:
    with tempfile.TemporaryDirectory(prefix="proofreel-sample-") as folder:
        ended = await ffmpeg.run(ffmpeg.find_ffmpeg(), [*recipe.arguments, name], folder=Path(folder), limits=LIMITS)
        if ended.returncode != 0:
            message = f"FFmpeg could not make {name}: {ended.last_words}"
            raise SampleError(message)
        return await asyncio.to_thread(Path(folder, name).read_bytes)
