"""Manners that are not permitted, each by its name: what a suite does not say of them, it does not see."""

import http.client
import io
import json
import time
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode

from PIL import Image

from tests.miniature_bannx.refusal import Refused
from tests.miniature_bannx.space import Entry, Fault, Render, Space, Step
from tests.miniature_bannx.storage import File
from tests.miniature_parts import around
from tests.miniature_parts.loopback import loopback_opener

from .varying import Vary, but, within

RENDERS = "/api/render"
PATIENCE_SECONDS = 5
PAUSE_SECONDS = 0.05


class Waiting(Space):
    """Has an answer wait until the callback is over."""

    def owe(self, render: Render) -> Callable[[], None]:
        """Nothing is left to begin."""
        super().owe(render)()
        self.settle()
        return lambda: None


class FailingAloud(Space):
    """Has a callback that fails spoil the answer."""

    def owe(self, render: Render) -> Callable[[], None]:
        """A refusal where a step fails."""
        begin = super().owe(render)
        if "fail" in self._faults.values():
            begin()
            raise Refused(500, "Something has failed.")
        return begin


class BillingFailures(Space):
    """Counts a credit for what was not rendered, too."""

    def has_failed(self, entry: Entry) -> None:
        """It costs as much as any."""
        super().has_failed(entry)
        self.credits += 1


class Racing(Space):
    """Forgets credits that were counted at the same time."""

    def _count(self, render: Render) -> None:
        before = self.credits
        time.sleep(PAUSE_SECONDS)
        self.credits = before + render.credits


class Mixing(Space):
    """Attaches to an entry the file that was uploaded last."""

    _last: File | None = None

    def _upload(self, file: File, faults: Mapping[Step, Fault]) -> bool:
        self._last = file
        return super()._upload(file, faults)

    def _attach(self, render: Render) -> None:
        time.sleep(PAUSE_SECONDS)
        render.entry.file = self._last


class Believing(Space):
    """Has the log believe in uploads that have failed."""

    def _upload(self, file: File, faults: Mapping[Step, Fault]) -> bool:
        super()._upload(file, faults)
        return True


def tell_whom_it_concerns(environ: around.Environ) -> None:
    """A request to the URL that a render request names."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    content = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = io.BytesIO(content)
    named = parse_qs(environ["QUERY_STRING"]).get("webhook_url", [])
    try:
        body = json.loads(content)
        named.append(body["webhook_url"])
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    for url in named:
        try:
            request = urllib.request.Request(url, data=b'{"status": "finished"}', method="POST")
            loopback_opener().open(request, timeout=PATIENCE_SECONDS).close()
        except (OSError, ValueError, TypeError, AttributeError, http.client.HTTPException):
            continue  # what is no URL of a receiver


def forget_tweaks(environ: around.Environ) -> None:
    """A GET without its tweaks."""
    pairs = parse_qsl(environ["QUERY_STRING"], keep_blank_values=True)
    environ["QUERY_STRING"] = urlencode([(name, value) for name, value in pairs if not name.startswith("tweak")])


def let_anybody_in(environ: around.Environ) -> None:
    """A render without a credential as one with some."""
    if environ["PATH_INFO"].startswith(RENDERS):
        environ.setdefault("HTTP_AUTHORIZATION", "Bearer anybody")


def narrower(_: around.Environ, answer: around.Answer) -> around.Answer:
    """A PNG that is a pixel less wide."""
    if answer.header("content-type") != "image/png":
        return answer
    picture = Image.open(io.BytesIO(answer.body))
    output = io.BytesIO()
    picture.crop((0, 0, picture.width - 1, picture.height)).save(output, "PNG")
    return answer.with_body(output.getvalue())


def spaces(kind: Callable[..., Any]) -> Vary:
    """Its spaces are of this kind."""
    return but("surroundings", space=kind)


WRONGS: Mapping[str, Vary] = {
    "wrong: answers wait for callbacks": spaces(Waiting),
    "wrong: failing callbacks spoil answers": spaces(FailingAloud),
    "wrong: failures are billed": spaces(BillingFailures),
    "wrong: credits are lost": spaces(Racing),
    "wrong: files are mixed up": spaces(Mixing),
    "wrong: failed uploads are logged": spaces(Believing),
    "wrong: clients are told": within(around.asking(tell_whom_it_concerns)),
    "wrong: tweaks are forgotten": within(around.asking(forget_tweaks)),
    "wrong: anybody is let in": within(around.asking(let_anybody_in)),
    "wrong: pictures are narrower": within(around.answering(narrower)),
}
