"""Behaviours that answer a creation or an update only when its test is over."""

from collections.abc import Mapping
from dataclasses import replace

import msgspec

from mockserver.behaviours.exchange import content
from mockserver.behaviours.ricloud.answers import CREATE, UPDATE, Exchange, answering_to, is_good
from mockserver.http.problems import Problem
from mockserver.ricloud.awaiting import MOST_SECONDS
from mockserver.ricloud.blueprint import Blueprint, Change
from mockserver.ricloud.handlers import number


def _answered_when_tested(operation: str) -> Change:
    """Hold the answer until the test is over, for as long as a test action can be held, and show the outcome in it."""

    def apply(blueprint: Blueprint) -> Blueprint:
        async def answer(exchange: Exchange) -> Problem:
            usual = await exchange.usual()
            identifier = number(content(usual).get("id")) if is_good(usual) else None
            if identifier is None:
                return usual
            workspace, stores = exchange.workspace.id, exchange.stores
            config = await stores.configs.get(workspace, identifier)
            task = await stores.tasks.get(workspace, config.test) if config is not None and config.test else None
            if task is None or task.is_over:
                return usual
            await blueprint.awaiting.wait(workspace, task.id, MOST_SECONDS)
            config = await stores.configs.get(workspace, identifier)
            if config is None:
                return usual
            return replace(usual, body=msgspec.json.encode({**content(usual), "state": config.state}))

        return answering_to([operation], lambda: answer)(blueprint)

    return apply


CHANGES: Mapping[str, Change] = {
    "creation-waits-for-its-test": _answered_when_tested(CREATE),
    "update-waits-for-its-test": _answered_when_tested(UPDATE),
}
