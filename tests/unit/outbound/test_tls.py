"""Attempts over TLS, to a real receiver with a certificate of its own."""

import asyncio
import ssl

import pytest
import trustme

from mockserver.outbound.guard import LocalGuard
from mockserver.outbound.sender import HttpSender
from mockserver.outbound.transport import GuardedTransport
from mockserver.webhooks.delivery import Answer, Envelope, Outcome, Silence


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def post(authority: trustme.CA, *, name: str, trusted: bool) -> tuple[Outcome, bytes]:
    """The outcome of an attempt to `https://<name>`, whose certificate is for `localhost`, and what arrived."""
    received = b""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal received
        received = await reader.readuntil(b"\r\n\r\n") + await reader.readexactly(4)
        writer.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok")
        await writer.drain()
        writer.close()

    async def run() -> Outcome:
        served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(served)
        tls = ssl.create_default_context()
        if trusted:
            authority.configure_trust(tls)
        sender = HttpSender(GuardedTransport(LocalGuard(), tls))
        async with await asyncio.start_server(handle, "127.0.0.1", 0, ssl=served) as server:
            port = server.sockets[0].getsockname()[1]
            return await sender.send(Envelope(f"https://{name}:{port}/hook", {}, b"body"))

    outcome = asyncio.run(run())
    return outcome, received


def test_attempt_over_tls_is_answered(authority: trustme.CA) -> None:
    assert post(authority, name="localhost", trusted=True)[0] == Answer(202)


def test_attempt_over_tls_carries_the_body(authority: trustme.CA) -> None:
    assert post(authority, name="localhost", trusted=True)[1].endswith(b"\r\n\r\nbody")


@pytest.mark.parametrize(("name", "trusted"), [("localhost", False), ("127.0.0.1", True)])
def test_attempt_fails_where_the_certificate_does_not_hold(authority: trustme.CA, name: str, *, trusted: bool) -> None:
    outcome, received = post(authority, name=name, trusted=trusted)
    assert isinstance(outcome, Silence)
    assert ("TLS: " in outcome.reason, received) == (True, b"")
