"""The server over HTTP: routes, credentials, and errors."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from .control import CONTROL, Control
from .directory import Directory
from .manners import Manners
from .operations import Operations
from .refusal import Refused

COLLECTION = "/configs/webhook"
INSTANCE = "/configs/webhook/<path:identifier>"
OTHER_METHOD = ""


def api(manners: Manners) -> list[Rule]:
    """The routes of the API."""
    tests = {"POST", "GET"} if manners.tests.by_get else {"POST"}
    rules = [
        Rule(COLLECTION, methods=["POST"], endpoint="create_config"),
        Rule(COLLECTION, methods=["GET"], endpoint="list_configs"),
        Rule(INSTANCE, methods=["GET"], endpoint="retrieve_config"),
        Rule(INSTANCE, methods=["POST"], endpoint="update_config"),
        Rule(f"{INSTANCE}/test", methods=tests, endpoint="test_config"),
        # An id may have a slash: without this, the path would be that of a config.
        Rule(f"{INSTANCE}/test", methods={"GET", "PUT", "PATCH", "DELETE"} - tests, endpoint=OTHER_METHOD),
        Rule("/events", methods=["GET"], endpoint="list_events"),
        Rule("/events/<path:identifier>", methods=["GET"], endpoint="retrieve_event"),
        Rule("/organisation", methods=["GET"], endpoint="retrieve_organisation"),
        Rule("/organisation", methods=["POST"], endpoint="update_organisation"),
        Rule("/key", methods=["GET"], endpoint="retrieve_key"),
        Rule("/keys/<path:identifier>", methods=["GET"], endpoint="retrieve_key"),
        Rule("/keys/<path:identifier>", methods=["POST"], endpoint="update_key"),
    ]
    if manners.tasks.offered:
        rules.append(Rule("/tasks", methods=["GET"], endpoint="list_tasks"))
        rules.append(Rule("/tasks/<path:identifier>", methods=["GET"], endpoint="retrieve_task"))
    if manners.configs.deletion != "not offered":
        rules.append(Rule(INSTANCE, methods=["DELETE"], endpoint="delete_config"))
    if manners.configs.other_methods == "update":
        rules.append(Rule(INSTANCE, methods=["PUT", "PATCH"], endpoint="update_config"))
    return rules


class Application:
    """The WSGI application. An endpoint is the name of a method of the operations or of the control."""

    def __init__(self, directory: Directory, manners: Manners, *, offers_control: bool) -> None:
        self._directory = directory
        self._manners = manners
        self._operations = Operations(directory, manners)
        self._control = Control(directory, manners)
        rules = api(manners) + [rule.empty() for rule in CONTROL if offers_control]
        self._routes = Map(rules, merge_slashes=False)

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Callable[[bytes], object]]
    ) -> Iterable[bytes]:
        """WSGI."""
        self._directory.wake()
        request = Request(environ)
        request.max_content_length = self._manners.errors.most_body_bytes
        return self._answer(request)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        try:
            endpoint, values = self._routes.bind_to_environ(request.environ).match()
            if endpoint == OTHER_METHOD:
                raise MethodNotAllowed
            handlers = self._operations if hasattr(self._operations, endpoint) else self._control
            status, content = getattr(handlers, endpoint)(request, **values)
            return answer(status, content)
        except Refused as refusal:
            return answer(refusal.status, self._told(refusal))
        except HTTPException as error:
            status = error.code or 500
            if status == 405 and self._manners.configs.other_methods == "404":
                status = 404
            return answer(status, self._told(Refused(status, error.description or error.name)))

    def _told(self, refusal: Refused) -> dict[str, Any]:
        errors = self._manners.errors
        usual = refusal.code or re.sub(r"[^a-z]+", "-", _NAMES.get(refusal.status, "refused"))
        told: dict[str, Any] = {"error": errors.codes.get(refusal.status, usual), "message": refusal.message}
        if refusal.params is not None:
            told["params"] = {
                name: [problem] if errors.params_as_lists else problem for name, problem in refusal.params.items()
            }
        return told


_NAMES: Mapping[int, str] = {
    401: "unauthorized",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    413: "payload-too-large",
    429: "limit-exceeded",
}


def answer(status: int, content: Mapping[str, Any]) -> Response:
    """A JSON answer."""
    return Response(json.dumps(content), status, mimetype="application/json")
