"""The real time that a run may take."""

import time
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Budget:
    """Counts from its making; `seconds` None is without limit."""

    seconds: float | None
    _began: float = field(default_factory=time.monotonic)

    @property
    def remaining_seconds(self) -> float:
        """What is left, 0 or more."""
        if self.seconds is None:
            return float("inf")
        return max(0.0, self.seconds - (time.monotonic() - self._began))

    def reaches(self, seconds: float) -> bool:
        """Whether so much is left."""
        return seconds <= self.remaining_seconds
