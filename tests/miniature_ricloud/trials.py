"""Tests of configs: a task, a test event, and the state that its outcome makes."""

import threading
import time
from dataclasses import dataclass, replace
from functools import partial

from tests.miniature_parts.attempts import Outcome
from tests.miniature_parts.transmission import REDIRECTS

from .manners import Identifier
from .organisation import Organisation
from .postman import Address, Delivery
from .refusal import Refused
from .resources import Config, Event, Task


@dataclass(eq=False)
class Trial:
    """A test under way. `is_retired` where it began on a deactivated config; `decides` where its outcome counts.

    `has_failed` where the config is invalid by it already, and the event is sent again all the same.
    """

    task: Task
    is_retired: bool
    decides: bool
    era: int | None = None
    event_id: Identifier | None = None
    has_failed: bool = False


class Trials:
    """The tests of one organisation. Whoever uses it holds the lock."""

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation
        self._manners = organisation.manners.tests
        self._under_way: list[Trial] = []
        self._in_turn: list[Trial] = []

    def ask(self, config: Config) -> Task:
        """The test action; `Refused` where there is no test."""
        tastes = self._manners
        others = self._busy_with(config)
        if config.is_deactivated:
            if tastes.of_deactivated == "refused":
                raise Refused(400, "The config is deactivated.", code="config-deactivated")
            return self.begin(config, decides=tastes.of_deactivated == "decides")
        if others and tastes.overlapping == "refused":
            raise Refused(tastes.overlapping_status, "A test of it is under way.", code="limit-exceeded")
        if others and tastes.overlapping == "same":
            return self._organisation.tasks[str(others[-1].task.id)]
        if tastes.state_meanwhile == "new":
            config = self._organisation.keep(replace(config, state="new"))
        return self.begin(config, waits_its_turn=tastes.overlapping == "in turn")

    def begin(
        self, config: Config, *, type_: str = "webhook_config.test", decides: bool = True, waits_its_turn: bool = False
    ) -> Task:
        """Begin a test; its task."""
        organisation = self._organisation
        task = Task(
            organisation.manners.shapes.task_id(), next(organisation.numbers), config, type_, organisation.now_ms()
        )
        organisation.tasks[str(task.id)] = task
        trial = Trial(task, is_retired=config.is_deactivated, decides=decides)
        if waits_its_turn and self._busy_with(config):
            self._in_turn.append(trial)
        else:
            self._under_way.append(trial)
            self._launch(trial)
        return organisation.tasks[str(task.id)]

    def _busy_with(self, config: Config) -> list[Trial]:
        tests = (trial for trial in self._under_way if trial.task.config.id == config.id)
        return [trial for trial in tests if not trial.has_failed]

    def _launch(self, trial: Trial) -> None:
        if not self._manners.delay_seconds:
            self._send(trial)
            return
        work = self._organisation.place.timeline.begin()

        def later() -> None:
            time.sleep(self._manners.delay_seconds)
            with self._organisation.place.pulse:
                self._send(trial)
                self._organisation.place.timeline.end(work)

        threading.Thread(target=later, name="trial", daemon=True).start()

    def _send(self, trial: Trial) -> None:
        organisation = self._organisation
        config = self._config(trial) or trial.task.config
        manners = organisation.manners
        event = Event(
            manners.shapes.event_id(),
            organisation.id,
            "webhook_config",
            "test",
            config.shown_with_secret(manners) if manners.events.with_secret else config.shown(manners),
            organisation.now_ms(),
        )
        organisation.events[str(event.id)] = event
        trial.event_id = event.id
        organisation.postman.post(
            Delivery(
                "webhookConfigTest",
                event.id,
                self._manners.waits,
                address=partial(self._address, trial),
                begins=partial(self._begins, trial),
                failed=partial(self._failed, trial),
                ended=partial(self._ended, trial),
            ),
            wait_seconds=self._manners.delay_of_clock_seconds,
        )

    def _config(self, trial: Trial) -> Config | None:
        return self._organisation.config(trial.task.config.id)

    def _address(self, trial: Trial) -> Address | None:
        config = self._config(trial)
        if config is None or (config.is_deactivated and not trial.is_retired):
            return None
        return Address(config.url, config.secret) if trial.era in {None, config.era} else None

    def _begins(self, trial: Trial, number: int) -> Event:
        organisation, config = self._organisation, self._config(trial)
        trial.era = None if config is None else config.era
        task = organisation.tasks[str(trial.task.id)]
        organisation.change_task(task.id, state="processing", started_ms=task.started_ms or organisation.now_ms())
        return organisation.change_event(self._event_id(trial), retries=number - 1)

    def _failed(self, trial: Trial) -> None:
        if self._manners.fails_at_once:
            trial.has_failed = True
            self._decide(trial, "invalid")
            self._next_in_turn(trial)

    def _ended(self, trial: Trial, is_accepted: bool, outcome: Outcome | None) -> None:  # noqa: FBT001 - as delivered
        organisation = self._organisation
        now_ms = organisation.now_ms()
        self._under_way.remove(trial)
        if is_accepted:
            organisation.change_event(self._event_id(trial), state="delivered", delivered_ms=now_ms)
            self._decide(trial, "valid")
            organisation.change_task(trial.task.id, state="succeeded", completed_ms=now_ms)
        else:
            organisation.change_event(self._event_id(trial), state="failed")
            self._decide(trial, "invalid")
            code, message = _reason(outcome)
            organisation.change_task(trial.task.id, state="failed", error=code, message=message, completed_ms=now_ms)
        self._next_in_turn(trial)

    def _decide(self, trial: Trial, state: str) -> None:
        config = self._config(trial)
        if config is None or not trial.decides or trial.era != config.era:
            return
        later = [task for task in self._organisation.tasks.values() if task.number > trial.task.number]
        is_newest = not any(task.config.id == config.id for task in later)
        if is_newest or self._manners.overlapping in {"last", "in turn"}:
            self._organisation.keep(replace(config, state=state))

    def _next_in_turn(self, ended: Trial) -> None:
        waiting = [trial for trial in self._in_turn if trial.task.config.id == ended.task.config.id]
        if waiting and not self._busy_with(ended.task.config):
            self._in_turn.remove(waiting[0])
            self._under_way.append(waiting[0])
            self._launch(waiting[0])

    @staticmethod
    def _event_id(trial: Trial) -> Identifier:
        if trial.event_id is None:
            message = "the test has no event yet"
            raise RuntimeError(message)
        return trial.event_id


def _reason(outcome: Outcome | None) -> tuple[str, str]:
    match outcome:
        case None:
            return "unreachable", "The config was changed before its receiver was asked."
        case Outcome(status=None, error="timeout"):
            return "timed-out", "The receiver did not answer in time."
        case Outcome(status=None, error=error):
            return "unreachable", f"The receiver could not be reached: {error}"
        case Outcome(status=status) if status in REDIRECTS:
            return "redirected", f"The receiver redirected with {status}."
        case Outcome(status=status):
            return "refused", f"The receiver answered {status}."
