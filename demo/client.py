"""A client of the API and of the control protocol, as small as a client can be."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from demo.expectation import UnexpectedError, expect
from demo.moments import moment

PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class Client:
    """Calls with one API key; an answer that is not 200 is an `UnexpectedError`."""

    http: httpx.Client

    def configure(self, url: str, secret: str) -> None:
        """Set the account's webhook."""
        self._call("PUT", "/api/v1/webhook-config", {"url": url, "secret": secret})

    def webhook(self) -> Mapping[str, Any]:
        """The account's webhook."""
        webhook: Mapping[str, Any] = self._call("GET", "/api/v1/webhook-config")
        return webhook

    def submit(self, *, inputs: Mapping[str, str], outputs: Mapping[str, str], command: str) -> str:
        """Submit an FFmpeg command; its id."""
        body = {"input_files": inputs, "output_files": outputs, "ffmpeg_command": command}
        return str(self._call("POST", "/api/v1/run-ffmpeg-command", body)["command_id"])

    def command(self, command_id: str) -> Mapping[str, Any]:
        """The command as it stands."""
        command: Mapping[str, Any] = self._call("GET", f"/api/v1/commands/{command_id}")
        return command

    def now(self) -> datetime:
        """What the workspace's clock shows."""
        return moment(self._call("GET", "/_control/clock")["now"])

    def advance(self, seconds: float) -> datetime:
        """Move the workspace's clock; what it shows afterwards."""
        return moment(self._call("POST", "/_control/clock/advance", {"seconds": seconds})["now"])

    def attempts(self, command_id: str) -> list[Mapping[str, Any]]:
        """The server's own log of a command's delivery attempts."""
        deliveries = self._call("GET", f"/_control/deliveries?subject={command_id}")["deliveries"]
        return [attempt for delivery in deliveries for attempt in delivery["attempts"]]

    def download(self, url: str) -> bytes:
        """The bytes at a storage URL."""
        response = self.http.get(url)
        expect(response.status_code == httpx.codes.OK, f"{url} answered {response.status_code}")
        return response.content

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        try:
            response = self.http.request(method, path, json=body)
        except httpx.HTTPError as error:
            message = f"{method} {path} got no answer: {error}"
            raise UnexpectedError(message) from error
        expect(
            response.status_code == httpx.codes.OK, f"{method} {path} answered {response.status_code}: {response.text}"
        )
        return response.json()


@contextlib.contextmanager
def connected(url: str, api_key: str) -> Iterator[Client]:
    """A client of the server at `url`."""
    with httpx.Client(base_url=url, headers={"X-API-KEY": api_key}, timeout=PATIENCE_SECONDS, trust_env=False) as http:
        yield Client(http)
