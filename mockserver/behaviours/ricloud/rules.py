"""The rules that stood here before, for behaviours to change one transition of a config."""

from collections.abc import Callable
from dataclasses import replace

from mockserver.ricloud.blueprint import Blueprint, Change
from mockserver.ricloud.config import ConfigRules, SettableState, Update, WebhookConfig
from mockserver.ricloud.event import Event


class OtherRules(ConfigRules):
    """Other rules around those that stood here."""

    def __init__(self, inner: ConfigRules) -> None:
        self._inner = inner

    def updated(self, config: WebhookConfig, *, url: str | None, state: SettableState | None) -> Update:
        """After an update."""
        return self._inner.updated(config, url=url, state=state)

    def deleted(self, config: WebhookConfig) -> WebhookConfig:
        """After a deletion."""
        return self._inner.deleted(config)

    def can_be_tested(self, config: WebhookConfig) -> bool:
        """Whether the owner may have it tested now."""
        return self._inner.can_be_tested(config)

    def tested(self, config: WebhookConfig, *, task: str, succeeded: bool) -> WebhookConfig:
        """After a test is over."""
        return self._inner.tested(config, task=task, succeeded=succeeded)

    def takes_new(self, config: WebhookConfig) -> bool:
        """Whether an event that happens now is sent to it."""
        return self._inner.takes_new(config)

    def takes_pending(self, config: WebhookConfig, event: Event) -> bool:
        """Whether an attempt for the event that is due now is made."""
        return self._inner.takes_pending(config, event)


def ruled(make: Callable[[ConfigRules], ConfigRules]) -> Change:
    """The blueprint with other rules around its own."""

    def apply(blueprint: Blueprint) -> Blueprint:
        return replace(blueprint, rules=make(blueprint.rules))

    return apply
