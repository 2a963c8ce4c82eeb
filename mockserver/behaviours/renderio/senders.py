"""Behaviours that take another end of an attempt for its outcome."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from mockserver.behaviours.attempts import Following
from mockserver.renderio.blueprint import Blueprint, Change
from mockserver.webhooks.delivery import Answer, Envelope, Outcome, Silence
from mockserver.webhooks.scheduler import Sender


class _BrokenDelivers:
    def __init__(self, usual: Sender) -> None:
        self._usual = usual

    async def send(self, envelope: Envelope) -> Outcome:
        outcome = await self._usual.send(envelope)
        return Answer(200) if isinstance(outcome, Silence) else outcome


def _changed(make: Callable[[Sender], Sender]) -> Change:
    def apply(blueprint: Blueprint) -> Blueprint:
        return replace(blueprint, sender=make(blueprint.sender))

    return apply


CHANGES: Mapping[str, Change] = {
    "broken-connection-delivers": _changed(_BrokenDelivers),
    "redirects-are-followed": _changed(Following),
}
