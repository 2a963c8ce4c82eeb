"""Requests to ricloud's operations on one organisation: what every answer has to be, whatever the operation.

Where that does not hold, it is recorded as what is broken, and the check that needed the answer ends.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from contracts.client import Response
from contracts.errors import NoAnswerError, NotObservable, NotRun, TargetGoneError
from contracts.trial import Trial, Workspace

UNAUTHORIZED, FORBIDDEN, TOO_MANY = 401, 403, 429
FIRST_SUCCESS, FIRST_REDIRECT, FIRST_CLIENT_ERROR, FIRST_SERVER_ERROR = 200, 300, 400, 500

MOST_REFUSALS = 5
"""How often one request may be answered 429 before its check gives up."""

LONGEST_WAIT_SECONDS = 30.0
"""How long one 429 is waited for."""

Pairs = Sequence[tuple[str, str]]


def is_success(response: Response) -> bool:
    """Whether the status is 2xx."""
    return FIRST_SUCCESS <= response.status < FIRST_REDIRECT


def is_refusal(response: Response) -> bool:
    """Whether the status is 4xx: a client error."""
    return FIRST_CLIENT_ERROR <= response.status < FIRST_SERVER_ERROR


class Calls:
    """The requests of one organisation."""

    def __init__(self, trial: Trial, workspace: Workspace | None = None) -> None:
        self.trial = trial
        self.workspace = workspace or trial.workspace

    def send(
        self,
        operation: str,
        *,
        parameters: Mapping[str, Any] | None = None,
        query: Pairs = (),
        method: str | None = None,
        stands_on: str | None = None,
        **request: Any,
    ) -> Response:
        """Send a request to an operation (`body`, `content`, `headers`, `anonymous` as in `Client.request`).

        `method` replaces the operation's own. A 429 is waited for and repeated. Without an answer, `stands_on` does
        not hold, or `NoAnswerError`. Ends the check where the organisation's own token is refused: RCL-AUT-001.
        """
        described = self.trial.api.operations[operation]
        path = described.url(**{name: str(value) for name, value in (parameters or {}).items()})
        target = f"{path}?{urlencode(query)}" if query else path
        for refusals in range(MOST_REFUSALS):
            try:
                response = self.workspace.client.request(method or described.method, target, **request)
            except NoAnswerError as error:
                if stands_on is not None and self._answers_at_all():
                    self.trial.require(stands_on, False, str(error))
                raise
            if response.status != TOO_MANY:
                self._let_in(response, request)
                return response
            self._wait_out(response, refusals)
        message = f"it was answered 429 {MOST_REFUSALS} times in a row"
        raise NotObservable(message)

    def _let_in(self, response: Response, request: Mapping[str, Any]) -> None:
        other_token = self.trial.api.credential.header in (request.get("headers") or {})
        own_token = not request.get("anonymous") and not other_token
        self.trial.require(
            "RCL-AUT-001",
            not own_token or response.status != UNAUTHORIZED,
            f"a request with the token of a key was to be accepted, and was answered {response}",
            evidence=[response.evidence],
        )

    def _answers_at_all(self) -> bool:
        try:
            self.workspace.client.request("GET", "/", anonymous=True)
        except NoAnswerError as error:
            message = "nothing answers there any more"
            raise TargetGoneError(message) from error
        return True

    def _wait_out(self, response: Response, refusals: int) -> None:
        value = response.headers.get("Retry-After", "")
        seconds = float(value) if value.isascii() and value.isdigit() else 2.0**refusals
        if seconds > min(LONGEST_WAIT_SECONDS, self.trial.budget.remaining_seconds):
            message = f"it was answered 429 with Retry-After {value!r}"
            raise NotRun(message)
        self.trial.note(f"429: waiting {seconds:g} s")
        time.sleep(seconds)
