"""An httpx transport that connects only where the guard allows, and opens a connection of its own for each request.

Names are resolved once, every answer must pass the guard, and the connection goes to the address that was checked:
a name that changes its mind between check and connect gains nothing. Connections are not kept: attempts of one
delivery lie hours apart, and a kept connection that the receiver has closed meanwhile would look like a failed
attempt.
"""

import asyncio
import contextlib
import functools
import ipaddress
import os
import socket
import ssl
from collections.abc import AsyncIterator, Iterable
from typing import Any

import httpcore
import httpx

from mockserver.outbound.guard import Address, Guard
from mockserver.outbound.streams import connect

_DEFAULT_PORTS = {"http": 80, "https": 443}
_LAST_PORT = 65_535


class ForbiddenAddressError(httpx.ConnectError):
    """The guard does not allow a connection to where the URL leads."""


class GuardedTransport(httpx.AsyncBaseTransport):
    """One connection per request, each through the guard; `tls` replaces the system's certificate authorities."""

    def __init__(self, guard: Guard, tls: ssl.SSLContext | None = None) -> None:
        self._backend = _GuardedBackend(guard)
        self._tls = tls

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request`; raises httpx's own errors, and `ForbiddenAddressError`."""
        url = request.url
        if url.scheme not in _DEFAULT_PORTS:
            message = f"{url.scheme or 'no scheme'}: only http and https can be used"
            raise httpx.UnsupportedProtocol(message, request=request)
        port = _DEFAULT_PORTS[url.scheme] if url.port is None else url.port
        if not 0 < port <= _LAST_PORT:
            message = f"{port} is no port that can be connected to"
            raise httpx.ConnectError(message, request=request)
        origin = httpcore.Origin(url.raw_scheme, url.raw_host, port)
        connection = httpcore.AsyncHTTPConnection(
            origin,
            ssl_context=(self._tls or _system_tls()) if url.scheme == "https" else None,
            network_backend=self._backend,
        )
        try:
            response = await connection.handle_async_request(
                httpcore.Request(
                    request.method,
                    httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        except BaseException as error:
            await connection.aclose()
            translated = _translated(error, request)
            if translated is error:
                raise
            raise translated from error
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_Body(response, connection, request),
            extensions=response.extensions,
        )


class _Body(httpx.AsyncByteStream):
    def __init__(
        self, response: httpcore.Response, connection: httpcore.AsyncHTTPConnection, request: httpx.Request
    ) -> None:
        self._response = response
        self._connection = connection
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for part in self._response.aiter_stream():
                yield part
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
            raise _translated(error, self._request) from error

    async def aclose(self) -> None:
        await self._connection.aclose()


class _GuardedBackend(httpcore.AsyncNetworkBackend):
    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self._resolve(host, port)
        for address in addresses:
            if not self._guard.allows(address):
                message = f"{host} leads to {address}, where this server may not connect"
                raise _ForbiddenError(message)
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                return await connect(str(address), port, timeout)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def _resolve(self, host: str, port: int) -> list[Address]:
        with contextlib.suppress(ValueError):
            return [ipaddress.ip_address(host.strip("[]"))]
        if not self._guard.looks_up(host):
            message = f"{host} may not be looked up by this server"
            raise _ForbiddenError(message)
        try:
            answers = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            message = f"{host}: the name cannot be resolved"
            raise httpcore.ConnectError(message) from error
        return [ipaddress.ip_address(str(answer[4][0]).partition("%")[0]) for answer in answers]


class _ForbiddenError(httpcore.ConnectError):
    pass


def _translated(error: BaseException, request: httpx.Request) -> BaseException:
    """The httpx error for one of httpcore's; any other error as it is."""
    text = _cause(error)
    match error:
        case _ForbiddenError():
            return ForbiddenAddressError(text, request=request)
        case httpcore.ConnectError():
            return httpx.ConnectError(text, request=request)
        case httpcore.ProtocolError():
            return httpx.RemoteProtocolError(text, request=request)
        case httpcore.TimeoutException():
            return httpx.TimeoutException(text, request=request)
        case httpcore.NetworkError():
            return httpx.NetworkError(text, request=request)
    return error


def _cause(error: BaseException) -> str:
    """The operating system's word for what went wrong, where it is at the bottom of `error`; else the error's own."""
    below: BaseException | None = error
    while below is not None:
        if isinstance(below, BaseExceptionGroup):
            below = below.exceptions[0]
        elif isinstance(below, ssl.SSLError):
            return f"TLS: {getattr(below, 'verify_message', None) or below}"
        elif isinstance(below, OSError) and below.errno is not None and below.errno > 0:
            return os.strerror(below.errno).lower()
        else:
            below = below.__cause__ or below.__context__
    return str(error)


@functools.cache
def _system_tls() -> ssl.SSLContext:
    return ssl.create_default_context()
