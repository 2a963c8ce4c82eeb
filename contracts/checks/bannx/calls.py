"""Requests to bannx's operations in one space: what every answer has to be, whatever the operation."""

import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from contracts.client import Response
from contracts.errors import NoAnswerError, NotObservable, NotRun, TargetGoneError
from contracts.pages import Page
from contracts.trial import Trial, Workspace

GET, POST = "renderPage", "renderPost"
"""The operations."""

OK, BAD_REQUEST, UNAUTHORIZED, FORBIDDEN, NOT_FOUND, NOT_ALLOWED, TOO_LARGE, TOO_MANY = (
    200, 400, 401, 403, 404, 405, 413, 429,
)  # fmt: skip
FIRST_CLIENT_ERROR, FIRST_SERVER_ERROR = 400, 500

MOST_REFUSALS = 5
"""How often one request may be answered 429 before its check gives up."""

LONGEST_WAIT_SECONDS = 30.0
"""How long one 429 is waited for."""

Pairs = Sequence[tuple[str, str]]


def smallest(pages: Sequence[Page]) -> Page:
    """The page that is rendered soonest, as far as its size says so."""
    return min(pages, key=area)


def area(page: Page) -> int:
    """How many pixels a page has."""
    return page.width * page.height


def is_refusal(response: Response) -> bool:
    """Whether the status is 4xx: a client error."""
    return FIRST_CLIENT_ERROR <= response.status < FIRST_SERVER_ERROR


def in_url(query: Pairs) -> str:
    """A query as it follows a path; empty where there is none."""
    return f"?{urlencode(query, quote_via=quote)}" if query else ""


class Calls:
    """The requests of one space."""

    def __init__(self, trial: Trial, workspace: Workspace | None = None) -> None:
        self.trial = trial
        self.workspace = workspace or trial.workspace

    def send(
        self,
        operation: str,
        *,
        parameters: Mapping[str, str] | None = None,
        query: Pairs = (),
        stands_on: str | None = None,
        **request: Any,
    ) -> Response:
        """Send a request to an operation (`body`, `content`, `headers`, `anonymous`, … as in `Client.request`).

        A 429 is waited for and repeated. Without an answer, `stands_on` does not hold, or `NoAnswerError`. Ends the
        check where the space's own token is refused altogether: BNX-AUT-001.
        """
        described = self.trial.api.operations[operation]
        path = f"{described.url(**(parameters or {}))}{in_url(query)}"
        response = self.request(described.method, path, stands_on=stands_on, **request)
        other_token = self.trial.api.credential.header in (request.get("headers") or {})
        if response.status == UNAUTHORIZED and not other_token and not request.get("anonymous"):
            self._expect_admission(operation)
        return response

    def request(self, method: str, path: str, *, stands_on: str | None = None, **request: Any) -> Response:
        """The same to any path, whatever the answer says of the token."""
        for refusals in range(MOST_REFUSALS):
            try:
                response = self.workspace.client.request(method, path, **request)
            except NoAnswerError as error:
                if stands_on is not None and self._answers_at_all():
                    self.trial.require(stands_on, False, str(error))
                raise
            if response.status != TOO_MANY:
                return response
            self._wait_out(response, refusals)
        message = f"it was answered 429 {MOST_REFUSALS} times in a row"
        raise NotObservable(message)

    def _expect_admission(self, operation: str) -> None:
        """Judge the space's own token by the plainest request, as others may be refused with 401 for what they hold."""
        described, page = self.trial.api.operations[operation], smallest(self.trial.published).id
        if operation == GET:
            response = self.request(described.method, described.url(pageId=page))
        else:
            response = self.request(described.method, described.path, body={"pageId": page})
        self.trial.require(
            "BNX-AUT-001",
            response.status != UNAUTHORIZED,
            f"a request with the token of a space was to be accepted, and was answered {response}",
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
