"""Behaviours around the preparing and the concluding of attempts: sent twice, too early or not, and what follows."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from mockserver.behaviours import attempts
from mockserver.behaviours.memory import Recent
from mockserver.renderio.blueprint import Blueprint, Change, Composing, Stores
from mockserver.webhooks.channel import Channel
from mockserver.webhooks.delivery import Answer, Attempt, Delivery, Envelope, Exhausted, Retry, Succession
from mockserver.webhooks.scheduler import Sender

LATE_REAL_SECONDS = 20.0
AGAIN_AFTER_MS = 5000
FIRST_CLIENT_ERROR, FIRST_SERVER_ERROR = 400, 500


class Around(attempts.Around[Stores]):
    """The channel that stood here before, for a subclass to change a part of it."""


def around(make: Callable[[Channel, Stores], Channel]) -> Change:
    """The blueprint with something around its channel."""

    def apply(blueprint: Blueprint) -> Blueprint:
        return replace(blueprint, around_channel=(*blueprint.around_channel, make))

    return apply


# What is prepared.


class _ByStatus(Around):
    """Sends nothing about commands that ended with `status`."""

    status = ""

    async def prepare(self, delivery: Delivery, now_ms: int) -> Envelope | None:
        command = await self._stores.commands.get(delivery.workspace, delivery.subject)
        if command is not None and command.status == self.status:
            return None
        return await super().prepare(delivery, now_ms)


class _NoSuccess(_ByStatus):
    status = "SUCCESS"


class _NoFailure(_ByStatus):
    status = "FAILED"


class _NoMetadata(Around):
    """Sends nothing to the configured webhook about commands that have metadata."""

    async def prepare(self, delivery: Delivery, now_ms: int) -> Envelope | None:
        command = await self._stores.commands.get(delivery.workspace, delivery.subject)
        if command is not None and command.request.metadata and not delivery.own_url:
            return None
        return await super().prepare(delivery, now_ms)


class _FailureUnsigned(Around):
    async def prepare(self, delivery: Delivery, now_ms: int) -> Envelope | None:
        envelope = await super().prepare(delivery, now_ms)
        command = await self._stores.commands.get(delivery.workspace, delivery.subject)
        if envelope is None or command is None or command.status != "FAILED":
            return envelope
        return _without(envelope, self.policy.signature.header)


class _RetriesUnsigned(Around):
    async def prepare(self, delivery: Delivery, now_ms: int) -> Envelope | None:
        envelope = await super().prepare(delivery, now_ms)
        if envelope is None or delivery.attempts == 0:
            return envelope
        return _without(envelope, self.policy.signature.header)


class _FirstSignatureAgain(Around):
    def __init__(self, inner: Channel, stores: Stores) -> None:
        super().__init__(inner, stores)
        self._first: Recent[int, str] = Recent()

    async def prepare(self, delivery: Delivery, now_ms: int) -> Envelope | None:
        envelope = await super().prepare(delivery, now_ms)
        header = self.policy.signature.header
        if envelope is None or header not in envelope.headers:
            return envelope
        signature = self._first.first(delivery.id, envelope.headers[header])
        return replace(envelope, headers={**envelope.headers, header: signature})


class _PutInsteadOfPost(Around):
    async def prepare(self, delivery: Delivery, now_ms: int) -> Envelope | None:
        envelope = await super().prepare(delivery, now_ms)
        return None if envelope is None else replace(envelope, method="PUT")


class LateInRealTime(Around):
    """Waits, in real time, before the first attempt of each delivery."""

    async def prepare(self, delivery: Delivery, now_ms: int) -> Envelope | None:
        """The next attempt's request, late."""
        if delivery.attempts == 0:
            await asyncio.sleep(LATE_REAL_SECONDS)
        return await super().prepare(delivery, now_ms)


def _without(envelope: Envelope, header: str) -> Envelope:
    return replace(envelope, headers={name: value for name, value in envelope.headers.items() if name != header})


class _SuccessAgain(Around):
    def __init__(self, inner: Channel, stores: Stores) -> None:
        super().__init__(inner, stores)
        self._repeated: Recent[str, bool] = Recent()

    async def conclude(self, delivery: Delivery, attempt: Attempt, follows: Succession) -> None:
        await super().conclude(delivery, attempt, follows)
        command = await self._stores.commands.get(delivery.workspace, delivery.subject)
        if command is None or delivery.own_url or delivery.subject in self._repeated or attempt.outcome != Answer(200):
            return
        self._repeated.put(delivery.subject, True)
        now_ms = attempt.finished_ms
        await self._stores.commands.owe(
            command, webhook=delivery.webhook, url=attempt.url, due_ms=now_ms + AGAIN_AFTER_MS, now_ms=now_ms
        )


# What is sent once more at once.


class _LastAgain(attempts.Copying[Stores]):
    async def urls(self, url: str, delivery: Delivery, follows: Succession) -> Sequence[str]:  # noqa: ARG002
        return [url] if isinstance(follows, Exhausted) else []


class _OwnUrlAndConfigured(attempts.Copying[Stores]):
    async def urls(self, url: str, delivery: Delivery, follows: Succession) -> Sequence[str]:  # noqa: ARG002
        account = await self._stores.accounts.load(delivery.workspace)
        is_copied = delivery.own_url and delivery.attempts == 0 and account is not None and account.active
        return [account.url] if account is not None and is_copied else []


def _copying(make: Callable[[Channel, Stores, Sender], Channel]) -> Change:
    def apply(blueprint: Blueprint) -> Blueprint:
        return around(lambda inner, stores: make(inner, stores, blueprint.sender))(blueprint)

    return apply


# What follows.


class _OtherSuccession(Around):
    async def conclude(self, delivery: Delivery, attempt: Attempt, follows: Succession) -> None:
        if isinstance(follows, Retry):
            follows = self._instead(delivery, attempt, follows)
        await super().conclude(delivery, attempt, follows)

    def _instead(self, delivery: Delivery, attempt: Attempt, retry: Retry) -> Succession:
        raise NotImplementedError


class _ClientErrorEnds(_OtherSuccession):
    def _instead(self, delivery: Delivery, attempt: Attempt, retry: Retry) -> Succession:  # noqa: ARG002
        outcome = attempt.outcome
        ends = isinstance(outcome, Answer) and FIRST_CLIENT_ERROR <= outcome.status < FIRST_SERVER_ERROR
        return Exhausted() if ends else retry


class _OwnUrlOnce(_OtherSuccession):
    def _instead(self, delivery: Delivery, attempt: Attempt, retry: Retry) -> Succession:  # noqa: ARG002
        return Exhausted() if delivery.own_url else retry


class _WaitFromStart(_OtherSuccession):
    def _instead(self, delivery: Delivery, attempt: Attempt, retry: Retry) -> Succession:  # noqa: ARG002
        took_ms = attempt.finished_ms - attempt.started_ms
        return Retry(max(attempt.finished_ms, retry.due_ms - took_ms))


class _WaitAndDuration(_OtherSuccession):
    def _instead(self, delivery: Delivery, attempt: Attempt, retry: Retry) -> Succession:  # noqa: ARG002
        return Retry(retry.due_ms + attempt.finished_ms - attempt.started_ms)


# What the body says.


def _composed(compose: Composing) -> Change:
    def apply(blueprint: Blueprint) -> Blueprint:
        return replace(blueprint, compose=compose)

    return apply


def _timestamp_as_text(data: Mapping[str, Any], now_ms: int) -> bytes:
    return msgspec.json.encode({"data": data, "timestamp": str(now_ms)})


def _timestamp_in_seconds(data: Mapping[str, Any], now_ms: int) -> bytes:
    return msgspec.json.encode({"data": data, "timestamp": now_ms // 1000})


CHANGES: Mapping[str, Change] = {
    "success-is-not-delivered": around(_NoSuccess),
    "failure-is-not-delivered": around(_NoFailure),
    "commands-with-metadata-are-not-delivered": around(_NoMetadata),
    "failure-is-unsigned": around(_FailureUnsigned),
    "retries-are-unsigned": around(_RetriesUnsigned),
    "retries-repeat-the-first-signature": around(_FirstSignatureAgain),
    "timestamp-of-first-attempt": around(attempts.FirstTimestamp[Stores]),
    "sent-by-put": around(_PutInsteadOfPost),
    "sent-late-in-real-time": around(LateInRealTime),
    "delivered-twice": around(_SuccessAgain),
    "last-attempt-twice": _copying(_LastAgain),
    "own-url-and-configured-url": _copying(_OwnUrlAndConfigured),
    "4xx-ends-the-schedule": around(_ClientErrorEnds),
    "own-url-is-tried-once": around(_OwnUrlOnce),
    "waits-count-from-the-start": around(_WaitFromStart),
    "waits-count-the-attempt-twice": around(_WaitAndDuration),
    "timestamp-is-text": _composed(_timestamp_as_text),
    "timestamp-in-seconds": _composed(_timestamp_in_seconds),
}
