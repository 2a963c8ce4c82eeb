"""What the document says about the callback of a render."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mockserver.errors import SetUpError

EXTENSION: Final = "x-proofreel-callback"

UPLOAD, LOG, CREDITS = "upload", "log", "credits"
STEPS: Final = (UPLOAD, LOG, CREDITS)


@dataclass(frozen=True, slots=True)
class CallbackPolicy:
    """How a callback goes: the wait before each try of a step, how long a step hangs that was told to, and the price.

    Waits are in seconds of real time.
    """

    delays_seconds: tuple[float, ...]
    hang_seconds: float
    credits: int

    @classmethod
    def from_document(cls, content: Mapping[str, Any]) -> "CallbackPolicy":
        """The policy that a document states; raises `SetUpError` naming what is missing or wrong."""
        source = content.get(EXTENSION)
        if not isinstance(source, Mapping):
            message = f"{EXTENSION} is missing: it says how often the steps of a callback are tried"
            raise SetUpError(message)
        try:
            policy = cls(
                delays_seconds=tuple(float(delay) for delay in source["delays_seconds"]),
                hang_seconds=float(source["hang_seconds"]),
                credits=int(source["credits"]),
            )
            steps = tuple(source["steps"])
        except (KeyError, TypeError, ValueError) as error:
            message = f"{EXTENSION}: {type(error).__name__}: {error}"
            raise SetUpError(message) from error
        if steps != STEPS:
            message = f"{EXTENSION}: the steps must be {list(STEPS)}, they are {list(steps)}"
            raise SetUpError(message)
        if not policy.delays_seconds or min(*policy.delays_seconds, policy.hang_seconds, policy.credits) < 0:
            message = f"{EXTENSION}: there must be a delay, and no number below 0"
            raise SetUpError(message)
        return policy
