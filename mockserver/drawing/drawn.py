"""What a drawing results in, and what has to be fetched for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from mockserver.drawing.evaluation import Evaluation
from mockserver.drawing.layers import ImageLayer
from mockserver.drawing.page import Page

ImageFormat = Literal["png", "webp", "svg"]

IMAGE_FORMATS: tuple[ImageFormat, ...] = get_args(ImageFormat)

_MEDIA_TYPES = {"png": "image/png", "webp": "image/webp", "svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Drawn:
    """An image: its bytes, its format, and its size in pixels."""

    content: bytes
    image_format: ImageFormat
    width: int
    height: int

    @property
    def media_type(self) -> str:
        """The media type of the format."""
        return _MEDIA_TYPES[self.image_format]


def pictures_of(page: Page, values: Mapping[str, Any]) -> set[str]:
    """The http and https URLs whose pictures a drawing of the page shows."""
    evaluation = Evaluation(page, values)
    sources = (
        evaluation.source(layer)
        for layer in page.layers
        if isinstance(layer, ImageLayer) and evaluation.holds(layer.visible)
    )
    return {source for source in sources if source and not source.lower().startswith("data:")}
