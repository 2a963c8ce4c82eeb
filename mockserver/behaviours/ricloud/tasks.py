"""Behaviours that show the end of a task in another way."""

from collections.abc import Mapping
from dataclasses import replace

from mockserver.behaviours.exchange import Json
from mockserver.behaviours.memory import Recent
from mockserver.behaviours.ricloud.answers import Exchange, edited
from mockserver.ricloud.blueprint import Blueprint, Change
from mockserver.ricloud.task import Failure
from mockserver.webhooks.delivery import Attempt
from mockserver.webhooks.policy import DeliveryPolicy

OVER = frozenset({"succeeded", "failed"})
SECOND = 2


def _processing_again(blueprint: Blueprint) -> Blueprint:
    """Show a task that is over as one that is not, when it is retrieved for the second time."""
    seen: Recent[str, int] = Recent()

    async def edit(body: Json, _: Exchange) -> None:
        if body["state"] not in OVER:
            return
        if seen.put(body["id"], (seen.get(body["id"]) or 0) + 1) == SECOND:
            body["state"] = "processing"

    return edited(["retrieveTask"], edit)(blueprint)


def _another_code(blueprint: Blueprint) -> Blueprint:
    usual = blueprint.failure

    def failure(attempt: Attempt, policy: DeliveryPolicy) -> Failure:
        return replace(usual(attempt, policy), code="webhook-test-failed")

    return replace(blueprint, failure=failure)


CHANGES: Mapping[str, Change] = {
    "ended-task-is-processing-again": _processing_again,
    "failed-test-has-another-code": _another_code,
}
