"""Tweaks: what a variable makes of a value."""

import itertools
from typing import Any

import pytest

from mockserver.drawing.errors import UnusableTweakError
from mockserver.drawing.page import Page, page_from
from mockserver.drawing.values import tweaked


def page_with(kind: str, value: Any) -> Page:
    variable = {"id": "v-1", "name": "it", "type": kind, "value": value}
    return page_from({"id": "p", "name": "P", "width": 16, "height": 16, "layers": [], "variables": [variable]})


DEFAULTS = {"string": "s", "number": 1, "boolean": False, "color": "red", "image": ""}
UNUSABLE: tuple[Any, ...] = (None, [], {}, float("nan"))


@pytest.mark.parametrize(
    ("kind", "value", "result"),
    [
        ("string", "Hello", "Hello"),
        ("string", 5, "5"),
        ("string", 2.0, "2"),
        ("string", True, "true"),
        ("number", "5", 5),
        ("number", " -2.5 ", -2.5),
        ("number", 7, 7),
        ("boolean", "true", True),
        ("boolean", "False", False),
        ("boolean", 1, True),
        ("boolean", True, True),
        ("color", "#fff", "#fff"),
        ("image", "", ""),
        ("image", "https://example.org/a.png?x=1", "https://example.org/a.png?x=1"),
        ("image", "data:image/png;base64,AA==", "data:image/png;base64,AA=="),
    ],
)
def test_value_is_read_by_the_type_of_the_variable(kind: str, value: object, result: object) -> None:
    found = tweaked(page_with(kind, DEFAULTS[kind]), {"it": value})["it"]
    assert (type(found), found) == (type(result), result)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *itertools.product(DEFAULTS, UNUSABLE),
        ("string", 10**400),
        ("number", "five"),
        ("number", ""),
        ("number", "inf"),
        ("number", True),
        ("number", 10**400),
        ("boolean", "perhaps"),
        ("boolean", 2),
        ("color", "reddish"),
        ("color", 255),
        ("image", "file:///etc/passwd"),
        ("image", "javascript:alert(1)"),
        ("image", "https://"),
    ],
)
def test_value_that_the_type_does_not_allow_is_refused(kind: str, value: object) -> None:
    with pytest.raises(UnusableTweakError) as caught:
        tweaked(page_with(kind, DEFAULTS[kind]), {"it": value})
    assert caught.value.key == "it"
    assert len(str(caught.value)) < 200


def test_variable_without_a_tweak_has_its_default() -> None:
    assert tweaked(page_with("number", 5), {}) == {"it": 5}


def test_tweak_by_id_is_the_same_as_by_name() -> None:
    page = page_with("string", "s")
    assert tweaked(page, {"v-1": "x"}) == tweaked(page, {"it": "x"}) == {"it": "x"}


def test_tweak_by_name_wins_over_one_by_id() -> None:
    assert tweaked(page_with("string", "s"), {"it": "by name", "v-1": "by id"}) == {"it": "by name"}


def test_tweak_for_no_variable_is_ignored() -> None:
    assert tweaked(page_with("string", "s"), {"other": []}) == {"it": "s"}


def test_long_url_with_a_space_is_refused_in_one_pass() -> None:
    with pytest.raises(UnusableTweakError, match="is no image"):
        tweaked(page_with("image", ""), {"it": "http://" + "a" * 1_000_000 + " "})
