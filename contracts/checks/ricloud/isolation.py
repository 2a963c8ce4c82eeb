"""ORG: what belongs to one organisation is not there for another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.check import check
from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.calls import is_refusal, is_success
from contracts.checks.ricloud.error_bodies import NOT_FOUND
from contracts.checks.ricloud.lists import CONFIGS, EVENTS, LARGEST_LIMIT, TASKS, Item, ask
from contracts.checks.ricloud.outcomes import tested
from contracts.checks.ricloud.subjects import event_id
from contracts.checks.ricloud.witness import Witness
from contracts.client import Response
from contracts.errors import NotObservable
from contracts.receiver import Inbox
from contracts.trial import Trial

APART = "RCL-ORG-006"
NOT_ALLOWED = 405
DEFAULT, OWN = "webhook_config_default", "webhook_config"


@dataclass(frozen=True, slots=True)
class Owned:
    """A config with its inbox, to which `known` requests have come, and what has come of its last test."""

    config: Item
    inbox: Inbox
    known: int
    task_id: Any
    event_id: str | None


@check(APART, second_account=True)
def another_organisation_sees_and_changes_nothing(trial: Trial) -> None:
    """A key of another organisation can neither see nor change, test or delete a config, its tasks and its events."""
    with Account(trial) as owner, Account(trial, trial.second()) as other:
        _require_two(owner, other)
        witness = Witness(owner)
        owned = _owned(owner)
        _judge_lists(trial, other, owned)
        config = {"webhookConfigId": owned.config["id"]}
        if _is_of_another(other, owned):
            raise NotObservable("the other organisation has a config with the same id: ids are counted by organisation")
        new = trial.inbox("of another organisation")
        _judge(trial, owned, "retrieve", other.send("retrieveWebhookConfig", parameters=config))
        changing = {
            "update": other.send("updateWebhookConfig", parameters=config, body={"url": new.url}),
            "deactivate": other.send("updateWebhookConfig", parameters=config, body={"state": "deactivated"}),
            "test": other.send("testWebhookConfig", parameters=config),
            "delete": other.send("deleteWebhookConfig", parameters=config),
        }
        for what, response in changing.items():
            _judge(trial, owned, what, response)
        _judge_resources(trial, owner, other, owned)
        _judge_untouched(owner, owned, (witness.nothing_came(owned.inbox, owned.known), witness.nothing_came(new, 0)))


def _require_two(owner: Account, other: Account) -> None:
    """Raise `NotObservable` where somebody has given two tokens of one organisation."""
    one, two = (account.send("retrieveOrganisation").object() for account in (owner, other))
    if not owner.workspace.untouched and one.get("id") is not None and one == two:
        raise NotObservable("the two tokens are of the same organisation; it takes one of another organisation")


def _owned(owner: Account) -> Owned:
    inbox = owner.trial.inbox("of the owner")
    config = owner.valid(inbox)
    test = tested(owner, config["id"], inbox)
    shown = owner.retrieve(config["id"])
    return Owned(shown, inbox, len(inbox.arrivals), test.response.object().get("id"), event_id(test.arrival.body))


def _is_of_another(other: Account, owned: Owned) -> bool:
    """Whether the other organisation has a config of its own with this id; then what is asked by it is its own."""
    response = other.send("retrieveWebhookConfig", parameters={"webhookConfigId": owned.config["id"]})
    return is_success(response) and not _is_the_same(response.object(), owned.config)


def _is_the_same(item: Item, owned: Item) -> bool:
    """Whether a config is the owned one: its URL is nobody else's; its id may be, where ids are counted apart."""
    if item.get("url") == owned.get("url"):
        return True
    return item.get("id") == owned.get("id") and item.get("organisation") == owned.get("organisation") is not None


def _judge(trial: Trial, owned: Owned, what: str, response: Response) -> None:
    """Judge that a request by another organisation with the id of an owned resource is refused."""
    reading = {NOT_FOUND: "a", NOT_ALLOWED: None}.get(response.status, "b")  # a method that is not there says nothing
    trial.expect(
        APART,
        is_refusal(response),
        f"a key of another organisation was not to {what} config {owned.config['id']}, and was answered {response}",
        reading=reading,
        evidence=[response.evidence],
    )


def _judge_lists(trial: Trial, other: Account, owned: Owned) -> None:
    for query in ((), [("limit", str(LARGEST_LIMIT))], [("limit", str(LARGEST_LIMIT)), ("state", "valid")]):
        response, page = ask(other, CONFIGS, query)
        items: Sequence[Item] = page.items if page is not None else ()
        leaked = [item.get("id") for item in items if _is_the_same(item, owned.config)]
        because = f"the list of another organisation was not to show config {owned.config['id']}, and shows {leaked}"
        trial.expect(APART, not leaked, because, evidence=[response.evidence])


def _judge_resources(trial: Trial, owner: Account, other: Account, owned: Owned) -> None:
    """Judge what another organisation sees of the owner's tasks and events, as far as the target offers such."""
    for what, listing, operation, name, identifier in (
        ("task", TASKS, "retrieveTask", "taskId", owned.task_id),
        ("event", EVENTS, "retrieveEvent", "eventId", owned.event_id),
    ):
        if identifier is None:
            continue
        shown = owner.send(operation, parameters={name: identifier})
        if not is_success(shown):
            trial.note(f"the owner cannot see its {what} either, which is judged elsewhere")
            continue
        response = other.send(operation, parameters={name: identifier})
        leaked = is_success(response) and _is_copy(response.object(), shown.object())
        because = f"a key of another organisation was not to see the {what} {identifier}, and was answered {response}"
        trial.expect(APART, not leaked, because, evidence=[response.evidence])
        listed, page = ask(other, listing, [("limit", str(LARGEST_LIMIT))])
        items: Sequence[Item] = page.items if page is not None else ()
        found = [item for item in items if _is_copy(item, shown.object())]
        because = f"the list of another organisation was not to show the {what} {identifier}, and shows it"
        trial.expect(APART, not found, because, evidence=[listed.evidence])


def _is_copy(item: Item, owned: Item) -> bool:
    """Whether this is the owner's: ids may be counted by organisation, but not with the same moments, too."""
    same: Mapping[str, bool] = {
        name: item.get(name) == owned.get(name) for name in ("id", "date_created", "organisation")
    }
    return all(same.values())


def _judge_untouched(owner: Account, owned: Owned, quiet: tuple[bool, bool]) -> None:
    after = owner.retrieve(owned.config["id"])
    changed = {name: after.get(name) for name in ("url", "state") if after.get(name) != owned.config.get(name)}
    because = f"what another organisation asks for was to leave the config as it is, and has changed {changed}"
    owner.trial.expect(APART, not changed, because)
    because = "what another organisation asks for was to send no test event, and one came"
    owner.trial.expect(APART, all(quiet), because)


@check(APART, second_account=True)
def another_organisation_cannot_use_a_config(trial: Trial) -> None:
    """A config of one organisation cannot be made the default of another, nor be that of another's key."""
    with Account(trial) as owner, Account(trial, trial.second()) as other:
        _require_two(owner, other)
        owned = _owned(owner)
        if _is_of_another(other, owned):
            raise NotObservable("the other organisation has a config with the same id: ids are counted by organisation")
        for operation, name, parameters in _places(other):
            before = _named(other, operation, name)
            response = other.send(operation, parameters=parameters, body={name: owned.config["id"]})
            named = _named(other, operation, name)
            is_used = is_success(response) and str(named) == str(owned.config["id"])
            if is_used:
                other.send(operation, parameters=parameters, body={name: before})
            because = f"a key of another organisation was not to use config {owned.config['id']} as its {name}"
            trial.expect(APART, not is_used, f"{because}, and was answered {response}", evidence=[response.evidence])


def _places(other: Account) -> Sequence[tuple[str, str, dict[str, Any]]]:
    """Where a config can be used: an operation, the property that names the config, and the path's parameters."""
    key = other.send("retrieveCurrentKey").object().get("id")
    places: list[tuple[str, str, dict[str, Any]]] = [("updateOrganisation", DEFAULT, {})]
    return [*places, ("updateKey", OWN, {"keyId": key})] if key is not None else places


def _named(other: Account, operation: str, name: str) -> Any:
    """The id of the config that the organisation or the key names; None where it names none."""
    reading = "retrieveOrganisation" if operation == "updateOrganisation" else "retrieveCurrentKey"
    named = other.send(reading).object().get(name)
    return named.get("id") if isinstance(named, dict) else named
