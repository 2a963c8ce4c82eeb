"""What the tests of behaviours share: two accounts and a receiver."""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Account, Hook, OpenAccount, Receiver, RunningServer

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
