"""Remote pictures of pages: fetched through the outbound guard, and kept small."""

import asyncio
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from mockserver.errors import ApiError
from mockserver.outbound.transport import ForbiddenAddressError

MOST_BYTES = 20 * 1024 * 1024
MOST_SECONDS = 10.0
MOST_REDIRECTS = 5
SUCCESSES = range(200, 300)


class PictureUnavailable(ApiError):
    """A picture that a page names cannot be had."""

    status = 400
    code = "BAD_REQUEST"


class Pictures:
    """Fetches pictures; every redirect passes the guard of `transport` like the first request."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._client = httpx.AsyncClient(
            transport=transport,
            timeout=MOST_SECONDS,
            follow_redirects=True,
            max_redirects=MOST_REDIRECTS,
            trust_env=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            headers={"User-Agent": "bannx/1.0", "Accept": "image/*", "Accept-Encoding": "identity"},
        )

    async def fetch(self, url: str) -> bytes:
        """The bytes at a URL; raises `PictureUnavailable` with the reason."""
        try:
            async with asyncio.timeout(MOST_SECONDS):
                return await self._read(url)
        except TimeoutError as error:
            raise _unavailable(url, f"it took longer than {MOST_SECONDS:g} s") from error
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


def _unavailable(url: str, reason: str) -> PictureUnavailable:
    return PictureUnavailable(f"The picture {url[:200]} cannot be had: {reason}.")
