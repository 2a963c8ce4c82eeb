"""TWK: tweaks of what is not there, that are no object, or whose values are of another type."""

from collections.abc import Iterator

from contracts.check import check
from contracts.checks.bannx.answers import are_same, is_image, picture_in
from contracts.checks.bannx.asking import Asking
from contracts.checks.bannx.asks import Ask
from contracts.checks.bannx.calls import BAD_REQUEST, OK, is_refusal
from contracts.checks.bannx.showing import by_size
from contracts.checks.bannx.tweaks import paired
from contracts.checks.closing import unseen
from contracts.client import Response
from contracts.images import Picture
from contracts.pages import VariableType
from contracts.trial import Trial

UNKNOWN, MALFORMED, OTHER_TYPE = "BNX-TWK-007", "BNX-TWK-008", "BNX-TWK-011"

NOBODYS_NAME = "proofreelHasNoSuchVariable"
NO_OBJECTS = ('{"title": ', "[1, 2]", '"a text"', "17", "null", "title=Hello")
"""What tweaks in a query can be that are no JSON object."""

OF_ANOTHER_TYPE = {VariableType.NUMBER: "abc", VariableType.BOOLEAN: "perhaps", VariableType.COLOR: "no colour at all"}


@check(UNKNOWN)
def a_tweak_that_no_variable_has_is_handled_in_a_permitted_way(trial: Trial) -> None:
    """A tweak whose key no variable has is ignored, or the request is refused."""
    asking = Asking(trial)
    asking.learn()
    page = asking.page.id
    by_get = Ask(page, tweaks={NOBODYS_NAME: "Hello"})
    plain = _still(asking, page)
    for ask in (by_get, paired(by_get), by_get.by_post()):
        response = asking.render(ask)
        if is_refusal(response):
            trial.saw(UNKNOWN, "b", f"{ask} was answered {response.status}", evidence=[response.evidence])
        elif response.status == OK and _is(asking, response, plain):
            trial.saw(UNKNOWN, "a", f"{ask} gives the image without it", evidence=[response.evidence])
        else:
            trial.note(f"{ask} was answered {response}, which is none of the ways")
    unseen(trial, UNKNOWN, because=_NEITHER)


_NEITHER = "no answer is a refusal, or the image of the page as it is, which has to look the same every time"


@check(MALFORMED)
def tweaks_that_are_no_object_are_handled_in_a_permitted_way(trial: Trial) -> None:
    """Tweaks that are no JSON object are refused, or ignored."""
    asking = Asking(trial)
    asking.learn()
    page = asking.page.id
    plain = _still(asking, page)
    asks = [Ask(page, tweaks=text) for text in NO_OBJECTS]
    asks += [Ask(page, post=True, tweaks=value) for value in ([1, 2], "title", 17)]
    for ask in asks:
        response = asking.render(ask)
        reading = reading_of_refusal(response)
        if reading is None and response.status == OK and _is(asking, response, plain):
            reading = "b"
        if reading is None:
            trial.note(f"{ask} was answered {response}, which is none of the ways")
        else:
            trial.saw(MALFORMED, reading, f"{ask} was answered {response.status}", evidence=[response.evidence])
    unseen(trial, MALFORMED, because=_NEITHER)


@check(OTHER_TYPE)
def a_value_of_another_type_is_handled_in_a_permitted_way(trial: Trial) -> None:
    """A tweak that is none of its variable's type, such as abc for a number, is refused, or rendered somehow."""
    asking = Asking(trial)
    asking.learn()
    for ask in _of_another_type(trial):
        response = asking.render(ask)
        reading = reading_of_refusal(response)
        if reading is None and response.status == OK and picture_in(asking.image(response))[0] is not None:
            reading = "b"
        if reading is None:
            trial.note(f"{ask} was answered {response}, which is none of the ways")
        else:
            trial.saw(OTHER_TYPE, reading, f"{ask} was answered {response.status}", evidence=[response.evidence])
    unseen(
        trial, OTHER_TYPE, because="it takes a published page with a variable that is a number, a boolean or a colour"
    )


def _of_another_type(trial: Trial) -> Iterator[Ask]:
    """For each of the types, tweaks in every way on the smallest page that has a variable of it."""
    for kind, text in OF_ANOTHER_TYPE.items():
        for page in by_size(trial.published):
            variable = next((each for each in page.variables if each.type is kind), None)
            if variable is not None:
                ask = Ask(page.id, tweaks={variable.name: text})
                yield from (ask, paired(ask), ask.by_post())
                break


def reading_of_refusal(response: Response) -> str | None:
    """Which reading a refusal is of BNX-TWK-008 and BNX-TWK-011 alike; None where it is none."""
    if not is_refusal(response) or is_image(response):
        return None
    return "a" if response.status == BAD_REQUEST else "c"


def _still(asking: Asking, page: str) -> Picture | None:
    """The page's picture without tweaks; None where it does not look the same every time."""
    return asking.rendered(Ask(page)).picture if asking.is_still(Ask(page)) else None


def _is(asking: Asking, response: Response, plain: Picture | None) -> bool:
    picture, _ = picture_in(asking.image(response))
    return plain is not None and picture is not None and are_same(picture, plain)
