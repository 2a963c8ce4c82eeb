"""Behaviours that are other transitions of the account: what a PUT, a DELETE and an attempt make of it."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from mockserver.behaviours.renderio import policies
from mockserver.renderio.account import AccountRules, AccountWebhook, Conclusion
from mockserver.renderio.blueprint import Blueprint, Change
from mockserver.webhooks.delivery import Delivered, Retry
from mockserver.webhooks.policy import DeliveryPolicy


class OtherRules(AccountRules):
    """The rules that stood here before, for a subclass to change one of them."""

    def __init__(self, inner: AccountRules) -> None:
        self._inner = inner

    def configured(self, previous: AccountWebhook | None, *, url: str, secret: str | None) -> AccountWebhook:
        """After a PUT."""
        return self._inner.configured(previous, url=url, secret=secret)

    def deactivated(self, account: AccountWebhook, *, now_ms: int) -> AccountWebhook:
        """After a DELETE."""
        return self._inner.deactivated(account, now_ms=now_ms)

    def concluded(self, account: AccountWebhook, conclusion: Conclusion) -> AccountWebhook:
        """After an attempt."""
        return self._inner.concluded(account, conclusion)

    def takes_new(self, account: AccountWebhook) -> bool:
        """Whether a command that ends now owes a delivery."""
        return self._inner.takes_new(account)

    def takes_pending(self, account: AccountWebhook) -> bool:
        """Whether pending deliveries go on."""
        return self._inner.takes_pending(account)


def was_switched_off(account: AccountWebhook) -> bool:
    """Whether the webhook is off by a DELETE."""
    return not account.active and account.disabled_ms is None


def was_disabled(account: AccountWebhook) -> bool:
    """Whether the webhook is off for its failures."""
    return not account.active and account.disabled_ms is not None


AfterPut = Callable[[AccountWebhook, AccountWebhook, str | None], AccountWebhook]
"""(the configuration before, the one that a PUT makes, the secret as it was sent) → the one that is stored."""


class _OtherPut(OtherRules):
    def __init__(self, inner: AccountRules, after: AfterPut) -> None:
        super().__init__(inner)
        self._after = after

    def configured(self, previous: AccountWebhook | None, *, url: str, secret: str | None) -> AccountWebhook:
        made = super().configured(previous, url=url, secret=secret)
        return made if previous is None else self._after(previous, made, secret)


def _put(after: AfterPut) -> Change:
    return changed(lambda inner: _OtherPut(inner, after))


def changed(make: Callable[[AccountRules], AccountRules]) -> Change:
    """The blueprint with other rules around its own."""

    def apply(blueprint: Blueprint) -> Blueprint:
        return replace(blueprint, rules=make(blueprint.rules))

    return apply


def _url_kept(previous: AccountWebhook, made: AccountWebhook, _: str | None) -> AccountWebhook:
    return replace(made, url=previous.url)


def _absent_secret_kept(previous: AccountWebhook, made: AccountWebhook, secret: str | None) -> AccountWebhook:
    return replace(made, secret=previous.secret) if secret is None else made


def _given_secret_ignored(previous: AccountWebhook, made: AccountWebhook, _: str | None) -> AccountWebhook:
    return replace(made, secret=previous.secret) if previous.secret and made.secret else made


def _count_of_active_kept(previous: AccountWebhook, made: AccountWebhook, _: str | None) -> AccountWebhook:
    return replace(made, failures=previous.failures) if previous.active else made


def _count_of_disabled_kept(previous: AccountWebhook, made: AccountWebhook, _: str | None) -> AccountWebhook:
    return replace(made, failures=previous.failures) if was_disabled(previous) else made


def _disabled_stays(previous: AccountWebhook, made: AccountWebhook, _: str | None) -> AccountWebhook:
    return replace(made, active=False, disabled_ms=previous.disabled_ms) if was_disabled(previous) else made


def _switched_off_stays(previous: AccountWebhook, made: AccountWebhook, _: str | None) -> AccountWebhook:
    return replace(made, active=False) if was_switched_off(previous) else made


class _EmptySecretSigns(OtherRules):
    def configured(self, previous: AccountWebhook | None, *, url: str, secret: str | None) -> AccountWebhook:
        made = super().configured(previous, url=url, secret=secret)
        return replace(made, secret="") if secret == "" else made


class _SilentAfterDisabling(OtherRules):
    def __init__(self, inner: AccountRules) -> None:
        super().__init__(inner)
        self._silent = False

    def configured(self, previous: AccountWebhook | None, *, url: str, secret: str | None) -> AccountWebhook:
        self._silent = self._silent or (previous is not None and was_disabled(previous))
        return super().configured(previous, url=url, secret=secret)

    def takes_new(self, account: AccountWebhook) -> bool:
        return super().takes_new(account) and not self._silent


class _DeleteChangesNothing(OtherRules):
    def takes_new(self, account: AccountWebhook) -> bool:
        return super().takes_new(account) or was_switched_off(account)

    def takes_pending(self, account: AccountWebhook) -> bool:
        return super().takes_pending(account) or was_switched_off(account)


class _DeleteHasMoment(OtherRules):
    def deactivated(self, account: AccountWebhook, *, now_ms: int) -> AccountWebhook:
        made = super().deactivated(account, now_ms=now_ms)
        return replace(made, disabled_ms=now_ms) if account.active else made


class _PendingSurviveDelete(OtherRules):
    def takes_pending(self, account: AccountWebhook) -> bool:
        return super().takes_pending(account) or was_switched_off(account)


class _PendingSurviveDisabling(OtherRules):
    def takes_pending(self, account: AccountWebhook) -> bool:
        return super().takes_pending(account) or was_disabled(account)


class _DisabledTakesNew(_PendingSurviveDisabling):
    def takes_new(self, account: AccountWebhook) -> bool:
        return super().takes_new(account) or was_disabled(account)


class _SuccessKeepsCount(OtherRules):
    def concluded(self, account: AccountWebhook, conclusion: Conclusion) -> AccountWebhook:
        return account if isinstance(conclusion.follows, Delivered) else super().concluded(account, conclusion)


class _WholeDeliveriesCount(OtherRules):
    def concluded(self, account: AccountWebhook, conclusion: Conclusion) -> AccountWebhook:
        return account if isinstance(conclusion.follows, Retry) else super().concluded(account, conclusion)


class _CountsWithinDelivery(OtherRules):
    def concluded(self, account: AccountWebhook, conclusion: Conclusion) -> AccountWebhook:
        # The count of this delivery alone: the failures of its earlier attempts, whatever others did meanwhile.
        own = replace(account, failures=conclusion.attempt.number - 1)
        concluded = super().concluded(own, conclusion)
        return account if concluded is own else concluded


class _CountEndsAtDisabling(OtherRules):
    def concluded(self, account: AccountWebhook, conclusion: Conclusion) -> AccountWebhook:
        made = super().concluded(account, conclusion)
        return replace(made, failures=0) if account.active and was_disabled(made) else made


class _OwnUrlCounts(OtherRules):
    def concluded(self, account: AccountWebhook, conclusion: Conclusion) -> AccountWebhook:
        if not conclusion.delivery.own_url:
            return super().concluded(account, conclusion)
        as_the_accounts = replace(
            conclusion,
            delivery=replace(conclusion.delivery, own_url=False),
            attempt=replace(conclusion.attempt, url=account.url),
        )
        return super().concluded(account, as_the_accounts)


def _ninth_attempt(blueprint: Blueprint) -> Blueprint:
    def one_more(policy: DeliveryPolicy) -> DeliveryPolicy:
        return replace(policy, delays_ms=(*policy.delays_ms, policy.delays_ms[-1]))

    # The webhook is disabled by then, so its pending deliveries must go on.
    return changed(_PendingSurviveDisabling)(policies.changed(one_more)(blueprint))


def _nine_requests(blueprint: Blueprint) -> Blueprint:
    def rows_are_retries(policy: DeliveryPolicy) -> DeliveryPolicy:
        return replace(policy, delays_ms=(0, *policy.delays_ms))

    # Were every attempt counted, the webhook would be disabled before the ninth request.
    return changed(_WholeDeliveriesCount)(policies.changed(rows_are_retries)(blueprint))


CHANGES: Mapping[str, Change] = {
    "put-keeps-url": _put(_url_kept),
    "put-keeps-secret": _put(_absent_secret_kept),
    "new-secret-is-ignored": _put(_given_secret_ignored),
    "put-keeps-count": _put(_count_of_active_kept),
    "put-keeps-count-of-disabled": _put(_count_of_disabled_kept),
    "put-does-not-re-enable": _put(_disabled_stays),
    "put-after-delete-stays-inactive": _put(_switched_off_stays),
    "empty-secret-signs": changed(_EmptySecretSigns),
    "re-enabled-webhook-stays-silent": changed(_SilentAfterDisabling),
    "delete-does-not-stop-deliveries": changed(_DeleteChangesNothing),
    "delete-sets-disabled-at": changed(_DeleteHasMoment),
    "pending-retries-survive-delete": changed(_PendingSurviveDelete),
    "pending-retries-survive-disabling": changed(_PendingSurviveDisabling),
    "disabled-webhook-is-delivered-to": changed(_DisabledTakesNew),
    "success-keeps-count": changed(_SuccessKeepsCount),
    "only-whole-deliveries-count": changed(_WholeDeliveriesCount),
    "counts-within-one-delivery": changed(_CountsWithinDelivery),
    "count-is-zero-when-disabled": changed(_CountEndsAtDisabling),
    "own-url-failures-count": changed(_OwnUrlCounts),
    "ninth-attempt": _ninth_attempt,
    "nine-requests": _nine_requests,
}
