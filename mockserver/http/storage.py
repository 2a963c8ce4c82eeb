"""Stored files, for download: media as media, and nothing that could act on the server's origin."""

import mimetypes
from pathlib import Path
from typing import Any, Protocol

from litestar import Request, get, head
from litestar.handlers import HTTPRouteHandler
from litestar.response import File

from mockserver.errors import NotFound

AnyRequest = Request[Any, Any, Any]


class FileNames(Protocol):
    """Knows stored files."""

    async def file_name(self, file: str) -> str | None:
        """The name of a stored file."""


def _media_type(name: str) -> str:
    """What a browser may show of a stored file: media, but no page that could run scripts on this server's origin."""
    guess = mimetypes.guess_type(name)[0] or ""
    is_media = guess.startswith(("image/", "video/", "audio/")) and guess != "image/svg+xml"
    return guess if is_media or guess == "text/vtt" else "application/octet-stream"


def routes(folder: Path, names: FileNames) -> list[HTTPRouteHandler]:
    """The routes, for the files in `folder`."""

    async def found(request: AnyRequest) -> File:
        file_id, name = request.path_params["file_id"], request.path_params["name"]
        if await names.file_name(file_id) != name or not (folder / file_id).is_file():
            raise NotFound("There is no such file.")
        return File(
            path=folder / file_id,
            filename=name,
            media_type=_media_type(name),
            headers={"X-Content-Type-Options": "nosniff"},
            content_disposition_type="inline",
        )

    stored = "/storage/{file_id:str}/{name:str}"

    @get(stored, include_in_schema=False)
    async def stored_file(request: AnyRequest) -> File:
        return await found(request)

    # A client may ask for the size before it downloads.
    @head(stored, include_in_schema=False)
    async def stored_file_head(request: AnyRequest) -> File:
        return await found(request)

    return [stored_file, stored_file_head]
