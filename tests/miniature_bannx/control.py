"""The control protocol without its clock: the log, the credits, and callbacks that go wrong."""

import json
from typing import Any

from werkzeug.routing import Rule
from werkzeug.wrappers import Request, Response

from .manners import Manners
from .refusal import Refused
from .space import STEPS
from .spaces import Spaces

FAULTS = ("fail", "hang", None)

CONTROL = [
    Rule("/_control", methods=["GET"], endpoint="get_control"),
    Rule("/_control/renders", methods=["GET"], endpoint="list_renders"),
    Rule("/_control/credits", methods=["GET"], endpoint="get_credits"),
    Rule("/_control/callbacks", methods=["POST"], endpoint="set_fault"),
    Rule("/_control/callbacks/settle", methods=["POST"], endpoint="settle"),
]


class Control:
    """Each method is a call."""

    def __init__(self, spaces: Spaces, manners: Manners) -> None:
        self._spaces = spaces
        self._capabilities = list(manners.surroundings.capabilities)

    def get_control(self, _: Request) -> Response:
        """What is offered here."""
        return _json({"protocol": 1, "capabilities": self._capabilities})

    def list_renders(self, request: Request) -> Response:
        """The log of the space."""
        return _json({"renders": self._spaces.of_control(request).log()})

    def get_credits(self, request: Request) -> Response:
        """The credits that were counted for the space."""
        return _json({"used": self._spaces.of_control(request).credits})

    def set_fault(self, request: Request) -> Response:
        """A step goes wrong from now on, or works again."""
        space = self._spaces.of_control(request)
        try:
            body = json.loads(request.get_data())
            step, fault = body["step"], body["fault"]
        except (ValueError, RecursionError, KeyError, TypeError) as error:
            raise Refused(422, "The body is to be an object with step and fault.") from error
        if step not in STEPS or fault not in FAULTS:
            raise Refused(422, "There is no such step or fault.")
        space.set_fault(step, fault)
        return _json({"step": step, "fault": fault})

    def settle(self, request: Request) -> Response:
        """Every callback that has begun is over."""
        self._spaces.of_control(request).settle()
        return _json({})


def _json(content: Any) -> Response:
    return Response(json.dumps(content), 200, content_type="application/json")
