"""Carries out one workspace's deliveries, each at the moment it is due, on the workspace's clock.

With the real clock a timer wakes the scheduler and several attempts may be under way at once. With a virtual clock
due attempts are made one after another, in order of due time, so that a history depends on nothing but the calls
that led to it; `advance` moves the clock through every scheduled moment and waits at each until nothing is in
progress (control protocol, rules 2 to 6).
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from mockserver.activity import Activity
from mockserver.clock import LAST_MOMENT_MS, Clock, VirtualClock
from mockserver.errors import Invalid, Stopping, Violation
from mockserver.webhooks.channel import Channel
from mockserver.webhooks.delivery import Attempt, Delivery, Envelope, Outcome, Silence, succession

log = logging.getLogger(__name__)

LONGEST_TIMER_SECONDS = 60.0
"""A timer is set anew at least this often: the wall clock may be adjusted while it runs."""

SECOND_LOOK_SECONDS = 1.0
"""How long after a failed look-up deliveries are looked up again."""


class DeliveryQueue(Protocol):
    """What the scheduler asks of the store."""

    async def next_due(self, workspace: str, now_ms: int, *, besides: tuple[int, ...]) -> Delivery | None:
        """The earliest pending delivery due at `now_ms` or before, `besides` left out."""

    async def next_due_ms(self, workspace: str, *, besides: tuple[int, ...]) -> int | None:
        """The due time of the earliest pending delivery, `besides` left out."""

    async def drop(self, delivery: int) -> None:
        """Give a pending delivery up."""


class Sender(Protocol):
    """Makes one attempt over the network; every failure is an outcome, never an exception."""

    async def send(self, envelope: Envelope) -> Outcome:
        """Post the envelope and report what came back."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How attempts share real time: how many at once, and how long a virtual clock waits for a silent receiver."""

    parallel: int
    grace_seconds: float


@dataclass(frozen=True, slots=True)
class Parts:
    """What attempts are made with: the API's side of each webhook, by the webhook's name, and the way out."""

    channels: Mapping[str, Channel]
    sender: Sender


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An attempt whose receiver stays silent: only the clock, or a late answer, can end it."""

    deadline_ms: int
    expired: asyncio.Future[None]


class Scheduler:
    """The deliveries of one workspace, in time."""

    def __init__(  # noqa: PLR0913 - the seams of delivery, each replaceable by itself
        self,
        workspace: str,
        *,
        clock: Clock,
        activity: Activity,
        queue: DeliveryQueue,
        parts: Callable[[], Parts],
        pace: Pace,
        keep_clock: Callable[[int], Awaitable[None]],
    ) -> None:
        self._workspace = workspace
        self._clock = clock
        self._activity = activity
        self._queue = queue
        self._parts = parts
        self._pace = pace
        self._keep_clock = keep_clock
        self._slots = asyncio.Semaphore(pace.parallel)
        self._in_flight: dict[int, asyncio.Task[None]] = {}
        self._waiting: dict[int, _Waiting] = {}
        self._moving = asyncio.Lock()
        self._runner: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._woken = False
        self._closed = False
        self._held = False

    def wake(self) -> None:
        """Something may have become due."""
        if self._closed or self._held:
            return
        self._woken = True
        if self._runner is None:
            self._activity.begin()
            self._runner = asyncio.get_running_loop().create_task(self._run())
            self._runner.add_done_callback(self._ended)

    async def settle(self) -> None:
        """Wait until everything due is carried out; attempts that wait on time are left waiting."""
        self.wake()
        await self._activity.quiet()

    async def advance(self, milliseconds: int) -> None:
        """Move the virtual clock on, through every scheduled moment in order; `close` ends it midway: `Stopping`."""
        clock = self._clock
        if not isinstance(clock, VirtualClock):
            message = "only a virtual clock can be moved"
            raise TypeError(message)
        async with self._moving:
            target_ms = clock.now_ms() + milliseconds
            if target_ms > LAST_MOMENT_MS:
                raise Invalid(
                    [
                        Violation(
                            ("seconds",), "the clock cannot go past the year 9999; reset the workspace to start it anew"
                        )
                    ]
                )
            await self.settle()
            while not self._closed:
                moment_ms = await self._next_moment_ms()
                if moment_ms is None or moment_ms > target_ms:
                    await self._move(clock, target_ms)
                    return
                await self._move(clock, moment_ms)
                self._expire(moment_ms)
                await self._activity.quiet()  # a time-out comes before what is due at the same moment
                await self.settle()
            raise Stopping("The server is stopping; the clock was not moved all the way.")

    async def close(self) -> None:
        """Stop; what was in flight stays pending in the store."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        await _cancelled([*self._in_flight.values(), *([self._runner] if self._runner else [])])

    @contextlib.asynccontextmanager
    async def emptied(self) -> AsyncIterator[None]:
        """Hold still while the block removes every delivery: nothing is in progress, and what was is given up."""
        async with self._moving:
            self._held = True
            try:
                await _cancelled(list(self._in_flight.values()))
                await self._activity.quiet()
                self._in_flight.clear()
                yield
            finally:
                self._held = False
        self.wake()

    async def _move(self, clock: VirtualClock, moment_ms: int) -> None:
        if moment_ms > clock.now_ms():
            clock.move_to(moment_ms)
            await self._keep_clock(moment_ms)

    def _expire(self, moment_ms: int) -> None:
        for waiting in self._waiting.values():
            if waiting.deadline_ms <= moment_ms and not waiting.expired.done():
                self._activity.begin()
                waiting.expired.set_result(None)

    async def _next_moment_ms(self) -> int | None:
        due_ms = await self._queue.next_due_ms(self._workspace, besides=tuple(self._in_flight))
        moments = [waiting.deadline_ms for waiting in self._waiting.values()]
        if due_ms is not None:
            moments.append(due_ms)
        return min(moments, default=None)

    async def _run(self) -> None:
        while self._woken:
            self._woken = False
            await self._dispatch_due()
        await self._set_timer()

    def _ended(self, runner: asyncio.Task[None]) -> None:
        # A callback, not the end of `_run`: a task that is cancelled before its first step never gets that far.
        self._runner = None
        if not runner.cancelled() and runner.exception() is not None:
            log.error("the deliveries of %s could not be looked up", self._workspace, exc_info=runner.exception())
            if self._clock.mode == "real" and not self._closed:
                self._timer = asyncio.get_running_loop().call_later(SECOND_LOOK_SECONDS, self.wake)
        elif self._woken:
            self.wake()
        self._activity.end()

    async def _dispatch_due(self) -> None:
        while await self._begin_next():
            pass

    async def _begin_next(self) -> bool:
        turn = _Turn(self._slots, self._activity)
        await self._slots.acquire()
        delivery = None
        try:
            now_ms = self._clock.now_ms()
            if not self._held:
                delivery = await self._queue.next_due(self._workspace, now_ms, besides=tuple(self._in_flight))
        finally:
            if delivery is None:
                self._slots.release()
        if delivery is None:
            return False
        self._activity.begin()
        attempt = asyncio.get_running_loop().create_task(self._carry_out(delivery, turn))
        attempt.add_done_callback(lambda _: turn.end())
        self._in_flight[delivery.id] = attempt
        return True

    async def _set_timer(self) -> None:
        if self._clock.mode == "virtual" or self._closed:
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due_ms = await self._queue.next_due_ms(self._workspace, besides=tuple(self._in_flight))
        if due_ms is not None:
            seconds = max(0.0, (due_ms - self._clock.now_ms()) / 1000)
            self._timer = asyncio.get_running_loop().call_later(min(seconds, LONGEST_TIMER_SECONDS), self.wake)

    async def _carry_out(self, delivery: Delivery, turn: "_Turn") -> None:
        try:
            await self._attempt(delivery, turn)
        except Exception:
            # Stays in flight, so that a broken delivery is not tried in a loop; a restart tries it again.
            log.exception("delivery %d could not be carried out", delivery.id)
        else:
            del self._in_flight[delivery.id]
            self.wake()

    async def _attempt(self, delivery: Delivery, turn: "_Turn") -> None:
        parts = self._parts()  # once, so that an attempt ends by the parts that it began with
        channel = parts.channels[delivery.webhook]
        started_ms = self._clock.now_ms()
        envelope = await channel.prepare(delivery, started_ms)
        if envelope is None:
            await self._queue.drop(delivery.id)
            return
        number = delivery.attempts + 1
        sending = asyncio.get_running_loop().create_task(parts.sender.send(envelope))
        outcome = await self._outcome(sending, delivery.id, channel.policy.timeout_ms, turn)
        finished_ms = self._clock.now_ms()
        attempt = Attempt(delivery.id, number, envelope.url, started_ms, finished_ms, outcome)
        follows = succession(channel.policy, number=number, outcome=outcome, finished_ms=finished_ms)
        await channel.conclude(delivery, attempt, follows)
        story = f"{delivery.webhook} {delivery.subject}: attempt {number} to {envelope.url}: {outcome}; {follows}"
        log.info(story, extra={"workspace": self._workspace})

    async def _outcome(self, sending: asyncio.Task[Outcome], delivery: int, timeout_ms: int, turn: "_Turn") -> Outcome:
        deadline_ms = self._clock.now_ms() + timeout_ms
        try:
            if self._clock.mode == "real":
                await asyncio.wait({sending}, timeout=timeout_ms / 1000)
            else:
                await asyncio.wait({sending}, timeout=self._pace.grace_seconds)
                if not sending.done():
                    await self._wait_on_time(sending, delivery, deadline_ms, turn)
            if sending.done():
                return sending.result()
            return Silence(f"no answer within {timeout_ms / 1000:g} s")
        finally:
            if not sending.done():
                sending.cancel()
                await asyncio.wait({sending})
                _ = sending.cancelled() or sending.exception()  # what it says when it is hung up on tells nothing

    async def _wait_on_time(
        self, sending: asyncio.Task[Outcome], delivery: int, deadline_ms: int, turn: "_Turn"
    ) -> None:
        expired = asyncio.get_running_loop().create_future()
        self._waiting[delivery] = _Waiting(deadline_ms, expired)
        turn.pause()
        try:
            await asyncio.wait({sending, expired}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            del self._waiting[delivery]
            turn.resume(already_counted=expired.done())


async def _cancelled(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


class _Turn:
    """An attempt's slot and its place in the activity, given back while it waits on time."""

    def __init__(self, slots: asyncio.Semaphore, activity: Activity) -> None:
        self._slots = slots
        self._activity = activity
        self._has_slot = True

    def pause(self) -> None:
        self._release_slot()
        self._activity.end()

    def resume(self, *, already_counted: bool) -> None:
        if not already_counted:
            self._activity.begin()

    def end(self) -> None:
        self._release_slot()
        self._activity.end()

    def _release_slot(self) -> None:
        if self._has_slot:
            self._has_slot = False
            self._slots.release()
