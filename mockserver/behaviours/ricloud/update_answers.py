"""Behaviours that answer the update of a config in another way."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import msgspec

from mockserver.behaviours.requests import with_body
from mockserver.behaviours.ricloud.answers import (
    BAD_REQUEST,
    UPDATE,
    Exchange,
    answered_as,
    answering_to,
    given,
    is_good,
    named_config,
    refusing,
    wrong_parameter,
)
from mockserver.behaviours.ricloud.lists import EVERY_ITEM
from mockserver.http.problems import Problem
from mockserver.ricloud.blueprint import Change
from mockserver.ricloud.config import WebhookConfig

DECIDED = frozenset({"valid", "invalid"})
"""The states that are outcomes of tests."""

_TRAILING_COMMA = re.compile(rb",(\s*[}\]])")

Condition = Callable[[WebhookConfig, Mapping[str, object]], bool]
"""(a config, the body of its update) → whether it is meant."""


def _refused(condition: Condition, parameter: str, message: str) -> Change:
    async def refusal(exchange: Exchange) -> Problem | None:
        config, body = await named_config(exchange), await exchange.body()
        is_meant = config is not None and isinstance(body, dict) and condition(config, body)
        return wrong_parameter(parameter, message) if is_meant else None

    return refusing([UPDATE], refusal)


def _revives(config: WebhookConfig, body: Mapping[str, object]) -> bool:
    return config.state == "deactivated" and body.get("state") == "new"


def _moves_a_deactivated_one(config: WebhookConfig, body: Mapping[str, object]) -> bool:
    return config.state == "deactivated" and "url" in body and "state" not in body


def _changes_nothing(config: WebhookConfig, body: Mapping[str, object]) -> bool:
    is_in_use = config.state != "deactivated"
    return is_in_use and body.get("url", config.url) == config.url and body.get("state", "new") == "new"


async def _stored_all_the_same(exchange: Exchange) -> Problem:
    usual = await exchange.usual()
    config, url = await named_config(exchange), (await given(exchange)).get("url")
    if usual.status == BAD_REQUEST and config is not None and isinstance(url, str):
        await exchange.stores.configs.save(replace(config, url=url), None)
    return usual


async def _all_others_new(exchange: Exchange) -> Problem:
    usual = await exchange.usual()
    if is_good(usual) and "url" in await given(exchange):
        page = await exchange.stores.configs.page(exchange.workspace.id, EVERY_ITEM)
        for config in page.items:
            if str(config.id) != exchange.parameter("webhookConfigId") and config.state in DECIDED:
                await exchange.stores.configs.save(replace(config, state="new"), None)
    return usual


async def _without_trailing_comma(exchange: Exchange) -> Problem:
    text = await exchange.incoming.request.body()
    repaired = _TRAILING_COMMA.sub(rb"\1", text)
    if repaired != text and not _is_json(text) and _is_json(repaired):
        return await exchange.instead(await with_body(exchange.incoming, repaired))
    return await exchange.usual()


def _is_json(text: bytes) -> bool:
    try:
        msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


CHANGES: Mapping[str, Change] = {
    "update-answers-201": answered_as([UPDATE], 201),
    "reviving-is-refused": _refused(_revives, "state", "a config that is deactivated stays so"),
    "url-of-a-deactivated-config-is-refused": _refused(
        _moves_a_deactivated_one, "url", "a config that is deactivated cannot be changed"
    ),
    "update-that-changes-nothing-is-refused": _refused(_changes_nothing, "url", "nothing would change"),
    "refused-update-stores-its-url": answering_to([UPDATE], lambda: _stored_all_the_same),
    "update-makes-all-configs-new": answering_to([UPDATE], lambda: _all_others_new),
    "trailing-comma-is-understood": answering_to([UPDATE], lambda: _without_trailing_comma),
}
