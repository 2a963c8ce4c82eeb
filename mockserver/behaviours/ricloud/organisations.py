"""Behaviours of the organisation and its key: which config is used, what is shown, and what can be chosen."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from mockserver.behaviours.exchange import Json, json
from mockserver.behaviours.ricloud.answers import (
    BAD_REQUEST,
    DELETE,
    NOT_FOUND,
    RETRIEVE,
    TEST,
    UPDATE,
    Edit,
    Exchange,
    answering_to,
    edited,
    failure,
    given,
    is_good,
    named_config,
    refusing,
    wrong_parameter,
)
from mockserver.http.problems import Problem
from mockserver.ricloud.blueprint import Blueprint, Change, Choosing
from mockserver.ricloud.config import WebhookConfig
from mockserver.ricloud.handlers import number
from mockserver.ricloud.listing import Query
from mockserver.ricloud.organisation import Organisation
from mockserver.ricloud.ports import Stores
from mockserver.ricloud.resources import DEFAULT_CONFIG, KEY_CONFIG
from mockserver.ricloud.views import listed

ORGANISATION = ("retrieveOrganisation", "updateOrganisation")
CURRENT_KEY = "retrieveCurrentKey"
CHOICES: Mapping[str, str] = {"updateOrganisation": DEFAULT_CONFIG, "updateKey": KEY_CONFIG}
"""The parameter by which each of these operations chooses a config."""

OK, FORBIDDEN = 200, 403


# Which config is used.


def _choosing(choose: Choosing) -> Change:
    return lambda blueprint: replace(blueprint, choose=choose)


async def _key_alone(organisation: Organisation, _: Stores) -> int | None:
    return organisation.key_config


async def _default_first(organisation: Organisation, _: Stores) -> int | None:
    return organisation.key_config if organisation.default_config is None else organisation.default_config


def _default_in_need(blueprint: Blueprint) -> Blueprint:
    """Send what the chosen config does not take to the default, where that takes it."""
    usual = blueprint.choose

    async def choose(organisation: Organisation, stores: Stores) -> int | None:
        chosen = await usual(organisation, stores)
        for candidate in (chosen, organisation.default_config):
            config = None if candidate is None else await stores.configs.get(organisation.workspace, candidate)
            if config is not None and blueprint.rules.takes_new(config):
                return config.id
        return chosen

    return replace(blueprint, choose=choose)


# What is shown.


def _shown(**values: object) -> Edit:
    async def edit(body: Json, _: Exchange) -> None:
        body.update(values)

    return edit


def _hidden(*names: str) -> Edit:
    async def edit(body: Json, _: Exchange) -> None:
        for name in names:
            body.pop(name, None)

    return edit


def _with_deactivated(blueprint: Blueprint) -> Blueprint:
    async def edit(body: Json, exchange: Exchange) -> None:
        workspace = exchange.workspace
        organisation = await exchange.stores.organisations.of(workspace.id, now_ms=workspace.clock.now_ms())
        page = await exchange.stores.configs.page(workspace.id, Query(equal={}))
        items = [blueprint.show_config(config, organisation.id) for config in page.items]
        body["webhook_configs"] = listed(items, page, blueprint.path("listWebhookConfigs"))

    return edited(ORGANISATION, edit)(blueprint)


async def _no_current_key(_: Exchange) -> Problem | None:
    return failure(NOT_FOUND, "not-found", "There is no such key.")


# What can be chosen.


def _choice(refusal: Callable[[Exchange, str, object], Awaitable[Problem | None]]) -> Change:
    """Refuse some choices of a config; `refusal` is given the parameter and its value."""

    async def refused(exchange: Exchange) -> Problem | None:
        parameter, body = CHOICES[exchange.operation], await given(exchange)
        return await refusal(exchange, parameter, body[parameter]) if parameter in body else None

    return refusing(CHOICES, refused)


async def _chosen(exchange: Exchange, value: object) -> WebhookConfig | None:
    identifier = number(value)
    return None if identifier is None else await exchange.stores.configs.get(exchange.workspace.id, identifier)


async def _absent_is_404(exchange: Exchange, _: str, value: object) -> Problem | None:
    is_absent = value is not None and await _chosen(exchange, value) is None
    return failure(NOT_FOUND, "not-found", "There is no such webhook config.") if is_absent else None


async def _null_refused(_: Exchange, parameter: str, value: object) -> Problem | None:
    return wrong_parameter(parameter, "must be an id") if value is None else None


async def _untested_refused(exchange: Exchange, parameter: str, value: object) -> Problem | None:
    config = await _chosen(exchange, value)
    is_refused = config is not None and config.state != "valid"
    return wrong_parameter(parameter, "is not valid") if is_refused else None


# What becomes of a choice when its config is deactivated.


async def _deactivates(exchange: Exchange) -> bool:
    return exchange.operation == DELETE or (await given(exchange)).get("state") == "deactivated"


async def _forgotten(exchange: Exchange) -> Problem:
    usual = await exchange.usual()
    config = await named_config(exchange)
    if config is None or not is_good(usual) or config.state != "deactivated":
        return usual
    organisations, workspace = exchange.stores.organisations, exchange.workspace
    organisation = await organisations.of(workspace.id, now_ms=workspace.clock.now_ms())
    await organisations.save(
        replace(
            organisation,
            default_config=None if organisation.default_config == config.id else organisation.default_config,
            key_config=None if organisation.key_config == config.id else organisation.key_config,
        )
    )
    return usual


async def _in_use(exchange: Exchange) -> Problem | None:
    config = await named_config(exchange)
    if config is None or not await _deactivates(exchange):
        return None
    workspace = exchange.workspace
    organisation = await exchange.stores.organisations.of(workspace.id, now_ms=workspace.clock.now_ms())
    if config.id not in {organisation.default_config, organisation.key_config}:
        return None
    return failure(BAD_REQUEST, "in-use", "The webhook config is named by the organisation or its key.")


# The configs of other organisations.


async def _owner(exchange: Exchange, usual: Problem) -> str | None:
    """Whose the config is that was not found."""
    identifier = number(exchange.parameter("webhookConfigId"))
    if usual.status != NOT_FOUND or identifier is None:
        return None
    return await exchange.stores.configs.workspace_of(identifier)


def _others_shown(blueprint: Blueprint) -> Blueprint:
    async def answer(exchange: Exchange) -> Problem:
        usual = await exchange.usual()
        owner, identifier = await _owner(exchange, usual), number(exchange.parameter("webhookConfigId"))
        config = await exchange.stores.configs.get(owner, identifier) if owner and identifier else None
        if owner is None or config is None:
            return usual
        organisation = await exchange.stores.organisations.of(owner, now_ms=exchange.workspace.clock.now_ms())
        return json(OK, blueprint.show_config(config, organisation.id))

    return answering_to([RETRIEVE], lambda: answer)(blueprint)


async def _others_forbidden(exchange: Exchange) -> Problem:
    usual = await exchange.usual()
    if "webhookConfigId" not in exchange.incoming.request.path_params or await _owner(exchange, usual) is None:
        return usual
    return failure(FORBIDDEN, "missing-scope", "The webhook config belongs to another organisation.")


CHANGES: Mapping[str, Change] = {
    "default-config-is-not-used": _choosing(_key_alone),
    "config-of-the-key-is-not-used": _choosing(_default_first),
    "default-config-helps-out": _default_in_need,
    "organisation-does-not-name-its-default": edited(ORGANISATION, _shown(webhook_config_default=None)),
    "current-key-does-not-name-its-config": edited([CURRENT_KEY], _shown(webhook_config=None)),
    "current-key-is-404": refusing([CURRENT_KEY], _no_current_key),
    "organisation-shows-deactivated-configs": _with_deactivated,
    "organisation-shows-no-configs": edited(ORGANISATION, _hidden("webhook_configs")),
    "organisation-has-no-state": edited(ORGANISATION, _hidden("state")),
    "choice-of-nothing-known-is-404": _choice(_absent_is_404),
    "choice-of-null-is-refused": _choice(_null_refused),
    "choice-of-what-is-not-valid-is-refused": _choice(_untested_refused),
    "deactivation-ends-a-choice": answering_to([UPDATE, DELETE], lambda: _forgotten),
    "chosen-config-cannot-be-deactivated": refusing([UPDATE, DELETE], _in_use),
    "configs-of-others-are-shown": _others_shown,
    "configs-of-others-are-403": answering_to([RETRIEVE, UPDATE, DELETE, TEST], lambda: _others_forbidden),
}
