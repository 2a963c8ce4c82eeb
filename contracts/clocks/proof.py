"""Finds out whether a target's timers follow when its clock is stepped: not all ways to wait do.

A thread that sleeps in the kernel goes on sleeping when the clock of its process jumps. Whoever took that for a retry
that does not come would judge the kit's doing, not the target.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from contracts.attempts import span
from contracts.clocks.stepped import ARMING_SECONDS, LONGEST_SETTLING_SECONDS, Steps
from contracts.errors import KitError
from contracts.receiver import Inbox, Receiver
from contracts.record import Record

Provoke = Callable[[str], None]
"""Makes the target deliver something to a URL, soon."""

MOST_STEPS = 3
STATUS = 503
FIRST_SECONDS = 10.0
FOLLOWS_SECONDS = 0.75
"""How long after a step a delivery may take that was set going by it; the checks wait longer."""

LATE_SECONDS = 3.0
BEYOND_SECONDS = 1


class Proof(Enum):
    """What became of retries that a step of the clock made due."""

    AT_ONCE = auto()
    LATE = auto()
    NEVER = auto()
    NO_DELIVERY = auto()


@dataclass(frozen=True, slots=True)
class Prover:
    """Has a target deliver to the receiver, which refuses, and looks when it tries again.

    `delays_seconds` are the documented waits before the second attempt, the third, and so on.
    """

    receiver: Receiver
    provoke: Provoke
    delays_seconds: Sequence[float]

    def by_steps(self, steps: Steps) -> Proof:
        """What becomes of the first retries when the clock is moved to each. `NEVER` is said of the first one alone.

        A later one that never comes, after one that came at once, is the target's own affair.
        """
        inbox = self._refusing()
        if not self._begun(inbox):
            return Proof.NO_DELIVERY
        try:
            for count, delay_seconds in enumerate(self.delays_seconds[:MOST_STEPS], start=2):
                self.receiver.quiet(ARMING_SECONDS, LONGEST_SETTLING_SECONDS)
                steps.jump(math.ceil(delay_seconds) + BEYOND_SECONDS)
                if _came(inbox, count, FOLLOWS_SECONDS):
                    continue
                if _came(inbox, count, LATE_SECONDS):
                    return Proof.LATE
                return Proof.NEVER if count == 2 else Proof.AT_ONCE  # noqa: PLR2004 - the second attempt
        except KitError:
            return Proof.NEVER
        finally:
            inbox.retire()
        return Proof.AT_ONCE

    def in_real_time(self) -> bool | None:
        """Whether the first retry comes while the clock is not stepped; None where that would take long."""
        delay_seconds = self.delays_seconds[0]
        if delay_seconds > FIRST_SECONDS:
            return None
        inbox = self._refusing()
        try:
            return self._begun(inbox) and _came(inbox, 2, delay_seconds + LATE_SECONDS)
        finally:
            inbox.retire()

    def _refusing(self) -> Inbox:
        inbox = self.receiver.inbox("clock", record=Record())
        inbox.script(*[STATUS] * min(MOST_STEPS, len(self.delays_seconds)), then=200)
        return inbox

    def _begun(self, inbox: Inbox) -> bool:
        try:
            self.provoke(inbox.url)
        except KitError:
            return False  # what is wrong with the target is for the checks to say
        return _came(inbox, 1, FIRST_SECONDS)


def why_timers_stay(prover: Prover, steps: Steps, restart: Callable[[bool], None]) -> str | None:
    """Why a target's timers do not follow its clock; None if they do, and where no delivery shows either.

    `restart` starts the target again, with a clock that can jump or without; it can jump at the end where the answer
    is None, and cannot else.
    """
    found = prover.by_steps(steps) if prover.delays_seconds else Proof.NO_DELIVERY
    if found in {Proof.AT_ONCE, Proof.NO_DELIVERY}:
        return None
    delay = span(prover.delays_seconds[0])
    restart(False)
    if found is Proof.LATE:
        return (
            f"its timers notice only later that its clock was moved: a retry was due in {delay}, and came after a while"
        )
    in_real_time = prover.in_real_time()
    if in_real_time is False:  # it does not try again, with or without the kit's doing
        restart(True)
        return None
    how = "it comes in real time" if in_real_time else "nothing shows that this is its own fault"
    return (
        f"its timers do not follow: a retry that was due in {delay} did not come when its clock was moved by that, and "
        f"{how} (threads that sleep do not notice)"
    )


def _came(inbox: Inbox, count: int, within_seconds: float) -> bool:
    return len(inbox.wait_or_count(count, within_seconds)) >= count
