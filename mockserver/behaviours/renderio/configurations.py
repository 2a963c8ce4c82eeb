"""Behaviours that answer the operations of the webhook configuration in another way."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from mockserver.behaviours.exchange import GOOD, Json, content, json
from mockserver.behaviours.renderio.answers import Answerer, Exchange, answering, edited, failure
from mockserver.behaviours.renderio.rules import was_switched_off
from mockserver.http.binding import is_json
from mockserver.http.problems import JSON, Problem
from mockserver.renderio.blueprint import Change

CONFIGURE, READ, DISABLE = "setWebhookConfig", "getWebhookConfig", "deleteWebhookConfig"

LONG_AGO = "1970-01-01T00:00:00.000Z"


async def _without_success(body: Json, _: Exchange) -> None:
    del body["success"]


async def _with_slash(body: Json, _: Exchange) -> None:
    body["url"] = f"{body['url']}/"


async def _masked_url(body: Json, _: Exchange) -> None:
    if body["configured"]:
        parts = urlsplit(body["url"])
        body["url"] = f"{parts.scheme}://{parts.netloc}/***"


async def _without_null_moment(body: Json, _: Exchange) -> None:
    if body["configured"] and body["disabled_at"] is None:
        del body["disabled_at"]


async def _inactive_without_failures(body: Json, _: Exchange) -> None:
    if body["configured"] and body["consecutive_failures"] == 0:
        body["is_active"] = False


async def _with_secret(body: Json, exchange: Exchange) -> None:
    account = await exchange.stores.accounts.load(exchange.workspace.id)
    if body["configured"] and account is not None and account.secret is not None:
        body["secret"] = account.secret


async def _active_after_delete(body: Json, exchange: Exchange) -> None:
    if await _is_switched_off(exchange):
        body["is_active"] = True


async def _hidden_after_delete(body: Json, exchange: Exchange) -> None:
    if await _is_switched_off(exchange):
        body.clear()
        body["configured"] = False


async def _is_switched_off(exchange: Exchange) -> bool:
    account = await exchange.stores.accounts.load(exchange.workspace.id)
    return account is not None and was_switched_off(account)


async def _doubled_count(body: Json, _: Exchange) -> None:
    if body["configured"]:
        body["consecutive_failures"] *= 2


async def _no_moment(body: Json, _: Exchange) -> None:
    if body["configured"]:
        body["disabled_at"] = None


async def _moment_while_active(body: Json, _: Exchange) -> None:
    if body["configured"] and body["is_active"]:
        body["disabled_at"] = LONG_AGO


def _stale_after_creation() -> Answerer:
    just_created = False

    async def answer(exchange: Exchange) -> Problem:
        nonlocal just_created
        is_new = exchange.operation == CONFIGURE and await _unconfigured(exchange)
        problem = await exchange.usual()
        if just_created and exchange.operation == READ:
            problem = json(GOOD, {"configured": False})
        just_created = is_new and problem.status == GOOD
        return problem

    return answer


async def _unconfigured(exchange: Exchange) -> bool:
    return await exchange.stores.accounts.load(exchange.workspace.id) is None


async def _missing_is_404(exchange: Exchange) -> Problem:
    problem = await exchange.usual()
    if exchange.operation == READ and problem.status == GOOD and content(problem) == {"configured": False}:
        return replace(problem, status=404)
    return problem


async def _nothing_to_delete(exchange: Exchange) -> Problem:
    if exchange.operation == DISABLE and await _unconfigured(exchange):
        return failure(404, "NOT_FOUND", "There is no webhook configuration.")
    return await exchange.usual()


async def _other_types_ignored(exchange: Exchange) -> Problem:
    if exchange.operation == CONFIGURE and not is_json(exchange.content_type):
        body = await exchange.body()
        return json(GOOD, {"success": True, "url": body.get("url") if isinstance(body, dict) else None})
    return await exchange.usual()


async def _any_media_type(exchange: Exchange) -> Problem:
    return await exchange.usual(content_type=JSON if exchange.takes_body else None)


async def _pending_dropped(exchange: Exchange) -> Problem:
    if exchange.operation == CONFIGURE:
        accounts = exchange.stores.accounts
        account = await accounts.load(exchange.workspace.id)
        problem = await exchange.usual()
        configured = await accounts.load(exchange.workspace.id)
        if problem.status == GOOD and account is not None and configured is not None:
            # An inactive account keeps no pending delivery.
            await accounts.save(exchange.workspace.id, replace(configured, active=False))
            await accounts.save(exchange.workspace.id, configured)
        return problem
    return await exchange.usual()


CHANGES: Mapping[str, Change] = {
    "put-answers-without-success": edited(CONFIGURE, _without_success),
    "put-answers-another-url": edited(CONFIGURE, _with_slash),
    "get-shows-another-url": edited(READ, _masked_url),
    "get-without-disabled-at": edited(READ, _without_null_moment),
    "get-shows-inactive-without-failures": edited(READ, _inactive_without_failures),
    "get-shows-the-secret": edited(READ, _with_secret),
    "get-shows-active-after-delete": edited(READ, _active_after_delete),
    "get-hides-what-was-deleted": edited(READ, _hidden_after_delete),
    "get-shows-twice-the-count": edited(READ, _doubled_count),
    "disabled-without-moment": edited(READ, _no_moment),
    "moment-of-disabling-while-active": edited(READ, _moment_while_active),
    "delete-answers-without-success": edited(DISABLE, _without_success),
    "first-get-is-stale": answering(_stale_after_creation),
    "missing-configuration-is-404": answering(lambda: _missing_is_404),
    "delete-of-nothing-is-404": answering(lambda: _nothing_to_delete),
    "other-media-types-change-nothing": answering(lambda: _other_types_ignored),
    "json-of-any-media-type": answering(lambda: _any_media_type),
    "put-drops-pending-retries": answering(lambda: _pending_dropped),
}
