"""Behaviours that are other transitions by an update, a deletion or a test action."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace

from mockserver.behaviours.memory import Recent
from mockserver.behaviours.ricloud.answers import TEST, UPDATE
from mockserver.behaviours.ricloud.composing import in_turn
from mockserver.behaviours.ricloud.origins import Origins, answered_operation, by_origin
from mockserver.behaviours.ricloud.rules import OtherRules, ruled
from mockserver.behaviours.ricloud.stores import OtherConfigs, around_configs
from mockserver.ricloud.blueprint import Change
from mockserver.ricloud.config import ConfigRules, SettableState, Update, WebhookConfig
from mockserver.ricloud.event import Event
from mockserver.ricloud.ports import Testing

Updated = Callable[[WebhookConfig, Update, str | None, SettableState | None], Update]
"""(the config before, what an update usually makes of it, the url and the state in it) → what it makes of it."""


class _OtherUpdate(OtherRules):
    def __init__(self, inner: ConfigRules, update: Updated) -> None:
        super().__init__(inner)
        self._update = update

    def updated(self, config: WebhookConfig, *, url: str | None, state: SettableState | None) -> Update:
        return self._update(config, super().updated(config, url=url, state=state), url, state)


def _updated(update: Updated) -> Change:
    return ruled(lambda inner: _OtherUpdate(inner, update))


def _url_kept(before: WebhookConfig, update: Update, _: str | None, __: SettableState | None) -> Update:
    return replace(update, config=replace(update.config, url=before.url))


def _url_untested(before: WebhookConfig, update: Update, url: str | None, _: SettableState | None) -> Update:
    if url is None or before.state == "deactivated":
        return update
    return Update(replace(update.config, state=before.state), tests=False)


def _revived_untested(before: WebhookConfig, update: Update, _: str | None, state: SettableState | None) -> Update:
    is_revived = before.state == "deactivated" and state == "new"
    return replace(update, tests=False) if is_revived else update


def _invalid_stays_in_use(before: WebhookConfig, update: Update, _: str | None, state: SettableState | None) -> Update:
    is_kept = before.state == "invalid" and state == "deactivated"
    return replace(update, config=replace(update.config, state="invalid")) if is_kept else update


def _new_secret(before: WebhookConfig, update: Update, url: str | None, _: SettableState | None) -> Update:
    if url is None:
        return update
    secret = f"whsec_{hashlib.sha256(before.secret.encode()).hexdigest()}"
    return replace(update, config=replace(update.config, secret=secret))


def _state_kept(before: WebhookConfig, update: Update, _: str | None, __: SettableState | None) -> Update:
    is_kept = update.tests and before.state != "deactivated"
    return replace(update, config=replace(update.config, state=before.state)) if is_kept else update


def _nothing_untested(before: WebhookConfig, update: Update, url: str | None, _: SettableState | None) -> Update:
    changes = url not in {None, before.url} or update.config.state == "deactivated" or before.state == "deactivated"
    return update if changes else Update(before, tests=False)


def _empty_untested(before: WebhookConfig, update: Update, url: str | None, state: SettableState | None) -> Update:
    return Update(before, tests=False) if url is None and state is None else update


def _url_revives(before: WebhookConfig, update: Update, url: str | None, state: SettableState | None) -> Update:
    is_revived = before.state == "deactivated" and url is not None and state is None
    return Update(replace(update.config, state="new"), tests=True) if is_revived else update


# Tests of configs that are deactivated.


class Off:
    """The tests that an operation has begun on deactivated configs, and whose configs were not deactivated again."""

    def __init__(self, operation: str) -> None:
        self._operation = operation
        self._tests: Recent[str, bool] = Recent()

    def __contains__(self, task: object) -> bool:
        return task in self._tests

    def note(self, config: WebhookConfig, *, begins: bool) -> None:
        """A config was stored, with the test that it has now or without one."""
        if config.state != "deactivated" or config.test is None:
            return
        if begins and answered_operation() == self._operation:
            self._tests.put(config.test, True)
        else:
            self._tests.forget(config.test)


def _tested_while_off(operation: str, make: Callable[[ConfigRules, Off], ConfigRules]) -> Change:
    """Have tests carried out that an operation begins on deactivated configs."""

    def with_origins(_: Origins) -> Change:
        off = Off(operation)

        class Noting(OtherConfigs):
            async def save(self, config: WebhookConfig, testing: Testing | None) -> WebhookConfig:
                saved = await super().save(config, testing)
                off.note(saved, begins=testing is not None)
                return saved

        class Sending(OtherRules):
            def takes_pending(self, config: WebhookConfig, event: Event) -> bool:
                return super().takes_pending(config, event) or event.task in off

        return in_turn(around_configs(Noting), ruled(Sending), ruled(lambda inner: make(inner, off)))

    return by_origin(with_origins)


class _CanBeTested(OtherRules):
    def __init__(self, inner: ConfigRules, _: Off) -> None:
        super().__init__(inner)

    def can_be_tested(self, config: WebhookConfig) -> bool:
        return super().can_be_tested(config) or config.state == "deactivated"


class _TestRevives(_CanBeTested):
    def __init__(self, inner: ConfigRules, off: Off) -> None:
        super().__init__(inner, off)
        self._off = off

    def tested(self, config: WebhookConfig, *, task: str, succeeded: bool) -> WebhookConfig:
        tested = super().tested(config, task=task, succeeded=succeeded)
        if config.state != "deactivated" or config.test != task or task not in self._off:
            return tested
        return replace(tested, state="valid" if succeeded else "invalid")


class _DeactivationTests(OtherRules):
    def __init__(self, inner: ConfigRules, _: Off) -> None:
        super().__init__(inner)

    def updated(self, config: WebhookConfig, *, url: str | None, state: SettableState | None) -> Update:
        update = super().updated(config, url=url, state=state)
        return replace(update, tests=True) if state == "deactivated" else update


class _UrlTestsDeactivated(OtherRules):
    def __init__(self, inner: ConfigRules, _: Off) -> None:
        super().__init__(inner)

    def updated(self, config: WebhookConfig, *, url: str | None, state: SettableState | None) -> Update:
        update = super().updated(config, url=url, state=state)
        is_tested = config.state == update.config.state == "deactivated" and url is not None and state is None
        return replace(update, tests=True) if is_tested else update


class _NewWhileTested(OtherConfigs):
    """Makes a config new while a test action on it is under way."""

    async def save(self, config: WebhookConfig, testing: Testing | None) -> WebhookConfig:
        if testing is not None and answered_operation() == TEST and config.state != "deactivated":
            config = replace(config, state="new")
        return await super().save(config, testing)


CHANGES: Mapping[str, Change] = {
    "update-keeps-the-url": _updated(_url_kept),
    "update-is-not-tested": _updated(_url_untested),
    "revived-config-is-not-tested": _updated(_revived_untested),
    "invalid-config-cannot-be-deactivated": _updated(_invalid_stays_in_use),
    "update-makes-a-new-secret": _updated(_new_secret),
    "update-keeps-the-state": _updated(_state_kept),
    "update-that-changes-nothing-is-not-tested": _updated(_nothing_untested),
    "empty-update-is-not-tested": _updated(_empty_untested),
    "url-revives-a-deactivated-config": _updated(_url_revives),
    "url-of-a-deactivated-config-is-tested": _tested_while_off(UPDATE, _UrlTestsDeactivated),
    "deactivation-is-tested": _tested_while_off(UPDATE, _DeactivationTests),
    "test-revives-a-deactivated-config": _tested_while_off(TEST, _TestRevives),
    "deactivated-config-is-tested-and-stays": _tested_while_off(TEST, _CanBeTested),
    "test-action-makes-new": by_origin(lambda _: around_configs(_NewWhileTested)),
}
