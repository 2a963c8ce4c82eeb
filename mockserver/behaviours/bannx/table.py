"""Every behaviour of bannx, from all seams, with its implementation."""

from mockserver.bannx.blueprint import Change
from mockserver.behaviours.bannx import (
    callbacks,
    calling,
    counting,
    drawings,
    files,
    finding,
    formats,
    logs,
    orders,
    outcomes,
    refusals,
    tweaking,
)
from mockserver.behaviours.bannx.fronts import FRONTS, OPENING, OTHER_METHODS
from mockserver.behaviours.implementations import Implementations

IMPLEMENTATIONS: Implementations[Change] = Implementations(
    seams=(
        callbacks.CHANGES,
        calling.CHANGES,
        counting.CHANGES,
        drawings.CHANGES,
        files.CHANGES,
        finding.CHANGES,
        formats.CHANGES,
        logs.CHANGES,
        orders.CHANGES,
        outcomes.CHANGES,
        refusals.CHANGES,
        tweaking.CHANGES,
    ),
    fronts=FRONTS,
    opening=OPENING,
    other_methods=OTHER_METHODS,
)
