"""A model of a config's state: what each step may make of it, under every permitted reading.

It knows nothing of HTTP. What the documents leave open is a set of ways here; which one a target goes is learned from
the first time that it is seen, and held against it from then on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

IN_USE = ("new", "valid", "invalid")
"""The states of a config that is in use."""


class Divergence(Exception):
    """What was seen is not permitted by any reading; `requirement` is the one that says so."""

    def __init__(self, requirement: str, because: str) -> None:
        super().__init__(f"{requirement}: {because}")
        self.requirement = requirement
        self.because = because


class Action(Enum):
    """What is done to one config; the value says it in words."""

    CREATE = "is created"
    TEST = "is tested"
    NEW_URL = "gets its other URL"
    SAME_URL = "is updated with the same URL"
    NOTHING = "is updated with an empty object"
    RENEW = "is updated to new"
    DEACTIVATE = "is deactivated"
    FORBIDDEN = "is updated to a state that only a test can make"
    WAIT = "is left alone for a while"


UNCHANGING = (Action.SAME_URL, Action.NOTHING, Action.RENEW)
"""Updates that change nothing of a config that is in use (RCL-UPD-013)."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What has come of a step: whether it was refused, whether a test event came, and the state in the end."""

    refused: bool
    tested: bool
    state: str

    def __str__(self) -> str:
        answer = "it was refused" if self.refused else "it was accepted"
        event = "a test event came" if self.tested else "no test event came"
        return f"{answer}, {event}, and the config is {self.state}"


@dataclass(frozen=True, slots=True)
class Way:
    """A permitted course of a step; `tested` is None where that is left open, `reading` where there is but one."""

    states: tuple[str, ...]
    refused: bool = False
    tested: bool | None = True
    reading: str | None = None

    def fits(self, seen: Seen) -> bool:
        """Whether this is what was seen."""
        return self.refused == seen.refused and self.tested in (None, seen.tested) and seen.state in self.states


def applies(action: Action, before: str) -> bool:
    """Whether the documents say anything of this action on a config in this state."""
    return before != "deactivated" or action is not Action.NOTHING


def ways(action: Action, before: str, outcome: str) -> Sequence[Way]:
    """What an action may come to on a config in a state, where a test would end with this outcome."""
    stays = (before,)
    if action is Action.WAIT:
        return (Way(stays, tested=False),)
    if action is Action.FORBIDDEN:
        return (Way(stays, refused=True, tested=False),)
    if action is Action.DEACTIVATE:
        # RCL-UPD-011; nothing is said of one that is deactivated already.
        again = (Way(stays, refused=True, tested=None),) if before == "deactivated" else ()
        return (Way(("deactivated",), tested=None), *again)
    if before == "deactivated":
        return _ways_of_a_deactivated(action, outcome)
    if action in UNCHANGING:  # RCL-UPD-013
        return (
            Way((outcome,), reading="a"),
            Way((before, "new"), tested=False, reading="b"),
            Way(stays, refused=True, tested=False, reading="c"),
        )
    return (Way((outcome,)),)


def _ways_of_a_deactivated(action: Action, outcome: str) -> Sequence[Way]:
    stays = ("deactivated",)
    if action is Action.TEST:  # RCL-TST-016
        return (
            Way(stays, refused=True, tested=False, reading="a"),
            Way((outcome,), reading="b"),
            Way(stays, tested=None, reading="c"),
        )
    if action is Action.RENEW:  # RCL-UPD-008; that what is revived has to be tested is RCL-UPD-009's to judge
        return (
            Way((outcome,), reading="a"),
            Way((*IN_USE, *stays), tested=False, reading="a"),
            Way(stays, refused=True, tested=False, reading="b"),
        )
    return (  # RCL-UPD-012
        Way(stays, tested=False, reading="a"),
        Way((outcome,), reading="b"),
        Way(stays, reading="c"),
        Way(stays, refused=True, tested=False, reading="d"),
    )


@dataclass(slots=True)
class Model:
    """What a target was seen to do where the documents leave it open."""

    readings: dict[tuple[Action, str], str] = field(default_factory=dict)
    """By what is done to a config, and in which state."""

    def permitted(self, action: Action, before: str, outcome: str) -> Sequence[Way]:
        """The ways that are left by what was seen before."""
        known = self.readings.get((action, before))
        return [way for way in ways(action, before, outcome) if known is None or way.reading == known]

    def judge(self, action: Action, before: str, outcome: str, seen: Seen) -> None:
        """Hold what was seen against what is permitted, and learn from it. Raises `Divergence`."""
        way = next((way for way in self.permitted(action, before, outcome) if way.fits(seen)), None)
        if way is None:
            earlier = [way for way in ways(action, before, outcome) if way.fits(seen)]
            otherwise = "; the same was handled in another way before" if earlier else ""
            state = "" if action is Action.CREATE else f" that was {before}"
            because = f"a config{state} {action.value}, and a test of it would end as {outcome}: {seen}{otherwise}"
            raise Divergence("RCL-STA-007" if earlier else blamed(action, before, outcome, seen), because)
        if way.reading is not None:
            self.readings.setdefault((action, before), way.reading)


@dataclass(frozen=True, slots=True)
class Rule:
    """Which requirements a single step breaks that is refused, that sends no test event, that ends in another state."""

    refusal: str
    silence: str
    state: str


CREATED = Rule("RCL-CFG-001", "RCL-TST-003", "RCL-TST-004")
IN_USE_RULES = {
    Action.TEST: Rule("RCL-TST-001", "RCL-TST-002", "RCL-TST-004"),
    Action.NEW_URL: Rule("RCL-UPD-001", "RCL-UPD-002", "RCL-UPD-004"),
}
UNCHANGING_RULE = Rule("RCL-UPD-015", "RCL-STA-007", "RCL-UPD-004")
DEACTIVATED_RULES = {
    Action.TEST: Rule("RCL-STA-006", "RCL-STA-006", "RCL-STA-006"),
    Action.RENEW: Rule("RCL-UPD-015", "RCL-UPD-009", "RCL-UPD-009"),
}
OTHER_DEACTIVATED_RULE = Rule("RCL-UPD-015", "RCL-STA-006", "RCL-STA-006")
LEFT_ALONE = {"deactivated": "RCL-STA-006", "invalid": "RCL-STA-003", "valid": "RCL-STA-004"}
OUTCOMES = {
    ("invalid", "valid"): "RCL-TST-011",
    ("valid", "invalid"): "RCL-TST-012",
    ("invalid", "invalid"): "RCL-TST-006",
    ("new", "invalid"): "RCL-TST-006",
}
"""Which requirement says how the state before a test and its outcome go together; RCL-TST-004 of all others."""


def blamed(action: Action, before: str, outcome: str, seen: Seen) -> str:
    """Which requirement a single step breaks that came to what no reading permits."""
    if action is Action.DEACTIVATE:
        return "RCL-UPD-007"
    if action is Action.FORBIDDEN:
        return "RCL-UPD-015" if seen.refused and seen.state == before else "RCL-UPD-010"
    if action is Action.WAIT:
        return left_alone(before)
    if seen.state == "deactivated" != before:
        return "RCL-STA-005"
    rule = _rule(action, before, outcome)
    if seen.refused:
        return rule.refusal
    return rule.state if seen.tested else rule.silence


def left_alone(before: str) -> str:
    """Which requirement says that a config in this state stays in it by itself."""
    return LEFT_ALONE.get(before, "RCL-STA-007")


def _rule(action: Action, before: str, outcome: str) -> Rule:
    if action is Action.CREATE:
        return replace(CREATED, state=OUTCOMES.get(("new", outcome), CREATED.state))
    if before == "deactivated":
        return DEACTIVATED_RULES.get(action, OTHER_DEACTIVATED_RULE)
    rule = IN_USE_RULES.get(action, UNCHANGING_RULE)
    return replace(rule, state=OUTCOMES.get((before, outcome), rule.state)) if action is Action.TEST else rule
