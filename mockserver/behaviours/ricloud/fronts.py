"""Behaviours that concern requests which have no workspace: how they are let in, or refused, and by which methods."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from mockserver.behaviours.implementations import FrontChange
from mockserver.behaviours.ricloud.answers import LIST, NOT_FOUND, RETRIEVE, TEST, UPDATE, failure
from mockserver.http.binding import Front, Incoming, OtherMethod
from mockserver.http.problems import Problem

AUTHORIZATION = "authorization"
WELL_FORMED = re.compile(r"token \s*[\x21-\x7e]+\s*", re.IGNORECASE)
UNAUTHORIZED, FORBIDDEN = 401, 403


def _is_missing(incoming: Incoming) -> bool:
    return AUTHORIZATION not in incoming.headers


def _is_malformed(incoming: Incoming) -> bool:
    given = incoming.headers.get(AUTHORIZATION)
    return given is not None and WELL_FORMED.fullmatch(given) is None


def _accepted(is_meant: Callable[[Incoming], bool]) -> FrontChange:
    """Let requests in by a token that is made from what they have."""

    def change(front: Front) -> Front:
        async def answer(incoming: Incoming) -> Problem:
            if is_meant(incoming):
                token = hashlib.sha256(incoming.headers.get(AUTHORIZATION, "").encode()).hexdigest()
                incoming = replace(incoming, headers={**incoming.headers, AUTHORIZATION: f"Token {token}"})
            return await front(incoming)

        return answer

    return change


def _forbidden(is_meant: Callable[[Incoming], bool]) -> FrontChange:
    """Refuse with 403 what is to be refused with 401."""

    def change(front: Front) -> Front:
        async def answer(incoming: Incoming) -> Problem:
            usual = await front(incoming)
            is_changed = usual.status == UNAUTHORIZED and is_meant(incoming)
            return failure(FORBIDDEN, "unauthorized", "Missing or invalid token.") if is_changed else usual

        return answer

    return change


def _exact_word(front: Front) -> Front:
    async def answer(incoming: Incoming) -> Problem:
        if not incoming.headers.get(AUTHORIZATION, "Token").startswith("Token"):
            others = {name: value for name, value in incoming.headers.items() if name != AUTHORIZATION}
            incoming = replace(incoming, headers=others)
        return await front(incoming)

    return answer


def _in_another_form(front: Front) -> Front:
    async def answer(incoming: Incoming) -> Problem:
        usual = await front(incoming)
        return replace(usual, body=b'"Missing or invalid token."') if usual.status == UNAUTHORIZED else usual

    return answer


# Methods that the document does not have.

UNKNOWN_METHODS: Sequence[OtherMethod] = (
    *((operation, "PUT") for operation in (LIST, RETRIEVE, TEST)),
    *((operation, "PATCH") for operation in (LIST, RETRIEVE, TEST)),
    *((operation, "DELETE") for operation in (LIST, TEST)),
)


def _unknown_methods_refused(front: Front) -> Front:
    async def answer(incoming: Incoming) -> Problem:
        if (incoming.operation.id, incoming.request.method) in UNKNOWN_METHODS:
            return failure(NOT_FOUND, "not-found", "There is nothing at this path.")
        return await front(incoming)

    return answer


OPENING = frozenset({"missing-token-is-accepted", "malformed-authorization-is-accepted"})
"""Those that let requests in by tokens that nobody has given to the server."""

FRONTS: Mapping[str, FrontChange] = {
    "missing-token-is-accepted": _accepted(_is_missing),
    "missing-token-is-403": _forbidden(_is_missing),
    "malformed-authorization-is-accepted": _accepted(_is_malformed),
    "malformed-authorization-is-403": _forbidden(_is_malformed),
    "token-word-must-be-exact": _exact_word,
    "unauthorized-in-another-form": _in_another_form,
    "unknown-method-is-404": _unknown_methods_refused,
}

OTHER_METHODS: Mapping[str, Sequence[OtherMethod]] = {
    "unknown-method-is-404": UNKNOWN_METHODS,
    "put-updates-a-config": [(UPDATE, "PUT")],
    "get-tests-a-config": [(TEST, "GET")],
}
