"""HTTP connections that do not leave this machine, whatever URLs a fuzzer submits."""

import http.client
import ipaddress
import urllib.request


class NotOnThisMachineError(OSError):
    """The host is neither `localhost` nor a loopback address; it was not looked up."""


class LoopbackConnection(http.client.HTTPConnection):
    """To an http URL."""

    def connect(self) -> None:
        """Connect; OSError where that fails or is not allowed."""
        _require_loopback(self.host)
        super().connect()


class SecureLoopbackConnection(http.client.HTTPSConnection):
    """To an https URL."""

    def connect(self) -> None:
        """Connect; OSError where that fails or is not allowed."""
        _require_loopback(self.host)
        super().connect()


class LoopbackHandler(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
    """Has `urllib` use these connections."""

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        """For http."""
        return self.do_open(LoopbackConnection, req)

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        """For https."""
        return self.do_open(SecureLoopbackConnection, req)


def loopback_opener() -> urllib.request.OpenerDirector:
    """For downloads: follows redirects, within this machine; no proxy and no other scheme."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        LoopbackHandler(),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def _require_loopback(host: str) -> None:
    try:
        is_allowed = host.lower() == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_allowed = False
    if not is_allowed:
        message = f"{host} is not on this machine"
        raise NotOnThisMachineError(message)
