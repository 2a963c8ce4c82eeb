"""One organisation of the target with everything that checks do on it, and the events that this causes.

Each call stands on the requirement that says how it is answered. Where that does not hold, it is recorded as what is
broken, and the check that needed it ends without a word on its own requirements.
"""

from types import TracebackType
from typing import Any, Self

from contracts.checks.ricloud.calls import is_refusal, is_success
from contracts.checks.ricloud.causes import (
    Update,
    is_of_special_kind,
    of_config_not_shown,
    of_failed_creation,
    of_failed_update,
)
from contracts.checks.ricloud.config_shapes import STATES, is_identifier
from contracts.checks.ricloud.task_resource import ENDED
from contracts.checks.ricloud.waiting import Resource, Waiting
from contracts.client import Response
from contracts.errors import KitError, NotObservable
from contracts.receiver import Inbox
from contracts.trial import Trial, Workspace

DECIDED = ("valid", "invalid")
"""The states that are outcomes of tests."""

PUBLIC_URL = "https://receiver.invalid/webhooks/"
"""A URL that is neither plain http nor of a private address, and that leads to nobody."""


class Account(Waiting):
    """One organisation. A context manager: at its end, the configs that were created are deactivated."""

    def __init__(self, trial: Trial, workspace: Workspace | None = None) -> None:
        super().__init__(trial, workspace)
        self.created: list[Any] = []
        """The ids of the configs that were created here."""
        self.deactivated: set[Any] = set()
        """The ids of the configs that an update has deactivated here, and no later one has taken up again."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave nothing in use behind, whatever has happened; where that cannot be, the account is as it is."""
        if self.workspace.untouched:
            return  # an account of this trial alone
        try:
            for config in self.created:
                self.send("updateWebhookConfig", parameters={"webhookConfigId": config}, body={"state": "deactivated"})
        except KitError as trouble:
            self.trial.note(f"the account could not be tidied up: {trouble}")

    # ------------------------------------------------------------------------------------------------- configs

    def create(self, url: str, *, stands_on: str = "RCL-CFG-001") -> Resource:
        """Create a config; what the answer shows. Ends the check where it is not accepted with an id.

        `NotObservable` where the kind of URL that the receiver has is refused, RCL-CFG-016.
        """
        return self.creation(url, stands_on=stands_on).object()

    def creation(self, url: str, *, stands_on: str = "RCL-CFG-001") -> Response:
        """The same; the answer."""
        response = self.send("createWebhookConfig", body={"url": url}, stands_on=stands_on)
        content = response.object()
        if is_refusal(response) and is_of_special_kind(url) and self._takes_public_urls_alone():
            message = (
                f"the target takes no config with the receiver's URL {url}, and one with {PUBLIC_URL} (RCL-CFG-016 b): "
                "give the receiver a public https URL (--receiver-url)"
            )
            raise NotObservable(message)
        is_created = is_success(response) and is_identifier(content.get("id"))
        self.trial.require(
            stands_on if is_created else of_failed_creation(self, url, response, stands_on),
            is_created,
            f"a creation was to be answered 2xx with a config, and was answered {response}",
            evidence=[response.evidence],
        )
        self.keep(content)
        return response

    def keep(self, content: Resource) -> None:
        """Remember a config that was created, and hide its secret in reports."""
        if content.get("id") is not None:
            self.created.append(content["id"])
        if isinstance(content.get("secret"), str):
            self.trial.record.hide(content["secret"])

    def _takes_public_urls_alone(self) -> bool:
        """A second look where a URL of the receiver was refused: whether one of another kind is taken."""
        response = self.send("createWebhookConfig", body={"url": PUBLIC_URL})
        if is_success(response):
            self.keep(response.object())
        return is_success(response)

    def secret_of(self, config: Resource) -> str:
        """The secret that a creation has shown; ends the check where there is none (RCL-CFG-006)."""
        secret = config.get("secret")
        self.trial.require(
            "RCL-CFG-006",
            isinstance(secret, str) and secret,
            f"the answer to a creation was to hold a secret, and it holds {secret!r}",
        )
        return str(secret)

    def retrieve(self, config_id: Any, *, stands_on: str = "RCL-CFG-018") -> Resource:
        """The config with this id; ends the check where it is not answered 200 with it, and with a state."""
        response = self.send("retrieveWebhookConfig", parameters={"webhookConfigId": config_id}, stands_on=stands_on)
        content = response.object()
        is_shown = response.status == 200 and content.get("id") == config_id  # noqa: PLR2004 - HTTP's OK
        self.trial.require(
            stands_on if is_shown else of_config_not_shown(self, config_id, response),
            is_shown,
            f"config {config_id} was to be answered 200 with it, and was answered {response}",
            evidence=[response.evidence],
        )
        return self._with_state(response)

    def update(self, config_id: Any, *, stands_on: str = "RCL-UPD-001", **body: Any) -> Resource:
        """Update the config; ends the check where that is not answered 200 with a config."""
        response = self.try_update(config_id, **body)
        is_answered = response.status == 200 and response.object().get("id") == config_id  # noqa: PLR2004 - HTTP's OK
        self.trial.require(
            stands_on if is_answered else of_failed_update(self, config_id, Update(body, response, stands_on)),
            is_answered,
            f"an update of config {config_id} with {body} was to be answered 200 with it, and was answered {response}",
            evidence=[response.evidence],
        )
        return self._with_state(response)

    def try_update(self, config_id: Any, **body: Any) -> Response:
        """An update, whatever its answer."""
        response = self.send("updateWebhookConfig", parameters={"webhookConfigId": config_id}, body=body)
        if is_success(response) and "state" in body:
            (self.deactivated.add if body["state"] == "deactivated" else self.deactivated.discard)(config_id)
        return response

    def _with_state(self, response: Response) -> Resource:
        """The config in an answer; ends the check where it has no state that there is (RCL-CFG-009, RCL-CFG-012)."""
        content = response.object()
        self.trial.require(
            "RCL-CFG-009" if "state" in content else "RCL-CFG-012",
            content.get("state") in STATES,
            f"the state of a config was to be one of {', '.join(STATES)}, and the answer was {response}",
            evidence=[response.evidence],
        )
        return content

    def deactivate(self, config_id: Any) -> Resource:
        """Deactivate the config; ends the check where it is not deactivated then (RCL-UPD-007)."""
        content = self.update(config_id, stands_on="RCL-UPD-007", state="deactivated")
        self.trial.require(
            "RCL-UPD-007",
            content.get("state") == "deactivated",
            f"an update to deactivated was to make config {config_id} deactivated; it is {content.get('state')!r}",
        )
        return content

    def test(self, config_id: Any, **request: Any) -> Response:
        """Test the config; ends the check where that is not accepted (RCL-TST-001)."""
        response = self.try_test(config_id, **request)
        self.trial.require(
            "RCL-TST-001",
            is_success(response),
            f"a test of config {config_id} was to be accepted with a 2xx status, and was answered {response}",
            evidence=[response.evidence],
        )
        return response

    def try_test(self, config_id: Any, **request: Any) -> Response:
        """A test, whatever its answer."""
        return self.send(
            "testWebhookConfig", parameters={"webhookConfigId": config_id}, stands_on="RCL-TST-001", **request
        )

    def becomes(self, config_id: Any, state: str) -> Resource:
        """The config once it is in this state, or as it is when it has had its time and is in another.

        It has its time as in `eventually`: tests may be delayed, and sent again before they have failed.
        """
        return self.eventually(lambda: self.retrieve(config_id), lambda config: config.get("state") == state)

    def decided(self, config_id: Any) -> Resource:
        """A new config once its test is over; raises `NotObservable` where it stays new, which is judged elsewhere."""
        config = self.eventually(lambda: self.retrieve(config_id), lambda config: config.get("state") in DECIDED)
        if config["state"] not in DECIDED:
            message = f"the test of config {config_id} did not end as valid or invalid: it is still {config['state']}"
            raise NotObservable(message)
        return config

    def valid(self, inbox: Inbox) -> Resource:
        """A config of the inbox that has passed its test, as its creation showed it.

        Ends the check where no test comes (RCL-TST-003), or a good answer does not make it valid (RCL-TST-004).
        """
        known = len(inbox.arrivals)
        config = self.create(inbox.url)
        is_tested = len(self.came(inbox, known + 1)) > known
        if not is_tested:
            self.retrieve(config["id"])  # ends the check where there is no such config to be tested
        because = f"a creation was to send a test event to {inbox.name}, and none came"
        self.trial.require("RCL-TST-003", is_tested, because)
        state = self.becomes(config["id"], "valid").get("state")
        self.trial.require(
            "RCL-TST-004",
            state == "valid",
            f"the receiver answered the test event with 200, which was to make the config valid; it is {state!r}",
        )
        return config

    # ------------------------------------------------------------------------------------------ other resources

    def task(self, task_id: Any) -> Resource:
        """The task with this id; ends the check where it is not answered 200 with it (RCL-TSK-001)."""
        response = self.send("retrieveTask", parameters={"taskId": task_id}, stands_on="RCL-TSK-001")
        return self._resource(response, task_id, "RCL-TSK-001")

    def ended_task(self, task_id: Any) -> Resource:
        """The task once it is over, or as it is when it has had its time."""
        return self.eventually(lambda: self.task(task_id), lambda task: task.get("state") in ENDED)

    def event(self, event_id: Any) -> Resource:
        """The event with this id; ends the check where it is not answered 200 with it (RCL-EVT-010)."""
        response = self.send("retrieveEvent", parameters={"eventId": event_id}, stands_on="RCL-EVT-010")
        return self._resource(response, event_id, "RCL-EVT-010")

    def organisation(self) -> Resource:
        """The organisation; ends the check where it is not answered 200 with it (RCL-ORG-005)."""
        return self._resource(self.send("retrieveOrganisation", stands_on="RCL-ORG-005"), None, "RCL-ORG-005")

    def key(self) -> Resource:
        """The calling key; ends the check where it is not answered 200 with it (RCL-ORG-005)."""
        return self._resource(self.send("retrieveCurrentKey", stands_on="RCL-ORG-005"), None, "RCL-ORG-005")

    def _resource(self, response: Response, identifier: Any, stands_on: str) -> Resource:
        content = response.object()
        named = identifier is None or content.get("id") == identifier
        self.trial.require(
            stands_on,
            response.status == 200 and content.get("id") is not None and named,  # noqa: PLR2004 - HTTP's OK
            f"it was to be answered 200 with an object with its id, and was answered {response}",
            evidence=[response.evidence],
        )
        return content
