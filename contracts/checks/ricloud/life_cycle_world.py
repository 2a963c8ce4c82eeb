"""Some configs of one organisation under one history, and what the model says of each."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.calls import is_refusal, is_success
from contracts.checks.ricloud.life_cycle_model import Action, Divergence, Model, Seen, Way, applies, left_alone
from contracts.checks.ricloud.outcomes import changed_from
from contracts.checks.ricloud.waiting import DAY_SECONDS, QUIET_SECONDS
from contracts.client import Response
from contracts.errors import KitError, NotObservable
from contracts.receiver import Inbox
from contracts.verdicts import TimeLevel

OK, BROKEN = 200, 500
MOST_CONFIGS = 3
NAMES = "ABC"
PATIENT_FACTOR = 3.0
"""How many times as long as the slowest test event so far it is waited for one that may not come."""

SETTLED_SECONDS = {TimeLevel.CONTROL: 0.05, TimeLevel.STEPPED: 0.25}
"""How long, in real time, a test event may still be on its way once nothing due is left, where that is known."""

WHATEVER_WAS = (Action.WAIT, Action.DEACTIVATE, Action.FORBIDDEN)
"""What has a requirement of its own that holds whatever has happened before."""

STANDS_ON = {Action.TEST: "RCL-TST-001", Action.DEACTIVATE: "RCL-UPD-007", Action.FORBIDDEN: "RCL-UPD-010"}
"""What an answer breaks that is neither a success nor a refusal; RCL-UPD-001 of all other updates."""


@dataclass(frozen=True, slots=True)
class Step:
    """What happens to which config, and whether its receiver works from then on."""

    action: Action
    index: int
    works: bool = True

    @property
    def outcome(self) -> str:
        """How a test ends that this step causes."""
        return "valid" if self.works else "invalid"

    def __str__(self) -> str:
        return f"{NAMES[self.index]} {self.action.value}, and its receiver {'works' if self.works else 'answers 500'}"


@dataclass(slots=True)
class Course:
    """What all histories of one check share; `plain` as long as each rule is seen by itself for the first time."""

    account: Account
    most_histories: int
    model: Model = field(default_factory=Model)
    plain: bool = True
    histories: int = 0
    divergence: Divergence | None = None
    stopped: KitError | None = None
    delay_seconds: float = 0.0
    """After how much of its time the target has sent a test event, where that can be moved."""
    quiet_seconds: float = QUIET_SECONDS
    """For how long, in real time, a test event is waited for that may not come."""
    until: float = math.inf
    """The monotonic time from which on no more steps are taken."""
    sent_again: bool | None = None
    """Whether a test event that was not accepted comes again (RCL-TST-021 b); None: not seen yet."""

    @property
    def over(self) -> bool:
        """Whether no more histories are wanted."""
        ended = self.divergence is not None or self.stopped is not None or self.histories > self.most_histories
        return ended or time.monotonic() > self.until


@dataclass(slots=True)
class Tracked:
    """One config: its receiver, which of two URLs of that it has, and the state that it was last seen in."""

    id: Any
    inbox: Inbox
    url: str
    state: str = "new"

    @property
    def other_url(self) -> str:
        """The URL that it has not; whatever follows the inbox's own leads there, too."""
        second = f"{self.inbox.url}/second"
        return self.inbox.url if self.url == second else second


class World:
    """The configs of one history."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.account = course.account
        self.configs: list[Tracked] = []

    def applies(self, step: Step) -> bool:
        """Whether a step can happen here, and the documents say anything of it."""
        if step.action is Action.CREATE:
            return step.index == len(self.configs) < MOST_CONFIGS
        return step.index < len(self.configs) and applies(step.action, self.configs[step.index].state)

    def fitted(self, step: Step) -> Step:
        """A step that applies here, as much like this one as can be."""
        count = len(self.configs)
        if not count or (step.action is Action.CREATE and count < MOST_CONFIGS):
            return replace(step, action=Action.CREATE, index=count)
        step = replace(step, index=step.index % count)
        return step if self.applies(step) else replace(step, action=Action.TEST)

    def take(self, step: Step) -> None:
        """Do what a step says, wait until it is over, and hold what has come of it against the model.

        Raises `Divergence`, and `NotObservable` where it cannot be told when a step is over.
        """
        config = self._made() if step.action is Action.CREATE else self.configs[step.index]
        before, known = config.state, len(config.inbox.arrivals)
        config.inbox.script(then=OK if step.works else BROKEN)
        response = self._send(step, config)
        permitted = self.course.model.permitted(step.action, before, step.outcome)
        refused = response is not None and is_refusal(response)
        tested = self._event_came(config, known, is_certain=not refused and all(way.tested for way in permitted))
        state = self._state(config, step, known, permitted if tested else ())
        try:
            self.course.model.judge(step.action, before, step.outcome, Seen(refused, tested, state))
        except Divergence as divergence:
            raise self._as_is_plain(divergence, step) from None
        config.state = state
        self._look(step)

    # ------------------------------------------------------------------------------------------- what is done

    def _made(self) -> Tracked:
        inbox = self.account.trial.inbox(NAMES[len(self.configs)])
        return Tracked(None, inbox, inbox.url)

    def _send(self, step: Step, config: Tracked) -> Response | None:
        """Do it; the answer, None where nothing is sent."""
        if step.action is Action.WAIT:
            self.account.workspace.clock.pass_time(DAY_SECONDS if self.account.can_move_time else QUIET_SECONDS)
            return None
        if step.action is Action.CREATE:
            config.id = self.account.create(config.url)["id"]
            self.configs.append(config)
            return None
        response = self._requested(step.action, config)
        if is_refusal(response) and config.state != "deactivated" and step.action in (Action.TEST, Action.NEW_URL):
            time.sleep(QUIET_SECONDS)  # the test before it may just be being concluded, RCL-TST-024 c
            response = self._requested(step.action, config)
        self.account.trial.require(
            STANDS_ON.get(step.action, "RCL-UPD-001"),
            is_success(response) or is_refusal(response),
            f"{step}: that was answered {response}",
            evidence=[response.evidence],
        )
        if step.action is Action.NEW_URL and is_success(response):
            config.url = config.other_url
        return response

    def _requested(self, action: Action, config: Tracked) -> Response:
        if action is Action.TEST:
            return self.account.try_test(config.id)
        body = {
            Action.NEW_URL: {"url": config.other_url},
            Action.SAME_URL: {"url": config.url},
            Action.RENEW: {"state": "new"},
            Action.DEACTIVATE: {"state": "deactivated"},
            Action.FORBIDDEN: {"state": "invalid" if config.state == "valid" else "valid"},
        }.get(action, {})
        return self.account.try_update(config.id, **body)

    # ------------------------------------------------------------------------------------------- what comes of it

    def _event_came(self, config: Tracked, known: int, *, is_certain: bool) -> bool:
        """Whether a test event has come to the config; where it has to come, it is looked for as long as can be."""
        account, clock, began = self.account, self.account.workspace.clock, time.monotonic()
        clock.settle()
        if account.can_move_time and self.course.delay_seconds:
            clock.pass_time(self.course.delay_seconds)
        if not is_certain:
            waits_seconds = SETTLED_SECONDS.get(clock.level, self.course.quiet_seconds)
            return len(config.inbox.wait_or_count(known + 1, waits_seconds)) > known
        if len(account.arrived(config.inbox, known + 1)) == known and account.can_move_time:
            now = clock.now()
            account.came(config.inbox, known + 1)
            self.course.delay_seconds += (clock.now() - now).total_seconds()
        waited_seconds = time.monotonic() - began
        self.course.quiet_seconds = max(self.course.quiet_seconds, PATIENT_FACTOR * waited_seconds)
        return len(config.inbox.arrivals) > known

    def _state(self, config: Tracked, step: Step, known: int, tested: Sequence[Way]) -> str:
        """The state once the step is over; `tested` are the ways that a test may end in, none where there is none."""
        account = self.account
        goal = {state for way in tested if way.tested is not False for state in way.states}
        if not goal:
            return str(account.retrieve(config.id)["state"])
        if not step.works and self.course.sent_again:
            self._pass_a_day()
        if config.state in goal and len(goal) > 1:  # which reading it is shows in whether it changes
            return changed_from(account, config.id, config.state)
        if not account.can_move_time and goal <= {config.state}:
            time.sleep(QUIET_SECONDS)  # nothing will show that the test is over
        shown = account.eventually(lambda: account.retrieve(config.id), lambda seen: seen["state"] in goal)
        if step.works:
            return str(shown["state"])
        self._exhaust(config, known, is_over=shown["state"] in goal)
        return str(account.retrieve(config.id)["state"])

    def _exhaust(self, config: Tracked, known: int, *, is_over: bool) -> None:
        """See to it that a test event that was not accepted does not come again in the midst of a later step."""
        course = self.course
        if not self.account.can_move_time:
            subjects = [config.inbox.subject_of(arrival.body) for arrival in config.inbox.arrivals]
            course.sent_again = len(set(subjects)) < len(subjects)
            if course.sent_again or not is_over:
                raise NotObservable("a test may not be over: its event may be sent again for hours (RCL-TST-021)")
        elif course.sent_again is None:
            self._pass_a_day()
            course.sent_again = len(config.inbox.arrivals) > known + 1

    def _pass_a_day(self) -> None:
        self.account.workspace.clock.pass_time(DAY_SECONDS)
        self.account.workspace.clock.settle()

    def _look(self, step: Step) -> None:
        """Hold the states of all other configs against what they were."""
        for index, other in enumerate(self.configs):
            if index == step.index:
                continue
            state = self.account.retrieve(other.id)["state"]
            because = f"{step}, and by that {NAMES[index]} is {state}, which was {other.state}"
            if state != other.state:
                requirement = {Action.TEST: "RCL-TST-013", Action.WAIT: left_alone(other.state)}.get(step.action)
                raise Divergence(requirement or "RCL-STA-007", because)

    def _as_is_plain(self, divergence: Divergence, step: Step) -> Divergence:
        """By what a step diverges: once each rule was seen to hold by itself, it is the history that matters."""
        says_itself = step.action in WHATEVER_WAS or divergence.requirement == "RCL-STA-005"
        because = f"{step}. {divergence.because}"
        return Divergence(divergence.requirement if self.course.plain or says_itself else "RCL-STA-007", because)
