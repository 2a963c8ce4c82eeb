"""What the server offers beside the documents' operations: stored files, the documents, and a page to read them."""

import mimetypes
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import msgspec
from litestar import Request, Response, get, head
from litestar.handlers import HTTPRouteHandler
from litestar.response import File

from mockserver.documents import Document
from mockserver.errors import NotFound
from mockserver.http import problems
from mockserver.http.reference import page

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


def routes(documents: Sequence[Document], folder: Path, names: FileNames) -> list[HTTPRouteHandler]:
    """The routes, for these documents and the files in `folder`."""
    contents = {document.name: msgspec.json.encode(document.content) for document in documents}
    no_document = f"There is no such document; there are {', '.join(f'{name}.json' for name in contents)}."
    reference = page(documents)

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

    @get("/openapi/{name:str}", include_in_schema=False)
    async def document(request: AnyRequest) -> Response[bytes]:
        content = contents.get(request.path_params["name"].removesuffix(".json"))
        if content is None:
            raise NotFound(no_document)
        return Response(content, media_type=problems.JSON)

    @get(["/", "/docs"], include_in_schema=False)
    async def docs() -> Response[str]:
        return Response(reference, media_type="text/html")

    return [stored_file, stored_file_head, document, docs]
