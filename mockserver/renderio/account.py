"""An account's webhook configuration as a state machine of pure transitions.

    (none) ──configure──▶ active(0) ──failure──▶ active(n) ──failure number `threshold`──▶ disabled
                             ▲  ▲                  │  │                                      │
                             │  └─────success──────┘  └──deactivate──▶ inactive              │
                             └───────────────────────configure────────────┴──────────────────┘

Sources: RenderIO, Set Webhook Config; Get Webhook Config (fields); Polling & Webhooks (Retry schedule).
"""

from dataclasses import dataclass, replace
from typing import Self

from mockserver.webhooks.delivery import Attempt, Delivered, Delivery, Succession


@dataclass(frozen=True, slots=True)
class AccountWebhook:
    """Where an account's webhooks go, and how the receiver has been doing.

    `failures` counts consecutive failed attempts; `disabled_ms` is when they switched the webhook off.
    """

    url: str
    secret: str | None
    active: bool = True
    failures: int = 0
    disabled_ms: int | None = None

    def succeeded(self) -> Self:
        """After an attempt that the receiver accepted."""
        return replace(self, failures=0) if self.active else self

    def failed(self, *, now_ms: int, threshold: int | None) -> Self:
        """After an attempt that failed; the one that makes `threshold` in a row disables the webhook."""
        if not self.active:
            return self
        failures = self.failures + 1
        if threshold is not None and failures >= threshold:
            return replace(self, failures=failures, active=False, disabled_ms=now_ms)
        return replace(self, failures=failures)

    def deactivated(self) -> Self:
        """After the owner switched it off: kept, but nothing is sent."""
        return replace(self, active=False)


@dataclass(frozen=True, slots=True)
class Conclusion:
    """An attempt that is over, as the account's rules see it; `threshold` failures in a row disable the webhook."""

    delivery: Delivery
    attempt: Attempt
    follows: Succession
    threshold: int | None


class AccountRules:
    """Which transition each event makes, and what an account takes in each state.

    Where the documents are open: a PUT replaces URL and secret, an empty secret is none, and the count starts anew;
    every attempt on the account's own URL counts, over all deliveries; what is pending goes when the webhook does.
    """

    def configured(self, previous: AccountWebhook | None, *, url: str, secret: str | None) -> AccountWebhook:  # noqa: ARG002 - other rules look at it
        """After a PUT."""
        return AccountWebhook(url, secret or None)

    def deactivated(self, account: AccountWebhook, *, now_ms: int) -> AccountWebhook:  # noqa: ARG002
        """After a DELETE."""
        return account.deactivated()

    def concluded(self, account: AccountWebhook, conclusion: Conclusion) -> AccountWebhook:
        """After an attempt; the same account where the attempt says nothing of it."""
        # An attempt to a URL that was replaced while it was under way says nothing of the new receiver.
        if conclusion.delivery.own_url or account.url != conclusion.attempt.url:
            return account
        if isinstance(conclusion.follows, Delivered):
            return account.succeeded()
        return account.failed(now_ms=conclusion.attempt.finished_ms, threshold=conclusion.threshold)

    def takes_new(self, account: AccountWebhook) -> bool:
        """Whether a command that ends now owes a delivery to the account."""
        return account.active

    def takes_pending(self, account: AccountWebhook) -> bool:
        """Whether deliveries to the account that are pending go on."""
        return account.active
