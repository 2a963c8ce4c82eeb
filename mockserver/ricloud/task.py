"""A task: the test of a webhook config, from its beginning to its outcome."""

from dataclasses import dataclass
from typing import Literal

from mockserver.errors import shortened
from mockserver.webhooks.delivery import Answer, Attempt
from mockserver.webhooks.policy import DeliveryPolicy

TaskState = Literal["pending", "processing", "succeeded", "failed"]

TEST = "webhook_config.test"
FIRST_REDIRECT, LAST_REDIRECT = 300, 399


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a task has failed: a code, and the same for people."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Task:
    """One task of one workspace, about one config."""

    id: str
    workspace: str
    type: str
    config: int
    state: TaskState
    failure: Failure | None
    created_ms: int
    started_ms: int | None = None
    completed_ms: int | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in {"succeeded", "failed"}


DEACTIVATED = Failure("deactivated", "The webhook config was deactivated before its test was over.")


def failure(attempt: Attempt, policy: DeliveryPolicy) -> Failure:
    """What an attempt that failed says of the receiver."""
    match attempt.outcome:
        case Answer(status=status) as answer if FIRST_REDIRECT <= status <= LAST_REDIRECT:
            where = f" to {shortened(answer.location)}" if answer.location else ""
            return Failure(
                "receiver-redirected", f"The receiver redirected{where} ({status}); redirects are not followed."
            )
        case Answer(status=status):
            return Failure("receiver-refused", f"The receiver answered {status}.")
        case silence if attempt.finished_ms - attempt.started_ms >= policy.timeout_ms:
            return Failure("receiver-timed-out", f"The receiver gave {silence.reason}.")
        case silence:
            return Failure("receiver-unreachable", f"The receiver could not be reached: {silence.reason.rstrip('.')}.")
