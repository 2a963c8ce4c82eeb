"""LOG and CRD: spaces: the renders of one are not in the log of another, and do not count there."""

from collections.abc import Sequence

from contracts.check import check
from contracts.checks.bannx.asks import Ask
from contracts.checks.bannx.ledger import Ledger
from contracts.checks.bannx.space import Space
from contracts.errors import NotObservable
from contracts.trial import Trial

LOG_APART, CREDITS_APART = "BNX-LOG-007", "BNX-CRD-003"


@check(LOG_APART, CREDITS_APART, second_account=True)
def spaces_are_logged_and_counted_apart(trial: Trial) -> None:
    """Renders with the token of one space change neither the log nor the credits of another."""
    space, other = Space(trial), Space(trial, trial.second())
    asks = Ask(space.page.id), Ask(space.page.id, post=True)
    _judge(space, other, asks)
    # The pages that are known may be the first space's alone: what the second one renders is then nothing to look at.
    if other.is_own or all(other.asking.may_render(ask) for ask in asks):
        _judge(other, space, asks)


def _judge(owner: Space, watched: Space, asks: Sequence[Ask]) -> None:
    trial = owner.trial
    owner.learn(*asks)
    own, new = watched.observed(lambda: _rendered(owner, asks), lambda _: True, most=0)
    if not owner.is_own and own == new:
        message = "a render in either account is logged and counted in both: their tokens may be of one space"
        raise NotObservable(message)
    words = [f"{entry.request_id} of {entry.page_id}" for entry in new.entries]
    because = f"{len(asks)} renders in one space were to leave the log of another as it is; there came {words}"
    trial.expect(LOG_APART, not new.entries, because)
    because = (
        f"{len(asks)} renders in one space, which counted {own.credits} credits there, were to leave those of another"
    )
    trial.expect(CREDITS_APART, new.credits == 0, f"{because} as they are, and counted {new.credits} there")


def _rendered(owner: Space, asks: Sequence[Ask]) -> Ledger:
    """What is new in a space once the callbacks of these renders are over."""
    owner.rest()
    before = owner.look()
    for ask in asks:
        owner.asking.rendered(ask)
    return owner.once(before, lambda seen: len(seen.files) >= len(asks) and seen.credits > 0)
