"""The other end of the webhook: a real HTTP server that checks every signature by itself and answers as it is told."""

import contextlib
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CLIP_PATH = "/clip.mp4"
WEBHOOK_PATH = "/webhooks/renderio"


@dataclass(frozen=True)
class Receipt:
    """One delivery attempt as it arrived: the moment is the virtual one, asked for while the request was held."""

    moment: datetime
    command_id: str
    command_status: str
    answer: int
    signature_holds: bool
    forgery_refused: bool


def signature_holds(body: bytes, signature: str, secret: str) -> bool:
    """Whether `signature` is the HMAC-SHA256 of exactly these bytes, in hex, under `secret`."""
    expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode())


class Receiver:
    """Serves the input clip, takes deliveries, and keeps a receipt of each."""

    def __init__(self, clip: bytes, ask_time: Callable[[], datetime]) -> None:
        self.clip = clip
        self.secret = ""
        self.receipts: list[Receipt] = []
        self.errors: list[str] = []
        self._ask_time = ask_time
        self._answers: list[int] = []
        self._then = 200
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.owner = self

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, first: Sequence[int] = (), *, then: int) -> None:
        """From now on: give each of `first` once, in order, and `then` ever after."""
        self._answers, self._then = list(first), then

    def of(self, command_id: str) -> list[Receipt]:
        """The receipts of one command's delivery."""
        return [receipt for receipt in self.receipts if receipt.command_id == command_id]

    def take(self, body: bytes, signature: str) -> int:
        """Take one delivery attempt: the status to answer with."""
        message = json.loads(body)
        answer = self._answers.pop(0) if self._answers else self._then
        self.receipts.append(
            Receipt(
                moment=self._ask_time(),
                command_id=message["data"]["command_id"],
                command_status=message["data"]["status"],
                answer=answer,
                signature_holds=signature_holds(body, signature, self.secret),
                forgery_refused=not signature_holds(body + b" ", signature, self.secret),
            )
        )
        return answer

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Serve in a thread for the length of the block."""
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()


class _Server(ThreadingHTTPServer):
    owner: Receiver


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        if self.path == CLIP_PATH:
            self._reply(200, self.server.owner.clip, "video/mp4")
        else:
            self._reply(404, b"", "text/plain")

    def do_POST(self) -> None:
        owner = self.server.owner
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        try:
            status = owner.take(body, self.headers.get("X-Webhook-Signature", ""))
        except Exception as error:  # noqa: BLE001 - the outermost frame of a thread: the story reports it
            owner.errors.append(f"{type(error).__name__}: {error}")
            status = 500
        self._reply(status, b"", "text/plain")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing: the story does the talking."""

    def _reply(self, status: int, body: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
