"""Draws the attempts of one message against the documented schedule, on a logarithmic axis of the target's time."""

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Final

from contracts.clock import Tolerance
from contracts.clocks import control, real, stepped
from contracts.documents import Api
from contracts.policy import DeliveryPolicy
from contracts.record import Arrival
from contracts.reports.html.elements import Html, element, joined
from contracts.reports.plain import one_line
from contracts.reports.spans import in_words, moment
from contracts.results import CheckResult
from contracts.subjects import subjects_of
from contracts.verdicts import TimeLevel

WIDTH: Final = 920
HEIGHT: Final = 164
LEFT: Final = 96
RIGHT: Final = 52
DOCUMENTED: Final = 68
SEEN: Final = 122
RADIUS: Final = 8
LABEL_ROWS: Final = 3
CHARACTER_WIDTH: Final = 6.2
MOST_DRAWN: Final = 40
MOST_TIMELINES: Final = 3

TOLERANCES: Final[Mapping[TimeLevel, Tolerance]] = {
    TimeLevel.NONE: real.TOLERANCE,
    TimeLevel.DECLARED: real.TOLERANCE,
    TimeLevel.CONTROL: control.TOLERANCE,
    TimeLevel.STEPPED: stepped.TOLERANCE,
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """One arrival: seconds of the target's time since the first, and what it was answered."""

    seconds: float
    at: datetime
    arrival: Arrival

    def accepted(self, policy: DeliveryPolicy) -> bool:
        """Whether the receiver took it."""
        status = re.match(r"\d{3}\b", self.arrival.answer)
        return status is not None and policy.is_success(int(status[0]))


@dataclass(frozen=True, slots=True)
class Course:
    """The attempts of one message, in order, and the policy by which they are to be made."""

    attempts: Sequence[Attempt]
    policy: DeliveryPolicy

    @property
    def span_seconds(self) -> float:
        """From the first attempt to the last."""
        return self.attempts[-1].seconds


def courses(result: CheckResult, api: Api) -> Sequence[Course]:
    """The messages of a check whose attempts tell something about the schedule: one failed, or there are several."""
    policy = _policy(result, api)
    if policy is None:
        return []
    subject_of = subjects_of(api.name).subject_of
    by_message: dict[tuple[str, str | None], list[tuple[datetime, Arrival]]] = defaultdict(list)
    for entry in result.entries:
        if isinstance(entry, Arrival) and entry.target_at is not None:
            by_message[entry.inbox, subject_of(entry.body)].append((entry.target_at, entry))
    found = [_course(stamped, policy) for stamped in by_message.values()]
    telling = [course for course in found if len(course.attempts) > 1 or not course.attempts[0].accepted(policy)]
    return sorted(telling, key=lambda course: -course.span_seconds)[:MOST_TIMELINES]


def _policy(result: CheckResult, api: Api) -> DeliveryPolicy | None:
    """The policy of a webhook that the check's requirements are about, else of the only one."""
    about = [
        name
        for each in result.check.requirements
        if each in api.requirements
        for name in api.requirements[each].applies_to
    ]
    return next((api.policies[name] for name in [*about, *api.policies] if name in api.policies), None)


def _course(stamped: Sequence[tuple[datetime, Arrival]], policy: DeliveryPolicy) -> Course:
    first = min(at for at, _ in stamped)
    attempts = [Attempt((at - first).total_seconds(), at, arrival) for at, arrival in stamped]
    return Course(sorted(attempts, key=lambda attempt: attempt.seconds)[:MOST_DRAWN], policy)


def timeline(course: Course, level: TimeLevel) -> Html:
    """The picture; the time level says how exactly a moment can be judged."""
    tolerance = TOLERANCES[level]
    moments = course.policy.moments_seconds
    axis = _Axis(max(*moments, course.span_seconds, 1.0))
    documented, attempts = list(enumerate(moments, 1)), list(enumerate(course.attempts, 1))
    what = f"{len(attempts)} attempts within {in_words(course.span_seconds)}, {len(moments)} are documented"
    picture = element(
        "svg",
        element("title", what),
        *_row("documented", DOCUMENTED),
        *_row("seen", SEEN),
        *(_band(axis, seconds, tolerance) for seconds in moments[1:]),
        *(_link(axis, seconds, attempt) for seconds, attempt in zip_longest(moments, course.attempts)),
        *(_mark(axis, number, seconds) for number, seconds in documented),
        *_moment_labels(axis, moments),
        *(_dot(axis, number, attempt, course) for number, attempt in attempts),
        *_answer_labels(axis, course.attempts),
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        class_="timeline",
    )
    return element("div", picture, class_="wide", tabindex="0")


@dataclass(frozen=True, slots=True)
class _Axis:
    last_seconds: float

    def place(self, seconds: float) -> float:
        """The distance from the left edge: logarithmic, with zero at the left end."""
        share = math.log1p(seconds) / math.log1p(self.last_seconds)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def _row(words: str, y: float) -> Iterator[Html]:
    yield _text(words, 0, y + 4, "row")
    yield _line((LEFT - 14, y), (WIDTH - 12, y), "axis")


def _link(axis: _Axis, documented_seconds: float | None, attempt: Attempt | None) -> Html | None:
    """From a documented moment to the attempt that it was made by; it is askew where they differ."""
    if documented_seconds is None or attempt is None:
        return None
    top, bottom = DOCUMENTED + RADIUS, SEEN - RADIUS
    return _line((axis.place(documented_seconds), top), (axis.place(attempt.seconds), bottom), "link")


def _band(axis: _Axis, seconds: float, tolerance: Tolerance) -> Html:
    """From when to when an attempt counts as made at this moment."""
    first, last = axis.place(max(0.0, seconds - tolerance.early_seconds)), axis.place(seconds + tolerance.late_seconds)
    width = f"{max(last - first, 2):g}"
    return element("rect", x=f"{first:g}", y=str(DOCUMENTED - 11), width=width, height="22", class_="band")


def _mark(axis: _Axis, number: int, seconds: float) -> Html:
    title = f"attempt {number} is documented {in_words(seconds)} after the first, where every failure is instant"
    return element(
        "circle",
        element("title", title),
        cx=f"{axis.place(seconds):g}",
        cy=str(DOCUMENTED),
        r=str(RADIUS - 1),
        class_="mark",
    )


def _dot(axis: _Axis, number: int, attempt: Attempt, course: Course) -> Html:
    kind = "accepted" if attempt.accepted(course.policy) else "refused"
    answer = one_line(attempt.arrival.answer, 60)
    title = f"attempt {number}, entry {attempt.arrival.number}: at {moment(attempt.at)}, "
    title += f"{in_words(attempt.seconds)} after the first; answered {answer}"
    if number > 1:
        title += f"; {in_words(attempt.seconds - course.attempts[number - 2].seconds)} after the attempt before"
        if number <= len(course.policy.delays_seconds):
            title += f" (documented: {in_words(course.policy.delays_seconds[number - 1])} after its failure)"
    place = f"{axis.place(attempt.seconds):g}"
    return joined(
        [
            element("circle", element("title", title), cx=place, cy=str(SEEN), r=str(RADIUS), class_=kind),
            _text(str(number), axis.place(attempt.seconds), SEEN + 3.5, "number"),
        ]
    )


def _moment_labels(axis: _Axis, moments: Sequence[float]) -> Iterator[Html]:
    """The documented moments above their marks; one that would run into its neighbours stands higher."""
    ends = [-math.inf] * LABEL_ROWS
    for seconds in moments:
        words, place = in_words(seconds, most_units=2), axis.place(seconds)
        half = len(words) * CHARACTER_WIDTH / 2
        row = next((row for row in range(LABEL_ROWS) if place - half > ends[row]), LABEL_ROWS - 1)
        ends[row] = place + half + CHARACTER_WIDTH
        yield _text(words, place, DOCUMENTED - 16 - 16 * row, "label")


def _answer_labels(axis: _Axis, attempts: Sequence[Attempt]) -> Iterator[Html]:
    """What each attempt was answered, below it, where there is room."""
    end = -math.inf
    for attempt in attempts:
        words, place = one_line(attempt.arrival.answer.partition(" ")[0], 12), axis.place(attempt.seconds)
        half = len(words) * CHARACTER_WIDTH / 2
        if place - half > end:
            yield _text(words, place, SEEN + 25, "label")
            end = place + half + CHARACTER_WIDTH / 2


def _line(start: tuple[float, float], end: tuple[float, float], kind: str) -> Html:
    return element("line", x1=f"{start[0]:g}", y1=f"{start[1]:g}", x2=f"{end[0]:g}", y2=f"{end[1]:g}", class_=kind)


def _text(words: str, x: float, y: float, kind: str) -> Html:
    return element("text", words, x=f"{x:g}", y=f"{y:g}", class_=kind)
