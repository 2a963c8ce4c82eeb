"""Behaviours that send events elsewhere, sign them with another secret, or do not send them."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from mockserver.behaviours.memory import Recent
from mockserver.ricloud.blueprint import Blueprint, Change, Target
from mockserver.ricloud.config import WebhookConfig
from mockserver.ricloud.event import Event

Redirection = Callable[[Target, WebhookConfig, Event], Target | None]
"""(where an attempt goes, its config, its event) → where it goes instead; None: it is not made, and the event fails."""


def _changed(make: Callable[[], Redirection]) -> Change:
    """Another target; `make` is called for each workspace, for what remembers something."""

    def apply(blueprint: Blueprint) -> Blueprint:
        usual, redirect = blueprint.address, make()

        def address(config: WebhookConfig, event: Event) -> Target | None:
            target = usual(config, event)
            return None if target is None else redirect(target, config, event)

        return replace(blueprint, address=address)

    return apply


def below(url: str, segment: str) -> str:
    """The URL with one slash and this segment at its end."""
    return f"{url.rstrip('/')}/{segment}"


def _below_the_url(target: Target, _: WebhookConfig, event: Event) -> Target:
    return replace(target, url=below(target.url, event.id))


def _below_notify(target: Target, _: WebhookConfig, __: Event) -> Target:
    return replace(target, url=below(target.url, "notify"))


def _tests_unsigned(target: Target, _: WebhookConfig, event: Event) -> Target:
    return target if event.task is None else replace(target, secret=None)


def _events_unsigned(target: Target, _: WebhookConfig, event: Event) -> Target:
    return replace(target, secret=None) if event.task is None else target


def _first_secret() -> Redirection:
    """Sign the tests of all configs with the secret of the first one that was tested."""
    first: Recent[str, str] = Recent()

    def redirect(target: Target, config: WebhookConfig, event: Event) -> Target:
        secret = first.first(config.workspace, config.secret)
        return target if event.task is None else replace(target, secret=secret)

    return redirect


def _first_url() -> Redirection:
    first: Recent[str, str] = Recent()

    def redirect(target: Target, _: WebhookConfig, event: Event) -> Target:
        return target if event.task is not None else replace(target, url=first.first(event.id, target.url))

    return redirect


def _nowhere_else() -> Redirection:
    first: Recent[str, str] = Recent()

    def redirect(target: Target, config: WebhookConfig, event: Event) -> Target | None:
        return target if event.task is not None or first.first(event.id, config.url) == config.url else None

    return redirect


CHANGES: Mapping[str, Change] = {
    "events-go-below-the-url": _changed(lambda: _below_the_url),
    "events-go-below-notify": _changed(lambda: _below_notify),
    "tests-are-unsigned": _changed(lambda: _tests_unsigned),
    "tests-are-signed-with-the-first-secret": _changed(_first_secret),
    "events-are-unsigned": _changed(lambda: _events_unsigned),
    "retries-keep-the-first-url": _changed(_first_url),
    "retries-to-another-url-are-dropped": _changed(_nowhere_else),
}
