"""The routes of the control document whose requests or answers are no JSON: the hooks of inboxes, and sample media."""

from collections.abc import Callable, Mapping
from typing import Any, Literal, Protocol

from litestar import Request, get, route
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse

from mockserver.control.inboxes import Arrival
from mockserver.errors import NotFound
from mockserver.media.samples import RECIPES

AnyRequest = Request[Any, Any, Any]

HOOK_METHODS: tuple[Literal["DELETE", "GET", "PATCH", "POST", "PUT"], ...] = ("DELETE", "GET", "PATCH", "POST", "PUT")

OPERATIONS = frozenset({"getSample", *(f"{method.lower()}ToInbox" for method in HOOK_METHODS)})
"""The ids that the document gives to these routes."""


class SampleMedia(Protocol):
    """Gives sample media."""

    async def content(self, name: str) -> bytes:
        """The bytes of a sample."""


def routes(receive: Callable[[str, Arrival], int], samples: SampleMedia) -> list[HTTPRouteHandler]:
    """The routes; `receive` takes what comes to the hook of an inbox and gives the status to answer with."""

    @route("/_control/inboxes/{inbox_id:str}/hook", http_method=HOOK_METHODS, include_in_schema=False)
    async def hook(request: AnyRequest) -> ASGIResponse:
        arrival = Arrival(request.method, _headers(request), await request.body())
        return ASGIResponse(status_code=receive(request.path_params["inbox_id"], arrival), media_type="text/plain")

    @get("/_control/samples/{name:str}", include_in_schema=False)
    async def sample(request: AnyRequest) -> ASGIResponse:
        name = request.path_params["name"]
        if name not in RECIPES:
            message = f"There is no such sample; there are {', '.join(RECIPES)}."
            raise NotFound(message)
        return ASGIResponse(body=await samples.content(name), media_type=RECIPES[name].media_type)

    return [hook, sample]


def _headers(request: AnyRequest) -> Mapping[str, str]:
    """The request's headers; those that were sent more than once are joined as HTTP says."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in request.scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers
