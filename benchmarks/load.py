"""A load generator over raw sockets, cheap enough not to be what is measured."""

import asyncio
import re
import time

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


def request(method: str, path: str, key: str, body: bytes = b"") -> bytes:
    """The bytes of a request."""
    lines = (
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"X-API-KEY: {key}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join((*lines, "", "")).encode() + body


async def rate(url: str, message: bytes, *, connections: int, count: int) -> float:
    """Requests per second: `count` times the same one, over so many kept connections; all must be answered 200."""
    host, _, port = url.removeprefix("http://").partition(":")

    async def one(times: int) -> None:
        reader, writer = await asyncio.open_connection(host, int(port))
        for _ in range(times):
            writer.write(message)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            length = _LENGTH.search(head)
            assert length is not None
            await reader.readexactly(int(length[1]))
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(one(count // connections) for _ in range(connections)))
    return count / (time.perf_counter() - began)
