"""Images: how long one takes, how many there are in a second, and what they cost those who want something else."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator

import httpx
import uvloop

from benchmarks.figures import Figure, Size
from benchmarks.processes import server

CARD = "/api/render/social-card"
STATUS = "/_control/clock"
HEADERS = {"Authorization": "Bearer benchmark"}
AT_ONCE = 4
STATUSES = 200

MEDIAN_MS = 60
RENDERS_PER_SECOND = 40
MOST_SLOWED = 2.0


def renders(size: Size) -> Iterator[Figure]:
    """A 1200x630 PNG with new words each time: alone, on two processes, and beside other requests."""
    with server("--render-processes", "1") as (url, _):
        milliseconds = uvloop.run(_alone(url, size.renders)) * 1000
    yield Figure("social card, median", f"{milliseconds:.0f} ms", f"< {MEDIAN_MS} ms", milliseconds < MEDIAN_MS)
    with server("--render-processes", "2") as (url, _):
        each_second, slowed = uvloop.run(_together(url, size.renders * 4))
    yield Figure(
        "social cards, two processes",
        f"{each_second:.0f}/s",
        f"≥ {RENDERS_PER_SECOND}/s",
        each_second >= RENDERS_PER_SECOND,
    )
    yield Figure(
        "GET beside renders : GET alone, medians", f"{slowed:.2f}", f"< {MOST_SLOWED:.0f}", slowed < MOST_SLOWED
    )


async def _alone(url: str, count: int) -> float:
    async with _client(url) as client:
        await _render(client, 0)
        return statistics.median([await _seconds(lambda: _render(client, number)) for number in range(1, count)])  # noqa: B023 - awaited at once


async def _together(url: str, count: int) -> tuple[float, float]:
    """Renders per second, and how many times longer a small request takes meanwhile."""
    async with _client(url) as client:
        await asyncio.gather(*(_render(client, number) for number in range(AT_ONCE)))
        alone = await _status(client)
        began = time.perf_counter()
        rendering = asyncio.create_task(_all(client, count))
        beside = await _status(client)
        await rendering
        seconds = time.perf_counter() - began
    return count / seconds, beside / alone


async def _all(client: httpx.AsyncClient, count: int) -> None:
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> None:
        async with slots:
            await _render(client, number)

    await asyncio.gather(*(one(number) for number in range(count)))


async def _status(client: httpx.AsyncClient) -> float:
    async def ask() -> None:
        (await client.get(STATUS)).raise_for_status()

    return statistics.median([await _seconds(ask) for _ in range(STATUSES)])


async def _render(client: httpx.AsyncClient, number: int) -> None:
    response = await client.get(CARD, params={"tweak:title": f"Title number {number}"})
    assert response.headers["content-type"] == "image/png", response.text


async def _seconds(do: Callable[[], Awaitable[None]]) -> float:
    began = time.perf_counter()
    await do()
    return time.perf_counter() - began


def _client(url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, headers=HEADERS, timeout=60, trust_env=False)
