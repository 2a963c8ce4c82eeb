"""One space of the target: its renders, and what its log and its credits say of them once callbacks are over."""

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

from contracts.checks.bannx.asking import Asking, Rendered
from contracts.checks.bannx.asks import Ask
from contracts.checks.bannx.calls import GET, POST
from contracts.checks.bannx.ledger import Followed, Ledger, Whole
from contracts.errors import NoAnswerError, NotObservable, Unmet
from contracts.pages import Page
from contracts.target import CALLBACKS, RENDERS, WORKSPACES
from contracts.trial import Trial, Workspace

FOLLOWED_BY = {GET: "BNX-CBK-001", POST: "BNX-CBK-002"}
"""What says that a render of this operation is followed by its callback."""

LOGGED, COUNTED = "BNX-LOG-001", "BNX-CRD-001"

SETTLED_SECONDS = 2.0
"""How long, in real time, an effect may take to show once the target has said that its callbacks are over."""

QUIET_SECONDS = 1.0
"""How long nothing more may show, in real time, where the target does not say that its callbacks are over."""

STUBBORN_SECONDS = 5.0
"""How long callbacks with a step that fails are waited for: one may be tried until it works (BNX-CBK-009 c)."""

MOST_REPETITIONS = 3
"""How often something is looked at where another client of the same space may come in between."""

T = TypeVar("T")


class Space:
    """One space, with its log and its credits; `NotObservable` where the target does not tell them."""

    def __init__(self, trial: Trial, workspace: Workspace | None = None) -> None:
        if not trial.offer.has(RENDERS):
            message = f"it takes the log and the credits of the control protocol (capability `{RENDERS}`)"
            raise NotObservable(message)
        self.trial = trial
        self.workspace = workspace or trial.workspace
        self.control = trial.control_of(self.workspace)
        self.asking = Asking(trial, self.workspace)
        self._learned: set[str] = set()
        self._other: Workspace | None = None

    @property
    def page(self) -> Page:
        """The smallest page that can be rendered."""
        return self.asking.page

    @property
    def is_own(self) -> bool:
        """Whether nobody else can be at work in it."""
        return self.trial.offer.has(WORKSPACES)

    @property
    def tells_the_end(self) -> bool:
        """Whether the target says when callbacks are over; then it also lets their steps go wrong."""
        return self.trial.offer.has(CALLBACKS)

    def require_exact(self, counted: int, expected: int) -> None:
        """Go on only where another number of credits than expected cannot be of renders of earlier checks."""
        if counted != expected and not (self.is_own or self.tells_the_end):
            message = (
                f"{counted} credits were counted and {expected} expected, in a space that checks share: it takes "
                f"a target that says when callbacks are over, or opens spaces (`{CALLBACKS}`, `{WORKSPACES}`)"
            )
            raise NotObservable(message)

    def require_faults(self) -> None:
        """Go on only where steps can be told to go wrong."""
        if not self.tells_the_end:
            message = f"it takes steps that can be told to go wrong, by the control protocol (capability `{CALLBACKS}`)"
            raise NotObservable(message)

    # ---------------------------------------------------------------------------------------- log and credits

    def look(self) -> Ledger:
        """The log and the credits as they are."""
        return Ledger(self.control.renders(), self.control.credits())

    def rest(self) -> None:
        """Wait until callbacks are over, or nothing has shown for a while where the target does not say so."""
        if self.tells_the_end:
            self.control.settle()
            return
        deadline = time.monotonic() + self.trial.patience_seconds
        seen, since = self.look(), time.monotonic()
        while time.monotonic() < min(since + QUIET_SECONDS, deadline):
            time.sleep(self.trial.poll_seconds)
            if (now := self.look()) != seen:
                seen, since = now, time.monotonic()

    def rests(self, within_seconds: float = STUBBORN_SECONDS) -> bool:
        """Whether callbacks come to their end, where the target says so; for what may be tried without end."""
        try:
            self.control.settle(within_seconds)
        except NoAnswerError as trouble:
            self.trial.note(f"callbacks were not over: {trouble}")
            return False
        return True

    def once(self, before: Ledger, holds: Callable[[Ledger], bool], *, patience_seconds: float | None = None) -> Ledger:
        """What is new once callbacks are over and something holds of it, or as it is when it has had its time.

        Where the target does not say when callbacks are over, that is the trial's patience, if none is given; and more
        may come for a while after that.
        """
        self.rest()
        patience_seconds = patience_seconds or self.trial.patience_seconds
        seen = self.awaited(before, holds, SETTLED_SECONDS if self.tells_the_end else patience_seconds)
        if self.tells_the_end or not holds(seen):
            return seen
        time.sleep(QUIET_SECONDS)
        return self.look().since(before)

    def awaited(self, before: Ledger, holds: Callable[[Ledger], bool], within_seconds: float) -> Ledger:
        """What is new as soon as something holds of it, or after so much real time; callbacks may still run."""
        deadline = time.monotonic() + within_seconds
        while not holds(seen := self.look().since(before)) and time.monotonic() < deadline:
            time.sleep(self.trial.poll_seconds)
        return seen

    def observed(
        self, act: Callable[[], T], holds: Callable[[Ledger], bool], *, most: int, patience_seconds: float | None = None
    ) -> tuple[T, Ledger]:
        """Do something that makes `most` entries at the most, and see what is new `once` its callbacks are over.

        In a space that others may use, too, more than that is looked at again: only what is the same every time, and
        does not happen without us, is the target's. Else `NotObservable`.
        """
        surpluses: list[int] = []
        while True:
            self.rest()
            before = self.look()
            began = time.monotonic()
            done = act()
            new = self.once(before, holds, patience_seconds=patience_seconds)
            surplus = len(new.entries) - most
            if self.is_own or surplus <= 0:
                return done, new
            surpluses.append(surplus)
            time.sleep(time.monotonic() - began)
            is_disturbed = len(set(surpluses)) > 1 or len(self.look().since(before).entries) > len(new.entries)
            if is_disturbed:
                message = "other clients use the same space at the same time: its log grows without this run"
                raise NotObservable(message)
            if len(surpluses) == MOST_REPETITIONS:
                return done, new

    # ------------------------------------------------------------------------------------------------ renders

    @contextlib.contextmanager
    def elsewhere(self) -> Iterator[Asking]:
        """Renders that nobody counts: in another space, where there can be one."""
        if self._other is None:
            self._other = self.trial.fresh() if self.is_own else self.workspace
        self.asking.workspace = self._other
        try:
            yield self.asking
        finally:
            self.asking.workspace = self.workspace

    def learn(self, *asks: Ask) -> None:
        """Find out how such renders are answered, which takes a render by each method."""
        unknown = {ask.operation for ask in asks} - self._learned
        if unknown:
            with self.elsewhere() as asking:
                asking.learn(*sorted(unknown))
            self._learned |= unknown

    def followed(self, *asks: Ask, at_once: int = 1, credits_at_least: int = 1) -> Followed:
        """Renders, so many at once, and what is new once their callbacks are over.

        It is waited for until each has an entry with a file, and so many credits were counted.
        """
        self.learn(*asks)
        renders, new = self.observed(
            lambda: self._rendered(asks, at_once),
            lambda seen: len(seen.files) >= len(asks) and seen.credits >= credits_at_least,
            most=len(asks),
        )
        return Followed(renders, new)

    def logged(self, ask: Ask) -> Followed:
        """One render with one entry; ends the check where it has none, or several (BNX-LOG-001)."""
        followed = self.followed(ask)
        number = len(followed.new.entries)
        because = f"{ask} was to have one entry in the log, and has {number}"
        self.trial.require(LOGGED, number == 1, because, evidence=followed.evidence)
        return followed

    def whole(self, ask: Ask) -> Whole:
        """One render and all that its callback does; ends the check where something of it is not there.

        That is BNX-LOG-001 for its entry, BNX-CBK-001 or BNX-CBK-002 for the file in it, and BNX-CRD-001 for the
        credits; where the same by the other method counts some, that is BNX-CBK-001 or BNX-CBK-002, too.
        """
        followed = self.logged(ask)
        (render,), (entry,) = followed.renders, followed.new.entries
        credited = followed.new.credits
        if entry.file is None:
            because = f"{ask} was answered 200, and {self.waited} its entry in the log has no file"
            because += f"; {credited} credits were counted"
            self.trial.failed(FOLLOWED_BY[ask.operation], because, evidence=followed.evidence)
            raise Unmet(because)
        if credited <= 0:
            because = f"{ask} was answered 200 and was to count credits, and {self.waited} {credited} were counted"
            other = self.followed(replace(ask, post=not ask.post)).new.credits
            requirement = FOLLOWED_BY[ask.operation] if other > 0 else COUNTED
            self.trial.failed(requirement, because, evidence=followed.evidence)
            raise Unmet(because)
        return Whole(render, entry, entry.file, credited)

    @property
    def waited(self) -> str:
        """For how long callbacks were waited for, in words."""
        if self.tells_the_end:
            return "once its callback was over"
        return f"{self.trial.patience_seconds:g} s later"

    def _rendered(self, asks: Sequence[Ask], at_once: int) -> tuple[Rendered, ...]:
        if at_once == 1:
            return tuple(map(self.asking.rendered, asks))
        with ThreadPoolExecutor(at_once) as pool:
            return tuple(pool.map(self.asking.rendered, asks))
