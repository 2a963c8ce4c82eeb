"""The server over HTTP: routes and errors."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from .control import CONTROL, Control
from .manners import Manners
from .refusal import Refused
from .renders import Renders
from .spaces import Spaces
from .storage import Storage

FILES = "/files"


class Application:
    """The WSGI application. An endpoint is the name of a method of the renders or of the control."""

    def __init__(self, storage: Storage, manners: Manners, *, offers_control: bool) -> None:
        self._storage = storage
        self._manners = manners
        spaces = Spaces(storage, manners)
        self._renders = Renders(spaces, storage, manners)
        self._control = Control(spaces, manners)
        rules = [
            Rule("/api/render", methods=["POST"], endpoint="render_post"),
            Rule("/api/render/<page_id>", methods=["GET"], endpoint="render_page"),
            *(rule.empty() for rule in CONTROL if offers_control),
        ]
        if manners.requests.path_of_index:
            rules.append(Rule("/api/render/index", methods=["POST"], endpoint="render_post"))
        self._routes = Map(rules, merge_slashes=False, redirect_defaults=False)

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Callable[[bytes], object]]
    ) -> Iterable[bytes]:
        """WSGI."""
        is_file = environ["PATH_INFO"].startswith(f"{FILES}/")
        if is_file and self._manners.surroundings.storage == "within":
            return self._storage(environ, start_response)
        request = Request(environ)
        request.max_content_length = self._manners.requests.most_body_bytes
        return self._answer(request)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        try:
            endpoint, values = self._routes.bind_to_environ(request.environ).match()
            handlers = self._renders if hasattr(self._renders, endpoint) else self._control
            response: Response = getattr(handlers, endpoint)(request, **values)
        except Refused as refusal:
            return self._told(request, refusal)
        except MethodNotAllowed:
            return self._told(
                request, Refused(self._manners.answers.other_methods, "This method is not for this path.")
            )
        except RequestEntityTooLarge:
            return self._told(request, Refused(self._manners.requests.status_of_large, "The body is too large."))
        except HTTPException as error:
            return self._told(request, Refused(error.code or 500, error.description or error.name))
        return response

    def _told(self, request: Request, refusal: Refused) -> Response:
        name = HTTP_STATUS_CODES.get(refusal.status, "Error")
        said: dict[str, Any] = {"statusCode": refusal.status, "statusMessage": name}
        match self._manners.answers.error_form:
            case "bare":
                content = {**said, "stack": []}
            case "nitro":
                content = {"error": True, "url": request.full_path, **said, "message": refusal.message}
            case "text":
                return Response(f"{name}: {refusal.message}\n", refusal.status, content_type="text/plain")
        return Response(json.dumps(content), refusal.status, content_type="application/json")
