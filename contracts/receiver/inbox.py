"""One URL of the receiver: answers by a script, keeps what arrives, and waits for it."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from contracts.errors import KitError
from contracts.receiver.answers import Answer, Hang, Reply, as_answer
from contracts.receiver.hold import Hold, HoldEnd
from contracts.receiver.request import Request, SubjectOf, no_subject
from contracts.record import Arrival, Note, Record

MOST_TOLD = 12
"""How many arrivals an explanation lists one by one."""


class Missing(KitError):
    """Fewer deliveries arrived than were awaited; the text says which did."""


class Unexpected(KitError):
    """Something arrived where nothing was to arrive; the text says what."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where an inbox keeps arrivals, how it learns the target's time, and which arrivals are none of its own."""

    record: Record
    stamp: Callable[[], datetime | None]
    is_foreign: Callable[[str], bool]
    subject_of: SubjectOf = no_subject


_NOWHERE = Keeping(Record(), lambda: None, lambda _: True)


class Inbox:
    """One URL of the receiver. Safe to use from several threads; it answers 200 until it is told otherwise."""

    def __init__(self, name: str, url: str, keeping: Keeping) -> None:
        self.name = name
        self.url = url
        self.strays = 0
        """How many requests came after it was retired, or about subjects of others."""
        self.subject_of = keeping.subject_of
        """Reads from a body what a delivery is about; None where it does not say."""
        self._keeping = keeping
        self._changed = threading.Condition()
        self._script: list[Answer] = []
        self._then: Answer = Reply()
        self._by_subject: Callable[[str | None, int], Answer | int] | None = None
        self._seen: Counter[str | None] = Counter()
        self._arrivals: list[Arrival] = []
        self._held: dict[int, Hold] = {}
        self._held_seconds: dict[int, float] = {}
        self._retired = False
        self._trouble: Exception | None = None

    # ------------------------------------------------------------------------------------------ for checks

    def script(self, *answers: Answer | int, then: Answer | int = 200) -> None:
        """Answer the next arrivals by `answers`, in order, and all later ones by `then`; replaces the script."""
        made, last = [as_answer(answer) for answer in answers], as_answer(then)
        with self._changed:
            self._script, self._then, self._by_subject = made, last, None

    def answer_by(self, choose: Callable[[str | None, int], Answer | int]) -> None:
        """Answer each arrival by its subject and by how many about it came before, 0 for the first.

        This replaces the script. What `choose` raises is raised again where arrivals are asked for.
        """
        with self._changed:
            self._by_subject = choose
            self._seen.clear()

    @property
    def arrivals(self) -> Sequence[Arrival]:
        """Everything that arrived, in order; a delivery that is held is among them."""
        with self._changed:
            return self._all()

    @property
    def holding(self) -> int:
        """How many requests are held now; one whose sender has gone away is not."""
        with self._changed:
            return len(self._held)

    def let_go_within(self, seconds: float) -> bool:
        """Wait until nothing is held any more, or the real time is over; whether that came.

        That a sender has gone away is noticed a moment after it has.
        """
        with self._changed:
            return self._changed.wait_for(lambda: not self._held, seconds)

    def held_seconds(self, arrival: Arrival) -> float | None:
        """After how many real seconds the sender gave a held request up; None where it has not."""
        with self._changed:
            return self._held_seconds.get(arrival.number)

    def release(self, status: int = 200) -> None:
        """Answer everything that is held now."""
        with self._changed:
            held = list(self._held.values())
            self._held.clear()
            self._changed.notify_all()
        if held:
            self._note(f"{_requests(len(held))} held at '{self.name}' answered with {status}")
        for hold in held:
            hold.release(Reply(status))

    def wait(self, count: int, within_seconds: float) -> Sequence[Arrival]:
        """Wait until at least `count` requests have arrived in all; all of them. Raises `Missing`."""
        arrivals = self.wait_or_count(count, within_seconds)
        if len(arrivals) < count:
            message = (
                f"{_requests(count)} had to arrive at '{self.name}' within {within_seconds:g} s, "
                f"and there {_came(arrivals)}"
            )
            raise Missing(message)
        return arrivals

    def wait_or_count(self, count: int, within_seconds: float) -> Sequence[Arrival]:
        """Wait until at least `count` requests have arrived in all, or the real time is over; all that came."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._arrivals) >= count, within_seconds)
            return self._all()

    def silence(self, within_seconds: float) -> None:
        """Wait for that long; raises `Unexpected` as soon as anything new arrives."""
        with self._changed:
            before = len(self._arrivals)
            if self._changed.wait_for(lambda: len(self._arrivals) > before, within_seconds):
                more = self._all()[before:]
                message = f"nothing was to arrive at '{self.name}' for {within_seconds:g} s, and there {_came(more)}"
                raise Unexpected(message)

    def retire(self) -> None:
        """Answer everything with 200 from now on, what is held included, and keep nothing more."""
        with self._changed:
            self._retired = True
            self._keeping = _NOWHERE  # the record and the trial behind it need not live as long as this URL
        self.release(200)

    # ------------------------------------------------------------------------------------------ for the server

    def take(self, request: Request) -> "Answer | Hold":
        """Keep a request while its sender waits; what to do with it. A `Hold` has to be waited for."""
        keeping = self._keeping
        subject = self.subject_of(request.body)
        is_foreign = subject is not None and keeping.is_foreign(subject)  # which may take a while to say
        with self._changed:
            if self._retired or is_foreign:
                self.strays += 1
                return Reply()
            answer = self._answer(subject)
            number = keeping.record.next_number()
        arrival = self._arrival(request, number, self._target_time(), answer)
        with self._changed:
            if self._retired:  # while the target was asked for its time
                return Reply()
            self._arrivals.append(arrival)
            self._arrivals.sort(key=lambda kept: kept.number)
            keeping.record.add(arrival)
            hold = None
            if isinstance(answer, Hang):
                hold = self._held[number] = Hold(number)
            self._changed.notify_all()
        return hold or answer

    def _all(self) -> Sequence[Arrival]:
        if self._trouble is not None:
            raise self._trouble
        return tuple(self._arrivals)

    def _answer(self, subject: str | None) -> Answer:
        if self._by_subject is not None:
            before = self._seen[subject]
            self._seen[subject] += 1
            try:
                return as_answer(self._by_subject(subject, before))
            except Exception as error:  # noqa: BLE001 - in the connection's thread nobody would hear of it
                self._trouble = error
                return Reply(500)
        return self._script.pop(0) if self._script else self._then

    def let_go(self, hold: Hold, end: HoldEnd) -> None:
        """Note how a hold that was waited for has ended."""
        with self._changed:
            self._held.pop(hold.number, None)
            if end.given_up:
                self._held_seconds[hold.number] = end.seconds
                self._note(f"a request held at '{self.name}' was given up by its sender after {end.seconds:.1f} s")
            self._changed.notify_all()

    def close(self) -> None:
        """Let everything that is held go without an answer."""
        with self._changed:
            self._retired = True
            held = list(self._held.values())
            self._held.clear()
            self._changed.notify_all()
        for hold in held:
            hold.release(None)

    def _note(self, text: str) -> None:
        record = self._keeping.record
        record.add(Note(record.next_number(), datetime.now(UTC), text))

    def _target_time(self) -> datetime | None:
        try:
            return self._keeping.stamp()
        except KitError:
            return None

    def _arrival(self, request: Request, number: int, target_at: datetime | None, answer: Answer) -> Arrival:
        return Arrival(
            number=number,
            at=request.at,
            monotonic=request.monotonic,
            target_at=target_at,
            inbox=self.name,
            method=request.method,
            path=request.path,
            headers=request.headers,
            body=request.body,
            answer=str(answer),
        )


def _requests(count: int) -> str:
    return "1 request" if count == 1 else f"{count} requests"


def _came(arrivals: Sequence[Arrival]) -> str:
    if not arrivals:
        return "came none"
    told = [
        f"{arrival.method} at {_moment(arrival)}, answered by {arrival.answer}" for arrival in arrivals[-MOST_TOLD:]
    ]
    left_out = len(arrivals) - len(told)
    earlier = f"{left_out} earlier ones, then " if left_out else ""
    return f"came {_requests(len(arrivals))}: {earlier}{'; '.join(told)}"


def _moment(arrival: Arrival) -> str:
    if arrival.target_at is not None:
        return f"{arrival.target_at.isoformat(timespec='milliseconds')} (the target's time)"
    return arrival.at.isoformat(timespec="milliseconds")
