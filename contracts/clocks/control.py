"""The control protocol's clock: it stands still but for what the kit advances it by."""

from datetime import datetime

from contracts.client import Client
from contracts.clock import Tolerance
from contracts.clocks.timekeeper import aside, tolerance
from contracts.control import Control, Offer
from contracts.target import Timing
from contracts.verdicts import TimeLevel

VIRTUAL = "virtual"
TOLERANCE = Tolerance(early_seconds=1.0, late_seconds=1.0)
LOCAL_POLLS_PER_SECOND, REMOTE_POLLS_PER_SECOND = 20.0, 2.0
ADVANCE_SECONDS = 3.0


class ControlClock:
    """One account's clock. Advances are evidence, questions for the time are not."""

    level = TimeLevel.CONTROL

    def __init__(self, offer: Offer, client: Client, tolerance: Tolerance) -> None:
        self.tolerance = tolerance
        self._control = Control(offer, client)
        self._questions = Control(offer, aside(client))

    def now(self) -> datetime:
        """The moment on the account's clock. Raises `NoAnswerError`."""
        return self._questions.clock()[1]

    def stamp(self) -> datetime | None:
        """The same; while an advance runs, it is the moment that is carried out."""
        return self.now()

    def reaches(self, seconds: float) -> bool:  # noqa: ARG002 - as for every clock
        """Always."""
        return True

    def pass_time(self, seconds: float) -> None:
        """Advance the clock; everything that falls due on the way is done when it returns."""
        self._control.advance(seconds)

    def settle(self) -> None:
        """Wait until the target says that nothing due is left."""
        self._control.advance(0)


class ControlTime:
    """The clocks of a target that offers them."""

    level = TimeLevel.CONTROL
    exclusive = False

    def __init__(self, offer: Offer, timing: Timing, *, is_local: bool) -> None:
        self.polls_per_second = LOCAL_POLLS_PER_SECOND if is_local else REMOTE_POLLS_PER_SECOND
        self._offer = offer
        self._tolerance = tolerance(timing, TOLERANCE)

    def clock(self, client: Client) -> ControlClock:
        """The clock of this client's account."""
        return ControlClock(self._offer, client, self._tolerance)

    def beyond(self, span_seconds: float) -> str | None:  # noqa: ARG002 - as for every timekeeper
        """Nothing is."""
        return None

    def real_seconds(self, span_seconds: float) -> float:
        """An advance takes as long as what it carries out."""
        return min(span_seconds, ADVANCE_SECONDS)
