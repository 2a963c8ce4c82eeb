"""An account with a past: deliveries about commands of an earlier run come to the inboxes of this one."""

from typing import TYPE_CHECKING

import httpx

from contracts.check import Check
from contracts.checks.renderio.account import Account
from contracts.documents import load_api
from contracts.receiver import Receiver
from contracts.record import Record
from contracts.session import Session, new_key
from contracts.target import NO_CONTROL, RunOptions, Target
from contracts.trial import Trial

if TYPE_CHECKING:
    from tests.conftest import RunningServer

FIRST_RETRY_SECONDS = 5


def looked_at(trial: Trial) -> None:
    """Nothing: the test itself does what a check would do."""


def test_retry_of_an_earlier_run_is_no_arrival_of_this_one(server: "RunningServer") -> None:
    target = Target(url=server.url, api="renderio", keys=(new_key(load_api("renderio")),), control=NO_CONTROL)
    with Receiver() as earlier:
        before = earlier.inbox("earlier", record=Record())
        before.script(then=503)
        with Session(target, RunOptions()) as session:
            check = Check("tests.past", "A check", (), looked_at)
            past = Account(session.trial(check))
            past.configure(before.url)
            past.followed(before, past.submit())

        with Session(target, RunOptions()) as session:  # the same account keeps the retry of the session before
            trial = session.trial(Check("tests.present", "A check", (), looked_at))
            account, inbox = Account(trial), trial.inbox()
            account.configure(inbox.url)  # the retry follows to the new URL
            advance(target, FIRST_RETRY_SECONDS)
            own_id = account.submit()
            arrivals = account.followed(inbox, own_id).arrivals
            assert [own_id.encode() in arrival.body for arrival in arrivals] == [True]
            session.receiver.quiet(0.2, 10)
            assert session.receiver.strays == 1


def advance(target: Target, seconds: float) -> None:
    answer = httpx.post(
        f"{target.url}/_control/clock/advance",
        json={"seconds": seconds},
        headers={"X-API-KEY": target.keys[0]},
        trust_env=False,
        timeout=20,
    )
    assert answer.status_code == 200, answer.text
