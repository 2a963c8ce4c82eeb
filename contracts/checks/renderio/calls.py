"""Requests to RenderIO's operations on one account: what every answer has to be, whatever the operation.

Where that does not hold, it is recorded as what is broken, and the check that needed the answer ends.
"""

import contextlib
import time
from collections.abc import Mapping
from typing import Any

from contracts.checks.renderio.retry_after import LONGEST_WAIT_SECONDS, judge_retry_after, wait_out
from contracts.client import Response
from contracts.errors import NoAnswerError, NotObservable, NotRun, TargetGoneError
from contracts.trial import Trial, Workspace
from contracts.verdicts import TimeLevel

MOST_REFUSALS = 5
"""How often one request may be answered 429 before its check gives up."""

OK, ACCEPTED, UNAUTHORIZED, FORBIDDEN, NOT_FOUND, TOO_MANY = 200, 202, 401, 403, 404, 429


class Calls:
    """The requests of one account."""

    def __init__(self, trial: Trial, workspace: Workspace | None = None) -> None:
        self.trial = trial
        self.workspace = workspace or trial.workspace
        self.waited_seconds = 0.0
        """How long it was waited, in real time, since requests were answered 429."""

    def send(
        self,
        operation: str,
        *,
        parameters: Mapping[str, str] | None = None,
        stands_on: str | None = None,
        **request: Any,
    ) -> Response:
        """Send a request to an operation (`body`, `content`, `headers`, `anonymous` as in `Client.request`).

        A 429 is judged, waited for and repeated. Without an answer, `stands_on` does not hold, or `NoAnswerError`.
        Ends the check where the account's own key is refused: RIO-AUT-001 does not hold.
        """
        described = self.trial.api.operations[operation]
        refusals = 0
        while True:
            try:
                with self.trial.submitting() if operation == "runFfmpegCommand" else contextlib.nullcontext():
                    response = self.workspace.client.request(
                        described.method, described.url(**(parameters or {})), **request
                    )
            except NoAnswerError as error:
                if stands_on is not None and self._answers_at_all():
                    self.trial.require(stands_on, False, str(error))
                raise
            if response.status != TOO_MANY:
                if refusals:
                    self.trial.passed("RIO-ERR-011", because="the request was accepted after the time of Retry-After")
                self._let_in(operation, response, request)
                return response
            refusals += 1
            self._wait_out(response, refusals)

    def _let_in(self, operation: str, response: Response, request: Mapping[str, Any]) -> None:
        # 403 to a poll says of the command, not of the key, that it is somebody else's.
        refused = {UNAUTHORIZED} if operation == "getCommand" else {UNAUTHORIZED, FORBIDDEN}
        other_key = self.trial.api.credential.header in (request.get("headers") or {})
        own_key = not request.get("anonymous") and not other_key
        self.trial.require(
            "RIO-AUT-001",
            not own_key or response.status not in refused,
            f"a request with a valid key was to be accepted, and was answered {response}",
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
        trial, value = self.trial, response.headers.get("Retry-After")
        seconds = judge_retry_after(trial, response)
        # By which clock a limit is counted is said nowhere, and other trials may have used up what it allows for.
        controlled = self.workspace.clock.level is TimeLevel.CONTROL
        if refusals > 1 + controlled and trial.is_alone:
            because = f"the request was answered 429 again after the {value!r} of Retry-After"
            trial.failed("RIO-ERR-011", because, evidence=[response.evidence])
        if refusals > MOST_REFUSALS:
            message = f"it was answered 429 {refusals} times in a row"
            raise NotObservable(message)
        if seconds is None or seconds > LONGEST_WAIT_SECONDS:
            message = f"it was answered 429 with Retry-After {value!r}"
            raise NotRun(message)
        trial.note(f"429: waiting {seconds:g} s")
        began = time.monotonic()
        wait_out(self.workspace.clock, seconds, by_its_clock=refusals > 1 and controlled)
        self.waited_seconds += time.monotonic() - began

    def _stop_in_time(self) -> None:
        if not self.trial.budget.remaining_seconds:
            raise NotRun("the time budget ended in the middle of the check")
