"""Behaviours that concern requests which have no space: how they are let in, or refused, and at which paths."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from mockserver.bannx.front import TOKEN
from mockserver.bannx.problems import shape
from mockserver.behaviours.bannx.answers import FORBIDDEN, GET, NOT_FOUND, POST
from mockserver.behaviours.bannx.queries import pairs_of
from mockserver.behaviours.implementations import FrontChange
from mockserver.behaviours.requests import with_query
from mockserver.documents import Method, load
from mockserver.errors import MethodNotAllowed, Unreadable
from mockserver.http.binding import Front, Incoming, OtherMethod
from mockserver.http.problems import Problem, url_of

AUTHORIZATION = "authorization"
BEARER = re.compile(r"bearer +\S+ *", re.IGNORECASE)
BARE = re.compile(r"[^\s]+")
BAD_REQUEST, UNAUTHORIZED, FIRST_ERROR = 400, 401, 400

INDEX = "index"
"""What newer pages have in the place of a page's id."""

Meant = Callable[[Incoming], bool]


def _failure(incoming: Incoming, status: int, message: str) -> Problem:
    return shape(Unreadable(message, status=status), url_of(incoming.request))


def _has_none(incoming: Incoming) -> bool:
    return AUTHORIZATION not in incoming.headers


def _is_post(incoming: Incoming) -> bool:
    return incoming.operation.id == POST


def _has_token_in_query(incoming: Incoming) -> bool:
    return any(name == TOKEN for name, _ in pairs_of(incoming))


def _is_anonymous(incoming: Incoming) -> bool:
    return _has_none(incoming) and not _has_token_in_query(incoming)


def _is_other_to_post(incoming: Incoming) -> bool:
    given = incoming.headers.get(AUTHORIZATION)
    return _is_post(incoming) and given is not None and BEARER.fullmatch(given) is None


def _is_bare_to_post(incoming: Incoming) -> bool:
    return _is_other_to_post(incoming) and BARE.fullmatch(incoming.headers[AUTHORIZATION].strip()) is not None


def _with_token(incoming: Incoming, token: str) -> Incoming:
    return replace(incoming, headers={**incoming.headers, AUTHORIZATION: f"Bearer {token}"})


def _with_made_up_token(incoming: Incoming) -> Incoming:
    return _with_token(incoming, hashlib.sha256(incoming.headers.get(AUTHORIZATION, "").encode()).hexdigest())


def _accepted(is_meant: Meant) -> FrontChange:
    """Let requests in by a token that is made from what they have."""

    def change(front: Front) -> Front:
        async def answer(incoming: Incoming) -> Problem:
            return await front(_with_made_up_token(incoming) if is_meant(incoming) else incoming)

        return answer

    return change


def _refused_with(status: int, is_meant: Meant) -> FrontChange:
    """Refuse with another status what is to be refused with 400 or 401 for its credential."""

    def change(front: Front) -> Front:
        async def answer(incoming: Incoming) -> Problem:
            usual = await front(incoming)
            if not is_meant(incoming) or usual.status not in {BAD_REQUEST, UNAUTHORIZED}:
                return usual
            return _failure(incoming, status, "Missing or invalid token.")

        return answer

    return change


# Tokens in the query.


def _query_token_accepted(front: Front) -> Front:
    async def answer(incoming: Incoming) -> Problem:
        token = next((value for name, value in pairs_of(incoming) if name == TOKEN), None)
        if token is None or not _has_none(incoming):
            return await front(incoming)
        return await front(_with_token(await _without_query_token(incoming), token))

    return answer


def _query_token_ignored(front: Front) -> Front:
    async def answer(incoming: Incoming) -> Problem:
        return await front(incoming if _has_none(incoming) else await _without_query_token(incoming))

    return answer


async def _without_query_token(incoming: Incoming) -> Incoming:
    if not _has_token_in_query(incoming):
        return incoming
    return await with_query(incoming, [(name, value) for name, value in pairs_of(incoming) if name != TOKEN])


# The word, and what comes first.


def _exact_word(front: Front) -> Front:
    async def answer(incoming: Incoming) -> Problem:
        if not incoming.headers.get(AUTHORIZATION, "Bearer").startswith("Bearer"):
            others = {name: value for name, value in incoming.headers.items() if name != AUTHORIZATION}
            incoming = replace(incoming, headers=others)
        return await front(incoming)

    return answer


def _token_last(front: Front) -> Front:
    """Answer a request without a token by what else is wrong with it, where something is."""

    async def answer(incoming: Incoming) -> Problem:
        if not _is_anonymous(incoming):
            return await front(incoming)
        tried = await front(_with_made_up_token(incoming))
        return tried if tried.status >= FIRST_ERROR else await front(incoming)

    return answer


# Paths and methods that the document does not have.

OF_A_PAGE: Sequence[Method] = ("POST", "PUT", "PATCH", "DELETE")
OF_ALL: Sequence[Method] = ("GET", "PUT", "PATCH", "DELETE")

UNKNOWN_METHODS: Sequence[OtherMethod] = (
    *((GET, method) for method in OF_A_PAGE),
    *((POST, method) for method in OF_ALL),
)


def _unknown_methods_not_found(front: Front) -> Front:
    async def answer(incoming: Incoming) -> Problem:
        if (incoming.operation.id, incoming.request.method) in UNKNOWN_METHODS:
            return _failure(incoming, NOT_FOUND, "There is nothing at this path.")
        return await front(incoming)

    return answer


def _index_is_the_same(front: Front) -> Front:
    """Have a POST to the path that ends in `index` answered like one to the path before it."""
    post = load("bannx").operations[POST]

    async def answer(incoming: Incoming) -> Problem:
        if incoming.operation.id != GET or incoming.request.method != "POST":
            return await front(incoming)
        if incoming.request.path_params["pageId"] != INDEX:
            raise MethodNotAllowed("This path does not know this method.")
        return await front(replace(incoming, operation=post))

    return answer


OPENING = frozenset(
    {
        "anonymous-post-is-rendered",
        "anonymous-get-is-rendered",
        "other-authorization-to-post-is-rendered",
        "bare-token-to-post-is-rendered",
        "other-faults-come-before-the-token",
    }
)
"""Those that let requests in by tokens that nobody has given to the server."""

FRONTS: Mapping[str, FrontChange] = {
    "anonymous-post-is-rendered": _accepted(lambda it: _is_anonymous(it) and _is_post(it)),
    "anonymous-get-is-rendered": _accepted(lambda it: _is_anonymous(it) and not _is_post(it)),
    "anonymous-render-is-403": _refused_with(FORBIDDEN, _is_anonymous),
    "other-authorization-to-post-is-rendered": _accepted(_is_other_to_post),
    "bare-token-to-post-is-rendered": _accepted(_is_bare_to_post),
    "other-authorization-to-post-is-400": _refused_with(BAD_REQUEST, _is_other_to_post),
    "token-in-the-query-is-accepted": _query_token_accepted,
    "token-in-the-query-is-401": _refused_with(UNAUTHORIZED, lambda it: _has_none(it) and _has_token_in_query(it)),
    "token-in-the-query-is-ignored-beside-a-good-one": _query_token_ignored,
    "word-bearer-must-be-exact": _exact_word,
    "other-faults-come-before-the-token": _token_last,
    "unknown-method-of-a-render-is-404": _unknown_methods_not_found,
    "index-is-a-path-of-its-own": _index_is_the_same,
}

OTHER_METHODS: Mapping[str, Sequence[OtherMethod]] = {
    "unknown-method-of-a-render-is-404": UNKNOWN_METHODS,
    "index-is-a-path-of-its-own": [(GET, "POST")],
}
