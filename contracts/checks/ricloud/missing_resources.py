"""ERR: what does not exist, and ids that have not the form of one."""

from collections.abc import Iterator, Sequence
from typing import Any

from contracts.check import check
from contracts.checks.absent_ids import other_of_the_same_form
from contracts.checks.closing import unseen
from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.calls import is_success
from contracts.checks.ricloud.error_bodies import BAD_REQUEST, NOT_FOUND
from contracts.checks.ricloud.outcomes import accepted_test
from contracts.checks.ricloud.subjects import event_id
from contracts.trial import Trial

MALFORMED = frozenset({400, 422})
"""How a target may answer an id that could not be one of its own; RCL-ERR-007 is about such."""

NO_IDS = ("no-such-id", "%")


@check("RCL-ERR-006")
def what_does_not_exist_is_answered_404(trial: Trial) -> None:
    """A request for a config, a task or an event that does not exist is answered 404."""
    with Account(trial) as account:
        for operation, name, existing, body in _known(account):
            absent, is_exact = other_of_the_same_form(str(existing))
            response = account.send(operation, parameters={name: absent}, stands_on="RCL-ERR-006", **body)
            if response.status in MALFORMED and not is_exact:
                trial.note(f"the id {absent} may have been refused for its form; that says nothing")
                continue
            trial.expect(
                "RCL-ERR-006",
                response.status == NOT_FOUND,
                f"{operation} of {absent}, which does not exist, was to be answered 404, and was answered {response}",
                evidence=[response.evidence],
            )
        unseen(trial, "RCL-ERR-006", because="every made-up id was refused for its form")


def _known(account: Account) -> Iterator[tuple[str, str, Any, dict[str, Any]]]:
    """Operations on what exists, as far as they are offered: the name of their parameter, an id, and a body."""
    inbox = account.trial.inbox()
    config = account.valid(inbox)["id"]
    yield "retrieveWebhookConfig", "webhookConfigId", config, {}
    account.update(config, url=account.trial.inbox("new URL").url)  # ends the check where no update is understood
    yield "updateWebhookConfig", "webhookConfigId", config, {"body": {"url": account.trial.inbox("unused").url}}
    yield "testWebhookConfig", "webhookConfigId", config, {}
    task = accepted_test(account, config).object().get("id")
    event = event_id(inbox.arrivals[0].body)
    for operation, name, identifier in (("retrieveTask", "taskId", task), ("retrieveEvent", "eventId", event)):
        if identifier is not None and is_success(account.send(operation, parameters={name: identifier})):
            yield operation, name, identifier, {}


@check("RCL-ERR-007")
def an_id_of_another_form(trial: Trial) -> None:
    """Whether an id that has not the form of one is answered 404 or 400."""
    with Account(trial) as account:
        statuses: Sequence[int] = [
            account.send(operation, parameters={name: text}).status
            for operation, name in (("retrieveWebhookConfig", "webhookConfigId"), ("retrieveTask", "taskId"))
            for text in NO_IDS
        ]
        if all(status == NOT_FOUND for status in statuses):
            trial.saw("RCL-ERR-007", "a")
        elif BAD_REQUEST in statuses:
            trial.saw("RCL-ERR-007", "b", f"they were answered {statuses}")
