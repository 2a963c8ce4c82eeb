"""Which trial a delivery belongs to, where it is about something that one trial of several has submitted."""

import threading
from collections.abc import Callable

from contracts.subjects import Subjects
from contracts.trial import Trial

CLAIM_SECONDS = 0.8
"""How long, in real time, a check may take to claim what a submission's answer names; less than a clock's grace."""


class Claims:
    """What the trials of a session have claimed; `are_apart` says whether each of them has an account of its own."""

    def __init__(self, subjects: Subjects, are_apart: Callable[[], bool]) -> None:
        self._subjects = subjects
        self._are_apart = are_apart
        self._claims: dict[str, object] = {}
        self._claimed = threading.Condition()

    def claim(self, trial: Trial, subject: str) -> None:
        """Deliveries about this subject belong to this trial."""
        with self._claimed:
            self._claims[subject] = trial.token
            self._claimed.notify_all()

    def is_foreign(self, trial: Trial, subject: str) -> bool:
        """Whether a delivery is none of this trial's. It can come before the submission's answer says what to claim.

        An account that was used before may still be told of commands of an earlier run, which nobody ever claims.
        """
        if not self._subjects.may_be_foreign:
            return False
        are_apart = self._are_apart()
        with self._claimed:
            if not are_apart:
                self._claimed.wait_for(lambda: subject in self._claims or trial.is_submitting, CLAIM_SECONDS)
            owner = self._claims.get(subject)
            if owner is None:
                return not are_apart and not trial.is_submitting
            return owner is not trial.token
