"""The count of failures in a row, and the webhook that is switched off by it."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Account, Hook, Receiver


def disabled(account: "Account", hook: "Hook") -> None:
    """Let one message fail eight times, which disables the webhook."""
    account.configure(hook.url)
    account.submit_failing()
    account.advance(99_305)
    assert account.config()["is_active"] is False


@pytest.mark.requirement("RIO-DIS-001")
def test_count_grows_by_one_with_each_failure(account: "Account", receiver: "Receiver") -> None:
    account.configure(receiver.hook(then=500).url)
    account.submit_failing()
    counts = []
    for span in (0, 5, 300, 1800):
        account.advance(span)
        counts.append(account.config()["consecutive_failures"])
    assert counts == [1, 2, 3, 4]


@pytest.mark.requirement("RIO-DIS-001")
def test_failures_of_several_commands_add_up(account: "Account", receiver: "Receiver") -> None:
    account.configure(receiver.hook(then=500).url)
    account.fail_deliveries(3)
    assert account.config()["consecutive_failures"] == 3


@pytest.mark.requirement("RIO-DIS-002", "RIO-CFG-012")
def test_success_resets_the_count(account: "Account", receiver: "Receiver") -> None:
    account.configure(receiver.hook(500, 500, 200).url)
    account.submit_failing()
    account.advance(305)
    assert (account.config()["consecutive_failures"], account.config()["is_active"]) == (0, True)


@pytest.mark.requirement("RIO-DIS-002", "RIO-DIS-004")
def test_failures_that_are_not_in_a_row_do_not_disable(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook(*[500] * 7, 200, *[500] * 7, 200)
    account.configure(hook.url)
    account.fail_deliveries(16)
    assert (hook.count, account.config()["is_active"]) == (16, True)


@pytest.mark.requirement("RIO-DIS-004", "RIO-DIS-007")
def test_seven_failures_do_not_disable(account: "Account", receiver: "Receiver") -> None:
    account.configure(receiver.hook(then=500).url)
    account.submit_failing()
    account.advance(99_304.999)
    config = account.config()
    assert (config["is_active"], config["consecutive_failures"], config["disabled_at"]) == (True, 7, None)


@pytest.mark.requirement("RIO-DIS-003", "RIO-DIS-005")
def test_eighth_failure_disables(account: "Account", receiver: "Receiver") -> None:
    account.configure(receiver.hook(then=500).url)
    account.submit_failing()
    account.advance(99_305)
    assert (account.config()["is_active"], account.config()["consecutive_failures"]) == (False, 8)


@pytest.mark.requirement("RIO-DIS-006")
def test_disabled_at_is_the_moment_of_the_eighth_failure(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook(then=500)
    hook.look = account.now
    disabled(account, hook)
    account.advance(1234)
    assert account.config()["disabled_at"] == hook.arrivals[-1].seen


@pytest.mark.requirement("RIO-DIS-006")
def test_disabled_at_is_the_moment_of_a_timeout(account: "Account", receiver: "Receiver") -> None:
    account.configure(receiver.hook(*[500] * 7, receiver.hang()).url)
    account.submit_failing()
    expected = account.moment_ms() + (99_305 + 15) * 1000
    account.advance(100_000)
    assert account.milliseconds(account.config()["disabled_at"]) == expected


@pytest.mark.requirement("RIO-DIS-008", "RIO-CFG-016")
def test_nothing_is_sent_while_disabled(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook(then=500)
    disabled(account, hook)
    account.submit_failing()
    account.submit()
    account.advance(1_000_000)
    assert hook.count == 8


@pytest.mark.requirement("RIO-DIS-003", "RIO-DIS-008", "RIO-DIS-009")
def test_many_commands_failing_at_once_disable_at_the_eighth_failure(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook(then=500)
    account.configure(hook.url)
    for _ in range(12):
        account.submit_failing()
    account.advance(1_000_000)
    assert (hook.count, account.config()["consecutive_failures"]) == (8, 8)


@pytest.mark.requirement("RIO-DIS-009")
def test_disabling_drops_the_retries_of_others(account: "Account", receiver: "Receiver") -> None:
    account.configure(receiver.hook(then=500).url)
    account.fail_deliveries(8)
    assert {delivery["state"] for delivery in account.deliveries()} == {"dropped"}


def test_delivery_whose_attempts_have_all_failed_is_exhausted(account: "Account", receiver: "Receiver") -> None:
    disabled(account, receiver.hook(then=500))
    assert [delivery["state"] for delivery in account.deliveries()] == ["exhausted"]


@pytest.mark.requirement("RIO-DIS-011", "RIO-DIS-012", "RIO-DIS-007")
def test_put_enables_again_and_resets(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook(then=500)
    disabled(account, hook)
    account.configure(hook.url)
    config = account.config()
    assert (config["is_active"], config["consecutive_failures"], config["disabled_at"]) == (True, 0, None)


@pytest.mark.requirement("RIO-DIS-013")
def test_put_delivers_again(account: "Account", receiver: "Receiver") -> None:
    disabled(account, receiver.hook(then=500))
    hook = receiver.hook()
    account.configure(hook.url)
    command_id = account.submit_failing()
    assert hook.next().json["data"]["command_id"] == command_id


@pytest.mark.requirement("RIO-DIS-011", "RIO-DIS-003")
def test_eight_more_failures_disable_again(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook(then=500)
    disabled(account, hook)
    disabled(account, hook)
    assert hook.count == 16


@pytest.mark.requirement("RIO-DIS-010")
def test_commands_of_disabled_times_are_never_delivered(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook(*[500] * 8)
    disabled(account, hook)
    account.fail_deliveries(1)
    account.configure(hook.url)
    account.advance(1_000_000)
    assert hook.count == 8


@pytest.mark.requirement("RIO-DIS-015")
def test_put_while_active_resets_the_count(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook(then=500)
    account.configure(hook.url)
    account.fail_deliveries(3)
    account.configure(hook.url)
    assert account.config()["consecutive_failures"] == 0


def test_delete_keeps_the_moment_of_disabling(account: "Account", receiver: "Receiver") -> None:
    disabled(account, receiver.hook(then=500))
    before = account.config()
    account.unconfigure()
    assert account.config() == before


@pytest.mark.requirement("RIO-DIS-008")
def test_own_urls_are_served_while_disabled(account: "Account", receiver: "Receiver") -> None:
    disabled(account, receiver.hook(then=500))
    own = receiver.hook()
    account.submit_failing(webhook_url=own.url)
    account.settle()
    assert own.count == 1


def test_failure_at_a_url_replaced_meanwhile_does_not_count(account: "Account", receiver: "Receiver") -> None:
    held = receiver.hang(status=500)
    old, new = receiver.hook(held), receiver.hook()
    account.configure(old.url)
    account.submit_failing()
    old.next()
    account.configure(new.url)
    held.released.set()
    account.settle()
    assert account.config()["consecutive_failures"] == 0
