"""The limits of what one drawing may ask for."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from mockserver.drawing.errors import PageError, PictureError
from mockserver.drawing.layout import laid_out
from mockserver.drawing.page import page_from
from mockserver.drawing.raster import painted
from mockserver.drawing.scene import Lettering, Scene

URL = "https://pictures.example/large.png"
WHOLE: Mapping[str, Any] = {"x": 0, "y": 0, "width": 4096, "height": 4096}


def scene_of(*layers: Mapping[str, Any], side: int = 4096) -> Scene:
    return laid_out(page_from({"id": "p", "name": "P", "width": side, "height": side, "layers": layers}), {})


def test_layers_of_one_page_set_a_bounded_text() -> None:
    layer = {**WHOLE, "type": "text", "content": "x" * 9_000, "size": 4}
    texts = [item.text for item in scene_of(*[layer] * 4).items if isinstance(item, Lettering)]
    assert [len(text) for text in texts] == [9_000, 9_000, 2_000]


def test_layers_that_cover_too_much_are_refused() -> None:
    layer = {**WHOLE, "type": "rectangle", "fill": "red"}
    assert len(scene_of(*[layer] * 7).items) == 7
    with pytest.raises(PageError, match="128 million"):
        scene_of(*[layer] * 8)


def test_pictures_count_with_what_lies_beside_the_page_as_they_are_scaled_whole() -> None:
    layer = {"type": "image", "x": 0, "y": 0, "width": 8192, "height": 8192, "src": URL}
    assert len(scene_of(layer, side=16).items) == 1
    with pytest.raises(PageError, match="128 million"):
        scene_of(*[layer] * 2, side=16)


def test_borders_and_round_corners_count_as_the_work_that_they_are() -> None:
    narrow = {"type": "circle", "centerX": 8.3, "centerY": 2048.7, "radius": 8000, "fill": "red"}
    page = {"id": "p", "name": "P", "width": 16, "height": 4096}
    laid_out(page_from({**page, "layers": [narrow] * 40}), {})
    bordered = {**narrow, "border": {"color": "blue", "width": 3}}
    with pytest.raises(PageError, match="128 million"):
        laid_out(page_from({**page, "layers": [bordered] * 80}), {})
    with pytest.raises(PageError, match="128 million"):
        scene_of(*[{**WHOLE, "type": "rectangle", "fill": "red", "border": {"color": "blue", "width": 3}}] * 8)


def test_what_lies_beside_the_page_covers_nothing() -> None:
    layer = {**WHOLE, "type": "rectangle", "fill": "red"}
    assert len(scene_of(*[layer] * 100, side=1000).items) == 100


def test_pictures_that_are_too_large_together_are_refused() -> None:
    buffer = BytesIO()
    Image.new("L", (6_000, 6_000)).save(buffer, "PNG", compress_level=1)
    layer = {"type": "image", "x": 0, "y": 0, "width": 16, "height": 16, "src": URL}
    pictures = {URL: buffer.getvalue()}
    painted(scene_of(layer, layer, side=16), pictures)
    with pytest.raises(PictureError, match="80 million") as caught:
        painted(scene_of(layer, layer, layer, side=16), pictures)
    assert caught.value.layer == "layer 3"
