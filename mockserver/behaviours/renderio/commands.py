"""Behaviours that answer submissions and polls in another way, or store a command's states otherwise."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import httpx

from mockserver.behaviours.exchange import GOOD, content, json
from mockserver.behaviours.memory import Recent
from mockserver.behaviours.renderio.answers import Answerer, Exchange, answering, failure
from mockserver.behaviours.renderio.channels import Around, around
from mockserver.errors import Invalid, Violation
from mockserver.http.problems import Problem, problem
from mockserver.renderio.blueprint import Blueprint, Change
from mockserver.renderio.channel import WEBHOOK
from mockserver.renderio.command import Command, Result
from mockserver.renderio.ports import CommandStore
from mockserver.webhooks.delivery import Attempt, Delivery, Succession

SUBMIT, POLL, CONFIGURE = "runFfmpegCommand", "getCommand", "setWebhookConfig"
NOT_FOUND = 404
FIRST_ERROR = 400
FINAL = frozenset({"SUCCESS", "FAILED"})

MOST_MISSED = 1000

STALE_REAL_SECONDS = 3.0
"""How long a finished command is shown as unfinished at most: a receiver may hold its first attempt for longer."""


# Submissions.


def _status(status: int) -> Change:
    """Answer submissions that are accepted with another status."""

    async def answer(exchange: Exchange) -> Problem:
        usual = await exchange.usual()
        return replace(usual, status=status) if exchange.operation == SUBMIT and usual.status == GOOD else usual

    return answering(lambda: answer)


def _repeated_ids() -> Answerer:
    last: str | None = None

    async def answer(exchange: Exchange) -> Problem:
        nonlocal last
        usual = await exchange.usual()
        if exchange.operation != SUBMIT or usual.status != GOOD:
            return usual
        if last is None:
            last = content(usual)["command_id"]
            return usual
        earlier, last = last, None
        return json(GOOD, {"command_id": earlier})

    return answer


def _inputs_are_tried(blueprint: Blueprint) -> Blueprint:
    """Refuse a submission whose inputs cannot be fetched."""

    async def refusal(alias: str, url: str) -> Violation | None:
        try:
            response = await blueprint.transport.handle_async_request(httpx.Request("GET", url))
            await response.aclose()
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            return Violation(("input_files", alias), f"cannot be fetched: {error}")
        if response.status_code >= FIRST_ERROR:
            return Violation(("input_files", alias), f"cannot be fetched: the server answered {response.status_code}")
        return None

    async def answer(exchange: Exchange) -> Problem:
        body = await exchange.body() if exchange.operation == SUBMIT else None
        inputs = body.get("input_files") if isinstance(body, dict) else None
        if isinstance(inputs, dict):
            urls = {alias: url for alias, url in inputs.items() if isinstance(url, str)}
            found = [it for it in [await refusal(alias, url) for alias, url in urls.items()] if it is not None]
            if found:
                return problem(Invalid(found))
        return await exchange.usual()

    return answering(lambda: answer)(blueprint)


# Polls.


Polled = Callable[[Exchange, str, Problem], Awaitable[Problem]]
"""(the exchange, the command's id, the usual answer) → the answer to a poll."""


def _polls(make: Callable[[], Polled]) -> Change:
    def apply(blueprint: Blueprint) -> Blueprint:
        polled = make()

        async def answer(exchange: Exchange) -> Problem:
            usual = await exchange.usual()
            return (
                await polled(exchange, exchange.parameter("commandId"), usual) if exchange.operation == POLL else usual
            )

        return answering(lambda: answer)(blueprint)

    return apply


def _first_poll_is_404() -> Polled:
    known: Recent[str, bool] = Recent()

    async def polled(_: Exchange, command: str, usual: Problem) -> Problem:
        if usual.status != GOOD or command in known:
            return usual
        known.put(command, True)
        if content(usual).get("status") in FINAL:
            return usual
        return failure(NOT_FOUND, "NOT_FOUND", "There is no such command.")

    return polled


def _back_to_queued() -> Polled:
    seen: Recent[str, int] = Recent()

    async def polled(_: Exchange, command: str, usual: Problem) -> Problem:
        body = content(usual)
        if usual.status != GOOD or body.get("status") != "PROCESSING":
            return usual
        times = seen.put(command, (seen.get(command) or 0) + 1)
        return json(GOOD, {**body, "status": "QUEUED"}) if times % 2 == 0 else usual

    return polled


def _success_expires() -> Polled:
    seen: Recent[str, bool] = Recent()

    async def polled(_: Exchange, command: str, usual: Problem) -> Problem:
        body = content(usual)
        if usual.status != GOOD or body.get("status") not in FINAL:
            return usual
        if command not in seen:
            seen.put(command, True)
            return usual
        other = "FAILED" if body["status"] == "SUCCESS" else "SUCCESS"
        error = {"error_status": "EXPIRED", "error_message": "The outcome is gone."} if other == "FAILED" else {}
        return json(GOOD, {**body, "status": other, "output_files": {}, **error})

    return polled


def _missing_is_400() -> Polled:
    async def polled(exchange: Exchange, command: str, usual: Problem) -> Problem:
        if usual.status == NOT_FOUND and await exchange.stores.commands.workspace_of(command) is None:
            return failure(400, "INVALID_REQUEST", "There is no such command.")
        return usual

    return polled


def _others_are_403() -> Polled:
    async def polled(exchange: Exchange, command: str, usual: Problem) -> Problem:
        if usual.status == NOT_FOUND and await exchange.stores.commands.workspace_of(command) is not None:
            return failure(403, "FORBIDDEN", "The command belongs to another account.")
        return usual

    return polled


def _others_are_shown(blueprint: Blueprint) -> Blueprint:
    async def polled(exchange: Exchange, command: str, usual: Problem) -> Problem:
        commands = exchange.stores.commands
        owner = await commands.workspace_of(command) if usual.status == NOT_FOUND else None
        found = await commands.get(owner, command) if owner is not None else None
        return usual if found is None else json(GOOD, blueprint.polled(found))

    return _polls(lambda: polled)(blueprint)


# Delivery and polls together.


def _delivered_is_gone(blueprint: Blueprint) -> Blueprint:
    delivered: Recent[str, bool] = Recent()

    class Noting(Around):
        async def conclude(self, delivery: Delivery, attempt: Attempt, follows: Succession) -> None:
            await super().conclude(delivery, attempt, follows)
            delivered.put(delivery.subject, True)

    async def polled(_: Exchange, command: str, usual: Problem) -> Problem:
        return failure(NOT_FOUND, "NOT_FOUND", "There is no such command.") if command in delivered else usual

    return around(Noting)(_polls(lambda: polled)(blueprint))


class _AroundCommands:
    """The store of commands that stood here before."""

    def __init__(self, inner: CommandStore) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def _delivered_before_stored(blueprint: Blueprint) -> Blueprint:
    """A finished command is shown as PROCESSING until its first attempt is over."""
    hidden: set[str] = set()

    class Hiding(_AroundCommands):
        async def finish(self, command: Command, result: Result, **owed: Any) -> bool:
            hidden.add(command.id)
            asyncio.get_running_loop().call_later(STALE_REAL_SECONDS, hidden.discard, command.id)
            return bool(await self._inner.finish(command, result, **owed))

    class Revealing(Around):
        async def conclude(self, delivery: Delivery, attempt: Attempt, follows: Succession) -> None:
            hidden.discard(delivery.subject)
            await super().conclude(delivery, attempt, follows)

    usual = blueprint.polled

    def polled(command: Command) -> dict[str, Any]:
        return usual(replace(command, status="PROCESSING", result=None) if command.id in hidden else command)

    around_commands = (*blueprint.around_commands, Hiding)
    return around(Revealing)(replace(blueprint, polled=polled, around_commands=around_commands))


def _caught_up(blueprint: Blueprint) -> Blueprint:
    """Deliver, once the webhook is active again, what has finished while it was not."""
    missed: deque[Command] = deque(maxlen=MOST_MISSED)

    class Noting(_AroundCommands):
        async def finish(self, command: Command, result: Result, **owed: Any) -> bool:
            kept = bool(await self._inner.finish(command, result, **owed))
            if kept and command.request.webhook_url is None:
                missed.append(command)
            return kept

    async def answer(exchange: Exchange) -> Problem:
        workspace, accounts = exchange.workspace, exchange.stores.accounts
        before = await accounts.load(workspace.id)
        usual = await exchange.usual()
        account = await accounts.load(workspace.id) if exchange.operation == CONFIGURE else None
        if before is None and account is not None:
            missed.clear()  # what finished before there was a configuration was not missed
        if before is None or account is None or before.active or not account.active:
            return usual
        now_ms = workspace.clock.now_ms()
        while missed:
            await exchange.stores.commands.owe(
                missed.popleft(), webhook=WEBHOOK, url=account.url, due_ms=now_ms, now_ms=now_ms
            )
        workspace.scheduler.wake()
        return usual

    class Forgetting(Around):
        async def conclude(self, delivery: Delivery, attempt: Attempt, follows: Succession) -> None:
            for command in [it for it in missed if it.id == delivery.subject]:
                missed.remove(command)
            await super().conclude(delivery, attempt, follows)

    around_commands = (*blueprint.around_commands, Noting)
    return around(Forgetting)(answering(lambda: answer)(replace(blueprint, around_commands=around_commands)))


CHANGES: Mapping[str, Change] = {
    "submission-answers-201": _status(201),
    "submission-answers-202": _status(202),
    "every-second-id-is-repeated": answering(_repeated_ids),
    "unreachable-input-is-refused": _inputs_are_tried,
    "first-poll-finds-nothing": _polls(_first_poll_is_404),
    "status-goes-back": _polls(_back_to_queued),
    "outcome-changes": _polls(_success_expires),
    "missing-command-is-400": _polls(_missing_is_400),
    "command-of-others-is-403": _polls(_others_are_403),
    "command-of-others-is-shown": _others_are_shown,
    "delivered-command-is-gone": _delivered_is_gone,
    "delivered-before-stored": _delivered_before_stored,
    "missed-commands-are-caught-up": _caught_up,
}
