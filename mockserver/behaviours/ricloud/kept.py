"""Behaviours that store something else: other moments, other tests, other events."""

from collections.abc import Mapping
from dataclasses import replace

from mockserver.behaviours.ricloud.answers import UPDATE
from mockserver.behaviours.ricloud.composing import in_turn
from mockserver.behaviours.ricloud.origins import answered_operation, by_origin
from mockserver.behaviours.ricloud.stores import OtherConfigs, OtherEvents, around_configs, around_events
from mockserver.behaviours.ricloud.views import everywhere, moments
from mockserver.ricloud.blueprint import Change
from mockserver.ricloud.config import WebhookConfig
from mockserver.ricloud.event import Event
from mockserver.ricloud.ports import Debt, Draft, Test, Testing

SECOND_MS = 1000
HOUR_MS = 3600 * SECOND_MS

MISSPELT = "webhook_confg.test"


class _OtherTests(OtherConfigs):
    """Begins other tests than the usual ones."""

    async def add(self, draft: Draft, testing: Testing) -> WebhookConfig:
        return await super().add(draft, self._other(testing))

    async def save(self, config: WebhookConfig, testing: Testing | None) -> WebhookConfig:
        return await super().save(config, None if testing is None else self._other(testing))

    def _other(self, testing: Testing) -> Testing:
        return lambda config: self._changed(testing(config))

    def _changed(self, test: Test) -> Test:
        raise NotImplementedError


class _OtherAction(_OtherTests):
    def _changed(self, test: Test) -> Test:
        return replace(test, event=replace(test.event, action="ping"))


class _Misspelt(_OtherTests):
    def _changed(self, test: Test) -> Test:
        is_of_update = answered_operation() == UPDATE
        return replace(test, task=replace(test.task, type=MISSPELT)) if is_of_update else test


# Moments.


class _HourOff(OtherConfigs):
    async def add(self, draft: Draft, testing: Testing) -> WebhookConfig:
        return await super().add(replace(draft, now_ms=draft.now_ms + HOUR_MS), testing)


def _whole_seconds(moment_ms: int) -> int:
    return moment_ms - moment_ms % SECOND_MS


class _ConfigsInSeconds(_OtherTests):
    async def add(self, draft: Draft, testing: Testing) -> WebhookConfig:
        return await super().add(replace(draft, now_ms=_whole_seconds(draft.now_ms)), testing)

    def _changed(self, test: Test) -> Test:
        begun_ms = _whole_seconds(test.task.created_ms)
        return replace(
            test, task=replace(test.task, created_ms=begun_ms), event=replace(test.event, created_ms=begun_ms)
        )


class _EventsInSeconds(OtherEvents):
    async def add(self, event: Event, debt: Debt | None) -> None:
        await super().add(replace(event, created_ms=_whole_seconds(event.created_ms)), debt)


# A config.


class _ValidAtOnce(OtherConfigs):
    async def add(self, draft: Draft, testing: Testing) -> WebhookConfig:
        config = await super().add(draft, testing)
        return await self.save(replace(config, state="valid"), None)


# Events.


class _LittleData(OtherEvents):
    async def add(self, event: Event, debt: Debt | None) -> None:
        data = {name: value for name, value in event.data.items() if name in {"id", "resource"}}
        await super().add(replace(event, data=data), debt)


class _NoneThatIsNotSent(OtherEvents):
    async def add(self, event: Event, debt: Debt | None) -> None:
        if debt is not None:
            await super().add(event, debt)


CHANGES: Mapping[str, Change] = {
    "test-event-is-a-ping": around_configs(_OtherAction),
    "test-of-an-update-is-misspelt": by_origin(lambda _: around_configs(_Misspelt)),
    "moments-in-whole-seconds": in_turn(
        everywhere(moments(lambda moment: f"{moment.partition('.')[0]}Z")),
        around_configs(_ConfigsInSeconds),
        around_events(_EventsInSeconds),
    ),
    "date-created-is-an-hour-off": around_configs(_HourOff),
    "untested-config-is-valid": around_configs(_ValidAtOnce),
    "data-of-events-is-cut-short": around_events(_LittleData),
    "event-that-is-not-sent-does-not-exist": around_events(_NoneThatIsNotSent),
}
