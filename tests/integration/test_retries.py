"""When a delivery is attempted again, to the second, on the virtual clock."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Account, Hook, Receiver

WHOLE_SCHEDULE = [0, 5, 305, 2105, 9305, 27305, 63305, 99305]
"""Seconds after the first attempt, where every failure is instant."""


def failing(account: "Account", hook: "Hook") -> None:
    """Let one delivery begin that the hook refuses, with a count of failures that cannot disable the account."""
    hook.look = account.elapsed
    account.elapsed()
    account.submit_failing(webhook_url=hook.url)
    account.settle()


@pytest.mark.requirement(
    *("RIO-RTY-008", "RIO-RTY-009", "RIO-RTY-010", "RIO-RTY-011", "RIO-RTY-012", "RIO-RTY-013", "RIO-RTY-014"),
    *("RIO-RTY-015", "RIO-RTY-016", "RIO-RTY-017", "RIO-RTY-018", "RIO-RTY-019", "RIO-WHK-016"),
)
def test_attempts_are_made_by_the_schedule_and_then_no_more(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook(then=500)
    failing(account, hook)
    account.advance(1_000_000)
    assert [arrival.seen for arrival in hook.arrivals] == WHOLE_SCHEDULE


@pytest.mark.requirement("RIO-RTY-008", "RIO-RTY-009", "RIO-RTY-019")
def test_account_deliveries_follow_the_schedule(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook(then=500)
    hook.look = account.elapsed
    account.elapsed()
    account.configure(hook.url)
    account.submit_failing()
    account.advance(1_000_000)
    assert [arrival.seen for arrival in hook.arrivals] == WHOLE_SCHEDULE


@pytest.mark.requirement(
    *("RIO-RTY-012", "RIO-RTY-013", "RIO-RTY-014", "RIO-RTY-015", "RIO-RTY-016", "RIO-RTY-017", "RIO-RTY-018")
)
@pytest.mark.parametrize("attempt", range(2, 9))
def test_attempt_is_not_made_a_millisecond_early(account: "Account", receiver: "Receiver", attempt: int) -> None:
    hook = receiver.hook(then=500)
    failing(account, hook)
    account.advance(WHOLE_SCHEDULE[attempt - 1] - 0.001)
    assert hook.count == attempt - 1


@pytest.mark.requirement(
    *("RIO-RTY-012", "RIO-RTY-013", "RIO-RTY-014", "RIO-RTY-015", "RIO-RTY-016", "RIO-RTY-017", "RIO-RTY-018")
)
@pytest.mark.parametrize("attempt", range(2, 9))
def test_attempt_is_made_when_it_is_due(account: "Account", receiver: "Receiver", attempt: int) -> None:
    hook = receiver.hook(then=500)
    failing(account, hook)
    account.advance(WHOLE_SCHEDULE[attempt - 1])
    assert hook.count == attempt


def test_splitting_an_advance_changes_nothing(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook(then=500)
    failing(account, hook)
    for span in (1, 3.999, 0.001, 0, 300, 1234.5, 50_000, 0.25, 47_765.25, 100_000):
        account.advance(span)
    assert [arrival.seen for arrival in hook.arrivals] == WHOLE_SCHEDULE


@pytest.mark.requirement("RIO-RTY-001", "RIO-RTY-002")
@pytest.mark.parametrize("status", [200, 201, 202, 204, 206, 226, 299])
def test_every_2xx_delivers(account: "Account", receiver: "Receiver", status: int) -> None:
    hook = receiver.hook(status, then=500)
    failing(account, hook)
    account.advance(1_000_000)
    assert (hook.count, account.deliveries()[0]["state"]) == (1, "delivered")


@pytest.mark.requirement("RIO-RTY-003", "RIO-RTY-007")
@pytest.mark.parametrize(
    "status",
    [300, 301, 302, 303, 304, 307, 308, 400, 401, 404, 405, 408, 409, 410, 413, 422, 429, 499, 500, 501, 502, 503, 599],
)
def test_every_other_status_is_tried_again(account: "Account", receiver: "Receiver", status: int) -> None:
    hook = receiver.hook(status)
    failing(account, hook)
    account.advance(5)
    assert hook.count == 2


@pytest.mark.requirement("RIO-RTY-007")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_not_followed(account: "Account", receiver: "Receiver", status: int) -> None:
    target = receiver.hook()
    hook = receiver.hook(receiver.redirect(target.url, status))
    failing(account, hook)
    assert (target.count, account.deliveries()[0]["attempts"][0]["status"]) == (0, status)


@pytest.mark.requirement("RIO-RTY-006")
def test_dropped_connection_is_tried_again(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook(receiver.drop())
    failing(account, hook)
    account.advance(5)
    assert [arrival.seen for arrival in hook.arrivals] == [0, 5]


@pytest.mark.requirement("RIO-RTY-006")
@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1/hook", "http://no-such-host.invalid/", "https://127.0.0.1:1/", "http://127.0.0.1:99999/"],
)
def test_receiver_that_cannot_be_reached_is_tried_again(account: "Account", url: str) -> None:
    account.configure(url)
    account.submit_failing()
    account.advance(5)
    attempts = account.deliveries()[0]["attempts"]
    assert [(attempt["status"], bool(attempt["error"])) for attempt in attempts] == [(None, True), (None, True)]


@pytest.mark.requirement("RIO-RTY-006")
def test_impossible_port_is_tried_again_on_any_event_loop(strict_app: "Account") -> None:
    strict_app.configure("http://127.0.0.1:99999/")
    strict_app.submit_failing()
    strict_app.advance(5)
    assert len(strict_app.deliveries()[0]["attempts"]) == 2


@pytest.mark.requirement("RIO-RTY-006")
def test_answer_in_another_protocol_is_tried_again(account: "Account", receiver: "Receiver") -> None:
    account.configure(receiver.url.replace("http:", "https:"))
    account.submit_failing()
    account.advance(5)
    assert len(account.deliveries()[0]["attempts"]) == 2


@pytest.mark.requirement("RIO-RTY-005")
def test_silent_receiver_has_not_failed_before_15_seconds(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook(receiver.hang())
    account.configure(hook.url)
    account.submit_failing()
    account.advance(14.9)
    assert (account.config()["consecutive_failures"], account.deliveries()[0]["attempts"]) == (0, [])


@pytest.mark.requirement("RIO-RTY-004")
def test_silent_receiver_has_failed_after_15_seconds(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook(receiver.hang())
    account.configure(hook.url)
    account.submit_failing()
    account.advance(15.1)
    assert (account.config()["consecutive_failures"], hook.count) == (1, 1)


@pytest.mark.requirement("RIO-RTY-004", "RIO-RTY-009")
def test_retry_counts_from_the_timeout(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook(receiver.hang())
    failing(account, hook)
    account.advance(60)
    assert [arrival.seen for arrival in hook.arrivals] == [0, 20]


@pytest.mark.requirement("RIO-RTY-005", "RIO-RTY-001")
def test_answer_shortly_before_the_timeout_delivers(account: "Account", receiver: "Receiver") -> None:
    hang = receiver.hang()
    hook = receiver.hook(hang, then=500)
    failing(account, hook)
    account.advance(14.9)
    hang.released.set()
    account.answered()
    account.advance(1_000_000)
    assert (hook.count, account.deliveries()[0]["state"]) == (1, "delivered")


@pytest.mark.requirement("RIO-RTY-009")
def test_retry_counts_from_a_late_failure(account: "Account", receiver: "Receiver") -> None:
    hang = receiver.hang(500)
    hook = receiver.hook(hang)
    failing(account, hook)
    account.advance(10)
    hang.released.set()
    account.answered()
    account.advance(1000)
    assert [arrival.seen for arrival in hook.arrivals] == [0, 15]


@pytest.mark.requirement("RIO-RTY-001")
def test_status_decides_before_the_body_has_come(account: "Account", receiver: "Receiver") -> None:
    account.submit_failing(webhook_url=receiver.hook(receiver.stall()).url)
    account.settle()
    assert account.deliveries()[0]["state"] == "delivered"


@pytest.mark.requirement("RIO-RTY-004")
def test_answer_after_the_timeout_changes_nothing(account: "Account", receiver: "Receiver") -> None:
    hang = receiver.hang()
    hook = receiver.hook(hang)
    failing(account, hook)
    account.advance(16)
    hang.released.set()
    account.advance(1000)
    assert hook.count == 2


def test_silent_receiver_does_not_hold_up_other_deliveries(account: "Account", receiver: "Receiver") -> None:
    silent, other = receiver.hook(receiver.hang()), receiver.hook()
    account.submit_failing(webhook_url=silent.url)
    silent.next()
    account.submit_failing(webhook_url=other.url)
    account.settle()
    assert other.count == 1


@pytest.mark.requirement("RIO-RTY-020")
def test_pending_retry_uses_the_new_url_and_secret(account: "Account", receiver: "Receiver") -> None:
    first, second = receiver.hook(then=500), receiver.hook()
    account.configure(first.url)
    account.submit_failing()
    account.settle()
    account.configure(second.url, "new")
    account.advance(5)
    assert (first.count, second.count, bool(second.next().header("X-Webhook-Signature"))) == (1, 1, True)


@pytest.mark.requirement("RIO-RTY-020")
def test_put_does_not_hurry_a_pending_retry(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook(500, 500)
    account.configure(hook.url)
    account.submit_failing()
    account.advance(5)
    account.configure(hook.url)
    account.advance(299.999)
    before = hook.count
    account.advance(0.001)
    assert (before, hook.count) == (2, 3)


@pytest.mark.requirement("RIO-RTY-021")
def test_delete_drops_a_pending_retry(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook(then=500)
    account.configure(hook.url)
    account.submit_failing()
    account.settle()
    account.unconfigure()
    account.configure(hook.url)
    account.advance(1_000_000)
    assert (hook.count, account.deliveries()[0]["state"]) == (1, "dropped")


def test_delete_does_not_drop_deliveries_to_own_urls(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook(500)
    account.configure("http://127.0.0.1:1/")
    failing(account, hook)
    account.unconfigure()
    account.advance(5)
    assert hook.count == 2


def test_deliveries_interleave_in_order_of_time(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook(then=500)
    failing(account, hook)
    account.advance(2)
    account.submit_failing(webhook_url=hook.url)
    account.advance(400)
    assert [arrival.seen for arrival in hook.arrivals] == [0, 2, 5, 7, 305, 307]
