"""What the doctor says: a diagnosis, and how much time it may take to find one."""

import time
from dataclasses import dataclass, field
from enum import Enum


class Severity(Enum):
    """What follows from a diagnosis: nothing can be judged, or the run goes on with a word of warning."""

    BLOCKING = "problem"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that is wrong around a run: what was tried, what came back, what to do about it."""

    name: str
    tried: str
    came_back: str
    advice: str
    severity: Severity = Severity.BLOCKING

    def __str__(self) -> str:
        return f"{self.name}\n  tried      {self.tried}\n  came back  {self.came_back}\n  to do      {self.advice}"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment that no probe goes beyond, `seconds` from the making."""

    seconds: float
    _began: float = field(default_factory=time.monotonic)

    @property
    def remaining_seconds(self) -> float:
        """What is left, 0 or more."""
        return max(0.0, self.seconds - (time.monotonic() - self._began))
