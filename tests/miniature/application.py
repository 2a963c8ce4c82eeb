"""The API over HTTP: routes, credentials, bodies and errors."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any, NoReturn

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.utils import send_file
from werkzeug.wrappers import Request, Response

from tests.miniature_parts.timeline import VirtualTimeline

from .account import Account
from .accounts import Accounts
from .manners import Manners
from .render import Studio
from .submission import Problem, Submission, advance_problems, missing_fields, submission_problems, webhook_problems
from .webhook import shown

KEY = re.compile(r"ffsk_[!-~]+")
MAXIMAL_BODY_BYTES = 16 * 1024 * 1024
MAXIMAL_ADVANCE_SECONDS = 100 * 365 * 86400

API = [
    Rule("/api/v1/webhook-config", methods=["PUT"], endpoint="set_webhook"),
    Rule("/api/v1/webhook-config", methods=["GET"], endpoint="get_webhook"),
    Rule("/api/v1/webhook-config", methods=["DELETE"], endpoint="delete_webhook"),
    Rule("/api/v1/run-ffmpeg-command", methods=["POST"], endpoint="run_command"),
    Rule("/api/v1/commands/<path:command_id>", methods=["GET"], endpoint="get_command"),
    Rule("/files/<file_id>/<name>", methods=["GET"], endpoint="get_file"),
]

CONTROL = [
    Rule("/_control", methods=["GET"], endpoint="get_control"),
    Rule("/_control/clock", methods=["GET"], endpoint="get_clock"),
    Rule("/_control/clock/advance", methods=["POST"], endpoint="advance_clock"),
    Rule("/_control/reset", methods=["POST"], endpoint="reset"),
]


class Refused(Exception):
    """A request that is answered with an error; its body is what a client gets."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


class Application:
    """The WSGI application. Each handler is a method with the name of its route's endpoint."""

    def __init__(self, accounts: Accounts, studio: Studio, manners: Manners, *, offers_control: bool) -> None:
        self._accounts = accounts
        self._manners = manners
        self._studio = studio
        rules = [rule.empty() for rule in (*API, *(CONTROL if offers_control else ()))]
        self._routes = Map(rules, merge_slashes=False)

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Callable[[bytes], object]]
    ) -> Iterable[bytes]:
        """WSGI."""
        self._accounts.wake()
        request = Request(environ)
        request.max_content_length = MAXIMAL_BODY_BYTES
        return self._answer(request)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        try:
            endpoint, values = self._routes.bind_to_environ(request.environ).match()
            answer: Response = getattr(self, endpoint)(request, **values)
        except Refused as refusal:
            return _json(refusal.body, refusal.status)
        except HTTPException as error:
            status = error.code or 500
            answer = _json(_error(_code(error.name), error.description or error.name), status)
            answer.headers.extend((name, value) for name, value in error.get_headers() if name != "Content-Type")
        return answer

    def set_webhook(self, request: Request) -> Response:
        """PUT of the webhook configuration."""
        account = self._account(request)
        body = _body(request)
        _require(webhook_problems(body))
        account.configure(body["url"], body.get("secret"))
        return _json({"success": True, "url": body["url"]})

    def get_webhook(self, request: Request) -> Response:
        """GET of the webhook configuration."""
        return _json(shown(self._account(request).webhook, self._manners.moment_written))

    def delete_webhook(self, request: Request) -> Response:
        """DELETE of the webhook configuration."""
        if not self._account(request).deactivate():
            _refuse(404, "NOT_FOUND", "No webhook is configured.")
        return _json({"success": True})

    def run_command(self, request: Request) -> Response:
        """Submission of a command."""
        account = self._account(request)
        body = _body(request)
        if missing := missing_fields(body):
            _refuse(400, "INVALID_REQUEST", f"Required: {', '.join(missing)}.")
        _require(submission_problems(body))
        return _json({"command_id": self._accounts.submit(account, Submission.of(body))}, 202)

    def get_command(self, request: Request, command_id: str) -> Response:
        """GET of a command."""
        account = self._account(request)
        command = account.commands.get(command_id)
        if command is None:
            _refuse(404, "NOT_FOUND", "There is no such command.")
        return _json(command.shown(account.place.base_url, self._manners))

    def get_file(self, request: Request, file_id: str, name: str) -> Response:
        """Download of an output."""
        path = self._studio.find(file_id, name)
        if path is None:
            _refuse(404, "NOT_FOUND", "There is no such file.")
        return send_file(path, request.environ)

    def get_control(self, _: Request) -> Response:
        """What the control protocol offers here."""
        return _json({"protocol": 1, "capabilities": list(self._manners.capabilities)})

    def get_clock(self, request: Request) -> Response:
        """The account's clock."""
        timeline = self._account(request).place.timeline
        return _json({"mode": timeline.mode, "now": self._manners.clock_written(timeline.now_ms())})

    def advance_clock(self, request: Request) -> Response:
        """Advance of the account's clock."""
        timeline = self._account(request).place.timeline
        if not isinstance(timeline, VirtualTimeline):
            _refuse(409, "CONFLICT", "The clock is real.")
        body = _body(request)
        _require(advance_problems(body, maximal_seconds=MAXIMAL_ADVANCE_SECONDS))
        try:
            now_ms = timeline.advance(round(body["seconds"] * 1000))
        except OverflowError:
            _refuse_problems([Problem(("seconds",), "leads beyond the year 9999")])
        return _json({"mode": timeline.mode, "now": self._manners.clock_written(now_ms)})

    def reset(self, request: Request) -> Response:
        """Reset of the account."""
        self._accounts.reset(self._key(request))
        return _json({})

    def _account(self, request: Request) -> Account:
        return self._accounts.of(self._key(request))

    def _key(self, request: Request) -> str:
        key = request.headers.get("X-API-KEY", "")
        if not KEY.fullmatch(key) or (self._manners.keys and key not in self._manners.keys):
            _refuse(401, "UNAUTHORIZED", "An API key is needed in X-API-KEY.")
        return key


def _body(request: Request) -> Any:
    try:
        return json.loads(request.get_data(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        _refuse(400, "INVALID_REQUEST", "The body is not JSON.")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _require(problems: list[Problem]) -> None:
    if problems:
        _refuse_problems(problems)


def _refuse_problems(problems: list[Problem]) -> NoReturn:
    raise Refused(422, {"detail": [asdict(problem) for problem in problems]})


def _refuse(status: int, code: str, description: str) -> NoReturn:
    raise Refused(status, _error(code, description))


def _error(code: str, description: str) -> dict[str, str]:
    return {"code": code, "description": description}


def _code(name: str) -> str:
    return re.sub(r"[^A-Z]+", "_", name.upper())


def _json(content: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(content), status, mimetype="application/json")
