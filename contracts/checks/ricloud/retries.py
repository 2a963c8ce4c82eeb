"""EVT: events that their receiver does not accept at once: they are sent again a few times, and how they are shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from contracts.attempts import between, span
from contracts.check import check
from contracts.checks.closing import unseen
from contracts.checks.ricloud.addressing import FAILURE, poll
from contracts.checks.ricloud.choosing import Chooser, Occurrence
from contracts.checks.ricloud.delivered_events import IDENTITY, differences, read
from contracts.checks.ricloud.delivery import EVENT_POLICY
from contracts.checks.ricloud.event_resource import id_of, judge_delivered, judge_failed
from contracts.checks.ricloud.waiting import Resource
from contracts.clock import Tolerance
from contracts.errors import NotObservable
from contracts.receiver import Inbox
from contracts.record import Arrival
from contracts.trial import Trial

MOST_ATTEMPTS = 5
AGAIN, MOST, SPACING, COUNT, SAMENESS = "RCL-EVT-013", "RCL-EVT-014", "RCL-EVT-015", "RCL-EVT-017", "RCL-EVT-018"
RETRIES_BEFORE_SUCCESS = 2


@dataclass(slots=True)
class Course:
    """One event from attempt to attempt; `shown` is how the API showed it after each attempt that came."""

    event_id: Any
    occurrence: Occurrence
    shown: list[Resource | None] = field(default_factory=list)

    @property
    def attempts(self) -> Sequence[Arrival]:
        """The attempts so far."""
        return self.occurrence.attempts


def followed(account: Chooser, inbox: Inbox, most: int) -> Course:
    """An event at an inbox, followed until it has come `most` times, or not again within a day."""
    _, occurrence = account.happen(inbox, **poll(account.trial))
    course = Course(id_of(account.first_attempt(occurrence)), occurrence)
    delays = EVENT_POLICY.delays_seconds
    while True:
        seen = len(course.attempts)
        shown = account.shown_event_after(course.event_id, seen)
        course.shown += [None] * (seen - 1 - len(course.shown)) + [shown]
        if seen >= most or not account.next_attempt(occurrence, delays[min(seen, len(delays) - 1)]):
            if seen < min(most, len(delays)) and not account.can_move_time:
                raise NotObservable("no further attempt came at its documented moment, and one may come later")
            return course


@check(AGAIN, MOST, SPACING, COUNT, SAMENESS, "RCL-EVT-012", "RCL-EVT-023", span_seconds=EVENT_POLICY.span_seconds)
def event_that_nobody_accepts(trial: Trial) -> None:
    """An event that nobody accepts is sent up to five times, is pending in between, and fails in the end."""
    with Chooser(trial) as account:
        account.require_events()
        inbox = trial.inbox()
        config = account.in_use(inbox)
        inbox.script(then=FAILURE)
        course = followed(account, inbox, MOST_ATTEMPTS + 1)
        evidence = [arrival.number for arrival in course.attempts]
        count = len(course.attempts)
        trial.expect(
            MOST,
            count <= MOST_ATTEMPTS,
            f"an event was to be sent {MOST_ATTEMPTS} times at most, and came {count} times",
            evidence=evidence,
        )
        _judge_between(trial, course)
        problems = list(_unlike(course.attempts))
        because = f"all attempts of an event were to have the same id, type, action and data; {'; '.join(problems)}"
        if count > 1:
            trial.expect(SAMENESS, not problems, because, evidence=evidence)
        _see_spacing(trial, course)
        if count <= MOST_ATTEMPTS:
            final = account.shown_event(course.event_id)
            if final is not None:
                judge_failed(trial, final)
        state = account.retrieve(config["id"]).get("state")
        trial.saw("RCL-EVT-023", "a" if state == "valid" else "b", f"the config is {state}")
        unseen(trial, SAMENESS, COUNT, "RCL-EVT-012", because="it was sent once alone, or too often, or is not shown")
        inbox.script(then=200)


def _judge_between(trial: Trial, course: Course) -> None:
    """Judge what was shown of the event after each attempt that another one followed."""
    count = len(course.attempts)
    waiting = [shown for shown in course.shown[: count - 1] if shown is not None]
    early = sorted({str(shown.get("state")) for shown in waiting} - {"pending"})
    because = f"an event that was not accepted was to be sent again within a day, and came {count} times in all"
    if trial.expect(AGAIN, count > 1, because):
        because = f"an event was to be pending between its attempts, and was {', '.join(early)}"
        trial.expect(AGAIN, not early, because)
    judge_counts(trial, course)


def judge_counts(trial: Trial, course: Course) -> None:
    """Judge the retries that were shown after each attempt."""
    problems = [
        f"{shown.get('retries')} after attempt {number}"
        for number, shown in enumerate(course.shown, start=1)
        if shown is not None and shown.get("retries") != number - 1
    ]
    if any(shown is not None for shown in course.shown):
        because = f"retries was to be the number of attempts after the first; it was {', '.join(problems)}"
        trial.expect(COUNT, not problems, because)


def _unlike(attempts: Sequence[Arrival]) -> Iterator[str]:
    first = read(attempts[0].body).content
    for number, attempt in enumerate(attempts[1:], start=2):
        for difference in differences(first, read(attempt.body).content, IDENTITY):
            yield f"of attempts 1 and {number}, {difference}"


def _see_spacing(trial: Trial, course: Course) -> None:
    waits = [between(first, second) for first, second in pairwise(course.attempts)]
    told = ", ".join(map(span, waits))
    trial.saw(SPACING, "a" if fits(waits, trial.clock.tolerance) else "b", f"the waits were {told}")


def fits(waits_seconds: Sequence[float], tolerance: Tolerance) -> bool:
    """Whether waits between attempts are the document's, as exactly as can be judged."""
    documented = EVENT_POLICY.delays_seconds[1:]
    return len(waits_seconds) == len(documented) and all(
        -tolerance.early_seconds <= seen - wanted <= tolerance.late_seconds
        for seen, wanted in zip(waits_seconds, documented, strict=True)
    )


@check("RCL-EVT-011", "RCL-EVT-016", COUNT, SAMENESS, span_seconds=EVENT_POLICY.span_seconds)
def event_that_is_accepted_at_last(trial: Trial) -> None:
    """An event that is accepted at its third attempt is delivered then, and is not sent again."""
    with Chooser(trial) as account:
        account.require_events()
        inbox = trial.inbox()
        account.in_use(inbox)
        inbox.script(*[FAILURE] * RETRIES_BEFORE_SUCCESS, then=200)
        course = followed(account, inbox, RETRIES_BEFORE_SUCCESS + 1)
        count = len(course.attempts)
        if count <= RETRIES_BEFORE_SUCCESS:
            because = f"the event came {count} times alone"
            unseen(trial, "RCL-EVT-011", "RCL-EVT-016", COUNT, SAMENESS, because=because)
            return
        accepted = course.attempts[RETRIES_BEFORE_SUCCESS]
        del course.shown[RETRIES_BEFORE_SUCCESS + 1 :]  # what came after that one is judged by itself
        delivered = course.shown[-1]
        if delivered is not None and accepted.target_at is not None:
            judge_delivered(trial, delivered, accepted.target_at, accepted.target_at)
        judge_counts(trial, course)
        problems = list(_unlike(course.attempts))
        because = f"all attempts of an event were to have the same id, type, action and data; {'; '.join(problems)}"
        trial.expect(SAMENESS, not problems, because)
        account.next_attempt(course.occurrence, EVENT_POLICY.delays_seconds[RETRIES_BEFORE_SUCCESS + 1])
        later = course.attempts[RETRIES_BEFORE_SUCCESS + 1 :]
        because = (
            f"an event that was accepted at its third attempt was not to be sent again; it came {len(later)} times"
        )
        trial.expect("RCL-EVT-016", not later, because, evidence=[arrival.number for arrival in later])
        unseen(trial, "RCL-EVT-011", COUNT, because="the event is not shown, or the target's time is not known")
