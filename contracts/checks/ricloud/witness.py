"""Something that is known to be tested: when its test has come, whatever was caused before has come, too."""

from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.outcomes import tested
from contracts.receiver import Inbox


class Witness:
    """A config of its own, by which it is told how long a test that may not come has to be waited for."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._inbox = account.trial.inbox("witness")
        self._config = account.valid(self._inbox)["id"]

    def nothing_came(self, inbox: Inbox, known: int) -> bool:
        """Whether no more than `known` requests have come to an inbox by the time that a later test has."""
        if len(inbox.arrivals) > known:
            return False
        tested(self._account, self._config, self._inbox)
        return self._account.nothing_more(inbox, known)
