"""LOG: whether a client learns the request id of its request."""

import re

from contracts.check import check
from contracts.checks.bannx.answers import is_image
from contracts.checks.bannx.asking import Asking
from contracts.checks.bannx.asks import Ask
from contracts.checks.bannx.space import Space
from contracts.client import Response
from contracts.target import RENDERS
from contracts.trial import Trial

TOLD = "BNX-LOG-012"

_NAMED = re.compile(r"(?:^|-)(?:request|req|correlation)-?id$", re.IGNORECASE)
"""Names of headers that hold request ids by custom."""

_IN_JSON = re.compile(r'"(?:request|req)_?id"\s*:', re.IGNORECASE)


@check(TOLD)
def a_request_id_may_be_told(trial: Trial) -> None:
    """Whether an answer holds the id that the request has in the log, or at least something that is named like one."""
    asking = Asking(trial)
    answers = [asking.rendered(Ask(asking.page.id, post=post)).answer for post in (False, True)]
    identifiers = _logged(trial) if trial.offer.has(RENDERS) else None
    for answer in answers:
        name = _by_value(answer, identifiers) if identifiers is not None else _by_name(answer)
        if name is not None:
            trial.saw(TOLD, "b", f"it is in {name}", evidence=[answer.evidence])
            return
    words = (
        "no answer holds an id of the log" if identifiers is not None else "nothing in the answers is named like one"
    )
    trial.saw(TOLD, "a", words, evidence=[answer.evidence for answer in answers])


def _logged(trial: Trial) -> set[str]:
    """The ids of the log, with those of the renders before."""
    space = Space(trial)
    space.rest()
    return {entry.request_id for entry in space.look().entries}


def _by_value(answer: Response, identifiers: set[str]) -> str | None:
    named = next((f"the header {name}" for name, value in answer.headers.items() if value in identifiers), None)
    if named is not None or is_image(answer):
        return named
    text = answer.body.decode("utf-8", "replace")
    return next(("its JSON" for identifier in identifiers if f'"{identifier}"' in text), None)


def _by_name(answer: Response) -> str | None:
    named = next((f"the header {name}" for name in answer.headers if _NAMED.search(name)), None)
    if named is not None or is_image(answer):
        return named
    return "its JSON" if _IN_JSON.search(answer.body.decode("utf-8", "replace")) else None
