"""The act about bannx: a card is rendered, and nothing that goes wrong afterwards reaches the client."""

import hashlib
import tempfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

from demo.expectation import UnexpectedError, expect
from demo.stage import Stage

TOKEN = "demo"  # noqa: S105 - any token opens a space
PATIENCE_SECONDS = 30
PAGE = "social-card"
SIZE = (1200, 630)
WORDS = {"title": "Żółw, γάτα, ёж: one layout for every script", "subtitle": "PNG, WebP and SVG from the same lines."}
FILE = "proofreel-demo-card.png"


def tell(stage: Stage, url: str) -> None:
    """Tell what follows a render; raises `UnexpectedError` where it goes otherwise."""
    stage.act("8  A third API: bannx renders images, and its callbacks never touch the client")
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=url, headers=headers, timeout=PATIENCE_SECONDS, trust_env=False) as http:
        _Act(stage, http).tell()


class _Act:
    """The act, on one space."""

    def __init__(self, stage: Stage, http: httpx.Client) -> None:
        self._stage = stage
        self._http = http

    def tell(self) -> None:
        with self._stage.patience("rendering"):
            card = self._render()
        path = Path(tempfile.gettempdir()) / FILE
        path.write_bytes(card)
        self._stage.say(f"GET  /api/render/{PAGE}       {SIZE[0]}x{SIZE[1]} PNG, {len(card) / 1000:.0f} kB")
        self._stage.say(f"     saved as {path}")
        file = self._log(1)[0]["file"]
        expect(file is not None, "the log has no file")
        self._expect_file(file, card)
        self._stage.checked(f"Uploaded, and logged: {file['sha256'][:16]}… are the very bytes.")
        self._tell_upload("fail")
        again = self._render()
        expect(again == card, "the client was given another image while the upload failed")
        log = self._log(2)
        expect(log[1]["status"] == httpx.codes.OK and log[1]["file"] is None, f"the log says {log[1]}")
        self._tell_upload(None)
        self._stage.refused("The upload is told to fail: the log of the second render has no file.")
        self._stage.checked("The client has noticed nothing: status 200, and the same image.")
        used = self._json("GET", "/_control/credits")["used"]
        expect(used == len(log), f"{used} credits were counted for {len(log)} renders")
        self._stage.checked(f"Credits: {used}, one for each render.")

    def _render(self) -> bytes:
        response = self._call("GET", f"/api/render/{PAGE}", {f"tweak:{name}": text for name, text in WORDS.items()})
        with Image.open(BytesIO(response.content)) as image:
            expect(image.format == "PNG" and image.size == SIZE, f"a {image.format} of {image.size} was rendered")
        return response.content

    def _log(self, count: int) -> Any:
        self._json("POST", "/_control/callbacks/settle")
        log = self._json("GET", "/_control/renders")["renders"]
        expect(len(log) == count, f"{len(log)} renders were logged instead of {count}")
        return log

    def _expect_file(self, file: Mapping[str, Any], content: bytes) -> None:
        expect(file["sha256"] == hashlib.sha256(content).hexdigest(), "the log has the digest of another image")
        fetched = self._call("GET", file["url"]).content
        expect(fetched == content, "the file of the log is another image")

    def _tell_upload(self, fault: str | None) -> None:
        self._json("POST", "/_control/callbacks", {"step": "upload", "fault": fault})

    def _json(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        return self._call(method, path, body=body).json()

    def _call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        body: Mapping[str, Any] | None = None,
    ) -> httpx.Response:
        try:
            response = self._http.request(method, path, params=query, json=body)
        except httpx.HTTPError as error:
            message = f"{method} {path} got no answer: {error}"
            raise UnexpectedError(message) from error
        expect(response.is_success, f"{method} {path} answered {response.status_code}: {response.text[:200]}")
        return response
