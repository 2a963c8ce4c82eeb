"""Behaviours that concern requests which have no workspace: how they are let in, or refused."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from mockserver.behaviours.implementations import FrontChange
from mockserver.behaviours.renderio.answers import failure
from mockserver.errors import Invalid
from mockserver.http import problems
from mockserver.http.binding import Front, Incoming, read_body

KEY_HEADER = "x-api-key"
KEY_PREFIX = "ffsk_"
KEY = re.compile(rf"{KEY_PREFIX}\S+")
UNAUTHORIZED = 401


def _has_no_key(incoming: Incoming) -> bool:
    return KEY_HEADER not in incoming.headers


def _has_a_wrong_key(incoming: Incoming) -> bool:
    given = incoming.headers.get(KEY_HEADER)
    return given is not None and KEY.fullmatch(given) is None


def _accepted(is_meant: Callable[[Incoming], bool]) -> FrontChange:
    """Let requests in by a key that is made from what they have."""

    def change(front: Front) -> Front:
        async def answer(incoming: Incoming) -> problems.Problem:
            if is_meant(incoming):
                given = incoming.headers.get(KEY_HEADER, "")
                key = KEY_PREFIX + hashlib.sha256(given.encode()).hexdigest()
                incoming = replace(incoming, headers={**incoming.headers, KEY_HEADER: key})
            return await front(incoming)

        return answer

    return change


def _forbidden(is_meant: Callable[[Incoming], bool]) -> FrontChange:
    """Refuse with 403 what is to be refused with 401."""

    def change(front: Front) -> Front:
        async def answer(incoming: Incoming) -> problems.Problem:
            usual = await front(incoming)
            if usual.status == UNAUTHORIZED and is_meant(incoming):
                return failure(403, "FORBIDDEN", "Missing or invalid API key.")
            return usual

        return answer

    return change


def _body_first(front: Front) -> Front:
    async def answer(incoming: Incoming) -> problems.Problem:
        usual = await front(incoming)
        if usual.status != UNAUTHORIZED or incoming.operation.body is None:
            return usual
        try:
            await read_body(incoming, any_content_type=False)
        except Invalid as error:
            return problems.problem(error)
        return usual

    return answer


OPENING = frozenset({"missing-key-is-accepted", "invalid-key-is-accepted"})
"""Those that let requests in by keys that nobody has given to the server."""

FRONTS: Mapping[str, FrontChange] = {
    "missing-key-is-accepted": _accepted(_has_no_key),
    "missing-key-is-403": _forbidden(_has_no_key),
    "invalid-key-is-accepted": _accepted(_has_a_wrong_key),
    "invalid-key-is-403": _forbidden(_has_a_wrong_key),
    "body-is-judged-before-the-key": _body_first,
}
