"""One account: its webhook, its commands, and its deliveries."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from tests.miniature_parts.timeline import Timeline

from . import webhook as states
from .courier import Courier, Delivery
from .manners import PLAIN, Manners
from .message import Message
from .render import MEBIBYTE, Output, Rendered, RenderFailed
from .submission import Submission
from .webhook import Webhook


@dataclass(frozen=True)
class Command:
    """A submitted command as it stands."""

    command_id: str
    submission: Submission
    status: str = "QUEUED"
    total_seconds: float | None = None
    outcome: Rendered | RenderFailed | None = None

    def shown(self, base_url: str, manners: Manners = PLAIN) -> dict[str, Any]:
        """What GET answers, and what a delivery holds; what has no value is left out."""
        view = {
            "command_id": self.command_id,
            "status": self.status,
            "command_type": "FFMPEG_COMMAND",
            "original_request": self.submission.echo(),
            "metadata": self.submission.metadata,
            "total_processing_seconds": self.total_seconds,
        }
        match self.outcome:
            case Rendered(outputs, run_seconds):
                view["ffmpeg_command_run_seconds"] = run_seconds
                view["output_files"] = {
                    alias: _shown_output(output, base_url, manners) for alias, output in outputs.items()
                }
            case RenderFailed():
                view["ffmpeg_command_run_seconds"] = self.outcome.run_seconds
                view["error_status"] = self.outcome.code
                view["error_message"] = self.outcome.message
        return manners.shown({name: value for name, value in view.items() if value is not None})


def _shown_output(output: Output, base_url: str, manners: Manners) -> dict[str, Any]:
    return {
        "file_id": output.file_id,
        "storage_url": manners.stored_at(base_url, output.path),
        "status": "STORED",
        "filename": output.name,
        "size_mbytes": round(output.size_bytes / MEBIBYTE, 6),
    }


@dataclass(frozen=True)
class Place:
    """What an account lives by: its clock, the lock that everything shares, where the server is, and its manners."""

    timeline: Timeline
    pulse: threading.Condition
    base_url: str
    grace_seconds: float
    manners: Manners = PLAIN


@dataclass(eq=False)
class Account:
    """The state of one API key. Its methods hold the lock."""

    place: Place
    webhook: Webhook | None = None
    commands: dict[str, Command] = field(default_factory=dict)
    is_closed: bool = False

    def __post_init__(self) -> None:
        self._courier = Courier(
            self.place.timeline,
            self.place.pulse,
            grace_seconds=self.place.grace_seconds,
            due=self.place.manners.due,
        )

    def configure(self, url: str, secret: str | None) -> None:
        """Set the webhook."""
        with self.place.pulse:
            self.webhook = states.configured(self.webhook, url, secret)

    def deactivate(self) -> bool:
        """Disable the webhook; false where there is none."""
        with self.place.pulse:
            if self.webhook is None:
                return False
            self.webhook = states.deactivated(self.webhook, self.place.timeline.now_ms())
            return True

    def submit(self, submission: Submission, carry_out: Callable[[Command], None]) -> str:
        """Accept a command and have it carried out, which ends with `finish`; its id."""
        with self.place.pulse:
            command = Command(self.place.manners.new_id(), submission)
            self.commands[command.command_id] = command
            carry_out(command)
            return command.command_id

    def start(self, command: Command) -> None:
        """FFmpeg is about to run."""
        with self.place.pulse:
            self.commands[command.command_id] = replace(command, status="PROCESSING")

    def finish(self, command: Command, outcome: Rendered | RenderFailed, *, total_seconds: float) -> None:
        """Keep the outcome, and deliver it to whom it concerns."""
        with self.place.pulse:
            if self.is_closed:
                return
            status = "SUCCESS" if isinstance(outcome, Rendered) else "FAILED"
            over = replace(command, status=status, total_seconds=total_seconds, outcome=outcome)
            self.commands[command.command_id] = over
        time.sleep(self.place.manners.brooding_seconds)
        with self.place.pulse:
            if self.is_closed:
                return
            if command.submission.webhook_url is not None:
                self._deliver(over, Webhook(command.submission.webhook_url, secret=""), is_own=True)
            elif self.webhook is not None and self.webhook.is_active:
                self._deliver(over, self.webhook, is_own=False)

    def _deliver(self, command: Command, to: Webhook, *, is_own: bool) -> None:
        manners = self.place.manners
        content = {
            "data": command.shown(self.place.base_url, manners),
            "timestamp": manners.dispatched(self.place.timeline.now_ms()),
        }
        message = Message(to.url, manners.delivery_written(content), to.secret, manners)
        if is_own:
            self._courier.accept(Delivery(message, lambda: not self.is_closed, lambda _: None))
        else:
            self._courier.accept(Delivery(message, partial(self._is_wanted, to.era), self._count))

    def _is_wanted(self, era: int) -> bool:
        return not self.is_closed and self.webhook is not None and self.webhook.era == era

    def _count(self, is_delivered: bool) -> None:  # noqa: FBT001 - the outcome is all that is reported
        if self.webhook is not None:
            self.webhook = (
                states.after_success(self.webhook)
                if is_delivered
                else states.after_failure(self.webhook, self.place.timeline.now_ms())
            )
