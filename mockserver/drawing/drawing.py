"""Pages drawn as images."""

from collections.abc import Callable, Mapping
from typing import Any

from mockserver.drawing import raster, vector
from mockserver.drawing.drawn import Drawn, ImageFormat
from mockserver.drawing.layout import laid_out
from mockserver.drawing.page import Page
from mockserver.drawing.scene import Scene

_ENCODERS: Mapping[ImageFormat, Callable[[Scene, Mapping[str, bytes]], bytes]] = {
    "png": raster.png,
    "webp": raster.webp,
    "svg": vector.svg,
}


def draw(page: Page, values: Mapping[str, Any], image_format: ImageFormat, pictures: Mapping[str, bytes]) -> Drawn:
    """The page as an image: the same bytes for the same input. The values are those of `tweaked`.

    The pictures are the bytes of what `pictures_of` names. Raises `PictureError`, and `PageError` for a
    page that would take too long.
    """
    content = _ENCODERS[image_format](laid_out(page, values), pictures)
    return Drawn(content, image_format, page.width, page.height)
