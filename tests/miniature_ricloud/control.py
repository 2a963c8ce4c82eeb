"""The control protocol: the clock, the log of deliveries, events that happen, and a new beginning."""

import json
import math
from typing import Any, NoReturn, TypeGuard

from werkzeug.routing import Rule
from werkzeug.wrappers import Request

from tests.miniature_parts.timeline import VirtualTimeline

from .directory import Directory, Tenant
from .manners import Manners
from .refusal import Refused, refuse_parameter
from .resources import Shown

MAXIMAL_ADVANCE_SECONDS = 100 * 365 * 86400
MAXIMAL_TEXT_LENGTH = 100
USUAL_LIMIT, MAXIMAL_LIMIT = 100, 1000

CONTROL = [
    Rule("/_control", methods=["GET"], endpoint="get_control"),
    Rule("/_control/clock", methods=["GET"], endpoint="get_clock"),
    Rule("/_control/clock/advance", methods=["POST"], endpoint="advance_clock"),
    Rule("/_control/reset", methods=["POST"], endpoint="reset"),
    Rule("/_control/deliveries", methods=["GET"], endpoint="list_deliveries"),
    Rule("/_control/events", methods=["POST"], endpoint="trigger_event"),
]

Answer = tuple[int, Shown]


class Control:
    """Each method is a call."""

    def __init__(self, directory: Directory, manners: Manners) -> None:
        self._directory = directory
        self._tastes = manners.surroundings
        self._manners = manners

    def get_control(self, _: Request) -> Answer:
        """What is offered here."""
        return 200, {"protocol": 1, "capabilities": list(self._tastes.capabilities)}

    def get_clock(self, request: Request) -> Answer:
        """The organisation's clock."""
        timeline = self._tenant(request).organisation.place.timeline
        return 200, {"mode": timeline.mode, "now": self._tastes.clock_written(timeline.now_ms())}

    def advance_clock(self, request: Request) -> Answer:
        """Advance of the organisation's clock."""
        timeline = self._tenant(request).organisation.place.timeline
        if not isinstance(timeline, VirtualTimeline):
            raise Refused(409, "The clock is real.", code="conflict")
        seconds = _object(request).get("seconds")
        if not _is_span(seconds):
            refuse_parameter("seconds", f"must be a number from 0 to {MAXIMAL_ADVANCE_SECONDS}", status=422)
        try:
            now_ms = timeline.advance(round(seconds * 1000))
        except OverflowError:
            refuse_parameter("seconds", "leads beyond the year 9999", status=422)
        return 200, {"mode": timeline.mode, "now": self._tastes.clock_written(now_ms)}

    def reset(self, request: Request) -> Answer:
        """A new organisation."""
        self._directory.reset(self._directory.token(request.headers.get("Authorization")))
        return 200, {}

    def list_deliveries(self, request: Request) -> Answer:
        """The log: the newest that the limit leaves, oldest first."""
        tenant = self._tenant(request)
        limit = request.args.get("limit", str(USUAL_LIMIT))
        if not limit.isascii() or not limit.isdigit() or not 0 < int(limit) <= MAXIMAL_LIMIT:
            refuse_parameter("limit", f"must be 1 to {MAXIMAL_LIMIT}")
        with self._directory.pulse:
            log = tenant.organisation.postman.log(request.args.get("subject"))
        return 200, {"deliveries": log[-int(limit) :]}

    def trigger_event(self, request: Request) -> Answer:
        """Something happens."""
        tenant = self._tenant(request)
        body = _object(request)
        for name in ("type", "action"):
            if not isinstance(body.get(name), str) or not 0 < len(body[name]) <= MAXIMAL_TEXT_LENGTH:
                refuse_parameter(name, f"must be text of 1 to {MAXIMAL_TEXT_LENGTH} characters", status=422)
        if not isinstance(body.get("data", {}), dict):
            refuse_parameter("data", "must be an object", status=422)
        with self._directory.pulse:
            event = tenant.occasions.happens(body["type"], body["action"], body.get("data", {}))
            return 201, event.shown(self._manners)

    def _tenant(self, request: Request) -> Tenant:
        return self._directory.of(self._directory.token(request.headers.get("Authorization")))


def _object(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(request.get_data(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Refused(422, "The body is not JSON.", code="invalid-body") from error
    if not isinstance(body, dict):
        raise Refused(422, "The body is no JSON object.", code="invalid-body")
    return body


def _is_span(seconds: object) -> TypeGuard[float]:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return False
    return math.isfinite(seconds) and 0 <= seconds <= MAXIMAL_ADVANCE_SECONDS


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
