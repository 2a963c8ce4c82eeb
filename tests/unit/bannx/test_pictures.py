"""Pictures of pages are fetched within bounds of time and size, each and together."""

import asyncio
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from mockserver.bannx.pictures import MOST_BYTES, MOST_REDIRECTS, Pictures, PictureUnavailable, fetched

URL = "http://pictures.test/a.png"
BRIEF_SECONDS = 0.05


class Endless(httpx.AsyncByteStream):
    """A body that never ends; `taken` is how many bytes were read."""

    def __init__(self) -> None:
        self.taken = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            self.taken += 1024 * 1024
            yield b"\0" * (1024 * 1024)


class Silent(httpx.AsyncByteStream):
    """A body that never begins."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        await asyncio.Event().wait()
        yield b""


def fetch(answer: Callable[[httpx.Request], httpx.Response], url: str = URL, *, most_seconds: float = 60) -> bytes:
    """What a fetching gives with a transport that answers so."""

    async def go() -> bytes:
        pictures = Pictures(httpx.MockTransport(answer), most_seconds=most_seconds)
        try:
            return await pictures.fetch(url)
        finally:
            await pictures.close()

    return asyncio.run(go())


def test_picture_is_given_as_it_came() -> None:
    assert fetch(lambda _: httpx.Response(200, stream=httpx.ByteStream(b"bytes"))) == b"bytes"


def test_body_is_not_decoded() -> None:
    headers = {"Content-Encoding": "gzip"}
    assert fetch(lambda _: httpx.Response(200, headers=headers, stream=httpx.ByteStream(b"no gzip"))) == b"no gzip"


def test_request_says_nothing_of_the_client() -> None:
    seen: list[httpx.Headers] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers)
        return httpx.Response(200, headers={"Set-Cookie": "a=b"}, stream=httpx.ByteStream(b""))

    async def go() -> None:
        pictures = Pictures(httpx.MockTransport(answer))
        await pictures.fetch(URL)
        await pictures.fetch(URL)
        await pictures.close()

    asyncio.run(go())
    assert [set(headers) for headers in seen] == [
        {"host", "user-agent", "accept", "accept-encoding", "connection"},
    ] * 2


@pytest.mark.parametrize("status", [100, 304, 400, 404, 500])
def test_answer_that_is_no_success_is_told(status: int) -> None:
    with pytest.raises(PictureUnavailable, match=rf"it was answered {status}"):
        fetch(lambda _: httpx.Response(status))


def test_endless_picture_is_left_off_at_the_bound() -> None:
    endless = Endless()
    with pytest.raises(PictureUnavailable, match="larger than"):
        fetch(lambda _: httpx.Response(200, stream=endless))
    assert MOST_BYTES < endless.taken <= MOST_BYTES + 2 * 1024 * 1024


def test_silent_picture_is_left_off() -> None:
    with pytest.raises(PictureUnavailable, match=r"longer than 0\.05 s"):
        fetch(lambda _: httpx.Response(200, stream=Silent()), most_seconds=BRIEF_SECONDS)


def test_redirects_are_followed_and_have_an_end() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(302, headers={"Location": f"{request.url.path}x"})

    with pytest.raises(PictureUnavailable, match="redirects"):
        fetch(answer)
    assert len(asked) == MOST_REDIRECTS + 1


@pytest.mark.parametrize(
    "location", ["http://[", "http://pictures.test:99999999/", "\x00", "data:,x", "file:///etc/passwd"]
)
def test_redirect_that_leads_nowhere_is_told(location: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.scheme != "http":
            raise httpx.UnsupportedProtocol("no", request=request)
        return (
            httpx.Response(302, headers={"Location": location}) if request.url.path == "/a.png" else httpx.Response(404)
        )

    with pytest.raises(PictureUnavailable):
        fetch(answer)


@pytest.mark.parametrize(
    "url", ["http://[", "http://a b/", "http://é\x01/", "http://", "http://x:99999999/", "http://\ud800/"]
)
def test_url_that_is_none_is_told(url: str) -> None:
    with pytest.raises(PictureUnavailable):
        fetch(lambda _: httpx.Response(404), url)


@pytest.mark.parametrize(
    "error", [httpx.ConnectError("x"), httpx.ReadError("x"), OSError("x"), httpx.RemoteProtocolError("x")]
)
def test_connection_that_breaks_is_told(error: Exception) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        raise error

    with pytest.raises(PictureUnavailable, match=r"cannot be had: x\."):
        fetch(answer)


# Together.


async def ten_bytes(url: str) -> bytes:
    await asyncio.sleep(0)
    return f"{url:>10}".encode()


def test_pictures_are_given_by_their_urls() -> None:
    assert asyncio.run(fetched({"b", "a"}, ten_bytes)) == {"a": b"         a", "b": b"         b"}


def test_pictures_have_a_bound_of_size_together() -> None:
    asked: list[str] = []

    async def fetch_one(url: str) -> bytes:
        asked.append(url)
        return await ten_bytes(url)

    assert len(asyncio.run(fetched("abc", fetch_one, most_bytes=30))) == 3
    asked.clear()
    with pytest.raises(PictureUnavailable, match="larger than 19 bytes together"):
        asyncio.run(fetched("abcdef", fetch_one, most_bytes=19))
    assert asked == ["a", "b"]


def test_pictures_have_a_bound_of_time_together() -> None:
    async def never(_: str) -> bytes:
        await asyncio.Event().wait()
        return b""

    with pytest.raises(PictureUnavailable, match=r"longer than 0\.05 s together"):
        asyncio.run(fetched("ab", never, most_seconds=BRIEF_SECONDS))


def test_refusal_of_one_picture_is_told() -> None:
    async def refuse(url: str) -> bytes:
        message = f"no {url}"
        raise PictureUnavailable(message)

    with pytest.raises(PictureUnavailable, match="no a"):
        asyncio.run(fetched("ab", refuse))
