"""Behaviours that show a config by itself in another way, or change it where it is shown."""

from collections.abc import Mapping
from dataclasses import replace

from mockserver.behaviours.exchange import Json
from mockserver.behaviours.memory import Recent
from mockserver.behaviours.ricloud.answers import (
    DELETE,
    NOT_FOUND,
    RETRIEVE,
    UPDATE,
    Answerer,
    Exchange,
    answered_as,
    answering_to,
    edited,
    failure,
    is_good,
    named_config,
    refusing,
)
from mockserver.behaviours.ricloud.composing import in_turn
from mockserver.behaviours.ricloud.origins import Origins, by_origin
from mockserver.behaviours.ricloud.views import config_view
from mockserver.http.problems import Problem
from mockserver.ricloud.blueprint import Blueprint, Change
from mockserver.ricloud.config import ConfigState, WebhookConfig
from mockserver.ricloud.views import moment

HALF_A_DAY_MS = 12 * 3_600_000


def _expiring(before: ConfigState, after: ConfigState) -> Change:
    """Let a state pass into another half a day after the end of the test that has led to it."""

    async def answer(exchange: Exchange) -> Problem:
        config = await named_config(exchange)
        task = None
        if config is not None and config.state == before and config.test is not None:
            task = await exchange.stores.tasks.get(exchange.workspace.id, config.test)
        if config is not None and task is not None and task.completed_ms is not None:
            now_ms = exchange.workspace.clock.now_ms()
            if now_ms >= task.completed_ms + HALF_A_DAY_MS:
                await exchange.stores.configs.save(replace(config, state=after), None)
        return await exchange.usual()

    return answering_to([RETRIEVE], lambda: answer)


def _deactivation_expires() -> Answerer:
    since_ms: Recent[int, int] = Recent()

    async def answer(exchange: Exchange) -> Problem:
        config, now_ms = await named_config(exchange), exchange.workspace.clock.now_ms()
        if config is None or config.state != "deactivated":
            usual, config = await exchange.usual(), await named_config(exchange)
            if config is not None and config.state == "deactivated":
                since_ms.put(config.id, now_ms)
            return usual
        if exchange.operation == RETRIEVE and now_ms >= since_ms.first(config.id, now_ms) + HALF_A_DAY_MS:
            await exchange.stores.configs.save(replace(config, state="new"), None)
        return await exchange.usual()

    return answer


async def _is_deactivated(exchange: Exchange) -> Problem | None:
    config = await named_config(exchange)
    if config is None or config.state != "deactivated":
        return None
    return failure(NOT_FOUND, "not-found", "There is no such webhook config.")


def _outcome_shown_late(origins: Origins) -> Change:
    """Show a config once as it was before its test, when that is over."""
    shown: Recent[str, bool] = Recent()

    async def edit(body: Json, exchange: Exchange) -> None:
        config = await named_config(exchange)
        task = None if config is None or config.test is None else config.test
        begun, stored = origins.of(task), task and await exchange.stores.tasks.get(exchange.workspace.id, task)
        if not begun or not stored or not stored.is_over or stored.id in shown:
            return
        shown.put(stored.id, True)
        body["state"] = begun.before.state

    return edited([RETRIEVE], edit)


def _moment_of_the_last_update(blueprint: Blueprint) -> Blueprint:
    updated_ms: Recent[int, int] = Recent()

    async def answer(exchange: Exchange) -> Problem:
        usual = await exchange.usual()
        config = await named_config(exchange)
        if config is not None and is_good(usual):
            updated_ms.put(config.id, exchange.workspace.clock.now_ms())
        return usual

    def show(shown: Json, config: WebhookConfig) -> None:
        moved_ms = updated_ms.get(config.id)
        if moved_ms is not None:
            shown["date_created"] = moment(moved_ms)

    return in_turn(answering_to([UPDATE], lambda: answer), config_view(show))(blueprint)


CHANGES: Mapping[str, Change] = {
    "retrieval-answers-202": answered_as([RETRIEVE], 202),
    "deactivated-config-cannot-be-retrieved": refusing([RETRIEVE], _is_deactivated),
    "invalid-config-becomes-new": _expiring("invalid", "new"),
    "valid-config-becomes-invalid": _expiring("valid", "invalid"),
    "deactivated-config-becomes-new": answering_to([RETRIEVE, UPDATE, DELETE], _deactivation_expires),
    "outcome-is-shown-late": by_origin(_outcome_shown_late),
    "update-moves-date-created": _moment_of_the_last_update,
}
