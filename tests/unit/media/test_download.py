"""Inputs come as they are, within a budget, a few at a time, and nothing of one download shows in another."""

import asyncio
import gzip
import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mockserver.media.download import AT_ONCE, Batch, Downloader, DownloadLimits
from mockserver.media.failure import CommandFailure
from mockserver.outbound.guard import LoopbackGuard
from mockserver.outbound.transport import GuardedTransport

CONTENT = b"0123456789" * 6
LIMITS = DownloadLimits(most_bytes=100, seconds=20.0)
"""One CONTENT fits, two do not."""


@dataclass
class Host:
    """A real server on 127.0.0.1: answers every path with the same headers and content, and keeps what was asked."""

    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = CONTENT
    status: str = "200 OK"
    hold: Callable[[], Awaitable[None]] | None = None
    requests: list[dict[str, str]] = field(default_factory=list)
    under_way: int = 0
    most_at_once: int = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()[1:]
        self.requests.append(dict(line.lower().split(": ", 1) for line in lines if line))
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        if self.hold is not None:
            await self.hold()
        self.under_way -= 1
        head = {"Content-Length": str(len(self.content)), "Connection": "close", **self.headers}
        said = "\r\n".join([f"HTTP/1.1 {self.status}", *(f"{name}: {value}" for name, value in head.items()), "", ""])
        writer.write(said.encode() + self.content)
        await writer.drain()
        writer.close()


Story = Callable[[Downloader, str], Awaitable[None]]


def play(host: Host, story: Story, *, limits: DownloadLimits = LIMITS) -> None:
    """Let the story happen with a downloader and the host's URL."""

    async def run() -> None:
        downloader = Downloader(GuardedTransport(LoopbackGuard()), limits, user_agent="Agent/1.0")
        async with await asyncio.start_server(host.answer, "127.0.0.1", 0) as server:
            try:
                await story(downloader, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/file")
            finally:
                await downloader.close()

    asyncio.run(run())


async def outcome(batch: Batch, url: str, target: Path) -> str:
    """What the command would be told: the code of the failure, or OK."""
    try:
        await batch.fetch("in_a", url, target)
    except CommandFailure as failure:
        return failure.status
    return "OK"


def fetched(host: Host, target: Path, *, limits: DownloadLimits = LIMITS) -> str:
    """The outcome of one download from the host."""
    outcomes: list[str] = []

    async def story(downloader: Downloader, url: str) -> None:
        outcomes.append(await outcome(downloader.batch(), url, target))

    play(host, story, limits=limits)
    return outcomes[0]


def test_download_asks_for_the_file_as_it_is(tmp_path: Path) -> None:
    host = Host()
    fetched(host, tmp_path / "a")
    assert [request["accept-encoding"] for request in host.requests] == ["identity"]


def test_download_names_its_agent(tmp_path: Path) -> None:
    host = Host()
    fetched(host, tmp_path / "a")
    assert [request["user-agent"] for request in host.requests] == ["agent/1.0"]


@pytest.mark.parametrize("headers", [{}, {"Content-Encoding": "identity"}], ids=["unsaid", "identity"])
def test_download_keeps_the_file_as_it_is(tmp_path: Path, headers: dict[str, str]) -> None:
    fetched(Host(headers), tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == CONTENT


ENCODED = {
    "gzip": gzip.compress(CONTENT),
    "x-gzip": gzip.compress(CONTENT),
    "deflate": zlib.compress(CONTENT),
    "br": b"\x8b\x02\x80x\x03",
    "zstd": b"(\xb5/\xfd",
    "gzip, gzip": gzip.compress(gzip.compress(CONTENT)),
    "nonsense": CONTENT,
}


@pytest.mark.parametrize("coding", ENCODED)
def test_download_in_another_encoding_is_no_input(tmp_path: Path, coding: str) -> None:
    assert fetched(Host({"Content-Encoding": coding}, ENCODED[coding]), tmp_path / "a") == "UNREACHABLE_INPUT_FILE"


@pytest.mark.parametrize("coding", ENCODED)
def test_download_in_another_encoding_is_never_decoded(tmp_path: Path, coding: str) -> None:
    fetched(Host({"Content-Encoding": coding}, ENCODED[coding]), tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


def test_cookie_of_one_command_is_not_sent_for_another(tmp_path: Path) -> None:
    host = Host({"Set-Cookie": "session=secret; Path=/"})

    async def story(downloader: Downloader, url: str) -> None:
        for name in ("a", "b"):
            await outcome(downloader.batch(), url, tmp_path / name)

    play(host, story)
    assert ["cookie" in request for request in host.requests] == [False, False]


def test_cookie_of_a_redirect_is_not_sent_along_with_it(tmp_path: Path) -> None:
    host = Host({"Set-Cookie": "session=secret; Path=/", "Location": "/file"}, status="302 Found")
    fetched(host, tmp_path / "a")
    assert (len(host.requests) > 1, any("cookie" in request for request in host.requests)) == (True, False)


@pytest.mark.parametrize(
    ("batches", "outcomes"),
    [(1, ["OK", "INPUT_FILE_TOO_LARGE"]), (2, ["OK", "OK"])],
    ids=["one command", "two commands"],
)
def test_budget_is_shared_by_the_downloads_of_one_command(tmp_path: Path, batches: int, outcomes: list[str]) -> None:
    found: list[str] = []

    async def story(downloader: Downloader, url: str) -> None:
        made = [downloader.batch() for _ in range(batches)]
        found.extend([await outcome(made[it % batches], url, tmp_path / str(it)) for it in range(2)])

    play(Host(), story)
    assert found == outcomes


@pytest.mark.parametrize(("most_bytes", "expected"), [(60, "OK"), (59, "INPUT_FILE_TOO_LARGE")])
def test_budget_is_exact_to_the_byte(tmp_path: Path, most_bytes: int, expected: str) -> None:
    assert fetched(Host(), tmp_path / "a", limits=DownloadLimits(most_bytes, 20.0)) == expected


def test_downloads_of_one_command_are_made_a_few_at_a_time(tmp_path: Path) -> None:
    host = Host(content=b"x")
    full = asyncio.Event()

    async def hold() -> None:
        if host.under_way >= AT_ONCE:
            full.set()
        await full.wait()
        for _ in range(100):  # whatever else is on its way comes now
            await asyncio.sleep(0)

    host.hold = hold

    async def story(downloader: Downloader, url: str) -> None:
        batch = downloader.batch()
        await asyncio.gather(*(outcome(batch, url, tmp_path / str(number)) for number in range(3 * AT_ONCE)))

    play(host, story)
    assert (host.most_at_once, len(host.requests)) == (AT_ONCE, 3 * AT_ONCE)
