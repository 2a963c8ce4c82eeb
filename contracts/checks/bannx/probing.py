"""Sends requests of whatever content, and judges what can be judged of any answer."""

from collections.abc import Callable

from contracts.checks.bannx.asking import Asking
from contracts.checks.bannx.asks import Ask
from contracts.checks.bannx.calls import FIRST_SERVER_ERROR
from contracts.checks.bannx.refusals import NO_IMAGE, NO_SERVER_ERROR, trouble_of
from contracts.client import Response

MOST_CHARACTERS = 200


class Prober:
    """Judges that no request is answered with a 5xx, and none with an error that is an image."""

    def __init__(self, asking: Asking) -> None:
        self.asking = asking

    def render(self, ask: Ask) -> Response:
        """A render of any kind."""
        return self._judged(str(ask), lambda: self.asking.render(ask, stands_on=NO_SERVER_ERROR))

    def get(self, path: str) -> Response:
        """A GET of a path as it is, with its query."""
        return self._judged(f"GET {path}", lambda: self.asking.request("GET", path, stands_on=NO_SERVER_ERROR))

    def post(self, content: bytes) -> Response:
        """A POST of a body that is said to be JSON."""
        return self._judged(f"POST of {content!r}", lambda: self.asking.post(content, stands_on=NO_SERVER_ERROR))

    def _judged(self, what: str, send: Callable[[], Response]) -> Response:
        response = send()
        if response.status >= FIRST_SERVER_ERROR:
            response = send()  # a service may be disturbed at times
        short = what if len(what) <= MOST_CHARACTERS else f"{what[:MOST_CHARACTERS]} …"
        because = f"{short} was not to be answered with a 5xx status, and was answered {response}"
        is_fine = response.status < FIRST_SERVER_ERROR
        self.asking.trial.expect(NO_SERVER_ERROR, is_fine, because, evidence=[response.evidence])
        if trouble_of(response) == NO_IMAGE:
            because = f"{short} was to be answered with an image, or an error without one, and was answered {response}"
            self.asking.trial.failed(NO_IMAGE, because, evidence=[response.evidence])
        return response
