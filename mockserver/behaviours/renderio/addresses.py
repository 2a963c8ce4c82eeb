"""Behaviours that send an attempt elsewhere, sign it with another secret, or do not make it."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from mockserver.behaviours.memory import Recent
from mockserver.renderio.account import AccountRules, AccountWebhook
from mockserver.renderio.blueprint import Addressing, Blueprint, Change, Target
from mockserver.webhooks.delivery import Delivery

Redirection = Callable[[Target, Delivery, AccountWebhook | None], Target | None]
"""(where an attempt goes, its delivery, the account) → where it goes instead; None: nowhere."""


def _changed(make: Callable[[], Redirection]) -> Change:
    """Another target; `make` is called for each workspace, for what remembers something."""

    def apply(blueprint: Blueprint) -> Blueprint:
        usual, redirect = blueprint.address, make()

        def address(rules: AccountRules, delivery: Delivery, account: AccountWebhook | None) -> Target | None:
            target = usual(rules, delivery, account)
            return None if target is None else redirect(target, delivery, account)

        other: Addressing = address
        return replace(blueprint, address=other)

    return apply


def _unsigned(target: Target, delivery: Delivery, _: AccountWebhook | None) -> Target:
    return target if delivery.own_url else replace(target, secret=None)


def _always_signed(target: Target, _: Delivery, __: AccountWebhook | None) -> Target:
    return replace(target, secret="") if target.secret is None else target


def _own_url_unsigned(target: Target, delivery: Delivery, _: AccountWebhook | None) -> Target:
    return replace(target, secret=None) if delivery.own_url else target


def _own_url_nowhere(target: Target, delivery: Delivery, _: AccountWebhook | None) -> Target | None:
    return None if delivery.own_url else target


def _own_url_with_configuration(target: Target, delivery: Delivery, account: AccountWebhook | None) -> Target | None:
    return None if delivery.own_url and account is None else target


def _own_url_while_active(target: Target, delivery: Delivery, account: AccountWebhook | None) -> Target | None:
    return None if delivery.own_url and account is not None and not account.active else target


def _as_at_first() -> Redirection:
    first: Recent[int, Target] = Recent()

    def redirect(target: Target, delivery: Delivery, _: AccountWebhook | None) -> Target:
        return first.first(delivery.id, target)

    return redirect


def _last_own_url() -> Redirection:
    last: Recent[str, str] = Recent()

    def redirect(target: Target, delivery: Delivery, _: AccountWebhook | None) -> Target:
        if delivery.own_url:
            last.put(delivery.workspace, target.url)
            return target
        return replace(target, url=last.get(delivery.workspace) or target.url)

    return redirect


def _every_second_command() -> Redirection:
    chosen: Recent[str, bool] = Recent()
    count = 0

    def redirect(target: Target, delivery: Delivery, _: AccountWebhook | None) -> Target | None:
        nonlocal count
        if delivery.own_url:
            return target
        if delivery.subject not in chosen:
            chosen.put(delivery.subject, count % 2 == 0)
            count += 1
        return target if chosen.get(delivery.subject) else None

    return redirect


CHANGES: Mapping[str, Change] = {
    "deliveries-are-unsigned": _changed(lambda: _unsigned),
    "signed-without-secret": _changed(lambda: _always_signed),
    "own-url-is-unsigned": _changed(lambda: _own_url_unsigned),
    "own-url-is-ignored": _changed(lambda: _own_url_nowhere),
    "own-url-needs-configuration": _changed(lambda: _own_url_with_configuration),
    "own-url-needs-active-webhook": _changed(lambda: _own_url_while_active),
    "own-url-becomes-the-accounts": _changed(_last_own_url),
    "every-second-command-is-not-delivered": _changed(_every_second_command),
    "retries-keep-url-and-secret": _changed(_as_at_first),
}
