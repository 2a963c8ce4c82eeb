"""Every behaviour of RenderIO, from all seams, with its implementation."""

from mockserver.behaviours.implementations import Implementations
from mockserver.behaviours.renderio import (
    addresses,
    channels,
    commands,
    configurations,
    executions,
    policies,
    refusals,
    rules,
    senders,
    signatures,
    submissions,
    views,
)
from mockserver.behaviours.renderio.fronts import FRONTS, OPENING
from mockserver.renderio.blueprint import Change

IMPLEMENTATIONS: Implementations[Change] = Implementations(
    seams=(
        policies.CHANGES,
        rules.CHANGES,
        addresses.CHANGES,
        signatures.CHANGES,
        senders.CHANGES,
        views.CHANGES,
        executions.CHANGES,
        submissions.CHANGES,
        channels.CHANGES,
        configurations.CHANGES,
        commands.CHANGES,
        refusals.CHANGES,
    ),
    fronts=FRONTS,
    opening=OPENING,
)
