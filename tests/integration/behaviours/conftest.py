"""What the tests of behaviours share: two accounts of an API and a receiver."""

import importlib.resources
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from litestar.testing import TestClient

from mockserver.app import create_app
from mockserver.outbound.guard import LoopbackGuard
from mockserver.settings import Settings
from tests.integration.bannx.spaces import Space
from tests.integration.behaviours.studio import HANG_SECONDS, LAST_DELAY_SECONDS, Studio

if TYPE_CHECKING:
    import httpx

    from tests.conftest import Account, Hook, OpenAccount, OpenOrganisation, Organisation, Receiver, RunningServer

CONFIG, RUN, CONTROL = "/api/v1/webhook-config", "/api/v1/run-ffmpeg-command", "/_control/behaviours"
SIGNING_KEY = "whsec_behaviours"
SPAN_SECONDS = 200_000


@dataclass(frozen=True)
class World:
    """An account on which one behaviour is active, or none; a receiver; and another account."""

    account: "Account"
    receiver: "Receiver"
    other: "Account"

    def reversed(self) -> "World":
        """The same with the other account in front."""
        return replace(self, account=self.other, other=self.account)

    def behave(self, *identifiers: str) -> list[str]:
        """Have these behaviours active on the account; what is active then."""
        response = self.account.client.put(CONTROL, json={"active": list(identifiers)})
        assert response.status_code == 200, response.text
        return [it["id"] for it in response.json()["behaviours"] if it["active"]]

    def configured(self, *steps: Any, then: Any = 200, secret: str | None = SIGNING_KEY) -> "Hook":
        """A hook that the account's webhook leads to."""
        hook = self.receiver.hook(*steps, then=then)
        self.account.configure(hook.url, secret)
        return hook

    def failed(self, **fields: Any) -> str:
        """A command that has ended as FAILED, and its delivery, as far as it is due."""
        command = self.account.submit_failing(**fields)
        self.account.settle()
        return command

    def succeeded(self, **fields: Any) -> str:
        """A command that has ended as SUCCESS, and its delivery, as far as it is due."""
        command = self.account.submit(**fields)
        self.account.settle()
        return command

    def config(self, *names: str) -> Any:
        """Some of what GET shows."""
        shown = self.account.client.get(CONFIG).json()
        return tuple(shown.get(name, "absent") for name in names)

    def waits(self) -> tuple[float, ...]:
        """The waits before the attempts of the newest delivery, with the time from the end of the command first."""
        delivery = self.account.deliveries()[-1]
        moments = [delivery["created_at"], *(attempt["started_at"] for attempt in delivery["attempts"])]
        times = [datetime.fromisoformat(moment).timestamp() for moment in moments]
        return tuple(round(later - earlier, 3) for earlier, later in pairwise(times))

    def disabled(self) -> "Hook":
        """A hook whose webhook was disabled for its failures, and which takes everything from now on."""
        hook = self.configured(then=503)
        self.failed()
        self.account.advance(SPAN_SECONDS)
        hook.then = 200
        return hook

    def submission(self, **fields: Any) -> int:
        """The status of a submission."""
        return self.account.client.post(RUN, json=self.account.body(**fields)).status_code


@pytest.fixture
def world(open_account: "OpenAccount", server: "RunningServer", receiver: "Receiver") -> World:
    return World(open_account(server), receiver, open_account(server))


@dataclass(frozen=True)
class Cloud:
    """An organisation of ricloud on which one behaviour is active, or none; a receiver; and another organisation."""

    organisation: "Organisation"
    receiver: "Receiver"
    other: "Organisation"

    def reversed(self) -> "Cloud":
        """The same with the other organisation in front."""
        return replace(self, organisation=self.other, other=self.organisation)

    def behave(self, *identifiers: str) -> list[str]:
        """Have these behaviours active in the organisation; what is active then."""
        response = self.organisation.client.put(CONTROL, json={"active": list(identifiers)})
        assert response.status_code == 200, response.text
        return [it["id"] for it in response.json()["behaviours"] if it["active"]]

    def send(self, method: str, path: str, body: Any = None, **options: Any) -> "httpx.Response":
        """A request of the organisation; with a body of JSON where one is given."""
        if body is not None:
            options["json"] = body
        return self.organisation.client.request(method, path, **options)

    def status(self, method: str, path: str, body: Any = None, **options: Any) -> int:
        """The status of its answer."""
        return self.send(method, path, body, **options).status_code

    def new(self, *steps: Any, then: Any = 200) -> tuple["Hook", Any]:
        """A hook and a config of it, as its creation shows it; its test has begun."""
        hook = self.receiver.hook(*steps, then=then)
        return hook, self.send("POST", "/configs/webhook", {"url": hook.url}).json()

    def tested(self, *steps: Any, then: Any = 200) -> tuple["Hook", Any]:
        """The same when nothing due is left."""
        hook, config = self.new(*steps, then=then)
        self.organisation.settle()
        return hook, config

    def shown(self, config: Any) -> Any:
        """A config, by what its creation has shown, as it is now."""
        return self.send("GET", f"/configs/webhook/{config['id']}").json()

    def state(self, config: Any) -> str:
        """Its state when nothing due is left."""
        self.organisation.settle()
        return str(self.shown(config).get("state"))

    def update(self, config: Any, **changes: Any) -> "httpx.Response":
        """Update it."""
        return self.send("POST", f"/configs/webhook/{config['id']}", changes)

    def test(self, config: Any, **options: Any) -> "httpx.Response":
        """Have it tested."""
        return self.send("POST", f"/configs/webhook/{config['id']}/test", **options)

    def items(self, path: str, **query: Any) -> list[Any]:
        """The items of a list's page."""
        listed: list[Any] = self.send("GET", path, params=query).json().get("data", [])
        return listed

    def used(self, *steps: Any, then: Any = 200) -> tuple["Hook", Any]:
        """A hook whose config is valid and the organisation's default; the steps are those of events after its test."""
        hook, config = self.tested(200, *steps, then=then)
        hook.next()
        self.organisation.use(config["id"])
        return hook, config

    def happen(self, **data: Any) -> Any:
        """Have an event happen and what is due of it; the event as the control protocol shows it."""
        event = self.organisation.happen(**data)
        self.organisation.settle()
        return event


@pytest.fixture
def cloud(open_organisation: "OpenOrganisation", server: "RunningServer", receiver: "Receiver") -> Cloud:
    return Cloud(open_organisation(server), receiver, open_organisation(server))


@pytest.fixture(scope="session")
def studio_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A server within this process whose callbacks hang for a short time only, and whose steps are tried twice."""
    documents = tmp_path_factory.mktemp("documents")
    with importlib.resources.as_file(importlib.resources.files("openapi") / "bannx") as original:
        shutil.copytree(original, documents / "bannx")
    document = documents / "bannx" / "openapi.yaml"
    text = document.read_text("utf-8")
    for old, new in {
        "hang_seconds: 10": f"hang_seconds: {HANG_SECONDS}",
        "delays_seconds: [0, 0.05, 0.25]": f"delays_seconds: [0, {LAST_DELAY_SECONDS}]",
    }.items():
        assert old in text
        text = text.replace(old, new)
    document.write_text(text, "utf-8")
    settings = Settings(documents=documents, parallel_renders=0, guard=LoopbackGuard())
    with TestClient(create_app(settings), base_url="http://testserver.local") as client:
        yield client


@pytest.fixture
def studio(studio_server: Any, receiver: "Receiver") -> Studio:
    """Two spaces of bannx and a receiver."""
    return Studio(Space(studio_server).has(), Space(studio_server).has(), receiver)
