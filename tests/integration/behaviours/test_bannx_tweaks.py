"""Behaviours of bannx's tweaks show what they say.

Each case is a small story whose end is one value: what is seen with the behaviour is written down, and a space without
it shows something else.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.integration.bannx.spaces import PAGE, Space
from tests.integration.behaviours.studio import Story, Studio, answers, get, post

Ask = Callable[..., Any]

PLAIN: Mapping[str, Any] = {}
TEXT, GROUND = {"text": "Bob"}, {"ground": "#aa0000"}
BOTH = {**TEXT, **GROUND}
TWO_SCRIPTS = {"text": "a щ"}


def tweaks(**values: Any) -> Any:
    """A GET with tweaks as one JSON object."""
    return get("tweaks=" + quote(json.dumps(values)))


def pairs(*given: tuple[str, str]) -> Any:
    """A GET with tweaks as pairs."""
    return get(urlencode([(f"tweak:{name}", value) for name, value in given]))


def body(**values: Any) -> Any:
    """A POST with tweaks."""
    return post(tweaks=values)


def are_drawn_as(*asks: tuple[Ask, Mapping[str, Any]]) -> Story:
    """Whether each request is drawn as though the page had these values; by a space that nothing is changed in."""

    def story(studio: Studio) -> Any:
        return [ask(studio.space).content == _page_with(studio, values) for ask, values in asks]

    return story


def _page_with(studio: Studio, values: Mapping[str, Any]) -> bytes:
    # What the image is to be comes from a page that has the values itself, so no tweak has a part in it.
    variables = [
        {**variable, "value": values.get(str(variable["name"]), variable["value"])} for variable in PAGE["variables"]
    ]
    page = {**PAGE, "variables": variables, "id": None}
    drawn = studio.space.post(page={name: value for name, value in page.items() if value is not None})
    assert drawn.status_code == 200, drawn.text
    return bytes(drawn.content)


def one_after_the_other(studio: Studio) -> Any:
    """Whether a render without tweaks, after one with them, is drawn without them."""
    space = studio.space
    before = space.get().content
    tweaked = [space.get(query="tweak:text=Bob").content, space.get().content]
    return [tweaked[0] == before, tweaked[1] == before]


def escaped(studio: Studio) -> Any:
    """Whether an ampersand stands in an SVG as it is, and as a reference."""
    content = studio.space.get(query="format=svg&tweak:text=A%26B").content
    return [b"A&B" in content, b"A&amp;B" in content]


CASES: list[tuple[str, Story, Any]] = [
    (
        "tweaks-in-the-query-are-ignored",
        are_drawn_as((tweaks(**TEXT), PLAIN), (pairs(("text", "Bob")), TEXT)),
        [True, True],
    ),
    ("only-the-first-of-tweaks-counts", are_drawn_as((tweaks(**BOTH), TEXT), (body(**BOTH), BOTH)), [True, True]),
    ("tweak-pairs-are-ignored", are_drawn_as((pairs(("text", "Bob")), PLAIN), (tweaks(**TEXT), TEXT)), [True, True]),
    ("only-the-last-tweak-pair-counts", are_drawn_as((pairs(("text", "Bob"), ("ground", "#aa0000")), GROUND)), [True]),
    (
        "tweak-by-id-is-ignored",
        are_drawn_as((tweaks(**{"v-text": "Bob"}), PLAIN), (body(**{"v-text": "Bob"}), PLAIN), (body(**TEXT), TEXT)),
        [True, True, True],
    ),
    (
        "tweak-by-id-in-a-body-is-ignored",
        are_drawn_as((tweaks(**{"v-text": "Bob"}), TEXT), (body(**{"v-text": "Bob"}), PLAIN)),
        [True, True],
    ),
    ("tweaks-in-a-body-are-ignored", are_drawn_as((body(**TEXT), PLAIN), (tweaks(**TEXT), TEXT)), [True, True]),
    ("only-the-first-tweak-in-a-body-counts", are_drawn_as((body(**BOTH), TEXT), (tweaks(**BOTH), BOTH)), [True, True]),
    ("tweaks-stick-to-their-page", one_after_the_other, [False, False]),
    (
        "text-in-the-query-is-escaped",
        are_drawn_as((tweaks(text="<"), {"text": "&lt;"}), (body(text="<"), {"text": "<"})),
        [True, True],
    ),
    (
        "text-in-the-query-is-decoded-twice",
        are_drawn_as((pairs(("text", "A+B%21")), {"text": "A B!"}), (body(text="A+B%21"), {"text": "A+B%21"})),
        [True, True],
    ),
    (
        "text-in-a-body-loses-other-scripts",
        are_drawn_as((body(**TWO_SCRIPTS), {"text": "a "}), (tweaks(**TWO_SCRIPTS), TWO_SCRIPTS)),
        [True, True],
    ),
    ("ampersands-break-an-svg", escaped, [True, False]),
    (
        "unknown-tweak-is-refused",
        answers(tweaks(none=1), pairs(("none", "1")), body(none=1), body(**TEXT)),
        [400, 400, 400, "PNG"],
    ),
    (
        "malformed-tweaks-are-ignored",
        answers(get("tweaks={"), get("tweaks=[]"), post(tweaks=[])),
        ["PNG", "PNG", "PNG"],
    ),
    (
        "malformed-tweaks-are-422",
        answers(get("tweaks={"), get("tweaks=[]"), post(tweaks=[]), get("format=bmp")),
        [422, 422, 422, 400],
    ),
    (
        "tweaks-come-before-tweak-pairs",
        are_drawn_as((get("tweaks=%7B%22v-text%22:%22Bob%22%7D&tweak:text=Eve"), TEXT)),
        [True],
    ),
    ("tweak-pairs-stay-text", lambda studio: text_of_a_number(studio.space), ["007", "7"]),
    (
        "unfit-value-is-ignored",
        are_drawn_as((tweaks(part="x", text="Bob"), TEXT), (body(part="x"), PLAIN)),
        [True, True],
    ),
    ("unfit-value-is-422", answers(tweaks(part="x"), body(part="x"), get("format=bmp")), [422, 422, 400]),
]


def text_of_a_number(space: Space) -> Any:
    """What a page shows of a number whose text is 007: as a pair, and as JSON."""
    number = {"id": "v-n", "name": "n", "type": "number", "value": 1}
    layer = {"type": "text", "x": 0, "y": 0, "width": 60, "height": 30, "content": "{{ n }}"}
    space.has({"id": "count", "name": "Count", "width": 64, "height": 32, "variables": [number], "layers": [layer]})
    contents = [
        space.get("count", f"format=svg&{query}").text for query in ("tweak:n=007", "tweaks=%7B%22n%22:%22007%22%7D")
    ]
    return [content.partition("<desc>")[2].partition("</desc>")[0] for content in contents]


@pytest.mark.parametrize(("behaviour", "story", "expected"), CASES, ids=[case[0] for case in CASES])
def test_behaviour_shows_what_it_says(studio: Studio, behaviour: str, story: Story, expected: Any) -> None:
    assert studio.behave(behaviour) == [behaviour]
    assert story(studio) == expected


@pytest.mark.parametrize(("behaviour", "story", "expected"), CASES, ids=[case[0] for case in CASES])
def test_space_without_the_behaviour_does_not_show_it(
    studio: Studio, behaviour: str, story: Story, expected: Any
) -> None:
    assert studio.reversed().behave(behaviour) == [behaviour]
    assert story(studio) != expected
