"""Render requests with a good token that are to be refused, for whoever looks at what follows."""

import uuid
from collections.abc import Sequence

from contracts.checks.bannx.asks import Ask
from contracts.checks.bannx.calls import POST
from contracts.checks.bannx.space import Space
from contracts.client import Response

FIRST_ERROR = 400

MOST_REFUSED = 5
"""How many requests `refused` makes at the most."""


def refused(space: Space) -> Sequence[Response]:
    """The answers to renders of a page that nobody has and of one that is not published, and to a POST without one."""
    trial, asking = space.trial, space.asking
    absent = uuid.UUID(int=trial.random.getrandbits(128), version=4).hex[:21]
    pages = (absent, *(page.id for page in trial.unpublished[:1]))
    answers = [asking.render(Ask(page, post=post)) for page in pages for post in (False, True)]
    return [*answers, asking.send(POST, body={})]


def are_errors(answers: Sequence[Response]) -> bool:
    """Whether all of these are errors, by their status."""
    return all(answer.status >= FIRST_ERROR for answer in answers)
