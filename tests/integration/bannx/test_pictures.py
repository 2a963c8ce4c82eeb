"""Pictures that a page shows: fetched through the guard, bounded, and refused with the reason."""

import base64
import http.server
import io
import struct
import threading
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from PIL import Image

from tests.integration.bannx.images import colour, data_uri, png, what_it_is
from tests.integration.bannx.spaces import Space

MEBIBYTE = 1024 * 1024


class Gallery:
    """A server on 127.0.0.1 that has pictures; `asked` are the paths that were asked for, with their headers."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.awaited, self.may_come = threading.Event(), threading.Event()
        gallery = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
                """Nothing on standard error."""

            def do_GET(self) -> None:
                gallery.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                gallery._give(self)

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _give(self, to: http.server.BaseHTTPRequestHandler) -> None:
        name = to.path.partition("?")[0].strip("/")
        if name.startswith("loop"):
            to.send_response(302)
            to.send_header("Location", f"/{name}x")
            to.end_headers()
            return
        redirects = {
            "to-green": "/green.png",
            "to-metadata": "http://169.254.169.254/latest",
            "to-file": "file:///etc/passwd",
        }
        if name in redirects:
            to.send_response(302)
            to.send_header("Location", redirects[name])
            to.end_headers()
            return
        if name == "awaited.png":
            self.awaited.set()
            self.may_come.wait(60)
        contents = {"green.png": png(), "awaited.png": png(), "text.png": b"This is no picture.", "empty.png": b""}
        if name == "large.png" or name.startswith("half"):
            content = png() + b"\0" * ((21 if name == "large.png" else 15) * MEBIBYTE)
        elif name in contents:
            content = contents[name]
        else:
            to.send_response(404)
            to.send_header("Set-Cookie", "a=b")
            to.end_headers()
            return
        to.send_response(200)
        to.send_header("Content-Length", str(len(content)))
        to.send_header("Set-Cookie", "a=b")
        to.end_headers()
        try:
            to.wfile.write(content)
        except OSError:
            return  # the client has had enough, as the test wants


@pytest.fixture
def gallery() -> Iterator[Gallery]:
    """A gallery of the test's own."""
    running = Gallery()
    yield running
    running.close()


def message(space: Space, portrait: str) -> str:
    """Why a picture is refused."""
    answer = space.post(pageId="badge", tweaks={"portrait": portrait})
    assert (answer.status_code, answer.json()["statusCode"]) == (400, 400), answer.content[:200]
    assert (space.settled()[-1]["file"], space.credits()) == (None, 0)
    return str(answer.json()["message"])


@pytest.mark.parametrize("image_format", ["png", "webp"])
@pytest.mark.parametrize("path", ["green.png", "to-green", "green.png?a=b%20c"])
def test_remote_picture_is_shown(space: Space, gallery: Gallery, path: str, image_format: str) -> None:
    answer = space.post(pageId="badge", tweaks={"portrait": f"{gallery.url}/{path}"}, format=image_format)
    red, green, blue = (int(colour(answer, 48, 16)[at : at + 2], 16) for at in (1, 3, 5))
    assert (red < 20, green > 235, blue < 20) == (True, True, True)


def test_svg_holds_the_remote_picture_itself(space: Space, gallery: Gallery) -> None:
    content = space.post(pageId="badge", tweaks={"portrait": f"{gallery.url}/green.png"}, format="svg").content
    assert (what_it_is(content)[0], b"data:image/" in content, gallery.url.encode() in content) == ("SVG", True, False)


def test_picture_is_asked_for_without_anything_of_the_client(space: Space, gallery: Gallery) -> None:
    space.post(pageId="badge", tweaks={"portrait": f"{gallery.url}/green.png"})
    space.post(pageId="badge", tweaks={"portrait": f"{gallery.url}/green.png?again"})
    assert [path for path, _ in gallery.asked] == ["/green.png", "/green.png?again"]
    assert [set(headers) & {"authorization", "cookie", "referer"} for _, headers in gallery.asked] == [set(), set()]


def test_picture_that_is_not_visible_is_not_asked_for(space: Space, gallery: Gallery) -> None:
    layers = [{**PICTURE, "src": f"{gallery.url}/green.png", "visible": "{{ false }}"}]
    assert space.post(page={"width": 64, "height": 32, "layers": layers}).status_code == 200
    assert gallery.asked == []


PICTURE = {"type": "image", "x": 0, "y": 0, "width": 16, "height": 16}


@pytest.mark.parametrize(
    "url",
    [
        *("http://169.254.169.254/latest/meta-data", "http://10.0.0.1/x.png", "http://example.com/x.png"),
        *(
            "http://[fe80::1]/x.png",
            "http://[::ffff:169.254.169.254]/x",
            "http://0.0.0.0:1/x.png",
            "http://2130706433.x/",
        ),
    ],
)
def test_picture_where_the_server_may_not_connect_is_refused(space: Space, url: str) -> None:
    assert "cannot be had" in message(space, url)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        *(("none.png", "answered 404"), ("to-metadata", "may not connect"), ("to-file", ""), ("loop", "redirects")),
        *(("large.png", "larger than"), ("text.png", "no PNG"), ("empty.png", "no PNG")),
    ],
)
def test_picture_that_cannot_be_had_is_refused_with_the_reason(
    space: Space, gallery: Gallery, path: str, why: str
) -> None:
    assert why in message(space, f"{gallery.url}/{path}")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/x.png", "http://127.0.0.1:99999/", "http://[", "http://a b/", "http://é\x01/"]
)
def test_url_that_leads_nowhere_is_refused(space: Space, url: str) -> None:
    assert message(space, url)


def test_pictures_have_a_bound_together(space: Space, gallery: Gallery) -> None:
    layers = [{**PICTURE, "src": f"{gallery.url}/half-{number}.png"} for number in range(4)]
    answer = space.post(page={"width": 64, "height": 32, "layers": layers})
    assert (answer.status_code, "together" in answer.json()["message"], len(gallery.asked)) == (400, True, 3)


def test_same_picture_is_fetched_once(space: Space, gallery: Gallery) -> None:
    layers = [{**PICTURE, "src": f"{gallery.url}/green.png"}] * 5
    assert space.post(page={"width": 64, "height": 32, "layers": layers}).status_code == 200
    assert len(gallery.asked) == 1


def test_render_that_was_under_way_at_a_reset_is_answered_and_leaves_nothing(space: Space, gallery: Gallery) -> None:
    with ThreadPoolExecutor(1) as pool:
        layers = [{**PICTURE, "src": f"{gallery.url}/awaited.png"}]
        answer = pool.submit(space.post, page={"width": 64, "height": 32, "layers": layers})
        assert gallery.awaited.wait(60)
        space.reset()
        gallery.may_come.set()
        assert answer.result().status_code == 200
    space.settle()
    assert (space.renders(), space.credits()) == ([], 0)


# Data URIs.


def bomb() -> str:
    """A PNG that says it has 30,000 x 30,000 pixels, in a few kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 10_000_000))
    return f"data:image/png;base64,{base64.b64encode(content + chunk(b'IEND', b'')).decode()}"


def text_bomb() -> str:
    """A small PNG with a compressed text of 64 MiB."""
    data = b"Comment\0\0" + zlib.compress(b"\0" * (64 * MEBIBYTE))
    chunk = struct.pack(">I", len(data)) + b"zTXt" + data + struct.pack(">I", zlib.crc32(b"zTXt" + data))
    content = png()
    return f"data:image/png;base64,{base64.b64encode(content[:33] + chunk + content[33:]).decode()}"


def cut() -> str:
    """A PNG of which the second half is missing."""
    return data_uri(size=(64, 64))[:-60]


@pytest.mark.parametrize(
    "uri",
    [
        *(
            "data:,x",
            "data:image/png;base64,AAAA",
            "data:image/png;base64,%%%",
            "data:image/png,%89PNG",
            "data:;base64,",
        ),
        *("data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>", "data:text/html,<script>"),
    ],
)
@pytest.mark.parametrize("image_format", ["png", "svg"])
def test_data_that_is_no_picture_is_refused(space: Space, uri: str, image_format: str) -> None:
    answer = space.post(pageId="badge", tweaks={"portrait": uri}, format=image_format)
    assert (answer.status_code, answer.json()["statusCode"]) == (400, 400)


@pytest.mark.parametrize("image_format", ["png", "svg"])
def test_picture_with_too_many_pixels_is_refused(space: Space, image_format: str) -> None:
    answer = space.post(pageId="badge", tweaks={"portrait": bomb()}, format=image_format)
    assert (answer.status_code, "40 million" in answer.json()["message"]) == (400, True)


@pytest.mark.parametrize("make", [text_bomb, cut])
def test_broken_picture_does_not_break_the_server(space: Space, make: Any) -> None:
    assert space.post(pageId="badge", tweaks={"portrait": make()}).status_code in {200, 400}


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_pictures_of_every_kind_are_shown(space: Space, kind: str) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (16, 16), "#00ff00").save(buffer, kind)
    uri = f"data:image/{kind.lower()};base64,{base64.b64encode(buffer.getvalue()).decode()}"
    shown = colour(space.post(pageId="badge", tweaks={"portrait": uri}), 48, 16)
    assert int(shown[3:5], 16) > 235
