"""TWK: tweaks change the image of one render, however a request says them."""

import dataclasses

from contracts.check import check
from contracts.checks.bannx.answers import are_same
from contracts.checks.bannx.asking import Asking
from contracts.checks.bannx.asks import TWEAK, TWEAKS, TWEAKS_OF_POST, Ask
from contracts.checks.bannx.comparing import Comparison, compared, looked_at
from contracts.checks.bannx.rendering import ALIKE
from contracts.checks.bannx.showing import EVERY, TEXT, Showing, showing
from contracts.errors import NotObservable
from contracts.pages import VariableType, as_text
from contracts.trial import Trial

PAIRS, BY_ID, ONE_RENDER, BOTH_WAYS = "BNX-TWK-002", "BNX-TWK-003", "BNX-TWK-005", "BNX-TWK-009"
SEVERAL = 2


@check(TWEAKS)
def tweaks_in_the_query_change_the_image(trial: Trial) -> None:
    """Tweaks in the query of a GET change the image; of several, each is obeyed."""
    asking = Asking(trial)
    found = showing(asking, most=SEVERAL)
    trial.passed(TWEAKS)
    if len(found.seen) < SEVERAL:
        return
    together = found.tweaked(*found.seen)
    comparison = compared(asking, found.plain, together, stands_on=TWEAKS)
    because = f"{together} was to give another image than {found.plain}, as each of its tweaks does, and gives the same"
    trial.expect(TWEAKS, not comparison.are_same, because, evidence=comparison.evidence)
    _judge_order(asking, found)


def _judge_order(asking: Asking, found: Showing) -> bool:
    """Judge that each of several tweaks is obeyed: else their order shows. Whether it holds."""
    one, other = found.tweaked(*found.seen), found.tweaked(*reversed(found.seen))
    comparison = compared(asking, one, other, stands_on=TWEAKS)
    because = f"{one} and {other} were to give the same image, and the two differ: not each tweak is obeyed"
    return asking.trial.expect(TWEAKS, comparison.are_same, because, evidence=comparison.evidence)


def paired(ask: Ask) -> Ask:
    """The same GET with each of its tweaks as a parameter of its own."""
    pairs = tuple((f"{TWEAK}{name}", as_text(value)) for name, value in (ask.tweaks or {}).items())
    return dataclasses.replace(ask, tweaks=None, pairs=pairs)


@check(PAIRS)
def parameters_for_single_tweaks_give_the_same_image(trial: Trial) -> None:
    """A parameter tweak:<name> gives the same image as tweaks with that text; of several, each counts."""
    asking = Asking(trial)
    found = showing(asking, types=TEXT, most=SEVERAL)
    for one in found.seen:
        _judge_pairs(trial, found.tweaked(one), compared_in_pairs(asking, found.tweaked(one)))
    if len(found.seen) == SEVERAL:
        together = found.tweaked(*found.seen)
        comparison = compared_in_pairs(asking, together)
        if comparison.are_same or _judge_order(asking, found):
            _judge_pairs(trial, together, comparison)


def compared_in_pairs(asking: Asking, ask: Ask, *, stands_on: str = PAIRS) -> Comparison:
    """A GET with tweaks beside the same with parameters."""
    return compared(asking, ask, paired(ask), stands_on=stands_on)


def _judge_pairs(trial: Trial, ask: Ask, comparison: Comparison) -> None:
    because = f"{paired(ask)} was to give the same image as {ask}, and gives another"
    trial.expect(PAIRS, comparison.are_same, because, evidence=comparison.evidence)


@check(BY_ID)
def a_tweak_by_id_is_a_tweak_by_name(trial: Trial) -> None:
    """A tweak by the id of a variable gives the same image as by its name, with GET and with POST."""
    asking = Asking(trial)
    found = showing(asking, most=SEVERAL)
    named_apart = [one for one in found.seen if one.variable.id != one.variable.name]
    if not named_apart:
        raise NotObservable("it takes a variable whose id is not its name")
    for one in named_apart:
        by_name = found.tweaked(one)
        by_id = dataclasses.replace(by_name, tweaks={one.variable.id: one.value})
        for ask, other in ((by_name, by_id), (by_name.by_post(), by_id.by_post())):
            comparison = compared(asking, ask, other, stands_on=BY_ID)
            because = f"{other}, by the id of a variable, was to give the same image as {ask}, and gives another"
            trial.expect(BY_ID, comparison.are_same, because, evidence=comparison.evidence)


@check(TWEAKS_OF_POST)
def tweaks_in_a_body_give_the_image_of_a_get(trial: Trial) -> None:
    """Tweaks in the body of a POST give the same image as a GET with the same tweaks, for values of every type."""
    asking = Asking(trial)
    found = showing(asking, most=SEVERAL)
    asks = [found.tweaked(one) for one in found.seen]
    if len(asks) == SEVERAL:
        asks.append(found.tweaked(*found.seen))
    if (mixed := _of_every_type(found)).tweaks and looked_at(asking, mixed) is not None:
        asks.append(mixed)
    for ask in asks:
        comparison = compared(asking, ask, ask.by_post(), stands_on=TWEAKS_OF_POST)
        if not comparison.are_same:
            require_alike(asking, found.plain)
        because = f"{ask.by_post()} was to give the same image as {ask}, and gives another"
        trial.expect(TWEAKS_OF_POST, comparison.are_same, because, evidence=comparison.evidence)


def _of_every_type(found: Showing) -> Ask:
    """A GET with a tweak of each type that the page has but pictures, which a target may not take from everywhere."""
    variables = [found.page.of_type(kind) for kind in EVERY if kind is not VariableType.IMAGE]
    return Ask(found.page.id, tweaks={each.name: each.settings[0] for each in variables if each is not None})


def require_alike(asking: Asking, plain: Ask) -> None:
    """Go on only where GET and POST give the same image of a page without any tweak."""
    comparison = compared(asking, plain, plain.by_post())
    because = f"{plain} and the same by POST were to give the same image, and the two differ"
    asking.trial.require(ALIKE, comparison.are_same, because, evidence=comparison.evidence)


@check(ONE_RENDER)
def tweaks_are_for_one_render(trial: Trial) -> None:
    """After a render with tweaks, one without them gives the image that there was before, by GET and by POST."""
    asking = Asking(trial)
    found = showing(asking)
    asking.learn()
    for post in (False, True):
        for plain in (found.plain, found.plain.by_post()):
            _judge_after(asking, plain, found, post=post)


def _judge_after(asking: Asking, plain: Ask, found: Showing, *, post: bool) -> None:
    """Judge that `plain` gives the same image before and after a tweak; a difference is looked at twice."""
    trial = asking.trial
    # What was looked for first was found by its value, of which something may be left.
    for value in (found.first.other, found.first.value):
        tweaked = Ask(found.page.id, post=post, tweaks={found.first.variable.name: value})
        before, again = asking.rendered(plain), asking.rendered(plain)
        if not are_same(before.picture, again.picture):
            raise NotObservable("the page looks different from one render to the next")
        between = asking.render(tweaked)
        after = asking.rendered(plain)
        if are_same(before.picture, after.picture):
            trial.passed(ONE_RENDER)
            return
        evidence = [*before.evidence, between.evidence, *after.evidence]
    because = f"{plain} was to give the image that there was before {tweaked}, and gives another"
    trial.failed(ONE_RENDER, because, evidence=evidence)


@check(BOTH_WAYS)
def a_variable_that_is_tweaked_twice_has_one_of_the_values(trial: Trial) -> None:
    """Where tweaks and tweak:<name> give one variable two values, one of the two rules decides."""
    asking = Asking(trial)
    found = showing(asking, types=TEXT)
    seen = found.first
    name, values = seen.variable.name, (as_text(seen.value), as_text(seen.other))
    one, other = (asking.rendered(Ask(found.page.id, tweaks={name: value})).picture for value in values)
    if are_same(one, other):
        raise NotObservable("it takes a variable with two values that make two images")
    together = found.tweaked(seen)
    pair = (f"{TWEAK}{name}", values[1])
    in_turn = dataclasses.replace(together, tweaks=None, pairs=(pair, *together.query))
    asks = [dataclasses.replace(together, pairs=(pair,)), in_turn]
    pictures = [looked_at(asking, ask) for ask in asks]
    for reading, expected in (("a", other), ("b", one)):
        if all(picture is not None and are_same(picture, expected) for picture in pictures):
            trial.saw(BOTH_WAYS, reading, f"{asks[0]} gives the image of one of its two values")
            return
    trial.unobservable(BOTH_WAYS, because=f"{asks[0]} does not always give the image of the same one of its two values")
