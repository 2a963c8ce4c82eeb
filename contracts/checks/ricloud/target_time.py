"""The target's time of what it has sent or shows, as well as it is known."""

import time
from datetime import datetime, timedelta

from contracts.clock import Tolerance
from contracts.record import Arrival
from contracts.trial import Trial
from contracts.verdicts import TimeLevel

SKEW_SECONDS = 300.0
"""How far the clock of a target may be off, where its own time is not known."""


def sent_at(trial: Trial, arrival: Arrival) -> datetime:
    """When a request was sent by the target's clock; nothing may have moved the clock since."""
    if arrival.target_at is not None:
        return arrival.target_at
    return trial.clock.now() - timedelta(seconds=time.monotonic() - arrival.monotonic)


def tolerance_of(trial: Trial) -> Tolerance:
    """How exact a moment of the target's can be judged by the kit's knowledge of its time."""
    is_known = trial.clock.level in {TimeLevel.CONTROL, TimeLevel.STEPPED}
    return trial.clock.tolerance if is_known else Tolerance(SKEW_SECONDS, SKEW_SECONDS)
