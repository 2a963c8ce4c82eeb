"""The account's webhook obeys its state machine, held against a model that knows only a list of what has happened."""

from dataclasses import dataclass

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from mockserver.renderio.account import AccountWebhook

urls = st.sampled_from(["http://127.0.0.1:1/a", "http://127.0.0.1:1/b"])
secrets = st.none() | st.text(min_size=1, max_size=3)
moments = st.integers(0, 10**13)


@dataclass(frozen=True)
class Happened:
    """One event since the last configuration."""

    what: str
    now_ms: int


class Account(RuleBasedStateMachine):
    """Does anything in any order; the model replays the events since the last configuration."""

    def __init__(self) -> None:
        super().__init__()
        self.threshold: int | None = None
        self.url = ""
        self.secret: str | None = None
        self.events: list[Happened] = []
        self.account: AccountWebhook

    @initialize(threshold=st.none() | st.integers(1, 9), url=urls, secret=secrets)
    def begin(self, threshold: int | None, url: str, secret: str | None) -> None:
        self.threshold = threshold
        self.configure(url=url, secret=secret)

    @rule(url=urls, secret=secrets)
    def configure(self, url: str, secret: str | None) -> None:
        self.url, self.secret, self.events = url, secret, []
        self.account = AccountWebhook(url, secret)

    @rule(now_ms=moments)
    def fail(self, now_ms: int) -> None:
        self.events.append(Happened("failure", now_ms))
        self.account = self.account.failed(now_ms=now_ms, threshold=self.threshold)

    @precondition(lambda self: self.threshold is not None and self.disabled_ms is None)
    @rule(now_ms=moments)
    def fail_up_to_the_threshold(self, now_ms: int) -> None:
        while self.failures < (self.threshold or 0) and self.is_active:
            self.fail(now_ms=now_ms)

    @rule(now_ms=moments)
    def succeed(self, now_ms: int) -> None:
        self.events.append(Happened("success", now_ms))
        self.account = self.account.succeeded()

    @rule(now_ms=moments)
    def deactivate(self, now_ms: int) -> None:
        self.events.append(Happened("deactivation", now_ms))
        self.account = self.account.deactivated()

    @property
    def disabled_ms(self) -> int | None:
        """The moment of the first failure that completed a run of `threshold`, unless the owner was faster."""
        run = 0
        for event in self.events:
            if event.what == "deactivation":
                return None
            run = run + 1 if event.what == "failure" else 0
            if run == self.threshold:
                return event.now_ms
        return None

    @property
    def is_active(self) -> bool:
        return self.disabled_ms is None and all(event.what != "deactivation" for event in self.events)

    @property
    def failures(self) -> int:
        """The failures in a row at the end of what counts: up to the moment when the webhook went off."""
        run = 0
        for event in self.events:
            if event.what == "deactivation" or run == self.threshold:
                break
            run = run + 1 if event.what == "failure" else 0
        return run

    @invariant()
    def agrees_with_the_model(self) -> None:
        assert self.account == AccountWebhook(self.url, self.secret, self.is_active, self.failures, self.disabled_ms)

    @invariant()
    def never_counts_beyond_the_threshold(self) -> None:
        assert self.threshold is None or self.account.failures <= self.threshold

    @invariant()
    def is_disabled_only_with_a_moment_and_the_full_count(self) -> None:
        if self.account.disabled_ms is not None:
            assert (self.account.active, self.account.failures) == (False, self.threshold)


def test_account_agrees_with_its_model() -> None:
    run_state_machine_as_test(Account, settings=settings(max_examples=60, stateful_step_count=25, deadline=None))


def test_account_survives_the_failure_before_the_threshold() -> None:
    account = AccountWebhook("http://127.0.0.1:1/", None, failures=6).failed(now_ms=1, threshold=8)
    assert (account.active, account.failures, account.disabled_ms) == (True, 7, None)


def test_account_is_disabled_by_the_failure_at_the_threshold() -> None:
    account = AccountWebhook("http://127.0.0.1:1/", None, failures=7).failed(now_ms=1, threshold=8)
    assert (account.active, account.failures, account.disabled_ms) == (False, 8, 1)


def test_account_without_a_threshold_is_never_disabled() -> None:
    account = AccountWebhook("http://127.0.0.1:1/", None)
    for moment in range(100):
        account = account.failed(now_ms=moment, threshold=None)
    assert (account.active, account.failures) == (True, 100)
