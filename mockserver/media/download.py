"""Fetches a command's inputs over HTTP(S)."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import httpx

from mockserver.media.failure import CommandFailure
from mockserver.outbound.transport import ForbiddenAddressError

MOST_REDIRECTS = 5


@dataclass(frozen=True, slots=True)
class DownloadLimits:
    """How large an input may be and how long its download may take."""

    most_bytes: int
    seconds: float


class Downloader:
    """Downloads files; every redirect passes the guard like the first request."""

    def __init__(self, transport: httpx.AsyncBaseTransport, limits: DownloadLimits) -> None:
        self._limits = limits
        self._client = httpx.AsyncClient(
            transport=transport,
            timeout=limits.seconds,
            follow_redirects=True,
            max_redirects=MOST_REDIRECTS,
            trust_env=False,
            headers={"User-Agent": "RenderIO/1.0", "Accept": "*/*", "Connection": "close"},
        )

    async def fetch(self, alias: str, url: str, target: Path) -> None:
        """Store what `url` gives at `target`; raises `CommandFailure` naming the alias and the reason."""
        try:
            async with asyncio.timeout(self._limits.seconds):
                await self._stream(alias, url, target)
        except TimeoutError as error:
            raise _unreachable(alias, url, f"the download took longer than {self._limits.seconds:g} s") from error
        except ForbiddenAddressError as error:
            raise _unreachable(alias, url, str(error)) from error
        except httpx.TooManyRedirects as error:
            raise _unreachable(alias, url, f"more than {MOST_REDIRECTS} redirects") from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise _unreachable(alias, url, str(error) or type(error).__name__) from error

    async def close(self) -> None:
        """Release the client."""
        await self._client.aclose()

    async def _stream(self, alias: str, url: str, target: Path) -> None:
        async with self._client.stream("GET", url) as response:
            if not response.is_success:
                raise _unreachable(alias, url, f"the server answered {response.status_code}")
            size = 0
            with target.open("wb") as file:
                async for part in response.aiter_bytes():
                    size += len(part)
                    if size > self._limits.most_bytes:
                        message = f"{alias}: {url} is larger than an input may be, {self._limits.most_bytes} bytes"
                        raise CommandFailure("INPUT_FILE_TOO_LARGE", message)
                    file.write(part)


def _unreachable(alias: str, url: str, reason: str) -> CommandFailure:
    return CommandFailure("UNREACHABLE_INPUT_FILE", f"{alias}: {url} could not be downloaded: {reason}")
