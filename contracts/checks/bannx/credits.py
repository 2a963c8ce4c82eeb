"""CRD: credits: how many a render counts, one after the other and many at the same time."""

from contracts.check import check
from contracts.checks.bannx.asks import Ask
from contracts.checks.bannx.showing import by_size
from contracts.checks.bannx.space import COUNTED, Space
from contracts.checks.bannx.usual import EQUAL, usual_render
from contracts.trial import Trial

TOGETHER = "BNX-CRD-004"

AT_ONCE, ALL = 10, 50
"""How many renders are under way at the same time, and how many are made so."""

EQUALS = 3
"""How many equal renders are made after the first one."""


@check(COUNTED)
def a_render_counts_credits(trial: Trial) -> None:
    """A render by GET counts credits, and so does one by POST."""
    space = Space(trial)
    pages = by_size(trial.published)
    for ask in (Ask(pages[0].id), Ask(pages[-1].id, post=True)):
        counted = space.whole(ask).credits
        trial.saw(COUNTED, "a" if counted == 1 else "b", f"{ask} counted {counted}")


@check(EQUAL, COUNTED)
def equal_renders_are_counted_each(trial: Trial) -> None:
    """Each of several equal renders is logged, and counts what the first one did."""
    space = Space(trial)
    ask = Ask(space.page.id)
    first = usual_render(space, ask)
    followed = space.followed(*[ask] * EQUALS, credits_at_least=EQUALS * first.credits)
    entries, counted = len(followed.new.entries), followed.new.credits
    because = f"{EQUALS} equal renders were to have one entry each, and to count {EQUALS * first.credits} credits; they"
    because += f" have {entries}, and counted {counted}"
    space.require_exact(counted, EQUALS * first.credits)
    is_each = (entries, counted) == (EQUALS, EQUALS * first.credits)
    trial.expect(EQUAL, is_each, because, evidence=followed.evidence)
    trial.saw(COUNTED, "a" if first.credits == 1 else "b", f"{ask} counted {first.credits}")


@check(TOGETHER)
def renders_at_the_same_time_are_counted_each(trial: Trial) -> None:
    """Fifty renders, many of them at the same time, count fifty times as many credits as one."""
    space = Space(trial)
    ask = Ask(space.page.id)
    expected = ALL * usual_render(space, ask).credits
    followed = space.followed(*[ask] * ALL, at_once=AT_ONCE, credits_at_least=expected)
    counted = followed.new.credits
    space.require_exact(counted, expected)
    because = f"{ALL} equal renders, {AT_ONCE} at a time, were to count {expected} credits, and counted {counted}"
    trial.expect(TOGETHER, counted == expected, because, evidence=followed.evidence[:1])
