"""What the server offers beside the documents' operations: the documents themselves, and a page to read them."""

import functools
from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from mockserver.documents import Document
from mockserver.errors import NotFound
from mockserver.http import problems
from mockserver.http.reference import page

AnyRequest = Request[Any, Any, Any]


def routes(documents: Sequence[Document]) -> list[HTTPRouteHandler]:
    """The routes, for these documents."""
    contents = {document.name: msgspec.json.encode(document.content) for document in documents}
    no_document = f"There is no such document; there are {', '.join(f'{name}.json' for name in contents)}."
    # Not before somebody reads it: it takes longer to make than everything else around it.
    reference = functools.cache(lambda: page(documents))

    @get("/openapi/{name:str}", include_in_schema=False)
    async def document(request: AnyRequest) -> Response[bytes]:
        content = contents.get(request.path_params["name"].removesuffix(".json"))
        if content is None:
            raise NotFound(no_document)
        return Response(content, media_type=problems.JSON)

    @get(["/", "/docs"], include_in_schema=False)
    async def docs() -> Response[str]:
        return Response(reference(), media_type="text/html")

    return [document, docs]
