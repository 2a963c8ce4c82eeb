"""Behaviours that take other tweaks than those that were given, or other values."""

import html
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any
from urllib.parse import unquote_plus

from mockserver.bannx.blueprint import Blueprint, Change, Tweak, Valuing
from mockserver.bannx.request import Tweaking
from mockserver.bannx.tweaks import overlaid
from mockserver.behaviours.bannx.answers import GET, POST, UNPROCESSABLE
from mockserver.behaviours.bannx.asked import knowing, operation
from mockserver.behaviours.memory import Recent
from mockserver.drawing.errors import UnusableTweakError
from mockserver.drawing.page import Page, Variable
from mockserver.errors import InvalidQuery, Unreadable, Violation

Tweaks = Mapping[str, Any]


def _given(change: Callable[[Tweaking], Tweaking], *operations: str) -> Change:
    """Read the tweaks of these operations as though others had been given."""

    def apply(blueprint: Blueprint) -> Blueprint:
        usual = blueprint.tweak

        def tweak(page: Page, tweaking: Tweaking) -> Tweaks:
            return usual(page, change(tweaking) if operation() in operations else tweaking)

        return replace(blueprint, tweak=tweak)

    return knowing(apply)


def _holding(make: Callable[[Tweak], Tweak]) -> Change:
    """The blueprint with something around what decides which tweaks hold."""

    def apply(blueprint: Blueprint) -> Blueprint:
        return replace(blueprint, tweak=make(blueprint.tweak))

    return knowing(apply)


def _valued(make: Callable[[Valuing], Valuing]) -> Change:
    """The blueprint with something around what makes values of tweaks."""

    def apply(blueprint: Blueprint) -> Blueprint:
        return replace(blueprint, value=make(blueprint.value))

    return apply


def _first_alone(tweaks: Tweaks) -> Tweaks:
    return dict(islice(tweaks.items(), 1))


def _none_together(tweaking: Tweaking) -> Tweaking:
    return replace(tweaking, together={})


def _first_together(tweaking: Tweaking) -> Tweaking:
    return replace(tweaking, together=_first_alone(tweaking.together))


def _no_pairs(tweaking: Tweaking) -> Tweaking:
    return replace(tweaking, single={})


def _last_pair(tweaking: Tweaking) -> Tweaking:
    return replace(tweaking, single=dict(list(tweaking.single.items())[-1:]))


def _texts(change: Callable[[str], str]) -> Callable[[Tweaking], Tweaking]:
    """Read every text as another one."""

    def apply(tweaking: Tweaking) -> Tweaking:
        together = {key: change(value) if isinstance(value, str) else value for key, value in tweaking.together.items()}
        return Tweaking(together, {key: change(value) for key, value in tweaking.single.items()})

    return apply


def _ascii_alone(text: str) -> str:
    return text.encode("ascii", "ignore").decode()


def _names_alone(usual: Tweak, *operations: str) -> Tweak:
    def tweak(page: Page, tweaking: Tweaking) -> Tweaks:
        tweaks = usual(page, tweaking)
        if operation() not in operations:
            return tweaks
        ids = {variable.id for variable in page.variables}
        return {key: value for key, value in tweaks.items() if key not in ids}

    return tweak


def _sticking(usual: Tweak) -> Tweak:
    before: Recent[str, Tweaks] = Recent()

    def tweak(page: Page, tweaking: Tweaking) -> Tweaks:
        tweaks = usual(page, tweaking)
        return before.put(page.id, tweaks) if tweaks else before.get(page.id) or tweaks

    return tweak


def _unknown_refused(usual: Tweak) -> Tweak:
    def tweak(page: Page, tweaking: Tweaking) -> Tweaks:
        tweaks = usual(page, tweaking)
        known = {key for variable in page.variables for key in (variable.id, variable.name)}
        unknown = [key for key in tweaks if key not in known]
        if unknown:
            raise InvalidQuery([Violation(("tweaks", key), "the page has no such variable") for key in unknown])
        return tweaks

    return tweak


def together_first(page: Page, tweaking: Tweaking) -> Tweaks:
    """All tweaks; what the JSON object has stands in the place of a `tweak:` pair for the same variable."""
    return overlaid(page, tweaking.single, tweaking.together)


def _keys(variable: Variable) -> tuple[str, str]:
    return variable.id, variable.name


# Values that are read otherwise.


class _Paired(str):
    """The text of a pair, told apart from one in JSON."""

    __slots__ = ()


def _paired(tweaking: Tweaking) -> Tweaking:
    return replace(tweaking, single={key: _Paired(value) for key, value in tweaking.single.items()})


def _pairs_as_text(usual: Valuing) -> Valuing:
    def value(page: Page, tweaks: Tweaks) -> Tweaks:
        values = dict(usual(page, tweaks))
        for variable in page.variables:
            for key in _keys(variable):
                text = tweaks.get(key)
                if isinstance(text, _Paired) and variable.type in {"number", "boolean"}:
                    values[variable.name] = str(text)
        return values

    return value


def _unfit_ignored(usual: Valuing) -> Valuing:
    def value(page: Page, tweaks: Tweaks) -> Tweaks:
        while True:
            try:
                return usual(page, tweaks)
            except UnusableTweakError as error:
                tweaks = {key: value for key, value in tweaks.items() if key != error.key}

    return value


def _unfit_unprocessable(usual: Valuing) -> Valuing:
    def value(page: Page, tweaks: Tweaks) -> Tweaks:
        try:
            return usual(page, tweaks)
        except UnusableTweakError as error:
            message = f"tweaks.{error}"
            raise Unreadable(message, status=UNPROCESSABLE) from error

    return value


def _pairs_stay_text(blueprint: Blueprint) -> Blueprint:
    return _valued(_pairs_as_text)(_given(_paired, GET)(blueprint))


CHANGES: Mapping[str, Change] = {
    "tweaks-in-the-query-are-ignored": _given(_none_together, GET),
    "only-the-first-of-tweaks-counts": _given(_first_together, GET),
    "tweak-pairs-are-ignored": _given(_no_pairs, GET),
    "only-the-last-tweak-pair-counts": _given(_last_pair, GET),
    "tweak-by-id-is-ignored": _holding(lambda usual: _names_alone(usual, GET, POST)),
    "tweak-by-id-in-a-body-is-ignored": _holding(lambda usual: _names_alone(usual, POST)),
    "tweaks-in-a-body-are-ignored": _given(_none_together, POST),
    "only-the-first-tweak-in-a-body-counts": _given(_first_together, POST),
    "tweaks-stick-to-their-page": _holding(_sticking),
    "text-in-the-query-is-escaped": _given(_texts(html.escape), GET),
    "text-in-the-query-is-decoded-twice": _given(_texts(unquote_plus), GET),
    "text-in-a-body-loses-other-scripts": _given(_texts(_ascii_alone), POST),
    "unknown-tweak-is-refused": _holding(_unknown_refused),
    "tweaks-come-before-tweak-pairs": _holding(lambda _: together_first),
    "tweak-pairs-stay-text": _pairs_stay_text,
    "unfit-value-is-ignored": _valued(_unfit_ignored),
    "unfit-value-is-422": _valued(_unfit_unprocessable),
}
