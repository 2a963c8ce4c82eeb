"""Behaviours that delete a config in another way."""

from collections.abc import Mapping

from mockserver.behaviours.memory import Recent
from mockserver.behaviours.ricloud.answers import (
    BAD_REQUEST,
    DELETE,
    Exchange,
    answering_to,
    failure,
    is_good,
    named_config,
    refusing,
)
from mockserver.behaviours.ricloud.composing import in_turn
from mockserver.behaviours.ricloud.lists import Listed, page_of, paged_configs
from mockserver.behaviours.ricloud.stores import OtherConfigs, around_configs
from mockserver.http.problems import Problem
from mockserver.ricloud.blueprint import Blueprint, Change
from mockserver.ricloud.config import WebhookConfig
from mockserver.ricloud.listing import Page, Query

NOT_ALLOWED = 405


def _removed(blueprint: Blueprint) -> Blueprint:
    """Let a config that was deleted be found no more."""
    removed: Recent[int, bool] = Recent()

    class Remaining(OtherConfigs):
        async def get(self, workspace: str, config: int) -> WebhookConfig | None:
            return None if config in removed else await super().get(workspace, config)

    def remaining(listed: Listed[WebhookConfig], query: Query) -> Page[WebhookConfig]:
        ids = [it for it in listed.ids if int(it) not in removed]
        return page_of(Listed([config for config in listed.items if config.id not in removed], ids), query)

    async def answer(exchange: Exchange) -> Problem:
        usual, config = await exchange.usual(), await named_config(exchange)
        if config is not None and is_good(usual):
            removed.put(config.id, True)
        return usual

    changed = in_turn(around_configs(Remaining), paged_configs(remaining), answering_to([DELETE], lambda: answer))
    return changed(blueprint)


async def _not_offered(_: Exchange) -> Problem | None:
    return failure(NOT_ALLOWED, "method-not-allowed", "This path does not know this method.")


async def _deleted_before(exchange: Exchange) -> Problem | None:
    config = await named_config(exchange)
    if config is None or config.state != "deactivated":
        return None
    return failure(BAD_REQUEST, "deactivated", "The webhook config was deleted before.")


CHANGES: Mapping[str, Change] = {
    "deleted-config-is-gone": _removed,
    "configs-cannot-be-deleted": refusing([DELETE], _not_offered),
    "second-deletion-is-refused": refusing([DELETE], _deleted_before),
}
