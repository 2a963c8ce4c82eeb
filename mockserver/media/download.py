"""Fetches a command's inputs over HTTP(S)."""

import asyncio
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path

import httpx

from mockserver.media.failure import CommandFailure
from mockserver.outbound.transport import ForbiddenAddressError

MOST_REDIRECTS = 5
AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class DownloadLimits:
    """How large a command's inputs may be together, and how long one download may take."""

    most_bytes: int
    seconds: float


class Downloader:
    """Downloads files as they are; every redirect passes the guard like the first request."""

    def __init__(self, transport: httpx.AsyncBaseTransport, limits: DownloadLimits, *, user_agent: str) -> None:
        self._limits = limits
        self._client = httpx.AsyncClient(
            transport=transport,
            timeout=limits.seconds,
            follow_redirects=True,
            max_redirects=MOST_REDIRECTS,
            trust_env=False,
            # One client serves all workspaces: what one's host sets must not be sent for another.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            headers={"User-Agent": user_agent, "Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close"},
        )

    def batch(self) -> "Batch":
        """The downloads of one command."""
        return Batch(self._client, self._limits)

    async def close(self) -> None:
        """Release the client."""
        await self._client.aclose()


class Batch:
    """Downloads that share a budget of bytes, a few at a time."""

    def __init__(self, client: httpx.AsyncClient, limits: DownloadLimits) -> None:
        self._client = client
        self._limits = limits
        self._left = limits.most_bytes
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def fetch(self, alias: str, url: str, target: Path) -> None:
        """Store what `url` gives at `target`; raises `CommandFailure` naming the alias and the reason."""
        try:
            async with self._slots, asyncio.timeout(self._limits.seconds):
                await self._stream(alias, url, target)
        except TimeoutError as error:
            raise _unreachable(alias, url, f"the download took longer than {self._limits.seconds:g} s") from error
        except ForbiddenAddressError as error:
            raise _unreachable(alias, url, str(error)) from error
        except httpx.TooManyRedirects as error:
            raise _unreachable(alias, url, f"more than {MOST_REDIRECTS} redirects") from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise _unreachable(alias, url, str(error) or type(error).__name__) from error

    async def _stream(self, alias: str, url: str, target: Path) -> None:
        async with self._client.stream("GET", url) as response:
            if not response.is_success:
                raise _unreachable(alias, url, f"the server answered {response.status_code}")
            # A few kilobytes of compressed nothing can be gigabytes; an input is a file, and taken as it is.
            coding = response.headers.get("Content-Encoding", "identity").lower()
            if coding != "identity":
                raise _unreachable(alias, url, f"it came in the encoding {coding}, which was not asked for")
            with target.open("wb") as file:
                async for part in response.aiter_raw():
                    self._left -= len(part)
                    if self._left < 0:
                        most = self._limits.most_bytes
                        message = f"{alias}: with {url} the inputs are larger than they may be together, {most} bytes"
                        raise CommandFailure("INPUT_FILE_TOO_LARGE", message)
                    file.write(part)


def _unreachable(alias: str, url: str, reason: str) -> CommandFailure:
    return CommandFailure("UNREACHABLE_INPUT_FILE", f"{alias}: {url} could not be downloaded: {reason}")
