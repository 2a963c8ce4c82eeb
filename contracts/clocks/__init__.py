"""The ways in which a target's time can be made to pass, and the choice among them."""

from contracts.clocks.choice import Circumstances, choose
from contracts.clocks.control import ControlClock, ControlTime
from contracts.clocks.declared import DeclaredAttempt, DeclaredClock, DeclaredTime
from contracts.clocks.real import RealClock, RealTime
from contracts.clocks.stepped import SteppedClock, SteppedTime
from contracts.clocks.timekeeper import Timekeeper

__all__ = [
    "Circumstances",
    "ControlClock",
    "ControlTime",
    "DeclaredAttempt",
    "DeclaredClock",
    "DeclaredTime",
    "RealClock",
    "RealTime",
    "SteppedClock",
    "SteppedTime",
    "Timekeeper",
    "choose",
]
