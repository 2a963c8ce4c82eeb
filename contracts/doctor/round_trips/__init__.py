"""How the doctor tries the way from the target back to the kit, which takes another request with every API.

The module that bears an API's name has `examine(session, deadline)`, which gives its diagnoses. What a broken target
could show just as well is a warning at most, unless there is evidence of a wrong set-up: a kit that blames the target
for its own surroundings would raise false alarms, and one that blames the surroundings for a broken target would hide
failures. Whoever knows better says --no-doctor.
"""

import importlib
import importlib.util
from collections.abc import Callable

from contracts.doctor.diagnosis import Deadline, Diagnosis
from contracts.session import Session

Examine = Callable[[Session, Deadline], list[Diagnosis]]


def examination_of(api: str) -> Examine | None:
    """How the way back is tried with this API; None where nobody has written that."""
    name = f"{__name__}.{api}"
    if importlib.util.find_spec(name) is None:
        return None
    examine: Examine = importlib.import_module(name).examine
    return examine
