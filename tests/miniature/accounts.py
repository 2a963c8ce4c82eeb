"""Every account of the server, and the work that is done for them."""

import threading
import time
from collections.abc import Callable
from functools import partial

from tests.miniature_parts.timeline import Timeline, Work

from .account import Account, Command, Place
from .render import Rendered, RenderFailed, Studio
from .submission import Submission


class Accounts:
    """Opens an account for every key at its first use."""

    def __init__(
        self, studio: Studio, pulse: threading.Condition, place: Callable[[], Place], *, at_a_time: int = 1000
    ) -> None:
        self._turns = threading.Semaphore(at_a_time)
        self._studio = studio
        self._pulse = pulse
        self._place = place
        self._accounts: dict[str, Account] = {}

    def wake(self) -> None:
        """Have everything that waits for time look at the clock again."""
        with self._pulse:
            self._pulse.notify_all()

    def of(self, key: str) -> Account:
        """The account of a key."""
        with self._pulse:
            if key not in self._accounts:
                self._accounts[key] = Account(self._place())
            return self._accounts[key]

    def reset(self, key: str) -> None:
        """Close the account of a key, so that its next use opens a new one. What was pending is never sent."""
        with self._pulse:
            closed = self._accounts.pop(key, None)
            if closed is None:
                return
            closed.is_closed = True
        for command in tuple(closed.commands.values()):
            self._forget(command.outcome)

    def submit(self, account: Account, submission: Submission) -> str:
        """Accept a command; its id."""
        return account.submit(submission, partial(self._begin, account))

    def _begin(self, account: Account, command: Command) -> None:
        timeline = account.place.timeline
        work = timeline.begin()
        threading.Thread(
            target=self._carry_out, args=(account, command, timeline, work), name="command", daemon=True
        ).start()

    def _carry_out(self, account: Account, command: Command, timeline: Timeline, work: Work) -> None:
        with self._turns:
            self._carry_out_in_turn(account, command)
        timeline.end(work)

    def _carry_out_in_turn(self, account: Account, command: Command) -> None:
        began = time.monotonic()
        manners = account.place.manners
        time.sleep(manners.queued_seconds)
        try:
            outcome: Rendered | RenderFailed = self._studio.render(
                command.submission, started=partial(account.start, command)
            )
        except RenderFailed as failure:
            outcome = failure
        except Exception as error:  # noqa: BLE001 - the outermost loop: a command ends, whatever happens
            outcome = RenderFailed("INTERNAL_ERROR", f"{type(error).__name__}: {error}")
        time.sleep(manners.working_seconds)
        account.finish(command, outcome, total_seconds=time.monotonic() - began)
        if account.is_closed:
            self._forget(outcome)

    def _forget(self, outcome: Rendered | RenderFailed | None) -> None:
        if isinstance(outcome, Rendered):
            for output in outcome.outputs.values():
                self._studio.forget(output)
