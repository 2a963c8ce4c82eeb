"""The schema of pages in the API's document, held against what the drawing takes."""

from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.drawing.errors import PageError
from mockserver.drawing.gallery import builtin_pages
from mockserver.drawing.page import page_from

DOCUMENT = Path(__file__).parents[3] / "openapi" / "bannx" / "openapi.yaml"


@cache
def schema() -> Any:
    document = yaml.load(DOCUMENT.read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe one
    components = {"schemas": document["components"]["schemas"]}
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return jsonschema_rs.validator_for(
        {"$schema": dialect, "$ref": "#/components/schemas/Page", "components": components}
    )


@pytest.mark.parametrize("identifier", builtin_pages())
def test_built_in_page_keeps_the_schema(identifier: str) -> None:
    schema().validate(builtin_pages()[identifier].document)


NUMBERS = st.sampled_from([-9000, -1, 0, 0.5, 1, 4, 4096, 9000, True, None, "{{ 1 + 1 }}"])
STRINGS = st.sampled_from(["", "red", "serif", "center", "a", 5, None, "x" * 600])
BOX = {"x": 0, "y": 0, "width": 10, "height": 10}
SOUND: dict[str, Any] = {
    "rectangle": {"type": "rectangle", **BOX},
    "circle": {"type": "circle", "centerX": 5, "centerY": 5, "radius": 5},
    "text": {"type": "text", **BOX, "content": "Hello"},
    "image": {"type": "image", **BOX, "src": ""},
}
CHANGES = st.dictionaries(
    st.sampled_from(
        [
            "x",
            "width",
            "radius",
            "centerX",
            "cornerRadius",
            "opacity",
            "size",
            "lineHeight",
            "minimumSize",
            "letterSpacing",
            "maximumLines",
            "weight",
            "content",
            "font",
            "color",
            "align",
            "verticalAlign",
            "fit",
            "id",
            "border",
            "fill",
            "visible",
            "src",
            "other",
        ]
    ),
    NUMBERS
    | STRINGS
    | st.sampled_from([{"stops": []}, {"stops": [{"offset": 0, "color": "red"}] * 2}, {"color": "red", "width": 3}]),
    max_size=3,
)
LAYERS = st.builds(lambda layer, changes: {**layer, **changes}, st.sampled_from(list(SOUND.values())), CHANGES)


@settings(max_examples=300)
@given(LAYERS)
def test_page_that_the_drawing_takes_keeps_the_schema(layer: Any) -> None:
    document = {"id": "p", "name": "P", "width": 100, "height": 100, "layers": [layer]}
    try:
        page_from(document)
    except PageError:
        return
    assert schema().is_valid(document)
