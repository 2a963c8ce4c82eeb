"""Deliveries are made when they are due, and a history depends on nothing but the calls that led to it.

The store, the API's side and the network are small fakes in memory. A receiver's behaviour is a script: what it does at
each attempt.
"""

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.activity import Activity
from mockserver.clock import LAST_MOMENT_MS, Clock, SystemClock, VirtualClock
from mockserver.errors import Invalid
from mockserver.webhooks.delivery import (
    Answer,
    Attempt,
    Delivery,
    Envelope,
    Exhausted,
    Outcome,
    Retry,
    Silence,
    Succession,
)
from mockserver.webhooks.policy import DeliveryPolicy, SignaturePolicy
from mockserver.webhooks.scheduler import Pace, Parts, Scheduler

START_MS = 1_767_225_600_000
"""2026-01-01T00:00:00.000Z."""

WORKSPACE = "w"
WEBHOOK = "commandCompleted"
PATIENCE_SECONDS = 5.0
"""How long a test waits for what must happen at once before it says that it does not."""

MANY_LOOKS = 2_000
"""Nobody asks a store this often unless in a loop without end."""

SIGNATURE = SignaturePolicy("X-Signature", "hmac-sha256", "hex", "{body}", "{digest}")

OK = Answer(200)
REFUSED = Answer(503)
BROKEN = Silence("refused")
TIMED_OUT = Silence("(in the scheduler's words)")

Behaviour = Callable[[], Awaitable[Outcome]]
Step = Outcome | Behaviour | None
"""What a receiver does at an attempt: an outcome at once, something longer, or (None) silence for ever."""


def policy_of(*delays_ms: int, timeout_ms: int = 15_000, threshold: int | None = None) -> DeliveryPolicy:
    return DeliveryPolicy(delays_ms, timeout_ms, 200, 299, threshold, {}, SIGNATURE)


def in_plain_words(attempt: Attempt) -> Attempt:
    """The attempt without the scheduler's own wording of a time-out."""
    own = isinstance(attempt.outcome, Silence) and attempt.outcome != BROKEN
    return replace(attempt, outcome=TIMED_OUT) if own else attempt


class Spinning(AssertionError):
    """The scheduler asks in a loop that does not end."""


@dataclass
class Ledger:
    """A store, the API's side of a channel, and the record of what they were asked.

    Like RenderIO's, the account is switched off by `policy.failure_threshold` failures in a row over all deliveries:
    what is pending is then dropped, and nothing more may be sent.
    """

    policy: DeliveryPolicy
    clock: Clock
    pending: dict[int, Delivery] = field(default_factory=dict)
    started: list[tuple[int, int, int]] = field(default_factory=list)
    concluded: list[Attempt] = field(default_factory=list)
    followed: list[Succession] = field(default_factory=list)
    dropped: list[int] = field(default_factory=list)
    forbidden: set[int] = field(default_factory=set)
    refuses_to_prepare: set[int] = field(default_factory=set)
    refuses_to_conclude: set[int] = field(default_factory=set)
    failures_in_a_row: int = 0
    is_active: bool = True
    looks: int = 0
    broken_looks: int = 0
    after_next_look_ahead: Callable[[], None] | None = None
    progress: asyncio.Event = field(default_factory=asyncio.Event)

    def owe(self, delivery: int, *, due_ms: int = START_MS, webhook: str = WEBHOOK) -> None:
        self.pending[delivery] = Delivery(
            delivery, WORKSPACE, webhook, f"subject-{delivery}", url_of(delivery), False, 0, due_ms
        )

    async def next_due(self, workspace: str, now_ms: int, *, besides: tuple[int, ...]) -> Delivery | None:
        self._look()
        found = self._first(workspace, besides)
        return found if found is not None and found.due_ms <= now_ms else None

    async def next_due_ms(self, workspace: str, *, besides: tuple[int, ...]) -> int | None:
        self._look()
        found = self._first(workspace, besides)
        happens, self.after_next_look_ahead = self.after_next_look_ahead, None
        if happens is not None:
            happens()
        return None if found is None else found.due_ms

    async def drop(self, delivery: int) -> None:
        del self.pending[delivery]
        self.dropped.append(delivery)
        self.progress.set()

    async def prepare(self, delivery: Delivery, now_ms: int) -> Envelope | None:
        if delivery.id in self.forbidden or not self.is_active:
            return None
        self.started.append((delivery.id, delivery.attempts + 1, now_ms))
        if delivery.id in self.refuses_to_prepare:
            raise RuntimeError("this delivery cannot be prepared")
        return Envelope(delivery.url, {}, b"{}")

    async def conclude(self, delivery: Delivery, attempt: Attempt, follows: Succession) -> None:
        if delivery.id in self.refuses_to_conclude:
            raise RuntimeError("this attempt cannot be stored")
        self.concluded.append(in_plain_words(attempt))
        self.followed.append(follows)
        known = self.pending.pop(delivery.id, None)
        if isinstance(follows, Retry) and known is not None:
            self.pending[delivery.id] = replace(known, attempts=attempt.number, due_ms=follows.due_ms)
        self._count(attempt)
        self.progress.set()

    async def until(self, reached: Callable[[], bool]) -> None:
        """Wait until something that is recorded here makes `reached` true."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not reached():
                self.progress.clear()
                await self.progress.wait()

    def _first(self, workspace: str, besides: tuple[int, ...]) -> Delivery | None:
        mine = [it for it in self.pending.values() if it.workspace == workspace and it.id not in besides]
        return min(mine, key=lambda it: (it.due_ms, it.id), default=None)

    def _look(self) -> None:
        self.looks += 1
        if self.looks > MANY_LOOKS:
            raise Spinning
        if self.broken_looks:
            self.broken_looks -= 1
            raise OSError("the disk is full")

    def _count(self, attempt: Attempt) -> None:
        threshold = self.policy.failure_threshold
        if attempt.outcome == OK:
            self.failures_in_a_row = 0
        else:
            self.failures_in_a_row += 1
        if threshold is not None and self.failures_in_a_row >= threshold and self.is_active:
            self.is_active = False
            self.dropped += sorted(self.pending)
            self.pending.clear()


@dataclass
class Receiver:
    """Answers each delivery by its script; what goes beyond the script is accepted."""

    scripts: Mapping[int, Sequence[Step]]
    made: dict[str, int] = field(default_factory=dict)
    under_way: int = 0
    most_at_once: int = 0
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, envelope: Envelope) -> Outcome:
        script = self.scripts.get(delivery_of(envelope.url), ())
        number = self.made[envelope.url] = self.made.get(envelope.url, 0) + 1
        step: Step = script[number - 1] if number <= len(script) else OK
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        self.begun.set()
        try:
            if step is None:
                step = await asyncio.get_running_loop().create_future()
            return await step() if callable(step) else step
        finally:
            self.under_way -= 1


@dataclass
class World:
    """One workspace with its scheduler."""

    clock: Clock
    activity: Activity
    ledger: Ledger
    receiver: Receiver
    scheduler: Scheduler
    kept_ms: list[int]

    async def advance(self, milliseconds: int) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.scheduler.advance(milliseconds)


def world(
    policy: DeliveryPolicy,
    scripts: Mapping[int, Sequence[Step]],
    *,
    clock: Clock | None = None,
    parallel: int = 1,
    grace_seconds: float = 0.01,
) -> World:
    clock = VirtualClock(START_MS) if clock is None else clock
    activity, ledger, receiver = Activity(), Ledger(policy, clock), Receiver(scripts)
    kept_ms: list[int] = []

    async def keep_clock(moment_ms: int) -> None:
        kept_ms.append(moment_ms)

    scheduler = Scheduler(
        WORKSPACE,
        clock=clock,
        activity=activity,
        queue=ledger,
        parts=lambda: Parts({WEBHOOK: ledger}, receiver),
        pace=Pace(parallel, grace_seconds),
        keep_clock=keep_clock,
    )
    return World(clock, activity, ledger, receiver, scheduler, kept_ms)


def url_of(delivery: int) -> str:
    return f"http://receiver/{delivery}"


def delivery_of(url: str) -> int:
    return int(url.rpartition("/")[2])


async def let_others_run(turns: int = 20) -> None:
    """Give way to everything that can go on by itself."""
    for _ in range(turns):
        await asyncio.sleep(0)


def after_turns(outcome: Outcome) -> Behaviour:
    """An answer that takes a while, though no time that a clock would measure."""

    async def behave() -> Outcome:
        await let_others_run()
        return outcome

    return behave


def when(gate: asyncio.Event, outcome: Outcome) -> Behaviour:
    """An answer that comes once the gate is open."""

    async def behave() -> Outcome:
        await gate.wait()
        return outcome

    return behave


def others() -> set["asyncio.Task[object]"]:
    """Every task but the test's own."""
    return {task for task in asyncio.all_tasks() if task is not asyncio.current_task()}


# One schedule, drawn: the properties below hold for all of them.

QUICK_GRACE_SECONDS = 0.001
"""Real time that each silent attempt takes; answers at once need none of it."""


@dataclass(frozen=True)
class Case:
    """A policy, what is owed when, how its receivers behave, and how far the clock is moved, in several splits."""

    policy: DeliveryPolicy
    due_ms: Mapping[int, int]
    scripts: Mapping[int, Sequence[Outcome | None]]
    total_ms: int
    splits: Sequence[Sequence[int]]


steps: st.SearchStrategy[Outcome | None] = st.sampled_from([OK, REFUSED, REFUSED, BROKEN, BROKEN, None])


@st.composite
def cases(draw: st.DrawFn, *, threshold: st.SearchStrategy[int | None], shortest_delay_ms: int = 0) -> Case:
    # Few different numbers, so that many things fall on the same moment.
    spans = st.sampled_from([1, 5, 10, 15, 20, 30]) | st.integers(1, 40)
    delays = st.just(shortest_delay_ms) | spans
    deliveries = draw(st.integers(1, 4))
    total_ms = draw(st.integers(0, 120))
    return Case(
        policy=policy_of(
            *draw(st.lists(delays, min_size=1, max_size=4)), timeout_ms=draw(spans), threshold=draw(threshold)
        ),
        due_ms={number: START_MS + draw(st.just(0) | spans) for number in range(1, deliveries + 1)},
        scripts={number: draw(st.lists(steps, max_size=4)) for number in range(1, deliveries + 1)},
        total_ms=total_ms,
        splits=draw(st.lists(splits_of(total_ms), min_size=1, max_size=2)),
    )


@st.composite
def splits_of(draw: st.DrawFn, total_ms: int) -> list[int]:
    cuts = sorted(draw(st.lists(st.integers(0, total_ms), max_size=6)))
    return [later - earlier for earlier, later in pairwise([0, *cuts, total_ms])]


@dataclass(frozen=True)
class History:
    """All that anybody could tell a run by, in order."""

    started: list[tuple[int, int, int]]
    concluded: list[Attempt]
    followed: list[Succession]
    dropped: list[int]
    pending: dict[int, tuple[int, int]]
    now_ms: int


def history(case: Case, spans_ms: Sequence[int]) -> History:
    """What happens when the clock is moved by these spans, one after another."""

    async def run() -> History:
        made = world(case.policy, case.scripts, grace_seconds=QUICK_GRACE_SECONDS)
        for delivery, due_ms in case.due_ms.items():
            made.ledger.owe(delivery, due_ms=due_ms)
        for span_ms in spans_ms:
            await made.advance(span_ms)
        ledger = made.ledger
        told = History(
            ledger.started[:],
            ledger.concluded[:],
            ledger.followed[:],
            ledger.dropped[:],
            {it.id: (it.attempts, it.due_ms) for it in ledger.pending.values()},
            made.clock.now_ms(),
        )
        await made.scheduler.close()
        return told

    return asyncio.run(run())


def expected_attempts(case: Case) -> list[Attempt]:
    """The attempts of a case without a threshold, worked out delivery by delivery, in order of (delivery, number)."""
    end_ms, made = START_MS + case.total_ms, []
    for delivery, due_ms in case.due_ms.items():
        started_ms = due_ms
        for number, (step, wait_ms) in enumerate(
            zip([*case.scripts[delivery], OK, OK, OK, OK], [*case.policy.delays_ms[1:], 0], strict=False), 1
        ):
            finished_ms = started_ms + (case.policy.timeout_ms if step is None else 0)
            if finished_ms > end_ms:
                break
            outcome = TIMED_OUT if step is None else step
            made.append(Attempt(delivery, number, url_of(delivery), started_ms, finished_ms, outcome))
            if outcome == OK:
                break
            started_ms = finished_ms + wait_ms
    return made


def expected_starts(case: Case) -> list[tuple[int, int, int]]:
    """Which attempts begin when in a case without a threshold, from a heap of (due, id)."""
    end_ms, made = START_MS + case.total_ms, []
    heap = [(due_ms, delivery, 1) for delivery, due_ms in case.due_ms.items()]
    heapq.heapify(heap)
    while heap:
        due_ms, delivery, number = heapq.heappop(heap)
        if due_ms > end_ms:
            break
        made.append((delivery, number, due_ms))
        script = case.scripts[delivery]
        step = script[number - 1] if number <= len(script) else OK
        if step != OK and number < len(case.policy.delays_ms):
            finished_ms = due_ms + (case.policy.timeout_ms if step is None else 0)
            heapq.heappush(heap, (finished_ms + case.policy.delays_ms[number], delivery, number + 1))
    return made


@settings(max_examples=60)
@given(case=cases(threshold=st.none() | st.integers(1, 6)))
def test_advance_gives_one_history_however_it_is_split(case: Case) -> None:
    whole = history(case, [case.total_ms])
    assert [history(case, split) for split in case.splits] == [whole for _ in case.splits]


@settings(max_examples=60)
@given(case=cases(threshold=st.none()))
def test_advance_makes_the_attempts_of_the_policy(case: Case) -> None:
    concluded = history(case, [case.total_ms]).concluded
    assert sorted(concluded, key=lambda it: (it.delivery, it.number)) == expected_attempts(case)


@settings(max_examples=60)
@given(case=cases(threshold=st.none(), shortest_delay_ms=1))
def test_attempts_begin_when_due_in_order_of_due_and_id(case: Case) -> None:
    assert history(case, [case.total_ms]).started == expected_starts(case)


@settings(max_examples=60)
@given(case=cases(threshold=st.integers(1, 4)))
def test_nothing_begins_after_the_account_is_switched_off(case: Case) -> None:
    told, failures, off_ms = history(case, [case.total_ms]), 0, None
    for attempt in told.concluded:
        failures = 0 if attempt.outcome == OK else failures + 1
        if failures == case.policy.failure_threshold and off_ms is None:
            off_ms = attempt.finished_ms
    assert off_ms is None or all(started_ms <= off_ms for _, _, started_ms in told.started)


@settings(max_examples=30)
@given(case=cases(threshold=st.none()))
def test_advance_leaves_the_clock_at_its_end(case: Case) -> None:
    assert history(case, case.splits[0]).now_ms == START_MS + case.total_ms


# Advancing.


def test_advance_keeps_the_renderio_schedule() -> None:
    seconds = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 36_000]

    async def run() -> tuple[list[float], list[Succession]]:
        made = world(policy_of(*(it * 1000 for it in seconds)), {1: [REFUSED] * 8})
        made.ledger.owe(1)
        await made.advance(1_000_000_000)
        return [(it.started_ms - START_MS) / 1000 for it in made.ledger.concluded], made.ledger.followed

    moments, followed = asyncio.run(run())
    assert (moments, followed[-1]) == ([0, 5, 305, 2_105, 9_305, 27_305, 63_305, 99_305], Exhausted())


def test_advance_by_nothing_waits_for_what_is_due() -> None:
    async def run() -> list[Outcome]:
        made = world(policy_of(0), {1: [after_turns(OK)], 2: [after_turns(OK)]}, grace_seconds=PATIENCE_SECONDS)
        made.ledger.owe(1)
        made.ledger.owe(2)
        await made.advance(0)
        return [it.outcome for it in made.ledger.concluded]

    assert asyncio.run(run()) == [OK, OK]


def test_advance_by_nothing_leaves_the_clock_alone() -> None:
    async def run() -> tuple[int, list[int]]:
        made = world(policy_of(0), {})
        made.ledger.owe(1)
        await made.advance(0)
        return made.clock.now_ms(), made.kept_ms

    assert asyncio.run(run()) == (START_MS, [])


def test_advance_reaches_a_moment_at_its_very_end() -> None:
    async def run() -> list[int]:
        made = world(policy_of(0, 5_000), {1: [REFUSED, OK]})
        made.ledger.owe(1)
        await made.advance(5_000)
        return [it.started_ms - START_MS for it in made.ledger.concluded]

    assert asyncio.run(run()) == [0, 5_000]


def test_advance_stops_a_millisecond_before_a_moment() -> None:
    async def run() -> list[int]:
        made = world(policy_of(0, 5_000), {1: [REFUSED, OK]})
        made.ledger.owe(1)
        await made.advance(4_999)
        return [it.started_ms - START_MS for it in made.ledger.concluded]

    assert asyncio.run(run()) == [0]


def test_advance_shows_the_moment_that_is_carried_out() -> None:
    seen: list[int] = []

    async def run() -> None:
        made = world(policy_of(0, 5_000, 300_000), {})

        async def look() -> Outcome:
            seen.append(made.clock.now_ms() - START_MS)
            await let_others_run()
            seen.append(made.clock.now_ms() - START_MS)
            return REFUSED

        made.receiver.scripts = {1: [look, look, look]}
        made.ledger.owe(1)
        await made.advance(1_000_000)

    asyncio.run(run())
    assert seen == [0, 0, 5_000, 5_000, 305_000, 305_000]


def test_advance_keeps_every_moment_in_the_store() -> None:
    async def run() -> list[int]:
        made = world(policy_of(0, 5_000, 300_000), {1: [REFUSED, REFUSED, REFUSED]})
        made.ledger.owe(1)
        await made.advance(1_000_000)
        return [it - START_MS for it in made.kept_ms]

    assert asyncio.run(run()) == [5_000, 305_000, 1_000_000]


@settings(max_examples=25)
@given(spans_ms=st.lists(st.integers(0, 60), min_size=1, max_size=5))
def test_advances_at_once_add_up(spans_ms: list[int]) -> None:
    case = Case(policy_of(0, 5, 10, 20), {1: START_MS, 2: START_MS + 7}, {1: [REFUSED] * 4, 2: [REFUSED] * 4}, 0, [])

    async def run() -> tuple[int, list[Attempt]]:
        made = world(case.policy, case.scripts)
        for delivery, due_ms in case.due_ms.items():
            made.ledger.owe(delivery, due_ms=due_ms)
        await asyncio.gather(*(made.advance(span_ms) for span_ms in spans_ms))
        return made.clock.now_ms(), made.ledger.concluded

    whole = history(case, [sum(spans_ms)])
    assert asyncio.run(run()) == (whole.now_ms, whole.concluded)


def test_advance_refuses_to_pass_the_last_moment() -> None:
    async def run() -> None:
        made = world(policy_of(0), {}, clock=VirtualClock(LAST_MOMENT_MS - 10))
        with pytest.raises(Invalid) as refused:
            await made.advance(11)
        assert [it.location for it in refused.value.violations] == [("seconds",)]

    asyncio.run(run())


def test_advance_reaches_the_last_moment() -> None:
    async def run() -> int:
        made = world(policy_of(0), {}, clock=VirtualClock(LAST_MOMENT_MS - 10))
        await made.advance(10)
        return made.clock.now_ms()

    assert asyncio.run(run()) == LAST_MOMENT_MS


def test_advance_refuses_a_real_clock() -> None:
    async def run() -> None:
        made = world(policy_of(0), {}, clock=SystemClock())
        with pytest.raises(TypeError, match="virtual"):
            await made.advance(1)

    asyncio.run(run())


def test_advance_ignores_deliveries_of_other_workspaces() -> None:
    async def run() -> list[Attempt]:
        made = world(policy_of(0), {})
        made.ledger.owe(1)
        made.ledger.pending[1] = replace(made.ledger.pending[1], workspace="another")
        await made.advance(1_000)
        return made.ledger.concluded

    assert asyncio.run(run()) == []


# Without advancing.


def test_wake_makes_what_is_due_by_itself() -> None:
    async def run() -> list[int]:
        made = world(policy_of(0), {})
        made.ledger.owe(1)
        made.scheduler.wake()
        await made.ledger.until(lambda: bool(made.ledger.concluded))
        return [it.started_ms for it in made.ledger.concluded]

    assert asyncio.run(run()) == [START_MS]


def test_wake_leaves_what_is_not_due() -> None:
    async def run() -> list[Attempt]:
        made = world(policy_of(0), {})
        made.ledger.owe(1, due_ms=START_MS + 1)
        made.scheduler.wake()
        await made.scheduler.settle()
        return made.ledger.concluded

    assert asyncio.run(run()) == []


def test_wake_in_the_middle_of_a_run_is_not_lost() -> None:
    async def run() -> list[int]:
        made = world(policy_of(0), {})

        async def owe_another() -> Outcome:
            made.ledger.owe(2)
            made.scheduler.wake()
            return OK

        made.receiver.scripts = {1: [owe_another]}
        made.ledger.owe(1)
        await made.scheduler.settle()
        return [it.delivery for it in made.ledger.concluded]

    assert asyncio.run(run()) == [1, 2]


def test_wake_at_the_end_of_a_run_is_not_lost() -> None:
    async def run() -> list[int]:
        made = world(policy_of(0), {}, clock=SystemClock())

        def owe_another() -> None:
            made.ledger.owe(1, due_ms=made.clock.now_ms())
            made.scheduler.wake()

        made.ledger.after_next_look_ahead = owe_another
        made.scheduler.wake()
        await made.ledger.until(lambda: bool(made.ledger.concluded))
        await made.scheduler.close()
        return [it.delivery for it in made.ledger.concluded]

    assert asyncio.run(run()) == [1]


def test_virtual_attempts_are_made_one_at_a_time() -> None:
    async def run() -> int:
        made = world(policy_of(0), {it: [after_turns(OK)] for it in range(1, 6)}, grace_seconds=PATIENCE_SECONDS)
        for delivery in range(1, 6):
            made.ledger.owe(delivery)
        await made.advance(0)
        return made.receiver.most_at_once

    assert asyncio.run(run()) == 1


# Silence.


def silent_world() -> World:
    made = world(policy_of(0, 5_000), {1: [None, OK]})
    made.ledger.owe(1)
    return made


def test_silent_receiver_does_not_hold_advance() -> None:
    async def run() -> tuple[int, int]:
        made = silent_world()
        await made.advance(0)
        waiting = made.receiver.under_way
        await made.scheduler.close()
        return len(made.ledger.concluded), waiting

    assert asyncio.run(run()) == (0, 1)


@pytest.mark.parametrize("spans_ms", [[14_999], [0, 14_999], [7_000, 7_999]])
def test_silent_receiver_does_not_fail_before_its_deadline(spans_ms: list[int]) -> None:
    async def run() -> list[Attempt]:
        made = silent_world()
        for span_ms in spans_ms:
            await made.advance(span_ms)
        told = made.ledger.concluded[:]
        await made.scheduler.close()
        return told

    assert asyncio.run(run()) == []


@pytest.mark.parametrize("spans_ms", [[15_000], [0, 15_000], [14_999, 1], [14_999, 3], [19_000]])
def test_silent_receiver_fails_exactly_at_its_deadline(spans_ms: list[int]) -> None:
    async def run() -> list[Attempt]:
        made = silent_world()
        for span_ms in spans_ms:
            await made.advance(span_ms)
        return made.ledger.concluded

    assert asyncio.run(run()) == [Attempt(1, 1, url_of(1), START_MS, START_MS + 15_000, TIMED_OUT)]


def test_silent_receiver_is_retried_from_its_failure() -> None:
    async def run() -> list[int]:
        made = silent_world()
        await made.advance(100_000)
        return [it.started_ms - START_MS for it in made.ledger.concluded]

    assert asyncio.run(run()) == [0, 20_000]


def test_silent_receiver_is_hung_up_on_at_its_deadline() -> None:
    async def run() -> int:
        made = silent_world()
        await made.advance(15_000)
        return made.receiver.under_way

    assert asyncio.run(run()) == 0


def test_silent_receiver_does_not_hold_other_deliveries() -> None:
    async def run() -> list[tuple[int, int]]:
        made = world(policy_of(0), {1: [None], 2: [None], 3: [OK]})
        for delivery in (1, 2, 3):
            made.ledger.owe(delivery)
        await made.advance(0)
        told = [(it.delivery, it.started_ms) for it in made.ledger.concluded]
        await made.scheduler.close()
        return told

    assert asyncio.run(run()) == [(3, START_MS)]


def late_world(gate: asyncio.Event, outcome: Outcome) -> World:
    made = world(policy_of(0, 5_000), {1: [when(gate, outcome), OK]})
    made.ledger.owe(1)
    return made


def test_late_answer_before_the_deadline_counts() -> None:
    async def run() -> list[Attempt]:
        gate = asyncio.Event()
        made = late_world(gate, OK)
        await made.advance(10_000)
        gate.set()
        await made.ledger.until(lambda: bool(made.ledger.concluded))
        await made.advance(100_000)
        return made.ledger.concluded

    assert asyncio.run(run()) == [Attempt(1, 1, url_of(1), START_MS, START_MS + 10_000, OK)]


def test_late_refusal_is_retried_from_the_moment_it_came() -> None:
    async def run() -> list[int]:
        gate = asyncio.Event()
        made = late_world(gate, REFUSED)
        await made.advance(10_000)
        gate.set()
        await made.ledger.until(lambda: bool(made.ledger.concluded))
        await made.advance(100_000)
        return [it.started_ms - START_MS for it in made.ledger.concluded]

    assert asyncio.run(run()) == [0, 15_000]


def test_late_answer_counts_though_the_clock_moves_on_at_once() -> None:
    async def run() -> list[Outcome]:
        gate = asyncio.Event()
        made = late_world(gate, OK)
        await made.advance(10_000)
        gate.set()
        await made.advance(5_000)
        return [it.outcome for it in made.ledger.concluded]

    assert asyncio.run(run()) == [OK]


def test_answer_after_the_deadline_changes_nothing() -> None:
    async def run() -> list[Outcome]:
        gate = asyncio.Event()
        made = late_world(gate, OK)
        await made.advance(16_000)
        gate.set()
        await made.advance(0)
        return [it.outcome for it in made.ledger.concluded]

    assert asyncio.run(run()) == [TIMED_OUT]


# What breaks.


def test_broken_preparation_is_not_tried_again() -> None:
    async def run() -> list[tuple[int, int, int]]:
        made = world(policy_of(0, 5_000), {})
        made.ledger.owe(1)
        made.ledger.refuses_to_prepare = {1}
        await made.advance(0)
        await made.advance(100_000)
        return made.ledger.started

    assert asyncio.run(run()) == [(1, 1, START_MS)]


def test_broken_conclusion_is_not_tried_again() -> None:
    async def run() -> int:
        made = world(policy_of(0, 5_000), {})
        made.ledger.owe(1)
        made.ledger.refuses_to_conclude = {1}
        await made.advance(0)
        await made.advance(100_000)
        return made.receiver.made[url_of(1)]

    assert asyncio.run(run()) == 1


@pytest.mark.parametrize("broken", ["refuses_to_prepare", "refuses_to_conclude"])
def test_broken_delivery_does_not_stop_others(broken: str) -> None:
    async def run() -> list[tuple[int, int]]:
        made = world(policy_of(0, 5_000), {2: [REFUSED], 3: [OK]})
        for delivery in (1, 2, 3):
            made.ledger.owe(delivery)
        setattr(made.ledger, broken, {1})
        await made.advance(100_000)
        return [(it.delivery, it.number) for it in made.ledger.concluded]

    assert asyncio.run(run()) == [(2, 1), (3, 1), (2, 2)]


def test_delivery_of_an_unknown_webhook_does_not_stop_others() -> None:
    async def run() -> list[int]:
        made = world(policy_of(0), {})
        made.ledger.owe(1, webhook="unknown")
        made.ledger.owe(2)
        await made.advance(0)
        return [it.delivery for it in made.ledger.concluded]

    assert asyncio.run(run()) == [2]


def test_sender_that_raises_does_not_stop_others() -> None:
    async def fall() -> Outcome:
        raise OverflowError("no such port")

    async def run() -> list[int]:
        made = world(policy_of(0), {1: [fall]})
        made.ledger.owe(1)
        made.ledger.owe(2)
        await made.advance(0)
        return [it.delivery for it in made.ledger.concluded]

    assert asyncio.run(run()) == [2]


def test_sender_that_raises_when_hung_up_on_still_fails_by_its_timeout() -> None:
    async def struggle() -> Outcome:
        try:
            return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]
        except asyncio.CancelledError:
            raise OSError("the socket was closed under way") from None

    async def run() -> list[Outcome]:
        made = world(policy_of(0), {1: [struggle]})
        made.ledger.owe(1)
        await made.advance(15_000)
        return [it.outcome for it in made.ledger.concluded]

    assert asyncio.run(run()) == [TIMED_OUT]


def test_time_out_comes_before_what_is_due_at_the_same_moment() -> None:
    async def run() -> tuple[list[int], list[int]]:
        made = world(policy_of(0, timeout_ms=15_000, threshold=1), {1: [None]})
        made.ledger.owe(1)
        made.ledger.owe(2, due_ms=START_MS + 15_000)
        await made.advance(15_000)
        return [delivery for delivery, _, _ in made.ledger.started], made.ledger.dropped

    assert asyncio.run(run()) == ([1], [2])


@pytest.mark.parametrize("broken_looks", [1, 3])
def test_real_clock_looks_again_after_a_look_that_failed(monkeypatch: pytest.MonkeyPatch, broken_looks: int) -> None:
    monkeypatch.setattr("mockserver.webhooks.scheduler.SECOND_LOOK_SECONDS", 0)

    async def run() -> list[int]:
        made = real_world(policy_of(0), {}, deliveries=1)
        made.ledger.broken_looks = broken_looks
        made.scheduler.wake()
        await made.ledger.until(lambda: bool(made.ledger.concluded))
        await made.scheduler.close()
        return [it.delivery for it in made.ledger.concluded]

    assert asyncio.run(run()) == [1]


def test_store_that_broke_once_is_asked_again() -> None:
    async def run() -> list[int]:
        made = world(policy_of(0), {})
        asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
        made.ledger.owe(1)
        made.ledger.broken_looks = 1
        made.scheduler.wake()
        await let_others_run()
        made.scheduler.wake()
        await made.ledger.until(lambda: bool(made.ledger.concluded))
        return [it.delivery for it in made.ledger.concluded]

    assert asyncio.run(run()) == [1]


def test_forbidden_delivery_is_dropped() -> None:
    async def run() -> tuple[list[int], list[Attempt], int]:
        made = world(policy_of(0), {})
        made.ledger.owe(1)
        made.ledger.forbidden = {1}
        await made.advance(0)
        return made.ledger.dropped, made.ledger.concluded, made.receiver.most_at_once

    assert asyncio.run(run()) == ([1], [], 0)


def test_forbidden_retry_is_dropped_when_it_falls_due() -> None:
    async def run() -> tuple[list[int], list[int]]:
        made = world(policy_of(0, 5_000), {1: [REFUSED]})
        made.ledger.owe(1)
        await made.advance(0)
        made.ledger.forbidden = {1}
        await made.advance(4_999)
        before = made.ledger.dropped[:]
        await made.advance(1)
        return before, made.ledger.dropped

    assert asyncio.run(run()) == ([], [1])


# Emptying.


async def empty(made: World) -> None:
    async with made.scheduler.emptied():
        made.ledger.pending.clear()


def test_emptying_gives_up_a_silent_attempt() -> None:
    async def run() -> tuple[int, list[Attempt]]:
        made = silent_world()
        await made.advance(0)
        await empty(made)
        under_way = made.receiver.under_way
        await made.advance(100_000)
        return under_way, made.ledger.concluded

    assert asyncio.run(run()) == (0, [])


def test_emptying_hangs_up_on_an_answer_that_is_on_its_way() -> None:
    async def run() -> tuple[dict[str, int], int, list[Attempt]]:
        made = world(policy_of(0), {1: [after_turns(OK)]}, grace_seconds=PATIENCE_SECONDS)
        made.ledger.owe(1)
        made.scheduler.wake()
        await made.receiver.begun.wait()
        await empty(made)
        await let_others_run(100)
        return made.receiver.made, made.receiver.under_way, made.ledger.concluded

    assert asyncio.run(run()) == ({url_of(1): 1}, 0, [])


def test_emptying_sends_nothing_that_is_due() -> None:
    async def run() -> list[int]:
        made = closing_world()
        made.scheduler.wake()
        await made.receiver.begun.wait()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await empty(made)
        await let_others_run(100)
        return [delivery for delivery, _, _ in made.ledger.started]

    assert asyncio.run(run()) == [1]


def test_emptying_does_not_wait_for_a_silent_receiver_in_real_time() -> None:
    async def run() -> tuple[int, list[Attempt]]:
        made = real_world(policy_of(0, timeout_ms=3_600_000), {1: [None]}, deliveries=1)
        made.scheduler.wake()
        await made.receiver.begun.wait()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await empty(made)
        await made.scheduler.close()
        return made.receiver.under_way, made.ledger.concluded

    assert asyncio.run(run()) == (0, [])


def test_emptying_sends_what_has_come_meanwhile_when_it_is_over() -> None:
    async def run() -> tuple[list[Attempt], list[int]]:
        made = world(policy_of(0), {})
        async with made.scheduler.emptied():
            made.ledger.owe(1)
            made.scheduler.wake()
            await let_others_run()
            during = made.ledger.concluded[:]
        await made.ledger.until(lambda: bool(made.ledger.concluded))
        return during, [it.delivery for it in made.ledger.concluded]

    assert asyncio.run(run()) == ([], [1])


def test_emptying_comes_before_or_after_an_advance() -> None:
    async def run() -> list[int]:
        made = world(policy_of(0, 5_000), {1: [REFUSED, REFUSED]})
        made.ledger.owe(1)
        advance = asyncio.create_task(made.advance(5_000))
        await let_others_run(1)
        await empty(made)
        await advance
        return [it.number for it in made.ledger.concluded]

    assert asyncio.run(run()) == [1, 2]


@pytest.mark.parametrize("broken", ["refuses_to_prepare", "refuses_to_conclude"])
def test_emptying_forgets_broken_deliveries(broken: str) -> None:
    async def run() -> list[int]:
        made = world(policy_of(0), {})
        made.ledger.owe(1)
        setattr(made.ledger, broken, {1})
        await made.advance(0)
        await empty(made)
        setattr(made.ledger, broken, set())
        made.ledger.owe(1)
        await made.advance(0)
        return [it.delivery for it in made.ledger.concluded]

    assert asyncio.run(run()) == [1]


def test_emptying_can_be_done_while_others_do_it() -> None:
    async def run() -> list[Attempt]:
        made = silent_world()
        await made.advance(0)
        await asyncio.gather(*(empty(made) for _ in range(3)))
        await made.advance(20_000)
        return made.ledger.concluded

    assert asyncio.run(run()) == []


# Closing.


def closing_world() -> World:
    """Three deliveries due: the first has no answer yet, the others wait for their turn."""
    made = world(policy_of(0, 5_000), {1: [None]}, grace_seconds=PATIENCE_SECONDS)
    for delivery in (1, 2, 3):
        made.ledger.owe(delivery)
    return made


def test_close_leaves_deliveries_pending() -> None:
    async def run() -> tuple[list[int], list[Attempt]]:
        made = closing_world()
        made.scheduler.wake()
        await made.receiver.begun.wait()
        await made.scheduler.close()
        await let_others_run()
        return sorted(made.ledger.pending), made.ledger.concluded

    assert asyncio.run(run()) == ([1, 2, 3], [])


def test_close_leaves_no_task_behind() -> None:
    async def run() -> set["asyncio.Task[object]"]:
        made = closing_world()
        made.scheduler.wake()
        await made.receiver.begun.wait()
        await made.scheduler.close()
        return others()

    assert asyncio.run(run()) == set()


def test_close_hangs_up_on_a_silent_receiver() -> None:
    async def run() -> tuple[set["asyncio.Task[object]"], int, list[int]]:
        made = silent_world()
        await made.advance(0)
        await made.scheduler.close()
        return others(), made.receiver.under_way, sorted(made.ledger.pending)

    assert asyncio.run(run()) == (set(), 0, [1])


@pytest.mark.parametrize("turns", range(8))
def test_close_ends_an_advance_under_way(turns: int) -> None:
    async def run() -> set["asyncio.Task[object]"]:
        made = closing_world()
        advance = asyncio.create_task(made.advance(100_000))
        await let_others_run(turns)
        await made.scheduler.close()
        await asyncio.wait({advance}, timeout=1)
        left = others()
        advance.cancel()
        return left

    assert asyncio.run(run()) == set()


@pytest.mark.parametrize("turns", range(8))
def test_close_lets_an_advance_end_without_spinning(turns: int) -> None:
    async def run() -> BaseException | None:
        made = closing_world()
        advance = asyncio.create_task(made.advance(100_000))
        await let_others_run(turns)
        await made.scheduler.close()
        await asyncio.wait({advance}, timeout=1)
        if not advance.done():
            advance.cancel()
            return None
        return None if advance.cancelled() else advance.exception()

    assert not isinstance(asyncio.run(run()), Spinning)


def test_close_can_be_called_twice() -> None:
    async def run() -> list[int]:
        made = closing_world()
        made.scheduler.wake()
        await made.scheduler.close()
        await made.scheduler.close()
        return sorted(made.ledger.pending)

    assert asyncio.run(run()) == [1, 2, 3]


def test_wake_after_close_does_nothing() -> None:
    async def run() -> tuple[int, set["asyncio.Task[object]"]]:
        made = closing_world()
        await made.scheduler.close()
        made.scheduler.wake()
        return made.ledger.looks, others()

    assert asyncio.run(run()) == (0, set())


# The real clock.


def real_world(
    policy: DeliveryPolicy, scripts: Mapping[int, Sequence[Step]], *, deliveries: int, parallel: int = 4
) -> World:
    made = world(policy, scripts, clock=SystemClock(), parallel=parallel)
    for delivery in range(1, deliveries + 1):
        made.ledger.owe(delivery, due_ms=made.clock.now_ms())
    return made


def test_real_clock_makes_what_is_due_at_once() -> None:
    async def run() -> list[int]:
        made = real_world(policy_of(0), {}, deliveries=3)
        made.scheduler.wake()
        await made.ledger.until(lambda: len(made.ledger.concluded) == 3)
        await made.scheduler.close()
        return sorted(it.delivery for it in made.ledger.concluded)

    assert asyncio.run(run()) == [1, 2, 3]


def test_real_clock_makes_a_few_attempts_at_once() -> None:
    async def run() -> tuple[int, int]:
        gate = asyncio.Event()
        made = real_world(policy_of(0), {it: [when(gate, OK)] for it in range(1, 8)}, deliveries=7, parallel=3)
        made.scheduler.wake()
        await let_others_run(100)
        before = made.receiver.under_way
        gate.set()
        await made.ledger.until(lambda: len(made.ledger.concluded) == 7)
        await made.scheduler.close()
        return before, made.receiver.most_at_once

    assert asyncio.run(run()) == (3, 3)


def test_real_clock_makes_retries_when_they_fall_due() -> None:
    async def run() -> list[int]:
        made = real_world(policy_of(0, 3, 5), {1: [REFUSED, BROKEN, OK]}, deliveries=1)
        made.scheduler.wake()
        await made.ledger.until(lambda: len(made.ledger.concluded) == 3)
        await made.scheduler.close()
        return [later.started_ms - earlier.finished_ms for earlier, later in pairwise(made.ledger.concluded)]

    gaps_ms = asyncio.run(run())
    assert [gap_ms >= delay_ms for gap_ms, delay_ms in zip(gaps_ms, [3, 5], strict=True)] == [True, True]


def test_real_clock_gives_up_on_a_silent_receiver() -> None:
    async def run() -> Attempt:
        made = real_world(policy_of(0, timeout_ms=5), {1: [None]}, deliveries=1)
        made.scheduler.wake()
        await made.ledger.until(lambda: bool(made.ledger.concluded))
        await made.scheduler.close()
        return made.ledger.concluded[0]

    attempt = asyncio.run(run())
    assert (attempt.outcome, attempt.finished_ms - attempt.started_ms >= 4) == (TIMED_OUT, True)


def test_real_clock_hangs_up_on_a_silent_receiver() -> None:
    async def run() -> int:
        made = real_world(policy_of(0, timeout_ms=5), {1: [None]}, deliveries=1)
        made.scheduler.wake()
        await made.ledger.until(lambda: bool(made.ledger.concluded))
        await made.scheduler.close()
        return made.receiver.under_way

    assert asyncio.run(run()) == 0


def test_real_clock_waits_longer_than_the_grace() -> None:
    async def run() -> list[Outcome]:
        made = real_world(policy_of(0), {}, deliveries=1)

        async def outlast_the_grace() -> Outcome:
            await asyncio.wait({asyncio.get_running_loop().create_future()}, timeout=0.03)
            return OK

        made.receiver.scripts = {1: [outlast_the_grace]}
        made.scheduler.wake()
        await made.ledger.until(lambda: bool(made.ledger.concluded))
        await made.scheduler.close()
        return [it.outcome for it in made.ledger.concluded]

    assert asyncio.run(run()) == [OK]


def test_real_clock_keeps_no_timer_after_close() -> None:
    async def run() -> int:
        made = world(policy_of(0), {}, clock=SystemClock())
        made.ledger.owe(1, due_ms=made.clock.now_ms() + 20)
        await made.scheduler.settle()
        await made.scheduler.close()
        looks = made.ledger.looks
        await asyncio.wait({asyncio.get_running_loop().create_future()}, timeout=0.04)
        return made.ledger.looks - looks

    assert asyncio.run(run()) == 0


# Work of other kinds.


def test_advance_waits_for_work_in_progress() -> None:
    async def run() -> tuple[int, int]:
        made = world(policy_of(0), {})
        made.activity.begin()
        advance = asyncio.create_task(made.advance(10_000))
        await let_others_run(100)
        during_ms = made.clock.now_ms()
        made.activity.end()
        await advance
        return during_ms - START_MS, made.clock.now_ms() - START_MS

    assert asyncio.run(run()) == (0, 10_000)


def test_advance_carries_out_what_work_in_progress_brings() -> None:
    async def run() -> list[int]:
        made = world(policy_of(0, 5_000), {1: [REFUSED]})
        made.activity.begin()
        advance = asyncio.create_task(made.advance(10_000))
        await let_others_run()
        made.ledger.owe(1)
        made.scheduler.wake()
        made.activity.end()
        await advance
        return [it.started_ms - START_MS for it in made.ledger.concluded]

    assert asyncio.run(run()) == [0, 5_000]


def test_advance_waits_for_work_that_an_attempt_brings() -> None:
    async def run() -> tuple[list[int], int]:
        made = world(policy_of(0), {})
        seen_ms: list[int] = []

        async def work() -> None:
            with made.activity.going_on():
                await let_others_run()
                seen_ms.append(made.clock.now_ms() - START_MS)

        working: list[asyncio.Task[None]] = []

        async def bring_work() -> Outcome:
            working.append(asyncio.create_task(work()))
            await let_others_run(2)
            return OK

        made.receiver.scripts = {1: [bring_work]}
        made.ledger.owe(1, due_ms=START_MS + 1_000)
        await made.advance(10_000)
        return seen_ms, made.clock.now_ms() - START_MS

    assert asyncio.run(run()) == ([1_000], 10_000)
