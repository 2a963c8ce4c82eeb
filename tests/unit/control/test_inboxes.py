"""Inboxes hold what they promise whatever comes: the script, the order, the bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.clock import VirtualClock
from mockserver.control.inboxes import MOST_BYTES, MOST_INBOXES, MOST_REQUESTS, Arrival, Inboxes, Script
from mockserver.errors import Conflict, NotFound
from mockserver.webhooks.policy import SignaturePolicy
from mockserver.webhooks.signing import sign

STATUSES = st.integers(200, 599)
PLAIN = SignaturePolicy("X-Signature", "hmac-sha256", "hex", "{body}", "{digest}")
TIMED = SignaturePolicy("X-Timed", "hmac-sha256", "base64", "{timestamp}.{body}", "t={timestamp},v1={digest}")
EMPTY = Arrival("POST", {}, b"")


def opened(inboxes: Inboxes, script: Script, now_ms: int = 0) -> str:
    return inboxes.open("mine", clock=VirtualClock(now_ms), signatures=[PLAIN, TIMED], script=script).id


@given(st.lists(STATUSES, max_size=5), STATUSES, st.integers(0, 8))
def test_inbox_answers_by_script_then_by_default(answers: list[int], then: int, count: int) -> None:
    inboxes = Inboxes()
    inbox = opened(inboxes, Script(tuple(answers), then))
    given_statuses = [inboxes.receive(inbox, EMPTY) for _ in range(count)]
    assert given_statuses == [*answers, *[then] * count][:count]


@given(st.lists(st.integers(0, MOST_BYTES // 2), max_size=12))
def test_kept_requests_are_the_newest_that_fit(sizes: list[int]) -> None:
    inboxes = Inboxes()
    inbox = inboxes.of("mine", opened(inboxes, Script()))
    for size in sizes:
        inbox.take(Arrival("POST", {}, b"x" * size))
    kept = [len(it.arrival.body) for it in inbox.requests]
    assert kept == sizes[len(sizes) - len(kept) :]
    assert sum(kept) <= MOST_BYTES
    assert len(kept) == len(sizes) or sum(sizes[len(sizes) - len(kept) - 1 :]) > MOST_BYTES


def test_many_small_requests_are_bounded_by_their_number() -> None:
    inboxes = Inboxes()
    inbox = inboxes.of("mine", opened(inboxes, Script()))
    for _ in range(MOST_REQUESTS + 3):
        inbox.take(EMPTY)
    assert [it.number for it in inbox.requests] == list(range(4, MOST_REQUESTS + 4))


def test_headers_count_toward_the_bound() -> None:
    inboxes = Inboxes()
    inbox = inboxes.of("mine", opened(inboxes, Script()))
    for _ in range(3):
        inbox.take(Arrival("POST", {"x": "v" * (MOST_BYTES // 2)}, b""))
    assert len(inbox.requests) == 1


@given(st.text(min_size=1), st.text(min_size=1), st.binary(), st.integers(0, 10**12), st.sampled_from([PLAIN, TIMED]))
def test_signature_is_told_by_its_secret(
    secret: str, other: str, body: bytes, now_ms: int, policy: SignaturePolicy
) -> None:
    inboxes = Inboxes()
    inbox = inboxes.of("mine", opened(inboxes, Script(secrets={"other": other + "x", "own": secret}), now_ms))
    value = sign(policy, secret=secret, body=body, timestamp_seconds=now_ms // 1000)
    inbox.take(Arrival("POST", {policy.header.lower(): value}, body))
    assert inbox.requests[0].signed_with == ("other" if other + "x" == secret else "own")


@given(st.binary(), st.text(max_size=70))
def test_signature_of_nobody_is_told_as_such(body: bytes, value: str) -> None:
    inboxes = Inboxes()
    inbox = inboxes.of("mine", opened(inboxes, Script(secrets={"own": "secret"})))
    inbox.take(Arrival("POST", {"x-signature": value}, body))
    assert inbox.requests[0].signed_with is None


def test_ids_cannot_be_guessed_from_one_another() -> None:
    inboxes = Inboxes()
    ids = {opened(inboxes, Script()) for _ in range(MOST_INBOXES)}
    assert (len(ids), {len(it) for it in ids}) == (MOST_INBOXES, {24})


def test_inbox_beyond_the_bound_is_refused_until_a_removal() -> None:
    inboxes = Inboxes()
    for _ in range(MOST_INBOXES):
        opened(inboxes, Script())
    with pytest.raises(Conflict):
        opened(inboxes, Script())
    inboxes.remove("mine")
    assert inboxes.of("mine", opened(inboxes, Script())).count == 0


def test_removed_inbox_takes_nothing() -> None:
    inboxes = Inboxes()
    inbox = opened(inboxes, Script())
    inboxes.remove("mine")
    with pytest.raises(NotFound):
        inboxes.receive(inbox, EMPTY)
