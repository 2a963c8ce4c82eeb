"""Chooses the best way in which a target's time can be made to pass."""

from dataclasses import dataclass

from contracts.budget import Budget
from contracts.client import Address, Client
from contracts.clocks.control import VIRTUAL, ControlTime
from contracts.clocks.declared import DeclaredTime
from contracts.clocks.faketime import steps_of
from contracts.clocks.proof import Prover, Provoke, why_timers_stay
from contracts.clocks.real import RealTime
from contracts.clocks.stepped import SteppedTime, Steps
from contracts.clocks.timekeeper import Timekeeper
from contracts.control import Control, Offer
from contracts.documents import Credential
from contracts.errors import NoAnswerError, SetUpError
from contracts.process import TargetProcess
from contracts.receiver import Receiver
from contracts.record import Record
from contracts.target import CLOCK, DELIVERIES, Timing


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the choice depends on.

    `key` is a credential to ask with, `process` the target where the kit started it. `provoke` makes the target deliver
    something, which it repeats after the documented `delays_seconds`; without it, steps of the clock are not proven.
    `is_timed`: the API does something at documented times; else there is nothing that a step of the clock would hasten.
    """

    address: Address
    credential: Credential
    key: str
    offer: Offer
    process: TargetProcess | None
    receiver: Receiver
    budget: Budget
    timing: Timing
    provoke: Provoke | None = None
    delays_seconds: tuple[float, ...] = ()
    is_timed: bool = True


def choose(circumstances: Circumstances) -> Timekeeper:
    """The control protocol's clock where it can be moved, else steps, else real time with or without a log.

    Raises `SetUpError` where a clock is offered and cannot be read, or the target does not start again.
    """
    offer, budget, timing = circumstances.offer, circumstances.budget, circumstances.timing
    if offer.has(CLOCK) and _mode(circumstances) == VIRTUAL:
        return ControlTime(offer, timing, is_local=circumstances.address.is_local)
    why_not_stepped = None
    if circumstances.process is not None and circumstances.is_timed:
        steps = _steps(circumstances, circumstances.process)
        if not isinstance(steps, str):
            return SteppedTime(steps, circumstances.receiver, budget, timing)
        why_not_stepped = steps
    if offer.has(DELIVERIES):
        return DeclaredTime(offer, budget, timing, why_not_stepped=why_not_stepped)
    return RealTime(budget, timing, why_not_stepped=why_not_stepped)


def _steps(circumstances: Circumstances, process: TargetProcess) -> Steps | str:
    steps = steps_of(process)
    if isinstance(steps, str) or circumstances.provoke is None:
        return steps
    problem = why_timers_stay(
        Prover(circumstances.receiver, circumstances.provoke, circumstances.delays_seconds),
        steps,
        lambda stepped: process.restart(steps.environment() if stepped else {}),
    )
    return problem or steps


def _mode(circumstances: Circumstances) -> str:
    client = Client(circumstances.address, Record(), credential=circumstances.credential, secret=circumstances.key)
    try:
        return Control(circumstances.offer, client).clock()[0]
    except NoAnswerError as error:
        message = f"the target offers a clock that cannot be read: {error}; leave control out (--control off)"
        raise SetUpError(message) from error
    finally:
        client.close()
