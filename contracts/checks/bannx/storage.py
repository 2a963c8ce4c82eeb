"""Where files of the log lie: fetched as whoever has the URL would."""

import time
from urllib.parse import urljoin

from contracts.checks.bannx.space import SETTLED_SECONDS, Space
from contracts.client import Response
from contracts.errors import NoAnswerError

MOST_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})


def stored(space: Space, url: str) -> Response | None:
    """The answer to a GET of a file's URL; None where nothing answers there.

    A storage may send on to another place, and may take a moment until it has what was put into it.
    """
    deadline = time.monotonic() + SETTLED_SECONDS
    while True:
        try:
            answer = _fetched(space, url)
        except NoAnswerError as trouble:
            space.trial.note(str(trouble))
            return None
        if answer.is_success or time.monotonic() > deadline:
            return answer
        time.sleep(space.trial.poll_seconds)


def _fetched(space: Space, url: str) -> Response:
    for _ in range(MOST_REDIRECTS):
        answer = space.asking.fetch(url)
        place = answer.headers.get("Location")
        if answer.status not in REDIRECTS or not place:
            break
        url = urljoin(url, place)
    return answer
