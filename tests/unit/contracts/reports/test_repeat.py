"""The curl line sends the same request again; a shell and a real curl are asked what they make of it."""

import shutil
import socket
import subprocess
import threading
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.documents import load_api
from contracts.record import Exchange
from contracts.reports.redaction import OTHER_CREDENTIAL
from contracts.reports.repeat import MOST_BODY_BYTES, curl_line
from contracts.reports.shown_secrets import REDACTED

Make = Callable[..., Exchange]
CREDENTIAL = load_api("renderio").credential
KEY = "ffsk_0123456789abcdef0123456789abcdef"

needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


def heard(line: str, port_holder: socket.socket) -> bytes:
    """What a server hears when a shell runs the line with the key in its environment."""
    received: list[bytes] = []

    def listen() -> None:
        connection, _ = port_holder.accept()
        with connection:
            connection.settimeout(10)
            data = connection.recv(65536)
            head, _, body = data.partition(b"\r\n\r\n")
            length = next(
                (
                    int(each.partition(b":")[2])
                    for each in head.split(b"\r\n")
                    if each.lower().startswith(b"content-length")
                ),
                0,
            )
            while len(body) < length:
                body += connection.recv(65536)
            received.append(head + b"\r\n\r\n" + body)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    listener = threading.Thread(target=listen)
    listener.start()
    environment = {"PATH": "/usr/bin:/bin", "PROOFREEL_API_KEY": KEY, "no_proxy": "*"}
    subprocess.run(["/bin/sh", "-c", line], check=True, capture_output=True, env=environment, timeout=30)
    listener.join(15)
    return received[0]


@needs_curl
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(
    body=st.binary(min_size=1, max_size=60)
    | st.sampled_from([b"@/etc/passwd", b"'; touch x; '", b'{"a": "$HOME `id`"}', b"-x", b"%s\\n"])
)
def test_line_sends_the_same_bytes_again(body: bytes, make_exchange: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/a/../[b]{{1,2}}?q=$HOME"
        headers = (("X-API-KEY", REDACTED), ("X-Odd", 'it\'s "$odd"'), ("Accept", "*/*"))
        line = curl_line(make_exchange(url=url, method="PATCH", request_headers=headers, request_body=body), CREDENTIAL)
        head, _, sent = heard(line, server).partition(b"\r\n\r\n")
    assert sent == body
    assert head.startswith(b"PATCH /a/../[b]{1,2}?q=$HOME HTTP/1.1\r\n")
    assert f"X-API-KEY: {KEY}".encode() in head
    assert b'X-Odd: it\'s "$odd"' in head
    assert b"content-type" not in head.lower()


@needs_curl
def test_empty_credential_is_sent_as_an_empty_header(make_exchange: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        exchange = make_exchange(url=url, method="GET", request_headers=(("X-API-KEY", ""),), request_body=b"")
        head = heard(curl_line(exchange, CREDENTIAL), server)
    assert b"\r\nX-API-KEY:\r\n" in head


def test_key_is_taken_from_a_variable(make_exchange: Make) -> None:
    line = curl_line(make_exchange(request_headers=(("X-API-KEY", REDACTED),)), CREDENTIAL)
    assert '-H "X-API-KEY: $PROOFREEL_API_KEY"' in line


@pytest.mark.parametrize("name", ["X-API-KEY", "Authorization", "cookie"])
def test_any_other_credential_is_never_written(name: str, make_exchange: Make) -> None:
    line = curl_line(make_exchange(request_headers=((name, "raw-value"),)), CREDENTIAL)
    assert "raw-value" not in line
    assert OTHER_CREDENTIAL in line


@pytest.mark.parametrize(
    ("method", "body", "beginning"),
    [
        ("GET", b"", "curl -i http"),
        ("POST", b"{}", "curl -i http"),
        ("POST", b"", "curl -i -X POST http"),
        ("DELETE", b"", "curl -i -X DELETE http"),
        ("HEAD", b"", "curl -i --head http"),
    ],
)
def test_line_is_as_short_as_curl_allows(method: str, body: bytes, beginning: str, make_exchange: Make) -> None:
    assert curl_line(make_exchange(method=method, request_body=body), CREDENTIAL).startswith(beginning)


def test_long_body_is_left_to_a_file(make_exchange: Make) -> None:
    body = b"x" * (MOST_BODY_BYTES + 1)
    assert curl_line(make_exchange(request_body=body), CREDENTIAL).endswith("--data-binary @body-of-4097-bytes")


def test_token_is_taken_from_a_variable_of_its_own_with_its_word_before_it(make_exchange: Make) -> None:
    token = load_api("ricloud").credential
    line = curl_line(make_exchange(request_headers=(("Authorization", f"Token {REDACTED}"),)), token)
    assert '-H "Authorization: Token $PROOFREEL_TOKEN"' in line
    other = curl_line(make_exchange(request_headers=(("Authorization", f"Bearer {REDACTED}"),)), token)
    assert OTHER_CREDENTIAL in other


def test_bearer_token_is_taken_from_the_variable(make_exchange: Make) -> None:
    headers = (("Authorization", f"Bearer {REDACTED}"), ("Accept", "*/*"))
    line = curl_line(
        make_exchange(request_headers=headers, request_body=b"", method="GET"), load_api("bannx").credential
    )
    assert line.endswith('-H "Authorization: Bearer $PROOFREEL_TOKEN"')
