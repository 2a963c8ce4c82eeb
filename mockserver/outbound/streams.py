"""Plain asyncio connections for httpcore, whose own go through a costly abstraction over event loops."""

import asyncio
import ssl
from collections.abc import Awaitable
from typing import Any, TypeVar

import httpcore

T = TypeVar("T")


async def connect(address: str, port: int, seconds: float | None) -> httpcore.AsyncNetworkStream:
    """Connect to an address; raises `httpcore.ConnectError` or `ConnectTimeout`."""
    try:
        reader, writer = await asyncio.wait_for(asyncio.open_connection(address, port), seconds)
    except TimeoutError as error:
        raise httpcore.ConnectTimeout(str(error)) from error
    except OSError as error:
        raise httpcore.ConnectError(str(error)) from error
    return AsyncioStream(reader, writer)


class AsyncioStream(httpcore.AsyncNetworkStream):
    """A connection as httpcore sees it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's interface
        """What has come, at most `max_bytes`; empty at the end."""
        try:
            return await _within(timeout, self._reader.read(max_bytes))
        except TimeoutError as error:
            raise httpcore.ReadTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Send all of `buffer`."""
        try:
            self._writer.write(buffer)
            await _within(timeout, self._writer.drain())
        except TimeoutError as error:
            raise httpcore.WriteTimeout(str(error)) from error
        except (OSError, RuntimeError) as error:
            raise httpcore.WriteError(str(error)) from error

    async def aclose(self) -> None:
        """Close without waiting for the other side."""
        self._writer.close()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        """Go on under TLS."""
        try:
            await _within(timeout, self._writer.start_tls(ssl_context, server_hostname=server_hostname))
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from error
        except OSError as error:  # an ssl.SSLError is one
            self._writer.close()
            raise httpcore.ConnectError(str(error)) from error
        return self

    def get_extra_info(self, info: str) -> Any:
        """What the transport knows, under httpcore's names."""
        names = {"client_addr": "sockname", "server_addr": "peername"}
        return self._writer.get_extra_info(names.get(info, info))


async def _within(seconds: float | None, what: Awaitable[T]) -> T:
    if seconds is None:
        return await what
    async with asyncio.timeout(seconds):
        return await what
