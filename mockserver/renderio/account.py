"""An account's webhook configuration as a state machine of pure transitions.

    (none) ──configure──▶ active(0) ──failure──▶ active(n) ──failure number `threshold`──▶ disabled
                             ▲  ▲                  │  │                                      │
                             │  └─────success──────┘  └──deactivate──▶ inactive              │
                             └───────────────────────configure────────────┴──────────────────┘

Sources: RenderIO, Set Webhook Config; Get Webhook Config (fields); Polling & Webhooks (Retry schedule).
"""

from dataclasses import dataclass, replace
from typing import Self


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
