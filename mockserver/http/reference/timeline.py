"""Draws the attempts of a delivery on a logarithmic axis of time."""

import math
from collections.abc import Sequence
from typing import Final

from mockserver.http.reference.html import Html, element, joined
from mockserver.http.reference.spans import in_words

WIDTH: Final = 860
HEIGHT: Final = 158
LEFT: Final = 34
RIGHT: Final = 46
LINE: Final = 66
AXIS: Final = 122
RADIUS: Final = 11
TICKS_MS: Final = (1_000, 10_000, 60_000, 600_000, 3_600_000, 36_000_000, 86_400_000, 864_000_000)


def timeline(moments_ms: Sequence[int]) -> Html:
    """The picture, for the moments of the attempts since the first."""
    last_ms = max(*moments_ms, 1_000)
    places = [_place(moment_ms, last_ms) for moment_ms in moments_ms]
    ticks = [tick for tick in TICKS_MS if tick <= last_ms]
    picture = element(
        "svg",
        element("title", f"{len(moments_ms)} attempts over {in_words(moments_ms[-1])}, on a logarithmic axis"),
        *(_tick("0", LEFT), *(_tick(in_words(tick), _place(tick, last_ms)) for tick in ticks)),
        _line(LEFT, AXIS, WIDTH - RIGHT, AXIS, "axis"),
        _line(places[0], LINE, places[-1], LINE, "course"),
        *(
            _attempt(number, place, moment)
            for number, (place, moment) in enumerate(zip(places, moments_ms, strict=True), 1)
        ),
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        class_="timeline",
    )
    return element("div", picture, class_="wide")


def _place(moment_ms: int, last_ms: int) -> float:
    """The distance from the left edge: logarithmic in seconds, with zero at the left end."""
    share = math.log1p(moment_ms / 1000) / math.log1p(last_ms / 1000)
    return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def _tick(words: str, place: float) -> Html:
    return joined([_line(place, AXIS - 4, place, AXIS + 4, "axis"), _text(words, place, AXIS + 20, "tick")])


def _attempt(number: int, place: float, moment_ms: int) -> Html:
    # Labels take turns above and below, so that neighbours do not run into each other.
    above = number % 2 == 1
    return joined(
        [
            _line(place, LINE, place, AXIS, "drop"),
            element("circle", cx=f"{place:g}", cy=str(LINE), r=str(RADIUS)),
            _text(str(number), place, LINE + 4, "number"),
            _text(in_words(moment_ms, most_units=2), place, LINE - 22 if above else LINE + 30, "moment"),
        ]
    )


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Html:
    return element("line", x1=f"{x1:g}", y1=f"{y1:g}", x2=f"{x2:g}", y2=f"{y2:g}", class_=kind)


def _text(words: str, x: float, y: float, kind: str) -> Html:
    return element("text", words, x=f"{x:g}", y=f"{y:g}", class_=kind)
