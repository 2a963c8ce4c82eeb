"""Pages: what a document must be."""

import pickle
from collections.abc import Mapping
from typing import Any

import pytest

from mockserver.drawing.errors import DrawingError, PageError, PictureError, UnusableTweakError
from mockserver.drawing.page import Page, page_from

RECTANGLE: Mapping[str, Any] = {"type": "rectangle", "x": 0, "y": 0, "width": 10, "height": 10}
TEXT: Mapping[str, Any] = {**RECTANGLE, "type": "text", "content": "Hello"}
VARIABLE: Mapping[str, Any] = {"id": "v-1", "name": "title", "type": "string", "value": "Hello"}


def document(**changes: Any) -> Mapping[str, Any]:
    return {"id": "page", "name": "Page", "width": 200, "height": 100, "layers": [], **changes}


def test_page_is_read_with_its_defaults() -> None:
    page = page_from(document(layers=[TEXT]))
    assert page == Page("page", "Page", 200, 100, page.layers)
    assert page.background == (255, 255, 255, 255)


@pytest.mark.parametrize(
    ("changes", "place", "message"),
    [
        ({"width": 5000}, "width", "4096"),
        ({"height": 15}, "height", "16"),
        ({"width": 200.5}, "width", "int"),
        ({"id": "a page"}, "id", "regex"),
        ({"depth": 1}, "page", "depth"),
        ({"backgroundColor": None}, "backgroundColor", "null"),
        ({"layers": [{**RECTANGLE, "fill": None}]}, "layers[0].fill", "null"),
        ({"backgroundColor": "reddish"}, "backgroundColor", "no colour"),
        ({"layers": [RECTANGLE] * 101}, "layers", "100"),
        ({"layers": [{**RECTANGLE, "type": "blob"}]}, "layers[0].type", "blob"),
        ({"layers": [{**RECTANGLE, "opacity": 1.5}]}, "layers[0].opacity", "1"),
        ({"layers": [{**RECTANGLE, "radius": 1}]}, "layers[0]", "radius"),
        ({"layers": [{**RECTANGLE, "x": "10"}]}, "layer 1: x", "single expression"),
        ({"layers": [{**RECTANGLE, "x": "{{ 1 }}0"}]}, "layer 1: x", "single expression"),
        ({"layers": [{**RECTANGLE, "fill": "reddish"}]}, "layer 1: fill", "no colour"),
        ({"layers": [{**RECTANGLE, "fill": {"stops": [{"offset": 0, "color": "red"}]}}]}, "layers[0].fill.stops", "2"),
        ({"layers": [{**RECTANGLE, "id": "bar", "visible": "{{ 1 +"}]}, "layer bar: visible", "without"),
        ({"layers": [{**TEXT, "content": "{{ nope() }}"}]}, "layer 1: content", "no function"),
        ({"layers": [{**RECTANGLE, "type": "image", "src": "file:///etc/passwd"}]}, "layer 1: src", "image"),
        ({"variables": [VARIABLE, {**VARIABLE, "id": "v-2"}]}, "variable title", "another variable's"),
        ({"variables": [VARIABLE, {**VARIABLE, "id": "title", "name": "x"}]}, "variable x", "another variable's"),
        ({"variables": [{**VARIABLE, "value": 3}]}, "variable title", "a number"),
        ({"variables": [{**VARIABLE, "type": "number"}]}, "variable title", "no number"),
        ({"variables": [{**VARIABLE, "type": "number", "value": "3"}]}, "variable title", "text"),
        ({"variables": [{**VARIABLE, "type": "number", "value": 10**400}]}, "variable title", "this number"),
        ({"variables": [{**VARIABLE, "type": "color"}]}, "variable title", "no color"),
    ],
)
def test_unusable_page_is_refused_with_its_place(changes: Mapping[str, Any], place: str, message: str) -> None:
    with pytest.raises(PageError) as caught:
        page_from(document(**changes))
    assert caught.value.place == place
    assert message in caught.value.message


@pytest.mark.parametrize("error", [PageError("a", "b"), UnusableTweakError("a", "b"), PictureError("a", "b")])
def test_errors_survive_the_way_between_processes(error: DrawingError) -> None:
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - what was just made
    assert (type(copy), str(copy), vars(copy)) == (type(error), "a: b", vars(error))
