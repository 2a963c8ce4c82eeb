"""The built-in pages: complete, and sound with any text."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageChops

from mockserver.drawing.evaluation import Evaluation
from mockserver.drawing.gallery import builtin_pages
from mockserver.drawing.layers import TextLayer
from mockserver.drawing.layout import laid_out
from mockserver.drawing.page import page_from
from mockserver.drawing.raster import painted
from mockserver.drawing.scene import Lettering
from mockserver.drawing.values import tweaked

IDENTIFIERS = tuple(builtin_pages())

PORTRAIT = "https://pictures.example/portrait.png"


def tweaks_of(identifier: str, kind: str, change: Any) -> dict[str, Any]:
    variables = builtin_pages()[identifier].page.variables
    return {each.name: change(each.value) for each in variables if each.type == kind}


def test_sizes_and_publication_are_as_promised() -> None:
    pages = {key: (each.page.width, each.page.height, each.is_published) for key, each in builtin_pages().items()}
    assert pages == {
        "social-card": (1200, 630, True),
        "square": (1080, 1080, True),
        "story": (1080, 1920, True),
        "certificate": (1754, 1240, True),
        "coming-soon": (1200, 630, False),
    }


@pytest.mark.parametrize("identifier", IDENTIFIERS)
def test_document_states_its_page(identifier: str) -> None:
    builtin = builtin_pages()[identifier]
    assert page_from(builtin.document) == builtin.page
    assert builtin.page.id == identifier


@pytest.mark.parametrize("identifier", IDENTIFIERS)
def test_default_text_is_shown_whole(identifier: str) -> None:
    page = builtin_pages()[identifier].page
    for item in laid_out(page, tweaked(page, {})).items:
        assert not isinstance(item, Lettering) or not item.is_clipped


@pytest.mark.parametrize("identifier", IDENTIFIERS)
@pytest.mark.parametrize("times", [10, 1000])
def test_long_text_stays_in_the_boxes_of_its_layers(identifier: str, times: int) -> None:
    page = builtin_pages()[identifier].page
    values = tweaked(page, tweaks_of(identifier, "string", lambda value: f"{value} " * times))
    short, long = (painted(laid_out(page, each), {}) for each in (tweaked(page, {}), values))
    changed = ImageChops.difference(short, long)
    for layer in page.layers:
        if isinstance(layer, TextLayer):
            box = Evaluation(page, values).box(layer).in_whole_pixels()
            changed.paste((0, 0, 0), (int(box.x), int(box.y), int(box.right), int(box.bottom)))
    assert changed.getbbox() is None


@pytest.mark.parametrize("identifier", IDENTIFIERS)
@pytest.mark.parametrize(("kind", "change"), [("string", ""), ("color", "#ff00ff"), ("number", 77)])
def test_every_variable_shows(identifier: str, kind: str, change: Any) -> None:
    page = builtin_pages()[identifier].page
    default = painted(laid_out(page, tweaked(page, {})), {}).tobytes()
    for name, value in tweaks_of(identifier, kind, lambda _: change).items():
        assert painted(laid_out(page, tweaked(page, {name: value})), {}).tobytes() != default, name


@pytest.mark.parametrize("identifier", ["social-card", "square", "story"])
def test_picture_can_be_put_in(identifier: str) -> None:
    buffer = BytesIO()
    Image.new("RGB", (64, 64), (255, 0, 255)).save(buffer, "PNG")
    page = builtin_pages()[identifier].page
    values = tweaked(page, tweaks_of(identifier, "image", lambda _: PORTRAIT))
    image = painted(laid_out(page, values), {PORTRAIT: buffer.getvalue()})
    assert any(colour == (255, 0, 255) for _, colour in image.getcolors(1_000_000) or [])
