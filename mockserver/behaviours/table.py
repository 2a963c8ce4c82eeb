"""Every behaviour's implementation by its id, from all seams."""

from collections import Counter
from collections.abc import Mapping

from mockserver.behaviours import (
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
from mockserver.behaviours.catalogue import Catalogue
from mockserver.behaviours.fronts import FRONTS
from mockserver.errors import SetUpError
from mockserver.renderio.blueprint import Change

_SEAMS: tuple[Mapping[str, Change], ...] = (
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
)

WORKSPACE_CHANGES: Mapping[str, Change] = {identifier: change for seam in _SEAMS for identifier, change in seam.items()}
"""The behaviours of a workspace; those of the whole server are `FRONTS`."""


def require_agreement(catalogue: Catalogue) -> None:
    """Raise `SetUpError` naming behaviours without implementation and implementations without behaviour."""
    expected = {(behaviour.id, behaviour.scope) for behaviour in catalogue}
    bound = {*((it, "workspace") for it in WORKSPACE_CHANGES), *((it, "server") for it in FRONTS)}
    twice = [it for it, count in Counter(it for seam in _SEAMS for it in seam).items() if count > 1]
    if expected != bound or twice:
        message = (
            f"behaviours without an implementation of their scope: {sorted(it for it, _ in expected - bound)}; "
            f"implementations without a behaviour: {sorted(it for it, _ in bound - expected)}; "
            f"with two implementations: {twice}"
        )
        raise SetUpError(message)
