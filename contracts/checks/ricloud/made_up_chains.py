"""Chains of made-up requests along the links of the document: configs that are created, updated, tested and shown."""

import functools
from typing import Any
from urllib.parse import unquote

from contracts import fuzzing
from contracts.check import check
from contracts.checks.absent_ids import other_of_the_same_form
from contracts.checks.closing import unseen
from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.calls import is_success
from contracts.checks.ricloud.error_bodies import NOT_FOUND
from contracts.checks.ricloud.made_up import ANY_CONTENT, Prober, in_short, sent
from contracts.checks.ricloud.made_up_bodies import documented, harmless, moves, rules_broken_by_update
from contracts.checks.ricloud.missing_resources import MALFORMED
from contracts.client import Response
from contracts.documents import Api
from contracts.fuzzing import Generated
from contracts.trial import Trial

CHAINS, STEPS = 6, 6
CREATE, RETRIEVE, UPDATE, TEST = (
    "createWebhookConfig",
    "retrieveWebhookConfig",
    "updateWebhookConfig",
    "testWebhookConfig",
)
PATHS = ("/configs/webhook", "/tasks/")
"""Where the links of configs lead to. Other operations would take most of the steps, and change what is not ours."""

OK = 200


@check("RCL-CFG-018", "RCL-UPD-001", "RCL-ERR-006", ANY_CONTENT)
def made_up_chains(trial: Trial) -> None:
    """Along the document's links, every config that was created is found, updated and shown as documented."""
    with Account(trial) as account:
        walker = _Walker(account)
        fuzzing.follow_links(_of_configs(trial.api), walker.send, chains=CHAINS, steps=STEPS, seed=trial.seed)
        account.workspace.clock.settle()
        unseen(trial, *trial.check.requirements, because="no made-up request came to what it says")


@functools.cache
def _of_configs(api: Api) -> Api:
    """The API with nothing but configs and the tasks that test them."""
    paths = {path: item for path, item in api.content["paths"].items() if path.startswith(PATHS)}
    return Api(api.name, {**api.content, "paths": paths}, api.requirements)


class _Walker:
    """Sends the requests of chains, each made harmless, and knows what became of the configs that it created."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.trial = account.trial
        self.prober = Prober(account)
        self._inboxes = [self.trial.inbox("one URL"), self.trial.inbox("another URL")]
        self._ids: dict[str, Any] = {}
        self._urls: dict[str, str] = {}

    def send(self, generated: Generated) -> Response:
        """Send it, or its harmless like: what is changed is a config that was created here."""
        operation, parameters = generated.operation, generated.parameters
        named = unquote(parameters.get("webhookConfigId", ""))  # parameters are as they stand in the path
        if operation == "retrieveTask":
            task = unquote(parameters["taskId"])
            return self.prober.send(operation, f"a retrieval of the task {task}", parameters={"taskId": task})
        if operation == RETRIEVE and named not in self._ids:
            return self._retrieve_absent()
        if operation in {RETRIEVE, UPDATE, TEST} and self._ids:
            known = named if named in self._ids else list(self._ids)[-1]
            if operation == UPDATE:
                return self._update(known, generated.body)
            return self._retrieve(known) if operation == RETRIEVE else self._test(known)
        if operation == CREATE:
            return self._create()
        return self.prober.send("listWebhookConfigs", "a list")

    def _create(self) -> Response:
        url = self._inboxes[0].url
        response = self.account.creation(url)
        identifier = response.object()["id"]
        named = unquote(str(identifier))  # of an id with percent signs, that is how links name it
        self._ids[named], self._urls[named] = identifier, url
        return response

    def _retrieve(self, named: str) -> Response:
        identifier = self._ids[named]
        shown = self.account.retrieve(identifier)  # ends the check where it is not answered with it
        self.trial.passed("RCL-CFG-018")
        if self._urls[named] != self._inboxes[0].url:
            because = f"config {named} was to show the url that it was updated to, and shows {shown.get('url')!r}"
            self.trial.expect("RCL-UPD-001", shown.get("url") == self._urls[named], because)
        response = self.prober.send(RETRIEVE, "a retrieval", parameters={"webhookConfigId": identifier})
        self.prober.judge_config(response)
        return response

    def _retrieve_absent(self) -> Response:
        """Ask for a config that is nobody's: a made-up id may be somebody's."""
        absent, is_exact = other_of_the_same_form(str(next(iter(self._ids.values()), 0)))
        response = self.prober.send(RETRIEVE, f"a retrieval of {absent}", parameters={"webhookConfigId": absent})
        if response.status not in MALFORMED or (self._ids and is_exact):
            because = f"config {absent} does not exist, which was to be answered 404, and was answered {response}"
            is_not_found = response.status == NOT_FOUND
            self.trial.expect("RCL-ERR-006", is_not_found, because, evidence=[response.evidence])
        return response

    def _update(self, named: str, made_up_body: Any) -> Response:
        identifier, before = self._ids[named], self._urls[named]
        url = next(inbox.url for inbox in self._inboxes if inbox.url != before)
        body = documented(harmless(made_up_body, url))
        in_use = identifier not in self.account.deactivated
        what = f"an update of config {named} with {in_short(body)}"
        response = self.prober.send(UPDATE, what, parameters={"webhookConfigId": identifier}, **sent(body))
        self.prober.judge_refusal(rules_broken_by_update(body), response, what, is_plain=False)
        if in_use and moves(body, before):
            says = "RCL-UPD-001" if "url" in body else "RCL-UPD-007"
            because = f"{what} was to be answered 200, and was answered {response}"
            self.trial.expect(says, response.status == OK, because, evidence=[response.evidence])
        if is_success(response):
            self._urls[named] = body["url"] if isinstance(body.get("url"), str) else before
            if body.get("state") in {"new", "deactivated"}:
                now = self.account.deactivated
                (now.add if body["state"] == "deactivated" else now.discard)(identifier)
        return response

    def _test(self, named: str) -> Response:
        return self.prober.send(TEST, "a test", parameters={"webhookConfigId": self._ids[named]})
