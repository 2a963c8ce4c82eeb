"""The ways in which a receiver that was reached fails a test, each with the requirement that says what follows."""

from dataclasses import dataclass
from typing import Any

from contracts.checks.ricloud.account import Account
from contracts.receiver import Answer, Drop, Inbox, Reply, Reset

WITHOUT_ANSWER, ERROR_STATUS = "RCL-TST-005", "RCL-TST-006"
REFUSING = (400, 404, 410, 500, 503)


@dataclass(frozen=True, slots=True)
class Way:
    """A way in which a receiver fails that was reached: what it does, in words, and what that is judged by."""

    answer: Answer
    words: str
    judged_by: str


DROPS = Way(Drop(), "its receiver closed the connection without an answer", WITHOUT_ANSWER)
RESETS = Way(Reset(), "its receiver reset the connection", WITHOUT_ANSWER)
ANSWERS = {status: Way(Reply(status), f"its receiver answered {status}", ERROR_STATUS) for status in REFUSING}
ANSWERS_500 = ANSWERS[500]
TYPICAL = (DROPS, ANSWERS[404], ANSWERS_500)


def fails(way: Way, account: Account, inbox: Inbox) -> Any:
    """Create a config whose receiver fails in this way; its id, once the test event has come (RCL-TST-003)."""
    inbox.script(then=way.answer)
    config = account.create(inbox.url)
    account.trial.require(
        "RCL-TST-003",
        account.came(inbox, 1),
        f"a creation was to send a test event to {inbox.name}, and none came",
    )
    return config["id"]
