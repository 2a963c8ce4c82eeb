"""The parts of bannx's behaviours that hold for any value: tweaks, what other spaces did, what was rendered before."""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mockserver.bannx.callback import HandlerResult, RequestEvent
from mockserver.bannx.render import Render
from mockserver.bannx.request import Tweaking
from mockserver.bannx.tweaks import pairs_first
from mockserver.behaviours.bannx.fronts import FRONTS, OPENING, OTHER_METHODS
from mockserver.behaviours.bannx.neighbours import Latest
from mockserver.behaviours.bannx.repeats import Repeats
from mockserver.behaviours.bannx.tweaking import together_first
from mockserver.drawing.page import Page, page_from

PAGE: Page = page_from(
    {
        "id": "page",
        "name": "Page",
        "width": 16,
        "height": 16,
        "layers": [],
        "variables": [
            {"id": f"v-{name}", "name": name, "type": "string", "value": ""} for name in ("one", "two", "three")
        ],
    }
)

keys = st.sampled_from(["one", "v-one", "two", "v-two", "three", "none"])
texts = st.text(max_size=3)
tweakings = st.builds(Tweaking, st.dictionaries(keys, texts, max_size=4), st.dictionaries(keys, texts, max_size=4))
spaces = st.sampled_from(["a", "b", "c"])


def named(tweaks: Mapping[str, Any]) -> set[str]:
    """The variables that tweaks name, by id or name, and names that no variable has."""
    return {key.removeprefix("v-") for key in tweaks}


@given(tweaking=tweakings)
def test_either_precedence_names_the_same_variables(tweaking: Tweaking) -> None:
    both = named(tweaking.together) | named(tweaking.single)
    assert named(together_first(PAGE, tweaking)) == named(pairs_first(PAGE, tweaking)) == both


@given(tweaking=tweakings)
def test_tweaks_come_first_as_they_are_and_pairs_for_other_variables_alone(tweaking: Tweaking) -> None:
    tweaks = together_first(PAGE, tweaking)
    assert {key: value for key, value in tweaks.items() if named({key: 0}) <= named(tweaking.together)} == dict(
        tweaking.together
    )


@given(renders=st.lists(spaces, max_size=12), asking=spaces)
def test_latest_of_other_spaces_are_those_since_the_own_last_one(renders: Sequence[str], asking: str) -> None:
    latest = Latest()
    for number, space in enumerate(renders):
        latest.note(space, str(number))
    own = [number for number, space in enumerate(renders) if space == asking]
    expected = {str(number) for number in range(own[-1] + 1, len(renders))} if own else set()
    assert set().union(*latest.since(asking).values()) == expected


def rendered(number: int, space: str, page: str, content: bytes) -> Render:
    event = RequestEvent("GET", "/", {}, "t", space, str(number), page, "2026-01-01T00:00:00.000Z")
    return Render(str(number), space, True, 0, event, HandlerResult(content, "image/png", 1, 1))


@given(made=st.lists(st.tuples(spaces, st.sampled_from(["p", "q"]), st.sampled_from([b"1", b"2"])), max_size=12))
def test_render_is_a_repeat_where_its_space_had_that_image_of_that_page(made: Sequence[tuple[str, str, bytes]]) -> None:
    repeats = Repeats()
    for number, (space, page, content) in enumerate(made):
        repeats.note(rendered(number, space, page, content))
    expected = {str(number) for number, one in enumerate(made) if one in made[:number]}
    assert {str(number) for number in range(len(made)) if str(number) in repeats} == expected


def test_behaviours_that_open_spaces_are_of_the_way_in() -> None:
    assert FRONTS.keys() >= OPENING
    assert FRONTS.keys() >= OTHER_METHODS.keys()
