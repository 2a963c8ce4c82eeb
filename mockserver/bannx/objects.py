"""Rendered images as files: those that wait for their callback, and the object store that is a local folder."""

import asyncio
import re
from pathlib import Path
from typing import Any

from litestar import Request, get
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse

from mockserver.errors import NotFound

AnyRequest = Request[Any, Any, Any]

EXTENSIONS = {"image/png": "png", "image/webp": "webp", "image/svg+xml": "svg"}
MEDIA_TYPES = {extension: media_type for media_type, extension in EXTENSIONS.items()}

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # An SVG is a document: it must not act on this server's origin.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox",
}

_NAME = re.compile(r"[0-9a-f-]{36}\.(?P<extension>png|webp|svg)")


def name_of(render: str, media_type: str) -> str:
    """The name of a render's image, such as `3f2504e0-4f89-41d3-9a0c-0305e82c3301.png`."""
    return f"{render}.{EXTENSIONS[media_type]}"


class Images:
    """A folder of images by name."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def write(self, name: str, content: bytes) -> None:
        """Store an image; never half of it, as a server may be killed at any point."""
        unfinished = self._folder / f".{name}"
        unfinished.write_bytes(content)
        unfinished.replace(self._folder / name)

    def read(self, name: str) -> bytes:
        """An image; raises `FileNotFoundError`."""
        return (self._folder / name).read_bytes()

    def remove(self, render: str) -> None:
        """Remove the image of a render."""
        for extension in MEDIA_TYPES:
            (self._folder / f"{render}.{extension}").unlink(missing_ok=True)

    def remove_all_but(self, renders: set[str]) -> None:
        """Remove every image that is none of these renders'."""
        for path in self._folder.iterdir():
            if path.name.partition(".")[0] not in renders:
                path.unlink(missing_ok=True)


class LocalStore:
    """An object store: a folder, served under `url`."""

    def __init__(self, images: Images, *, url: str) -> None:
        self._images = images
        self._url = url

    def url(self, name: str) -> str:
        """Where an object of this name can be fetched."""
        return f"{self._url}/{name}"

    async def put(self, name: str, content: bytes, content_type: str) -> None:  # noqa: ARG002 - the name tells it
        """Store an object in the place of what has its name; raises `OSError`. Called off, it leaves nothing behind."""
        writing = asyncio.ensure_future(asyncio.to_thread(self._images.write, name, content))
        try:
            await asyncio.shield(writing)
        except asyncio.CancelledError:
            writing.add_done_callback(lambda _: self._images.remove(name.partition(".")[0]))
            raise


def routes(*places: Images) -> list[HTTPRouteHandler]:
    """The route that serves images: from the first place that has one.

    An image that moves from one place to another must be in both for a moment; the place that it leaves comes first.
    """

    @get("/renders/{name:str}", include_in_schema=False)
    async def rendered(request: AnyRequest) -> ASGIResponse:
        name = request.path_params["name"]
        found = _NAME.fullmatch(name)
        content = await asyncio.to_thread(_first_of, name, places) if found else None
        if found is None or content is None:
            raise NotFound("There is no such file.")
        return ASGIResponse(body=content, media_type=MEDIA_TYPES[found["extension"]], headers=HEADERS)

    return [rendered]


def _first_of(name: str, places: tuple[Images, ...]) -> bytes | None:
    for place in places:
        try:
            return place.read(name)
        except FileNotFoundError:
            continue
    return None
