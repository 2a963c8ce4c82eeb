"""Behaviours that take another end of an attempt for its outcome."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import urljoin

from mockserver.renderio.blueprint import Blueprint, Change
from mockserver.webhooks.delivery import Answer, Envelope, Outcome, Silence
from mockserver.webhooks.scheduler import Sender

MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class _BrokenDelivers:
    def __init__(self, usual: Sender) -> None:
        self._usual = usual

    async def send(self, envelope: Envelope) -> Outcome:
        outcome = await self._usual.send(envelope)
        return Answer(200) if isinstance(outcome, Silence) else outcome


class Following:
    """Follows redirects with the same request; the last answer is the outcome."""

    def __init__(self, usual: Sender) -> None:
        self._usual = usual

    async def send(self, envelope: Envelope) -> Outcome:
        """Post the envelope, and post it again wherever a redirect leads."""
        outcome = await self._usual.send(envelope)
        for _ in range(MOST_REDIRECTS):
            if not isinstance(outcome, Answer) or outcome.status not in _REDIRECTS or outcome.location is None:
                break
            try:
                envelope = replace(envelope, url=urljoin(envelope.url, outcome.location))
            except ValueError:
                break
            outcome = await self._usual.send(envelope)
        return outcome


def _changed(make: Callable[[Sender], Sender]) -> Change:
    def apply(blueprint: Blueprint) -> Blueprint:
        return replace(blueprint, sender=make(blueprint.sender))

    return apply


CHANGES: Mapping[str, Change] = {
    "broken-connection-delivers": _changed(_BrokenDelivers),
    "redirects-are-followed": _changed(Following),
}
