"""An attempt carries exactly what it was given, and whatever happens to it is an outcome."""

import asyncio
import ipaddress
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable

import httpcore
import httpx
import pytest
import respx
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mockserver.outbound.guard import Address, Guard, LocalGuard, LoopbackGuard, PublicGuard
from mockserver.outbound.sender import BODY_LIMIT_BYTES, HttpSender
from mockserver.outbound.transport import ForbiddenAddressError, GuardedTransport, _GuardedBackend
from mockserver.webhooks.delivery import Answer, Envelope, Outcome, Silence

URL = "http://127.0.0.1:8001/webhooks/"
HEADERS = {"Content-Type": "application/json", "User-Agent": "RenderIO-Webhook/1.0", "X-Webhook-Signature": "0a"}
BODY = b'{"data":{}}'


class NobodyGuard:
    """Allows no address: nothing is ever connected to."""

    def looks_up(self, _: str) -> bool:
        return True

    def allows(self, _: Address) -> bool:
        return False


class Listener:
    """Allows everything and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def looks_up(self, _: str) -> bool:
        return True

    def allows(self, address: Address) -> bool:
        self.asked.append(str(address))
        return False


def send(
    url: str = URL, *, headers: dict[str, str] = HEADERS, body: bytes = BODY, guard: Guard | None = None
) -> Outcome:
    async def run() -> Outcome:
        sender = HttpSender(GuardedTransport(guard or LocalGuard()))
        try:
            return await sender.send(Envelope(url, headers, body))
        finally:
            await sender.close()

    return asyncio.run(run())


def sent(
    url: str = URL, *, headers: dict[str, str] = HEADERS, body: bytes = BODY, times: int = 1, reply: httpx.Response
) -> list[httpx.Request]:
    """What goes over the wire in so many attempts that are answered so."""

    async def run() -> None:
        sender = HttpSender(GuardedTransport(LocalGuard()))
        for _ in range(times):
            await sender.send(Envelope(url, headers, body))
        await sender.close()

    with respx.mock(using="httpcore", assert_all_called=False) as router:
        router.route().mock(return_value=reply)
        asyncio.run(run())
        return [call.request for call in router.calls]


# Answers.


@pytest.mark.parametrize(
    "status", [200, 201, 204, 299, 300, 301, 302, 307, 308, 400, 401, 404, 410, 429, 500, 503, 599]
)
def test_sender_reports_the_status(status: int) -> None:
    with respx.mock(using="httpcore") as router:
        router.post(URL).respond(status)
        assert send() == Answer(status)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_sender_follows_no_redirect(status: int) -> None:
    made = sent(reply=httpx.Response(status, headers={"Location": "http://127.0.0.1:8001/elsewhere"}))
    assert [str(request.url) for request in made] == [URL]


class Endless(httpx.AsyncByteStream):
    """A body without end."""

    def __init__(self) -> None:
        self.taken = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            self.taken += 8_192
            yield b"x" * 8_192


def test_sender_does_not_read_an_endless_answer() -> None:
    body = Endless()
    with respx.mock(using="httpcore") as router:
        router.post(URL).mock(return_value=httpx.Response(200, stream=body))
        assert (send(), body.taken <= BODY_LIMIT_BYTES + 2 * 8_192) == (Answer(200), True)


# Failures.


@pytest.mark.parametrize(
    "error",
    [
        httpcore.ConnectError("refused"),
        httpcore.ConnectTimeout("slow"),
        httpcore.ReadError("reset"),
        httpcore.WriteError("broken pipe"),
        httpcore.ReadTimeout("slow"),
        httpcore.RemoteProtocolError("no status line"),
        httpcore.LocalProtocolError("bad header"),
        ConnectionResetError("reset"),
        ssl.SSLError("handshake"),
        OverflowError("connect(): port must be 0-65535."),
        ExceptionGroup("unhandled errors in a TaskGroup", [OverflowError("connect(): port must be 0-65535.")]),
    ],
    ids=repr,
)
def test_sender_makes_silence_of_every_failure(error: Exception) -> None:
    with respx.mock(using="httpcore") as router:
        router.post(URL).mock(side_effect=error)
        outcome = send()
    assert isinstance(outcome, Silence)
    assert outcome.reason.strip()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/path",
        "example",
        "http://",
        "http:///path",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "http://[::1",
        "http://127.0.0.1:port/",
        "http://127.0.0.1:-1/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:65536/",
        "http://localhost:99999/",
        "http://\x00/",
        "http://127.0.0.1/\x00",
        "http://xn--/",
        "http://a..b/",
        "http://" + "a" * 64 + "/",
        "http://%00/",
        "http:// /",
    ],
)
def test_sender_makes_silence_of_a_url_that_leads_nowhere(url: str) -> None:
    outcome = send(url)
    assert isinstance(outcome, Silence)
    assert outcome.reason.strip()


@settings(max_examples=60)
@given(port=st.text(max_size=6) | st.integers().map(str), path=st.text(max_size=8))
@example(port="65536", path="")
@example(port="0", path="")
def test_sender_never_raises_whatever_the_url(port: str, path: str) -> None:
    assert isinstance(send(f"http://127.0.0.1:{port}/{path}", guard=NobodyGuard()), Silence)


def test_sender_never_raises_whatever_the_headers() -> None:
    outcomes = [
        send(headers=headers, guard=NobodyGuard())
        for headers in ({"X": "ä"}, {"X": "a\r\nY: b"}, {"X Y": "a"}, {"": "a"})
    ]
    assert [type(it) for it in outcomes] == [Silence] * 4


def test_sender_makes_silence_of_a_refused_connection() -> None:
    async def free_port() -> int:
        server = await asyncio.start_server(lambda _r, w: w.close(), "127.0.0.1", 0)
        port: int = server.sockets[0].getsockname()[1]
        server.close()
        await server.wait_closed()
        return port

    assert isinstance(send(f"http://127.0.0.1:{asyncio.run(free_port())}/"), Silence)


# What goes over the wire.


def test_sender_sends_exactly_the_given_headers() -> None:
    request = sent(reply=httpx.Response(200))[0]
    assert sorted((name.lower(), value) for name, value in request.headers.multi_items()) == [
        ("connection", "close"),
        ("content-length", str(len(BODY))),
        ("content-type", "application/json"),
        ("host", "127.0.0.1:8001"),
        ("user-agent", "RenderIO-Webhook/1.0"),
        ("x-webhook-signature", "0a"),
    ]


@settings(max_examples=40)
@given(body=st.binary(max_size=2_000))
def test_sender_sends_the_body_unchanged(body: bytes) -> None:
    assert sent(body=body, reply=httpx.Response(200))[0].content == body


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "http://127.0.0.1:8001/a%2Fb%20c?x=%C3%A4&y=a+b&y=",
        "http://127.0.0.1:8001/b//c/",
        "http://127.0.0.1:8001?q",
    ],
)
def test_sender_posts_to_the_url_as_it_is(url: str) -> None:
    request = sent(url, reply=httpx.Response(200))[0]
    assert (request.method, str(request.url).replace("8001/?", "8001?")) == ("POST", url)


def test_sender_returns_no_cookies() -> None:
    made = sent(times=2, reply=httpx.Response(200, headers={"Set-Cookie": "a=b"}))
    assert [request.headers.get("cookie") for request in made] == [None, None]


@pytest.mark.parametrize(("port", "expected"), [("", [80]), (":80", [80]), (":8001", [8001])])
def test_sender_connects_to_the_port_of_the_url(port: str, expected: list[int]) -> None:
    assert ports_connected(f"http://127.0.0.1{port}/") == expected


def test_sender_takes_no_other_port_for_port_zero() -> None:
    assert 80 not in ports_connected("http://127.0.0.1:0/")


def ports_connected(url: str) -> list[int]:
    connected: list[int] = []

    class Backend(_GuardedBackend):
        async def connect_tcp(self, host: str, port: int, *rest: object, **more: object) -> httpcore.AsyncNetworkStream:
            connected.append(port)
            raise httpcore.ConnectError(host, rest, more)

    async def run() -> None:
        transport = GuardedTransport(LocalGuard())
        transport._backend = Backend(LocalGuard())
        sender = HttpSender(transport)
        await sender.send(Envelope(url, {}, b""))
        await sender.close()

    asyncio.run(run())
    return connected


# A real receiver on loopback: what respx stands in for is looked at once without it.

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def send_to(serve: Serve) -> tuple[Outcome, bytes]:
    """The outcome of an attempt to a receiver that behaves so, and what it got."""
    got = bytearray()

    async def run() -> Outcome:
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = await reader.readuntil(b"\r\n\r\n")
            got.extend(head + await reader.readexactly(len(BODY)))
            await serve(reader, writer)
            writer.close()

        server = await asyncio.start_server(handle, "127.0.0.1", 0)
        sender = HttpSender(GuardedTransport(LocalGuard()))
        async with server:
            port = server.sockets[0].getsockname()[1]
            outcome = await sender.send(Envelope(f"http://127.0.0.1:{port}/hook", HEADERS, BODY))
        await sender.close()
        return outcome

    return asyncio.run(run()), bytes(got)


async def accept(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK")


async def hang_up(_: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    return


async def babble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x00\x01 what?\r\n\r\n")


async def break_off(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nO")


def test_sender_is_understood_by_a_real_receiver() -> None:
    outcome, got = send_to(accept)
    assert (outcome, got.startswith(b"POST /hook HTTP/1.1\r\n"), got.endswith(b"\r\n\r\n" + BODY)) == (
        Answer(200),
        True,
        True,
    )


def test_sender_makes_silence_of_a_receiver_that_hangs_up() -> None:
    assert isinstance(send_to(hang_up)[0], Silence)


def test_sender_makes_silence_of_a_receiver_that_babbles() -> None:
    assert isinstance(send_to(babble)[0], Silence)


def test_sender_does_not_unpack_the_answers_body() -> None:
    async def claim_gzip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain")

    assert send_to(claim_gzip)[0] == Answer(200)


def test_sender_takes_the_status_though_the_body_breaks_off() -> None:
    assert send_to(break_off)[0] == Answer(200)


# The guard.


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:169.254.169.254]/",
        "http://[fe80::1]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://0xa9fea9fe/",
        "http://2852039166/",
        "http://0251.0376.0251.0376/",
        "http://169.254.43518/",
        "http://224.0.0.1/",
        "http://169.254.169.254./",
    ],
)
def test_sender_connects_to_no_forbidden_address(url: str) -> None:
    outcome = send(url)
    assert isinstance(outcome, Silence)
    assert re.search("may not connect|cannot be resolved|cannot be used", outcome.reason)


def connect(host: str, guard: Guard) -> None:
    async def run() -> None:
        await _GuardedBackend(guard).connect_tcp(host, 9)

    asyncio.run(run())


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "::1", "[::1]", "localhost", "127.1", "0x7f.0.0.1", "2130706433", "LOCALHOST"]
)
def test_backend_asks_about_the_address_behind_a_name(host: str) -> None:
    guard = Listener()
    with pytest.raises(httpcore.ConnectError, match="may not connect"):
        connect(host, guard)
    assert all(ipaddress.ip_address(it).is_loopback for it in guard.asked)


def test_backend_refuses_a_name_with_one_forbidden_address() -> None:
    with pytest.raises(httpcore.ConnectError, match=r"localhost leads to .*, where this server may not connect"):
        connect("localhost", PublicGuard())


def test_transport_tells_a_forbidden_address_from_a_failure() -> None:
    async def run() -> None:
        async with httpx.AsyncClient(transport=GuardedTransport(PublicGuard()), trust_env=False) as client:
            await client.get("http://127.0.0.1:9/")

    with pytest.raises(ForbiddenAddressError, match=r"127\.0\.0\.1"):
        asyncio.run(run())


def test_backend_refuses_a_name_that_is_none() -> None:
    with pytest.raises(httpcore.ConnectError, match="cannot be resolved"):
        connect("a" * 64, LocalGuard())


def test_sender_asks_nobody_about_a_name_that_its_guard_forbids() -> None:
    outcome = send("http://example.com/", guard=LoopbackGuard())
    assert outcome == Silence("example.com may not be looked up by this server")
