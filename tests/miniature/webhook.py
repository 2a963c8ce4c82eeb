"""The account's webhook: what it is, and what each event makes of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tests.miniature_parts.moments import in_milliseconds

FAILURES_THAT_DISABLE = 8


@dataclass(frozen=True)
class Webhook:
    """A configuration. Its era ends when it is disabled for its failures; retries of an earlier era are dropped."""

    url: str
    secret: str
    is_active: bool = True
    consecutive_failures: int = 0
    disabled_at_ms: int | None = None
    era: int = 0


def configured(earlier: Webhook | None, url: str, secret: str | None) -> Webhook:
    """After a PUT; without a secret the earlier one stays."""
    if earlier is None:
        return Webhook(url, secret or "")
    kept = earlier.secret if secret is None else secret
    if earlier.is_active:
        return replace(earlier, url=url, secret=kept)
    return Webhook(url, kept, era=earlier.era)


def deactivated(webhook: Webhook, now_ms: int) -> Webhook:
    """After a DELETE."""
    return replace(webhook, is_active=False, disabled_at_ms=now_ms) if webhook.is_active else webhook


def after_success(webhook: Webhook) -> Webhook:
    """After an attempt that delivered."""
    return replace(webhook, consecutive_failures=0) if webhook.is_active else webhook


def after_failure(webhook: Webhook, now_ms: int) -> Webhook:
    """After an attempt that failed."""
    if not webhook.is_active:
        return webhook
    failures = webhook.consecutive_failures + 1
    if failures < FAILURES_THAT_DISABLE:
        return replace(webhook, consecutive_failures=failures)
    return replace(webhook, consecutive_failures=failures, is_active=False, disabled_at_ms=now_ms, era=webhook.era + 1)


def shown(webhook: Webhook | None, written: Callable[[int], str] = in_milliseconds) -> dict[str, Any]:
    """What GET answers."""
    if webhook is None:
        return {"configured": False}
    return {
        "configured": True,
        "url": webhook.url,
        "is_active": webhook.is_active,
        "consecutive_failures": webhook.consecutive_failures,
        "disabled_at": None if webhook.disabled_at_ms is None else written(webhook.disabled_at_ms),
    }
