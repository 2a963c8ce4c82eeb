"""Credentials are read in the document's form, and a window lets no more through than it holds."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.documents import CredentialHeader, Document
from mockserver.errors import RateLimited, Unauthorized
from mockserver.http.access import Doorkeeper, RateLimit, Turnstile, admit_to_any

KEY = "ffsk_" + "0a" * 32


def keeper(document: Document, *only: str) -> Doorkeeper:
    return Doorkeeper("renderio", document.credentials["ApiKey"], frozenset(only) or None)


def test_doorkeeper_takes_any_key_of_the_right_form(renderio: Document) -> None:
    assert keeper(renderio).admit({"x-api-key": KEY}) == KEY


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-api-key": ""},
        {"x-api-key": "ffsk_"},
        {"x-api-key": "sk_0a0a"},
        {"x-api-key": f"{KEY} {KEY}"},
        {"x-api-key": f"Bearer {KEY}"},
        {"x-api-key": f"{KEY}\n"},
        {"authorization": f"Bearer {KEY}"},
    ],
    ids=repr,
)
def test_doorkeeper_refuses_other_requests(renderio: Document, headers: dict[str, str]) -> None:
    with pytest.raises(Unauthorized):
        keeper(renderio).admit(headers)


def test_doorkeeper_takes_a_listed_key(renderio: Document) -> None:
    assert keeper(renderio, KEY, "ffsk_other").admit({"x-api-key": "ffsk_other"}) == "ffsk_other"


@pytest.mark.parametrize("key", ["ffsk_other", KEY.upper(), KEY[:-1], KEY + "0"])
def test_doorkeeper_refuses_an_unlisted_key(renderio: Document, key: str) -> None:
    with pytest.raises(Unauthorized):
        keeper(renderio, KEY).admit({"x-api-key": key})


TOKENS = Doorkeeper("tokens", CredentialHeader("authorization", "Token", re.compile(r"\S+")))


def test_admit_to_any_finds_the_api_that_knows_the_credential(renderio: Document) -> None:
    assert admit_to_any([keeper(renderio), TOKENS], {"authorization": "Token abc"}) == ("tokens", "abc")


def test_admit_to_any_asks_in_order(renderio: Document) -> None:
    headers = {"authorization": "Token abc", "x-api-key": KEY}
    assert admit_to_any([keeper(renderio), TOKENS], headers) == ("renderio", KEY)


OTHER_TOKENS = Doorkeeper("others", CredentialHeader("authorization", "Token", re.compile(r"o_\S+")))
BEARERS = Doorkeeper("bearers", CredentialHeader("authorization", "Bearer", re.compile(r"\S+")))


@pytest.mark.parametrize(
    ("headers", "api"),
    [
        ({"x-api-key": KEY}, "renderio"),
        ({"authorization": "token abc"}, "tokens"),
        ({"authorization": "Token o_abc"}, "others"),
        ({"authorization": f"Bearer {KEY}"}, "bearers"),
    ],
)
def test_admit_to_any_goes_by_header_and_scheme(renderio: Document, headers: dict[str, str], api: str) -> None:
    assert admit_to_any([keeper(renderio), OTHER_TOKENS, TOKENS, BEARERS], headers)[0] == api


@pytest.mark.parametrize("key", ["abc", "", "ffsk_"])
def test_admit_to_any_looks_nowhere_else_for_what_is_refused_at_its_place(renderio: Document, key: str) -> None:
    with pytest.raises(Unauthorized):
        admit_to_any([keeper(renderio), TOKENS], {"x-api-key": key, "authorization": "Token abc"})


def test_admit_to_any_refuses_what_no_api_knows(renderio: Document) -> None:
    with pytest.raises(Unauthorized):
        admit_to_any([keeper(renderio), TOKENS], {"x-api-key": "abc"})


@dataclass
class Watch:
    """A clock that a test moves."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Passage:
    """A turnstile and who got through it when."""

    turnstile: Turnstile
    watch: Watch
    passed: list[float] = field(default_factory=list)

    def knock(self, credential: str = "a") -> int | None:
        """None when let in, else after how many seconds to come back."""
        try:
            self.turnstile.pass_through(credential)
        except RateLimited as refused:
            return refused.retry_after_seconds
        self.passed.append(self.watch.now)
        return None


def passage(requests: int, seconds: float, *, now: float = 0.0) -> Passage:
    watch = Watch(now)
    return Passage(Turnstile(RateLimit(requests, seconds), watch), watch)


# Multiples of 1/64 s: sums of these are exact, so that a last binary digit is no reason to fail.
spans = st.integers(1, 64 * 100).map(lambda it: it / 64)
limits = st.tuples(st.integers(1, 5), spans)
waits = st.lists(st.just(0.0) | spans, max_size=40)
beginnings = st.integers(0, 10**9).map(lambda it: it / 64)


@given(limit=limits, now=beginnings, waits=waits)
def test_turnstile_never_lets_more_into_a_window(limit: tuple[int, float], now: float, waits: list[float]) -> None:
    requests, seconds = limit
    made = passage(requests, seconds, now=now)
    for wait in waits:
        made.watch.now += wait
        made.knock()
    assert all(len(window) <= requests for window in windows(made.passed, seconds))


@given(limit=limits, now=beginnings, waits=waits)
def test_turnstile_lets_in_whoever_waits_as_told(limit: tuple[int, float], now: float, waits: list[float]) -> None:
    made = passage(*limit, now=now)
    for wait in waits:
        made.watch.now += wait
        told = made.knock()
        if told is not None:
            made.watch.now += told
            assert made.knock() is None


@given(limit=limits, now=beginnings, waits=waits)
def test_turnstile_never_tells_to_wait_longer_than_a_window(
    limit: tuple[int, float], now: float, waits: list[float]
) -> None:
    made = passage(*limit, now=now)
    for wait in waits:
        made.watch.now += wait
        assert 1 <= (made.knock() or 1) <= math.ceil(limit[1]) + 1


def test_turnstile_lets_in_as_many_as_the_window_holds() -> None:
    made = passage(3, 10.0)
    assert [made.knock() is None for _ in range(5)] == [True, True, True, False, False]


def test_turnstile_counts_each_credential_by_itself() -> None:
    made = passage(1, 10.0)
    assert [made.knock("a"), made.knock("b")] == [None, None]


def test_turnstile_counts_the_same_credential_by_api() -> None:
    turnstile = Turnstile(RateLimit(1, 10.0), Watch())
    turnstile.pass_through(("renderio", "a"))
    turnstile.pass_through(("tokens", "a"))
    with pytest.raises(RateLimited):
        turnstile.pass_through(("tokens", "a"))


def test_turnstile_tells_the_rest_of_the_window() -> None:
    made = passage(1, 10.0)
    made.knock()
    made.watch.now = 3.5
    assert made.knock() == 7


def test_turnstile_does_not_count_who_was_refused() -> None:
    made = passage(1, 10.0)
    made.knock()
    for _ in range(5):
        made.watch.now += 1.9
        made.knock()
    made.watch.now = 10.0
    assert made.knock() is None


def windows(moments: Iterable[float], seconds: float) -> list[list[float]]:
    """The moments by fixed windows: each begins with the first moment that lies beyond the one before."""
    found: list[list[float]] = []
    for moment in moments:
        if found and moment - found[-1][0] < seconds:
            found[-1].append(moment)
        else:
            found.append([moment])
    return found
