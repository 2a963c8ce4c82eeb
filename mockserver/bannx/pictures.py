"""Remote pictures of pages: fetched through the outbound guard, and kept small."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from mockserver.errors import ApiError
from mockserver.outbound.transport import ForbiddenAddressError

MOST_BYTES = 20 * 1024 * 1024
MOST_SECONDS = 10.0
MOST_BYTES_TOGETHER = 2 * MOST_BYTES
MOST_SECONDS_TOGETHER = 2 * MOST_SECONDS
MOST_REDIRECTS = 5
SUCCESSES = range(200, 300)


class PictureUnavailable(ApiError):
    """A picture that a page names cannot be had."""

    status = 400
    code = "BAD_REQUEST"


class Pictures:
    """Fetches pictures; every redirect passes the guard of `transport` like the first request.

    One may take `most_seconds`, with all its redirects.
    """

    def __init__(self, transport: httpx.AsyncBaseTransport, *, most_seconds: float = MOST_SECONDS) -> None:
        self._most_seconds = most_seconds
        self._client = httpx.AsyncClient(
            transport=transport,
            timeout=most_seconds,
            follow_redirects=True,
            max_redirects=MOST_REDIRECTS,
            trust_env=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            headers={"User-Agent": "bannx/1.0", "Accept": "image/*", "Accept-Encoding": "identity"},
        )

    async def fetch(self, url: str) -> bytes:
        """The bytes at a URL; raises `PictureUnavailable` with the reason."""
        try:
            async with asyncio.timeout(self._most_seconds):
                return await self._read(url)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise _unavailable(url, f"it took longer than {self._most_seconds:g} s") from error
        except ForbiddenAddressError as error:
            raise _unavailable(url, str(error)) from error
        except httpx.TooManyRedirects as error:
            raise _unavailable(url, f"more than {MOST_REDIRECTS} redirects") from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise _unavailable(url, str(error) or type(error).__name__) from error

    async def close(self) -> None:
        """Release the client."""
        await self._client.aclose()

    async def _read(self, url: str) -> bytes:
        async with self._client.stream("GET", url) as response:
            if response.status_code not in SUCCESSES:
                raise _unavailable(url, f"it was answered {response.status_code}")
            content = bytearray()
            async for part in response.aiter_raw():
                content += part
                if len(content) > MOST_BYTES:
                    raise _unavailable(url, f"it is larger than {MOST_BYTES} bytes")
            return bytes(content)


async def fetched(
    urls: Iterable[str],
    fetch: Callable[[str], Awaitable[bytes]],
    *,
    most_bytes: int = MOST_BYTES_TOGETHER,
    most_seconds: float = MOST_SECONDS_TOGETHER,
) -> dict[str, bytes]:
    """The pictures of a page by URL, which have bounds together, too; raises `PictureUnavailable`."""
    pictures: dict[str, bytes] = {}
    try:
        async with asyncio.timeout(most_seconds):
            for url in sorted(urls):
                pictures[url] = await fetch(url)
                if sum(map(len, pictures.values())) > most_bytes:
                    message = f"The pictures of the page are larger than {most_bytes} bytes together."
                    raise PictureUnavailable(message)
    except TimeoutError as error:
        message = f"The pictures of the page took longer than {most_seconds:g} s together."
        raise PictureUnavailable(message) from error
    return pictures


def _unavailable(url: str, reason: str) -> PictureUnavailable:
    return PictureUnavailable(f"The picture {url[:200]} cannot be had: {reason}.")
