"""AUT: the token of a key, and what is answered without one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.check import check
from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.calls import UNAUTHORIZED, is_success
from contracts.checks.ricloud.subjects import event_id
from contracts.checks.ricloud.witness import Witness
from contracts.receiver import Inbox
from contracts.trial import Trial

SCHEME = "Token"


@dataclass(frozen=True, slots=True)
class Probe:
    """A valid request to an operation."""

    operation: str
    request: Mapping[str, Any] = field(default_factory=dict)


@check("RCL-AUT-001")
def a_token_is_enough(trial: Trial) -> None:
    """Every operation on configs lets a request in with the word Token, a space and the token of a key."""
    with Account(trial) as account:
        config = account.create(trial.inbox().url)["id"]
        # A token that is refused ends the check in `Calls.send`, as what this check is about.
        account.send("listWebhookConfigs")
        account.retrieve(config)
        account.update(config, url=trial.inbox("new URL").url)
        account.try_test(config)
        trial.passed("RCL-AUT-001", because="no operation has refused the token")


@check("RCL-AUT-002")
def no_token_is_answered_401(trial: Trial) -> None:
    """Every operation answers 401 to a request without the header Authorization, and does nothing."""
    with Account(trial) as account:
        world = World(account)
        for probe in world.probes():
            world.expect_refusal("RCL-AUT-002", probe, "without the header Authorization", anonymous=True)
        world.expect_nothing_done("RCL-AUT-002", "without the header Authorization")


@check("RCL-AUT-003")
def another_authorization_is_answered_401(trial: Trial) -> None:
    """Every operation answers 401 to another scheme, and to a token or a scheme alone, and does nothing."""
    with Account(trial) as account:
        world, token = World(account), trial.client.secret
        forms = (
            ("Bearer and the token", f"Bearer {token}"),
            ("Basic and the token", f"Basic {token}"),
            ("the token alone", token),
            ("the word Token alone", SCHEME),
        )
        for number, (what, value) in enumerate(forms):
            headers = {trial.api.credential.header: value}
            for probe in world.probes():
                if number == 0 or probe.operation in {"listWebhookConfigs", "createWebhookConfig"}:
                    world.expect_refusal("RCL-AUT-003", probe, f"with {what}", headers=headers)
        world.expect_nothing_done("RCL-AUT-003", "with another form of Authorization")


class World:
    """A config and what belongs to it, to be kept from those who have no token."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._witness = Witness(account)
        trial = account.trial
        self._inbox, self._created, self._updated = trial.inbox(), trial.inbox("created"), trial.inbox("updated")
        self._config = account.valid(self._inbox)
        self._known = len(self._inbox.arrivals)
        self._before = account.retrieve(self._config["id"])

    def probes(self) -> Iterator[Probe]:
        """A valid request to each operation, as far as there is something to ask for; the one that deletes is last."""
        config = {"webhookConfigId": self._config["id"]}
        yield Probe("createWebhookConfig", {"body": {"url": self._created.url}})
        yield Probe("listWebhookConfigs")
        yield Probe("retrieveWebhookConfig", {"parameters": config})
        yield Probe("updateWebhookConfig", {"parameters": config, "body": {"url": self._updated.url}})
        yield Probe("testWebhookConfig", {"parameters": config})
        for operation in ("listTasks", "listEvents", "retrieveOrganisation", "retrieveCurrentKey"):
            yield Probe(operation)
        yield Probe("updateOrganisation", {"body": {}})
        for operation, name, identifier in self._others():
            yield Probe(operation, {"parameters": {name: identifier}})
            if operation == "retrieveKey":
                yield Probe("updateKey", {"parameters": {name: identifier}, "body": {}})
        yield Probe("deleteWebhookConfig", {"parameters": config})

    def _others(self) -> Sequence[tuple[str, str, Any]]:
        """Operations on what has an id of its own, where it is known: without it, a 404 would be in order, too."""
        found: list[tuple[str, str, Any]] = []
        for listing, operation, name in (
            ("listTasks", "retrieveTask", "taskId"),
            ("retrieveCurrentKey", "retrieveKey", "keyId"),
        ):
            content = self.account.send(listing).object()
            first = next(iter(content["data"]), None) if isinstance(content.get("data"), list) else content
            if isinstance(first, dict) and first.get("id") is not None:
                found.append((operation, name, first["id"]))
        event = event_id(self._inbox.arrivals[0].body)
        return [*found, ("retrieveEvent", "eventId", event)] if event is not None else found

    def expect_refusal(self, requirement: str, probe: Probe, how: str, **credential: Any) -> None:
        """Judge that a request is answered 401; one that the target would not take with a token either says nothing."""
        response = self.account.send(probe.operation, stands_on=requirement, **probe.request, **credential)
        if response.status != UNAUTHORIZED and not self._is_offered(probe):
            self.account.trial.note(f"{probe.operation} is not offered, or not to this request")
            return
        self.account.trial.expect(
            requirement,
            response.status == UNAUTHORIZED,
            f"{probe.operation} {how} was to be answered 401, and was answered {response}",
            evidence=[response.evidence],
        )

    def _is_offered(self, probe: Probe) -> bool:
        response = self.account.send(probe.operation, **probe.request)
        if is_success(response) and probe.operation == "createWebhookConfig":
            self.account.keep(response.object())
        return is_success(response)

    def expect_nothing_done(self, requirement: str, how: str) -> None:
        """Judge that no request had an effect: nothing was created, changed or tested."""
        trial = self.account.trial
        after = self.account.retrieve(self._config["id"])
        changed = {name: after.get(name) for name in ("url", "state") if after.get(name) != self._before.get(name)}
        because = f"what was sent {how} was to do nothing, and the config has changed: {changed}"
        trial.expect(requirement, not changed, because)
        inboxes: Sequence[tuple[Inbox, int]] = ((self._inbox, self._known), (self._created, 0), (self._updated, 0))
        quiet = [self._witness.nothing_came(inbox, known) for inbox, known in inboxes]
        came = [arrival.number for inbox, known in inboxes for arrival in inbox.arrivals[known:]]
        because = f"what was sent {how} was to do nothing, and {len(came)} test events came"
        trial.expect(requirement, all(quiet), because, evidence=came)


@check("RCL-AUT-005")
def the_case_of_the_word(trial: Trial) -> None:
    """Whether upper and lower case count the same in the word Token."""
    account = Account(trial)
    values = [f"{word} {trial.client.secret}" for word in ("token", "TOKEN")]
    headers = [{trial.api.credential.header: value} for value in values]
    answers = [account.send("listWebhookConfigs", headers=each) for each in headers]
    evidence = [answer.evidence for answer in answers]
    if all(is_success(answer) for answer in answers):
        trial.saw("RCL-AUT-005", "a", evidence=evidence)
    elif all(answer.status == UNAUTHORIZED for answer in answers):
        trial.saw("RCL-AUT-005", "b", evidence=evidence)
