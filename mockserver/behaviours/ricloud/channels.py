"""Behaviours around the preparing and the concluding of attempts: other requests, and other ends."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from mockserver.behaviours import attempts
from mockserver.behaviours.ricloud.answers import CREATE
from mockserver.behaviours.ricloud.answers import TEST as TEST_ACTION
from mockserver.behaviours.ricloud.lists import EVERY_ITEM
from mockserver.behaviours.ricloud.origins import Origins, by_origin
from mockserver.ricloud.blueprint import EVENT, TEST, Blueprint, Change
from mockserver.ricloud.config import ConfigState
from mockserver.ricloud.ports import Stores
from mockserver.webhooks.channel import Channel
from mockserver.webhooks.delivery import Answer, Attempt, Delivered, Delivery, Envelope, Exhausted, Silence, Succession
from mockserver.webhooks.policy import DeliveryPolicy

GOOD = 200
PER_HUNDRED = 100
REDIRECT, CLIENT_ERROR, SERVER_ERROR = 3, 4, 5
"""The hundreds of a status."""


class Around(attempts.Around[Stores]):
    """The channel that stood here before, for a subclass to change a part of it."""


async def task_of(stores: Stores, delivery: Delivery) -> str | None:
    """The id of the task that a delivery tests a config for."""
    event = await stores.events.get(delivery.workspace, delivery.subject)
    return None if event is None else event.task


def around(make: Callable[[Channel, Stores], Channel]) -> Change:
    """The blueprint with something around its channels."""

    def apply(blueprint: Blueprint) -> Blueprint:
        return replace(blueprint, around_channel=(*blueprint.around_channel, make))

    return apply


# What is prepared.


class _ByPut(Around):
    async def prepare(self, delivery: Delivery, now_ms: int) -> Envelope | None:
        envelope = await super().prepare(delivery, now_ms)
        return None if envelope is None else replace(envelope, method="PUT")


class _RetriesUnsigned(Around):
    async def prepare(self, delivery: Delivery, now_ms: int) -> Envelope | None:
        envelope = await super().prepare(delivery, now_ms)
        if envelope is None or delivery.attempts == 0:
            return envelope
        header = self.policy.signature.header
        return replace(envelope, headers={name: it for name, it in envelope.headers.items() if name != header})


def _creation_untested(origins: Origins) -> Change:
    """Drop the test events of creations."""

    class Dropping(Around):
        async def prepare(self, delivery: Delivery, now_ms: int) -> Envelope | None:
            is_dropped = origins.is_by(CREATE, await task_of(self._stores, delivery))
            return None if is_dropped else await super().prepare(delivery, now_ms)

    return around(Dropping)


# Which ends of an attempt of a test pass.


def _hundred(attempt: Attempt, hundred: int) -> bool:
    return isinstance(attempt.outcome, Answer) and attempt.outcome.status // PER_HUNDRED == hundred


def _passing(passes: Callable[[Attempt, DeliveryPolicy], bool]) -> Change:
    """Let tests pass that are not passed."""

    class Passing(Around):
        async def conclude(self, delivery: Delivery, attempt: Attempt, follows: Succession) -> None:
            if delivery.webhook == TEST and isinstance(follows, Exhausted) and passes(attempt, self.policy):
                attempt, follows = replace(attempt, outcome=Answer(GOOD)), Delivered()
            await super().conclude(delivery, attempt, follows)

    return around(Passing)


def _timed_out(attempt: Attempt, policy: DeliveryPolicy) -> bool:
    return isinstance(attempt.outcome, Silence) and attempt.finished_ms - attempt.started_ms >= policy.timeout_ms


def _broken(attempt: Attempt, policy: DeliveryPolicy) -> bool:
    return isinstance(attempt.outcome, Silence) and not _timed_out(attempt, policy)


class _FailureInvalidates(Around):
    """Makes the config of an event invalid that none of its attempts has delivered."""

    async def conclude(self, delivery: Delivery, attempt: Attempt, follows: Succession) -> None:
        await super().conclude(delivery, attempt, follows)
        event = await self._stores.events.get(delivery.workspace, delivery.subject)
        if delivery.webhook != EVENT or not isinstance(follows, Exhausted) or event is None or event.config is None:
            return
        config = await self._stores.configs.get(delivery.workspace, event.config)
        if config is not None and config.state == "valid":
            await self._stores.configs.save(replace(config, state="invalid"), None)


def _decides_for_others(origins: Origins) -> Change:
    """Give every other config that is valid or invalid the outcome of a test action."""

    class Deciding(Around):
        async def conclude(self, delivery: Delivery, attempt: Attempt, follows: Succession) -> None:
            await super().conclude(delivery, attempt, follows)
            event = await self._stores.events.get(delivery.workspace, delivery.subject)
            if event is None or event.state == "pending" or not origins.is_by(TEST_ACTION, event.task):
                return
            state: ConfigState = "valid" if event.state == "delivered" else "invalid"
            page = await self._stores.configs.page(delivery.workspace, EVERY_ITEM)
            for config in page.items:
                if config.id != event.config and config.state in {"valid", "invalid"}:
                    await self._stores.configs.save(replace(config, state=state), None)

    return around(Deciding)


def _redirects_followed(blueprint: Blueprint) -> Blueprint:
    return replace(blueprint, sender=attempts.Following(blueprint.sender))


CHANGES: Mapping[str, Change] = {
    "events-are-sent-by-put": around(_ByPut),
    "retried-events-are-unsigned": around(_RetriesUnsigned),
    "retries-keep-the-first-timestamp": around(attempts.FirstTimestamp[Stores]),
    "creation-is-not-tested": by_origin(_creation_untested),
    "redirects-of-events-are-followed": _redirects_followed,
    "redirect-passes-the-test": _passing(lambda attempt, _: _hundred(attempt, REDIRECT)),
    "client-error-passes-the-test": _passing(lambda attempt, _: _hundred(attempt, CLIENT_ERROR)),
    "server-error-passes-the-test": _passing(lambda attempt, _: _hundred(attempt, SERVER_ERROR)),
    "silence-passes-the-test": _passing(_timed_out),
    "broken-connection-passes-the-test": _passing(_broken),
    "failed-event-makes-its-config-invalid": around(_FailureInvalidates),
    "test-decides-for-all-configs": by_origin(_decides_for_others),
}
