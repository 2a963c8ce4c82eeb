"""Behaviours that write ids in another way, wherever they stand in requests and answers."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from mockserver.behaviours.exchange import content
from mockserver.behaviours.requests import with_body, with_path, with_query
from mockserver.behaviours.ricloud.answers import LIST, Exchange, answering, given, is_good
from mockserver.behaviours.ricloud.organisations import CHOICES
from mockserver.http.binding import Incoming
from mockserver.http.problems import Problem
from mockserver.ricloud.blueprint import Blueprint, Change, EventView, Json
from mockserver.ricloud.config import WebhookConfig
from mockserver.ricloud.event import Event
from mockserver.ricloud.resources import DEFAULT_CONFIG, KEY_CONFIG
from mockserver.ricloud.task import Task

NOTHING = "-"
"""An id that nothing has."""

CURSORS = frozenset({"after_id", "before_id"})
STRING_PREFIX, EVENT_PREFIX = "whc-", "evt-"


@dataclass(frozen=True)
class Writing:
    """Another way to write ids: `read` gives the usual one of a text, or None where it is none.

    `parameter` is the ids' place in paths, `listing` the operation whose cursors they are.
    """

    parameter: str
    listing: str
    write: Callable[[Any], Any]
    read: Callable[[str], str | None]

    async def understood(self, exchange: Exchange) -> Incoming:
        """The request with its ids as they usually are."""
        incoming = exchange.incoming
        named = incoming.request.path_params.get(self.parameter)
        if named is not None:
            incoming = await with_path(incoming, **{self.parameter: self._read(str(named))})
        if exchange.operation == self.listing:
            pairs = parse_qsl(incoming.request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
            read = [(name, self._read(value) if name in CURSORS else value) for name, value in pairs]
            incoming = await with_query(incoming, read)
        return incoming

    def _read(self, text: str) -> str:
        return self.read(text) or NOTHING


def _configs(write: Callable[[int], Any], read: Callable[[str], str | None]) -> Change:
    """Write the ids of configs in another way."""
    writing = Writing("webhookConfigId", LIST, write, read)

    def apply(blueprint: Blueprint) -> Blueprint:
        show_config, show_task = blueprint.show_config, blueprint.show_task

        def config(shown: WebhookConfig, organisation: int) -> Json:
            return {**show_config(shown, organisation), "id": write(shown.id)}

        def task(shown: Task, organisation: int) -> Json:
            return {**show_task(shown, organisation), "target": str(write(shown.config))}

        async def answer(exchange: Exchange) -> Problem:
            incoming = await writing.understood(exchange)
            parameter, body = CHOICES.get(exchange.operation), await given(exchange)
            if parameter is not None and body.get(parameter) is not None:
                usual = read(str(body[parameter])) or NOTHING
                incoming = await with_body(incoming, msgspec.json.encode({**body, parameter: usual}))
            return _references_written(await exchange.instead(incoming), write)

        return answering(lambda: answer)(replace(blueprint, show_config=config, show_task=task))

    return apply


def _references_written(problem: Problem, write: Callable[[int], Any]) -> Problem:
    """The answer with the ids of configs written that an organisation and a key name."""
    body = content(problem) if is_good(problem) else {}
    named = [name for name in (DEFAULT_CONFIG, KEY_CONFIG) if isinstance(body.get(name), int)]
    if not named:
        return problem
    return replace(problem, body=msgspec.json.encode({**body, **{name: write(body[name]) for name in named}}))


def _events(write: Callable[[str], str], read: Callable[[str], str | None]) -> Change:
    """Write the ids of events in another way."""
    writing = Writing("eventId", "listEvents", write, read)

    def written(view: EventView) -> EventView:
        def show(event: Event, organisation: int) -> Json:
            return {**view(event, organisation), "id": write(event.id)}

        return show

    async def answer(exchange: Exchange) -> Problem:
        return await exchange.instead(await writing.understood(exchange))

    def apply(blueprint: Blueprint) -> Blueprint:
        events = replace(blueprint, show_event=written(blueprint.show_event), delivered=written(blueprint.delivered))
        return answering(lambda: answer)(events)

    return apply


def _whole_before_half(text: str) -> str | None:
    return text.removesuffix(".5") if text.endswith(".5") else None


def _after(prefix: str) -> Callable[[str], str | None]:
    return lambda text: text.removeprefix(prefix) if text.startswith(prefix) else None


def _as_uuid(text: str) -> str | None:
    try:
        return str(uuid.UUID(hex=text.removeprefix(EVENT_PREFIX))) if text.startswith(EVENT_PREFIX) else None
    except ValueError:
        return None


CHANGES: Mapping[str, Change] = {
    "config-ids-are-strings": _configs(lambda it: f"{STRING_PREFIX}{it}", _after(STRING_PREFIX)),
    "config-ids-are-fractions": _configs(lambda it: it + 0.5, _whole_before_half),
    "event-ids-are-no-uuids": _events(lambda it: f"{EVENT_PREFIX}{it.replace('-', '')}", _as_uuid),
}
