"""A request of the kit as a curl line, to repeat it by hand."""

import re
import shlex
from collections.abc import Iterator

from contracts.documents import Credential
from contracts.record import Exchange
from contracts.reports.redaction import CREDENTIAL_HEADERS, OTHER_CREDENTIAL
from contracts.reports.shown_secrets import REDACTED

MOST_BODY_BYTES = 4096

_BY_CURL = frozenset({"accept", "accept-encoding", "connection", "content-length", "host", "user-agent"})


def curl_line(exchange: Exchange, credential: Credential) -> str:
    """A shell command that sends the request again, byte for byte but for the credential, which stands in a variable.

    Give it an exchange without secrets. A body beyond 4 KiB is left to a file.
    """
    words = ["curl", "-i", *_method(exchange), *_url(exchange.url)]
    for name, value in exchange.request_headers:
        if name.lower() not in _BY_CURL:
            words += ["-H", _header(name, value, credential)]
    before, body = _body(exchange)
    return before + " ".join([*words, *body])


def _method(exchange: Exchange) -> Iterator[str]:
    if exchange.method == "HEAD":
        yield "--head"  # with -X alone, curl would wait for a body
    elif exchange.method != ("POST" if exchange.request_body else "GET"):
        yield from ("-X", shlex.quote(exchange.method))


def _url(url: str) -> Iterator[str]:
    if re.search(r"[\[\]{}]", url):
        yield "--globoff"
    if re.search(r"/\.\.?(?:[/?#]|$)", url):
        yield "--path-as-is"
    yield shlex.quote(url)


def _header(name: str, value: str, credential: Credential) -> str:
    if not value:
        return shlex.quote(f"{name};")  # how curl is told to send an empty header
    if name.lower() == credential.header.lower():
        if value == credential.header_value(REDACTED):
            return f'"{name}: {credential.header_value("$" + credential.variable)}"'
        return shlex.quote(f"{name}: {OTHER_CREDENTIAL}")
    if name.lower() in CREDENTIAL_HEADERS:
        return shlex.quote(f"{name}: {OTHER_CREDENTIAL}")
    return shlex.quote(f"{name}: {value}")


def _body(exchange: Exchange) -> tuple[str, list[str]]:
    """What is written before `curl`, and the last of its arguments."""
    body = exchange.request_body
    if not body:
        return "", []
    typed = any(name.lower() == "content-type" for name, _ in exchange.request_headers)
    plain = [] if typed else ["-H", "Content-Type:"]  # curl would call it a form
    if len(body) > MOST_BODY_BYTES:
        return "", [*plain, "--data-binary", f"@body-of-{len(body)}-bytes"]
    if re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", body) or not _is_text(body):
        octal = "".join(f"\\{byte:03o}" for byte in body)
        return f"printf '{octal}' | ", [*plain, "--data-binary", "@-"]
    # After --data-binary, a leading @ would name a file.
    option = "--data-raw" if body.startswith(b"@") else "--data-binary"
    return "", [*plain, option, shlex.quote(body.decode())]


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
