"""What a render counts whenever it is asked for, for whoever compares others with it."""

from contracts.checks.bannx.asks import Ask
from contracts.checks.bannx.ledger import Whole
from contracts.checks.bannx.space import COUNTED, Space

EQUAL = "BNX-CRD-005"


def usual_render(space: Space, ask: Ask) -> Whole:
    """The first of two equal renders.

    Ends the check where something of the first is not there (as `Space.whole` does), where the second is not logged and
    counted like it (BNX-CRD-005), or counts another amount (BNX-CRD-001).
    """
    first, followed = space.whole(ask), space.followed(ask)
    entries, counted = followed.new.entries, followed.new.credits
    because = f"{ask} was repeated, and each was to be counted and logged; the second has {len(entries)} entries in the"
    because += f" log and counted {counted} credits, the first {first.credits}"
    is_there = len(entries) == 1 and counted > 0
    space.trial.require(EQUAL, is_there, because, evidence=followed.evidence)
    space.require_exact(counted, first.credits)
    space.trial.require(COUNTED, counted == first.credits, because, evidence=followed.evidence)
    return first
