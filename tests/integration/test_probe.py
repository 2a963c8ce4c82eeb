"""The inspector's answers are about the files that were asked about, whatever became of the questions before."""

import asyncio
import subprocess
from pathlib import Path

import pytest

from mockserver.media.ffmpeg import find_ffmpeg
from mockserver.media.options import DEMUXERS
from mockserver.media.probe import Probe, Unreadable

WIDTHS = (64, 128)


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two videos, 64 and 128 pixels wide."""
    folder = tmp_path_factory.mktemp("videos")
    for width in WIDTHS:
        source = ("-f", "lavfi", "-i", f"testsrc=size={width}x48:rate=10:duration=0.2")
        made = [find_ffmpeg(), "-hide_banner", "-loglevel", "error", "-nostdin", *source, str(folder / f"{width}.mkv")]
        subprocess.run(made, check=True)
    return folder / "64.mkv", folder / "128.mkv"


async def width(probe: Probe, path: Path) -> int | None:
    found = await probe.inspect(path, formats=DEMUXERS)
    return None if isinstance(found, Unreadable) else int(found["video"]["width"])


async def give_up(probe: Probe, path: Path, *, turns: int) -> None:
    """Ask about a file and lose interest after so many turns of the loop."""
    asked = asyncio.create_task(probe.inspect(path, formats=DEMUXERS))
    for _ in range(turns):
        await asyncio.sleep(0)
    asked.cancel()
    await asyncio.wait({asked})


@pytest.mark.parametrize("turns", range(8))
@pytest.mark.parametrize("warm", [True, False], ids=["warm", "cold"])
def test_inspection_after_one_that_was_cancelled_is_of_its_own_file(
    videos: tuple[Path, Path], turns: int, *, warm: bool
) -> None:
    async def run() -> int | None:
        probe = Probe()
        if warm:
            await probe.warm_up()
        await give_up(probe, videos[0], turns=turns)
        try:
            return await width(probe, videos[1])
        finally:
            await probe.close()

    assert asyncio.run(run()) == 128


def test_inspections_at_once_are_each_of_their_own_file(videos: tuple[Path, Path]) -> None:
    async def run() -> list[int | None]:
        probe = Probe()
        try:
            return list(await asyncio.gather(*(width(probe, path) for path in (*videos, *videos))))
        finally:
            await probe.close()

    assert asyncio.run(run()) == [64, 128, 64, 128]


def test_inspection_that_waits_its_turn_outlives_the_one_before(videos: tuple[Path, Path]) -> None:
    async def run() -> int | None:
        probe = Probe()
        await probe.warm_up()
        first = asyncio.create_task(probe.inspect(videos[0], formats=DEMUXERS))
        second = asyncio.create_task(width(probe, videos[1]))
        for _ in range(3):
            await asyncio.sleep(0)
        first.cancel()
        try:
            return await second
        finally:
            await probe.close()

    assert asyncio.run(run()) == 128
